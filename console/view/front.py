"""Tonight in numbers, from the agencies' files to the ledger, as the first page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from console.view.ledger import LedgerHead
from console.view.queue import QueueRow
from console.view.text import Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCount:
    """What came of one dataset: rows in its files, rows kept, rows in quarantine. `title` says what is in it."""

    dataset: str
    title: str
    agency: str
    delivered: int
    kept: int
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontView:
    """The whole chain in numbers, for the newest night.

    `as_of` is the day that it looked from, None where there was no night yet; `today` is this day. Of the rows
    `delivered`, `kept` became signals, `quarantined` wait for a correction; what is left over was about nobody, a
    correction of the same row, or a column that no agreement names. `alerts` counts households with a reason,
    `foreseen` those of them that only the model speaks of, `waiting` those for whom there was no room. `sent` and
    `held` are offers by text of this night, `signed_up` and `agreed` telephones. `refused` counts uses that governance
    refused, of all that the ledger holds. `model` is the model in use, empty on a night by rules alone; `lift` how
    many times the usual share of crises such lists held on past days. `urgent` are the first five of the list,
    `thread` a telephone with the newest texts.
    """

    as_of: date | None
    today: date
    ledger: LedgerHead
    delivered: int = 0
    kept: int = 0
    quarantined: int = 0
    persons: int = 0
    households: int = 0
    alerts: int = 0
    foreseen: int = 0
    waiting: int = 0
    tasks: int = 0
    workers: int = 0
    sent: int = 0
    held: int = 0
    signed_up: int = 0
    agreed: int = 0
    refused: int = 0
    model: str = ""
    lift: float | None = None
    urgent: tuple[QueueRow, ...] = ()
    thread: Thread | None = None
    feeds: tuple[FeedCount, ...] = ()

    @property
    def agencies(self) -> int:
        """How many agencies sent files."""
        return len({each.agency for each in self.feeds})
