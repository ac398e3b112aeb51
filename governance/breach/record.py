"""A breach as the ledger has it: what was declared, which notices were sent or excused, the reviews, the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.breach.duty import Duty
from governance.ids import AgreementId, DatasetId
from governance.ledger import Entry

DECLARED, NOTIFIED, EXCUSED = "breach.declared", "breach.notified", "breach.excused"
REVIEWED, CLOSED = "breach.reviewed", "breach.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """That somebody was told, or why nobody had to be. `said` is how they were told, or why they were not."""

    to: str
    agency: str
    by: str
    at: datetime
    said: str
    excused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A duty, and the notice that did it; None where it waits."""

    duty: Duty
    notice: Notice | None

    def late(self, now: datetime) -> bool:
        """Whether it is late: it still waits after its time, or was done after it."""
        if self.notice is not None and self.notice.excused:
            return False
        return (self.notice.at if self.notice else now) > self.duty.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What somebody who did not declare it found."""

    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One breach as it stands. `since` is from when on data may have been open; None where that is not known.

    `datasets` is empty where all that the agreements cover is concerned. `kept` are its duties, the most urgent first.
    """

    reference: str
    agreements: tuple[AgreementId, ...]
    datasets: tuple[DatasetId, ...]
    by: str
    what: str
    noticed_at: datetime
    since: datetime | None
    declared_at: datetime
    kept: tuple[Kept, ...]
    reviews: tuple[Review, ...]
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it freezes its agreements."""
        return self.closed_at is None

    @property
    def state(self) -> str:
        """`declared`, `notified` (everybody was), `reviewed` or `closed`: how far it is."""
        if not self.is_open:
            return "closed"
        if self.reviews:
            return "reviewed"
        return "notified" if all(kept.notice for kept in self.kept) else "declared"


def recall(entries: Sequence[Entry]) -> Breach:
    """The breach that its entries tell of; the first one declared it."""
    first = entries[0]
    notices = tuple(_notice(entry) for entry in entries if entry.kind in {NOTIFIED, EXCUSED})
    body, since = first.body, first.body["since"]
    return Breach(
        reference=first.topic,
        agreements=tuple(AgreementId(each) for each in _texts(body["agreements"])),
        datasets=tuple(DatasetId(each) for each in _texts(body["datasets"])),
        by=str(body["by"]),
        what=str(body["why"]),
        noticed_at=datetime.fromisoformat(str(body["noticed_at"])),
        since=datetime.fromisoformat(str(since)) if since else None,
        declared_at=first.at,
        kept=tuple(_kept(Duty.recall(each), notices) for each in _bodies(body["duties"])),
        reviews=tuple(
            Review(by=str(entry.body["by"]), at=entry.at, why=str(entry.body["why"]))
            for entry in entries
            if entry.kind == REVIEWED
        ),
        closed_at=next((entry.at for entry in entries if entry.kind == CLOSED), None),
    )


def _kept(duty: Duty, notices: Sequence[Notice]) -> Kept:
    found = (notice for notice in notices if (notice.to, notice.agency) == (duty.to, duty.agency))
    return Kept(duty=duty, notice=next(found, None))


def _notice(entry: Entry) -> Notice:
    body, excused = entry.body, entry.kind == EXCUSED
    return Notice(
        to=str(body["to"]),
        agency=str(body["agency"]),
        by=str(body["by"]),
        at=entry.at,
        said=str(body["why" if excused else "how"]),
        excused=excused,
    )


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []


def _bodies(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []
