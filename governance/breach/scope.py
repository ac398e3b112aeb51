"""The scope of a breach: every use of the data concerned in its time, read off the ledger.

The ledger names no family. A use that looked at some has a commitment to them: whoever keeps the index behind it can
say whom to tell. A use without one read whole files: then everybody in them is concerned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from governance.ids import AgreementId, DatasetId
from governance.ledger import Entry, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedUse:
    """One grant under which data concerned could be read.

    `rows` is None where it was opened and its end is unknown, and 0 where it was never opened. `derived` says that it
    read something that was made from the data, not the data itself. `subjects` is the commitment to the households that
    it was about; empty where it was about whole files.
    """

    entry: int
    at: datetime
    agreement: AgreementId
    dataset: DatasetId
    actor: str
    role: str
    action: str
    purpose: str
    fields: tuple[str, ...]
    rows: int | None
    derived: bool
    subjects: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a breach touches: the uses in its time, and what they come to."""

    uses: tuple[AffectedUse, ...]

    @property
    def actors(self) -> tuple[str, ...]:
        """Everybody who could read, sorted."""
        return tuple(sorted({use.actor for use in self.uses}))

    @property
    def rows(self) -> int:
        """Rows that were read, each as often as it was."""
        return sum(use.rows or 0 for use in self.uses)

    @property
    def unknown(self) -> int:
        """Uses whose end is not known: how much they read is not either."""
        return sum(use.rows is None for use in self.uses)

    @property
    def commitments(self) -> tuple[str, ...]:
        """Commitments to the households that were looked at one by one."""
        return tuple(sorted({use.subjects for use in self.uses if use.subjects}))

    @property
    def whole_files(self) -> bool:
        """Whether any use read whole files, so that everybody in them is concerned."""
        return any(not use.subjects and use.rows != 0 for use in self.uses)


def scope(
    ledger: Ledger,
    *,
    agreements: Collection[AgreementId],
    datasets: Collection[DatasetId],
    since: datetime | None,
    until: datetime,
) -> Scope:
    """Every use of some agreements' data in a period, and of what was derived from it.

    Args:
        ledger: where uses are.
        agreements: whose data it is.
        datasets: only these of theirs; empty for all. What was derived from an agreement counts whichever it is.
        since: from when on; None from the beginning.
        until: up to when.
    """
    issued = [
        entry
        for entry in ledger.entries(kind="grant.issued")
        if (since is None or entry.at >= since) and entry.at <= until and _concerns(entry, agreements, datasets)
    ]
    ends = _ends(ledger, issued)
    return Scope(uses=tuple(_use(entry, ends, agreements) for entry in issued))


def _concerns(entry: Entry, agreements: Collection[AgreementId], datasets: Collection[DatasetId]) -> bool:
    if _derived(entry, agreements):
        return True
    return entry.body.get("agreement") in agreements and (not datasets or entry.body.get("dataset") in datasets)


def _derived(entry: Entry, agreements: Collection[AgreementId]) -> bool:
    return any(parent in agreements for parent in _texts(entry.body.get("lineage")))


def _ends(ledger: Ledger, issued: list[Entry]) -> dict[str, int | None]:
    """How many rows each grant read, by its id; None where it was opened and never closed."""
    if not issued:
        return {}
    concerned, ends = {entry.topic for entry in issued}, dict[str, int | None]()
    for entry in ledger.entries(kind="grant", after=issued[0].index):
        if entry.topic in concerned and entry.kind == "grant.opened":
            ends[entry.topic] = None
        elif entry.topic in concerned and entry.kind == "grant.closed":
            ends[entry.topic] = cast("int", entry.body.get("rows", 0))
    return ends


def _use(entry: Entry, ends: dict[str, int | None], agreements: Collection[AgreementId]) -> AffectedUse:
    body = entry.body
    own = body.get("agreement") in agreements
    return AffectedUse(
        entry=entry.index,
        at=entry.at,
        agreement=AgreementId(str(body.get("agreement"))),
        dataset=DatasetId(str(body.get("dataset"))),
        actor=str(body.get("actor")),
        role=str(body.get("role")),
        action=str(body.get("action")),
        purpose=str(body.get("purpose")),
        fields=tuple(_texts(body.get("fields"))),
        rows=ends.get(entry.topic, 0),
        derived=not own,
        subjects=str(body.get("subjects", "")),
    )


def _texts(value: object) -> Iterator[str]:
    yield from (str(each) for each in value) if isinstance(value, list | tuple) else ()
