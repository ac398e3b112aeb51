"""What may be shown of tasks and reasons: plain values, already permitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alerts.reasons import Fact
from governance.ids import HouseholdId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTask:
    """A task as a worker sees it.

    `reasons` are sentences; `consent` what the family has said about texts: `none` until it has said something, which
    is not yes. `texted_on` is the day on which it was last sent an offer.
    """

    id: TaskId
    household: HouseholdId
    tier: int
    due_on: date
    owner: str
    opened_on: date
    reasons: list[str]
    programmes: list[str]
    consent: str
    texted_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQueue:
    """A worker's list, most urgent first, what was withheld from it, and what the newest night could not know."""

    worker: str | None
    tasks: list[ShownTask]
    withheld: int
    refusals: list[str]
    not_known: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReason:
    """One reason with its facts.

    `contribution` is what the model gives to what this reason speaks of, in log-odds: those of all reasons add up to
    the score. None on a night by rules alone, which gives reasons, not weights.
    """

    rule: str
    text: str
    citation: str
    tier: int
    contribution: float | None
    programmes: list[str]
    facts: list[Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a household is on the list.

    `score` is the model's log-odds, for scripts and analysts; no page shows it. None on a night by rules alone, or
    where something that the model looked at may not be shown any more. `model` is the model in use then. `not_known`
    says in words what the newest night could not know, because a dataset is not heard of any more.
    """

    household: HouseholdId
    as_of: date
    run: str
    task: TaskId
    status: str
    score: float | None
    model: str | None
    tier: int
    due_on: date
    owner: str
    reasons: list[ShownReason]
    not_known: list[str]
