"""What the pages show, and what they may call. No page reaches past this: it sees what it is given, already permitted.

`flows` builds a `Pages` from its services; tests build one from plain values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from alerts.programme import Programme
from alerts.queue import AlertCount, Move
from alerts.reasons import Fact
from console.wording import SMALLEST
from governance.ids import AgreementId, DatasetId, DeliveryId, GrantId, HouseholdId, TaskId
from governance.ledger import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One task on the list.

    `reasons` are sentences, `programmes` names; `consent` is `unknown` until the family has said something.
    """

    task: TaskId
    household: HouseholdId
    tier: int
    due_on: date
    owner: str
    reasons: tuple[str, ...]
    programmes: tuple[str, ...]
    consent: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """A list of tasks, most urgent first.

    `worker` is whose list it is, None for everybody's; `workers` who could be chosen. `as_of` is the day that the
    newest night looked from (None where there was no night yet), `today` this day. `waiting` counts households with
    a reason for whom there was no capacity, `withheld` tasks whose reasons governance did not open, `refusals` why.
    """

    tasks: tuple[QueueRow, ...]
    worker: str | None
    workers: tuple[str, ...]
    as_of: date | None
    today: date
    waiting: int = 0
    withheld: int = 0
    refusals: tuple[str, ...] = ()

    @property
    def tiers(self) -> tuple[tuple[int, tuple[QueueRow, ...]], ...]:
        """The tasks, tier by tier."""
        return tuple(
            (tier, tuple(row for row in self.tasks if row.tier == tier))
            for tier in sorted({row.tier for row in self.tasks})
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where facts came from: the dataset, its agreement, the grant that they were read under, the file received."""

    dataset: DatasetId
    agreement: AgreementId
    grant: GrantId
    delivery: DeliveryId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonView:
    """One reason: the sentence, where the rule comes from, and every fact behind it."""

    text: str
    citation: str
    facts: tuple[Fact, ...]

    @property
    def sources(self) -> tuple[tuple[Source, tuple[Fact, ...]], ...]:
        """The facts by where they came from; of each source, what happened last comes first."""
        found: dict[Source, list[Fact]] = {}
        for fact in self.facts:
            source = Source(dataset=fact.dataset, agreement=fact.agreement, grant=fact.grant, delivery=fact.delivery)
            found.setdefault(source, []).append(fact)
        return tuple((source, tuple(sorted(facts, key=_newest))) for source, facts in found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdView:
    """Why a household is on the list. `as_of` is the day that was looked from; `programmes` is the help there is."""

    household: HouseholdId
    task: TaskId
    status: str
    tier: int
    due_on: date
    owner: str
    as_of: date
    reasons: tuple[ReasonView, ...]
    programmes: tuple[Programme, ...]
    history: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCounts:
    """Households by reason in one night, most first; `as_of` is None where there was no night yet."""

    as_of: date | None
    counts: tuple[AlertCount, ...]

    def share(self, households: int) -> float:
        """How long the bar of a count is, in percent of the longest; nothing for one too small to be shown."""
        most = max((each.households for each in self.counts), default=0)
        return round(100 * households / most, 1) if households >= SMALLEST else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionUses:
    """Uses of one action for one purpose: how many were permitted, how many refused, and by which clauses.

    A refusal names every clause that failed, so that the counts of `codes` can add up to more than `refused`.
    """

    action: str
    permitted: int
    refused: int
    codes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeUses:
    """Uses for one purpose, by action."""

    purpose: str
    actions: tuple[ActionUses, ...]

    @property
    def permitted(self) -> int:
        """Permitted uses for this purpose."""
        return sum(each.permitted for each in self.actions)

    @property
    def refused(self) -> int:
        """Refused uses for this purpose."""
        return sum(each.refused for each in self.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesByPurpose:
    """Every use that the ledger holds, by purpose; `entries` is how many entries were read for it."""

    purposes: tuple[PurposeUses, ...]
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """The ledger's signed head: `root` in hex, `note` the signed text, `key` what verifies it (C2SP verifier key)."""

    size: int
    root: str
    note: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Everything that the console may call. Each is plain, may block, and raises what governance refuses.

    `queue` takes a worker's staff id or None; `household` raises `HOUSEHOLD_UNKNOWN` for one without a task. `asker`
    is the staff id that these pages act for: the console stands on that person's own machine.
    """

    asker: str
    queue: Callable[[str | None], QueueView]
    household: Callable[[HouseholdId], HouseholdView]
    alert_counts: Callable[[], AlertCounts]
    uses_by_purpose: Callable[[], UsesByPurpose]
    ledger_head: Callable[[], LedgerHead]
    verify: Callable[[], Verification]


def _newest(fact: Fact) -> tuple[float, float, int]:
    happened = fact.occurred_on or date.min
    return (-happened.toordinal(), -fact.known_on.toordinal(), fact.row)
