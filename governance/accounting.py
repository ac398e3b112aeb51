"""Accounting: who used what about a household, when, and for which purpose, read off the ledger.

Two kinds are told apart. A *look* was about this household by name: a page, a text, a task's reasons. A *run* went over
everybody's rows of a dataset, this household's among them: a night, a training, an intake. Runs are told once for each
day, dataset and purpose.

Source: M.G.L. c.66A s.2(f) (a record of every access, which the data subject may see); the agreements'
`subject_rights.accounting_years`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from governance.ids import AgreementId, DatasetId
from governance.ledger import Entry, Ledger

PROGRAM = "flow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One use that was about the household: permitted or refused."""

    at: datetime
    actor: str
    role: str
    action: str
    purpose: str
    dataset: str
    agreement: str
    permitted: bool
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """Runs of one day over a dataset that holds rows of the household: how many, what for, and the first's entry."""

    day: date
    actor: str
    action: str
    purpose: str
    dataset: DatasetId
    agreement: AgreementId
    times: int
    entry: int


def looks(ledger: Ledger, commitments: Collection[str]) -> Iterator[Looked]:
    """Every use that was about somebody, oldest first.

    Args:
        ledger: the log.
        commitments: what entries about them bear; see `governance.subject`.
    """
    wanted = frozenset(commitments)
    if not wanted:
        return
    found = [
        entry
        for kind in ("grant.issued", "use.permitted", "use.refused")
        for entry in ledger.entries(kind=kind)
        if entry.body.get("subjects") in wanted
    ]
    yield from (_looked(entry) for entry in sorted(found, key=lambda entry: entry.index))


def runs(ledger: Ledger, since: Mapping[DatasetId, datetime], timezone: str) -> tuple[Ran, ...]:
    """Runs of programs over datasets, oldest first, one for each day, dataset, action and purpose.

    Args:
        ledger: the log.
        since: the datasets that hold rows of the household, each with the instant at which the first came in.
        timezone: IANA name; where days begin.
    """
    zone = ZoneInfo(timezone)
    counted: dict[tuple[date, str, str, str, str, str], tuple[int, int]] = {}
    for entry in ledger.entries(kind="grant.issued"):
        body = entry.body
        dataset = DatasetId(str(body["dataset"]))
        if body.get("role") != PROGRAM or dataset not in since or entry.at < since[dataset]:
            continue
        key = (
            entry.at.astimezone(zone).date(),
            str(body["actor"]),
            str(body["action"]),
            str(body["purpose"]),
            dataset,
            str(body["agreement"]),
        )
        times, first = counted.get(key, (0, entry.index))
        counted[key] = (times + 1, first)
    return tuple(
        Ran(
            day=day,
            actor=actor,
            action=action,
            purpose=purpose,
            dataset=DatasetId(dataset),
            agreement=AgreementId(agreement),
            times=times,
            entry=first,
        )
        for (day, actor, action, purpose, dataset, agreement), (times, first) in counted.items()
    )


def _looked(entry: Entry) -> Looked:
    body = entry.body
    return Looked(
        at=entry.at,
        actor=str(body.get("actor", "")),
        role=str(body.get("role", "")),
        action=str(body.get("action", "")),
        purpose=str(body.get("purpose", "")),
        dataset=str(body.get("dataset") or entry.topic),
        agreement=str(body.get("agreement") or ""),
        permitted=entry.kind != "use.refused",
        entry=entry.index,
    )
