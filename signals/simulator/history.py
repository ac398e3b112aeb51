"""What happened to invented people: every event that an agency may come to hear of, and what none of them knows.

The truth, not the files: writers decide who hears of what, how late, and how wrongly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from signals.simulator.chance import Grid
from signals.simulator.court import Case
from signals.simulator.place import Address
from signals.simulator.population import Person, Population
from signals.simulator.shock import Shocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """An adult who moved out: on which day, into which household, where."""

    on: date
    household: int
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A family in a shelter, from a day on; `left_on` is None while they are there."""

    household: int
    entered_on: date
    left_on: date | None
    before: int
    put_out: bool
    returning: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Somebody's work; `lost` where it ended by the employer's will."""

    person: int
    began_on: date
    ended_on: date | None
    monthly_wage: int
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """A time for which a household has SNAP, and how it ended: the notice to recertify, the interview, the outcome.

    `interview` is held, missed, waived, scheduled or empty; `outcome` is running, renewed or closed.
    """

    household: int
    number: int
    start_on: date
    end_on: date
    benefit: int
    notice_on: date | None = None
    answered_on: date | None = None
    interview_on: date | None = None
    interview: str = ""
    outcome: str = "running"
    closed_on: date | None = None
    reason: str = ""
    reopened_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """A time on TANF; `sanctioned` holds the first day of each month in which the grant was cut."""

    household: int
    began_on: date
    ended_on: date | None
    ended_by: str
    monthly: int
    sanctioned: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UtilityTrouble:
    """One time of being behind with a bill, from past due to paid, planned, or disconnected and connected again."""

    household: int
    service: str
    past_due_on: date
    amount: int
    notice_on: date | None = None
    shutoff_on: date | None = None
    planned_on: date | None = None
    disconnected_on: date | None = None
    reconnected_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """An adult taken into custody; `released_on` is None while they are there."""

    person: int
    booked_on: date
    released_on: date | None
    charge_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim for unemployment benefits: `status` is pending, approved, denied, exhausted or withdrawn."""

    person: int
    filed_on: date
    separation: str
    status: str
    weekly: int
    decided_on: date | None
    exhausted_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """An adult who asked for texts; `replies` are days after signing and what the phone texts back."""

    person: int
    signed_on: date
    language: str
    topic: str
    how: str
    safe_to_text: bool
    replies: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Help that a household got on a day; it lowers its hazards for a time."""

    household: int
    on: date
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crisis:
    """What prevention is to prevent: it happened, whether or not any agency knows of it."""

    household: int
    kind: str
    on: date


def _nothing() -> Grid:
    return np.zeros((0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened to a population; `apart` by the number of the person.

    `strain`, `incomes`, `rents` and `arrears` have a row for each household and a column for each month of the
    period; strain is latent, the others are dollars a month (arrears: dollars owed at the month's end).
    """

    population: Population
    shocks: Shocks
    apart: dict[int, Apart] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    certifications: list[Certification] = field(default_factory=list)
    assistance: list[Assistance] = field(default_factory=list)
    utilities: list[UtilityTrouble] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    signups: list[SignUp] = field(default_factory=list)
    help: list[Help] = field(default_factory=list)
    crises: list[Crisis] = field(default_factory=list)
    births: dict[int, date] = field(default_factory=dict)
    strain: Grid = field(default_factory=_nothing)
    incomes: Grid = field(default_factory=_nothing)
    rents: Grid = field(default_factory=_nothing)
    arrears: Grid = field(default_factory=_nothing)

    def together(self, household: int, day: date) -> list[Person]:
        """Who lives in a household on a day: not who moved out before, or was not born. There is always somebody."""
        return [
            person
            for person in self.population.members(household)
            if person.born_on <= day and (person.number not in self.apart or self.apart[person.number].on > day)
        ]

    def household(self, person: Person) -> int:
        """The household that somebody belongs to at the end."""
        moved = self.apart.get(person.number)
        return moved.household if moved else person.household
