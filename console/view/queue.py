"""The list of families to reach, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from governance.ids import HouseholdId, TaskId

ORDER = "Deadlines first, then who the model expects to need help most; no score is shown."
"""How a list is ordered, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One task on the list.

    `reasons` are sentences, `programmes` names. `consent` is what the family has said about texts: `none`, `asked`,
    `granted` or `revoked`. `texted_on` is the day of the newest offer by text, None where there was none.
    """

    task: TaskId
    household: HouseholdId
    tier: int
    due_on: date
    owner: str
    reasons: tuple[str, ...]
    programmes: tuple[str, ...]
    consent: str = "none"
    texted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """A list of tasks, most urgent first.

    `worker` is whose list it is, None for everybody's; `workers` who could be chosen. `as_of` is the day that the
    newest night looked from (None where there was no night yet), `today` this day. `waiting` counts households with
    a reason for whom there was no capacity, `withheld` tasks whose reasons governance did not open, `refusals` why.
    `order_note` says in one line what the order means: another one on a night by rules alone.
    """

    tasks: tuple[QueueRow, ...]
    worker: str | None
    workers: tuple[str, ...]
    as_of: date | None
    today: date
    waiting: int = 0
    withheld: int = 0
    refusals: tuple[str, ...] = ()
    order_note: str = ORDER

    @property
    def tiers(self) -> tuple[tuple[int, tuple[QueueRow, ...]], ...]:
        """The tasks, tier by tier."""
        return tuple(
            (tier, tuple(row for row in self.tasks if row.tier == tier))
            for tier in sorted({row.tier for row in self.tasks})
        )
