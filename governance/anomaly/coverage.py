"""Coverage: agreements that nothing was done under, and attempts at data that no agreement covers.

An agreement without use is data that should not be asked for again; a use without an agreement is a need that nobody
wrote down, or somebody trying doors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from governance.anomaly.finding import Finding, Kind
from governance.anomaly.look import Refusal
from governance.ids import AgreementId, DatasetId
from governance.ledger import Ledger
from governance.lifecycle import Status
from governance.standing import Papers

UNUSED_DAYS = 60
UNCOVERED = frozenset({"NO_AGREEMENT", "DATASET_UNKNOWN"})
TAKING_IN = frozenset({"ingest", "destroy"})
"""Actions that bring data in or take it away; neither helps a family."""


def never_used(papers: Papers, ledger: Ledger, *, now: datetime, days: int = UNUSED_DAYS) -> Iterator[Finding]:
    """One finding for each dataset of an agreement in force that nobody opened for anything but taking it in.

    Args:
        papers: the agreements as they stand.
        ledger: has the grants.
        now: aware.
        days: how long an agreement may stand unused before it is asked about.
    """
    used = _used(ledger, since=now - timedelta(days=days))
    for id, standing in papers.agreements.items():
        active = [step for step in standing.history if step.move == "activated"]
        if standing.status is not Status.ACTIVE or not active or now - active[-1].at < timedelta(days=days):
            continue
        for dataset in sorted(set(standing.terms) - used[id]):
            yield Finding(
                kind=Kind.NEVER_USED,
                actor="",
                subject=f"{id} {dataset}",
                detail=f"{id} shares {dataset}; nothing was done with it for {days} days: is it needed?",
                entries=(active[-1].entry,),
                first_at=active[-1].at,
                last_at=now,
            )


def without_agreement(refusals: Iterable[Refusal]) -> Iterator[Finding]:
    """One finding for each dataset that somebody wanted to use and no agreement covers."""
    wanted: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        if UNCOVERED & set(refusal.codes):
            wanted[refusal.dataset].append(refusal)
    for dataset, those in wanted.items():
        actors = len({refusal.actor for refusal in those})
        yield Finding(
            kind=Kind.NO_AGREEMENT,
            actor="",
            subject=dataset,
            detail=f"{len(those)} uses of {dataset} by {actors} people were refused: no agreement covers it.",
            entries=tuple(refusal.entry for refusal in those),
            first_at=those[0].at,
            last_at=those[-1].at,
        )


def _used(ledger: Ledger, *, since: datetime) -> dict[AgreementId, set[DatasetId]]:
    used: dict[AgreementId, set[DatasetId]] = defaultdict(set)
    for entry in ledger.entries(kind="grant.issued"):
        if entry.at >= since and entry.body["action"] not in TAKING_IN:
            used[AgreementId(str(entry.body["agreement"]))].add(DatasetId(str(entry.body["dataset"])))
    return used
