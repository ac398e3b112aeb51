"""From shocks to dated events: who is sued for eviction, who enters a shelter and leaves it, who moves out.

All hazards are invented. They are higher than the Commonwealth's, so that a few hundred households show something.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from signals.simulator.court import Case, Court
from signals.simulator.period import Period
from signals.simulator.place import Address, Places
from signals.simulator.population import Person, Population
from signals.simulator.shock import Grid, Shock, Shocks

_FILING = (0.0075, 1.15, 0.25)
_ENTRY = (0.0036, 1.1, 0.3)
"""Base rate a month, and what strain and frailty multiply it by, as exponents."""
_PUT_OUT = 0.25
"""Chance, in a month, to enter a shelter once the family may be moved out."""
_AGAIN = 5
"""Months after a filing before there is another."""
_STAY_DAYS = 75.0
"""Mean length of a stay."""
_RETURN = 0.12
"""Chance that a family that left a shelter is back within four months."""


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
class History:
    """What happened to a population; `apart` by the number of the person."""

    population: Population
    shocks: Shocks
    apart: dict[int, Apart] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

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


def happen(population: Population, shocks: Shocks, period: Period, rng: np.random.Generator) -> History:
    """Let everything happen that follows from the shocks.

    Args:
        population: to whom.
        shocks: what befell them.
        period: when.
        rng: where chance comes from.
    """
    history = History(population=population, shocks=shocks, apart=_separate(population, shocks, rng))
    frailty = np.array([each.frailty for each in population.households])
    history.cases.extend(_cases(population, shocks.strain, frailty, period, rng))
    history.stays.extend(_stays(history, frailty, period, rng))
    return history


def _separate(population: Population, shocks: Shocks, rng: np.random.Generator) -> dict[int, Apart]:
    """The second adult of a couple moves out, to an address and a household number that nobody has yet."""
    places, number = Places(rng), len(population.households)
    found: dict[int, Apart] = {}
    for struck in shocks.of(Shock.SEPARATION):
        leaving = population.adults(struck.household)[1]
        found[leaving.number] = Apart(on=struck.on, household=number, address=places.address())
        number += 1
    return found


def _hazard(rates: tuple[float, float, float], strain: NDArray[np.float64], frailty: NDArray[np.float64]) -> Grid:
    base, by_strain, by_frailty = rates
    return np.minimum(base * np.exp(by_strain * strain + by_frailty * frailty), 0.5)


def _cases(
    population: Population, strain: Grid, frailty: NDArray[np.float64], period: Period, rng: np.random.Generator
) -> Iterator[Case]:
    """Eviction cases against tenants, in the order of months."""
    court = Court(rng)
    renters = np.array([each.renter for each in population.households])
    last = np.full(len(renters), -_AGAIN)
    for month in range(period.months):
        chance = _hazard(_FILING, strain[:, month], frailty) * renters
        sued = np.nonzero((rng.random(len(renters)) < chance) & (month - last >= _AGAIN))[0]
        last[sued] = month
        for household in sued:
            hard = bool(strain[household, month] > 0.9)  # noqa: PLR2004 (as much as one job lost)
            yield court.case(int(household), period.day(month, float(rng.random())), hard=hard)


def _stays(history: History, frailty: NDArray[np.float64], period: Period, rng: np.random.Generator) -> Iterator[Stay]:
    """Stays in shelters: by hazard, after an eviction, and again after an earlier stay."""
    put_out = _put_out(history.cases, period, rng)
    until = [period.first] * len(frailty)
    stays = np.zeros(len(frailty), dtype=np.int64)
    planned: dict[int, date] = {}
    for month in range(period.months):
        hazard = _hazard(_ENTRY, history.shocks.strain[:, month], frailty)
        entering = set(np.nonzero(rng.random(len(frailty)) < hazard)[0].tolist())
        begin, end = period.bounds[month], period.bounds[month + 1]
        back = {household for household, day in planned.items() if begin <= day < end}
        for household in sorted(entering | back | put_out.get(month, set())):
            on = planned.pop(household) if household in back else period.day(month, float(rng.random()))
            if on < until[household]:
                continue
            left = on + timedelta(days=2 + int(rng.exponential(_STAY_DAYS)))
            yield Stay(
                household=household,
                entered_on=on,
                left_on=left if left <= period.last else None,
                before=int(stays[household]) + int(rng.random() ** 3 * 4),
                put_out=household in put_out.get(month, set()),
                returning=household in back,
            )
            until[household] = left + timedelta(days=1)
            stays[household] += 1
            if rng.random() < _RETURN:
                planned[household] = left + timedelta(days=3 + int(rng.random() * 120))


def _put_out(cases: list[Case], period: Period, rng: np.random.Generator) -> dict[int, set[int]]:
    """Households that a court's execution brings to a shelter, by month: the one after it was issued."""
    found: dict[int, set[int]] = {}
    for case in cases:
        issued = case.execution_on
        if issued is not None and rng.random() < _PUT_OUT:
            month = next((n for n in range(period.months) if issued < period.bounds[n]), period.months)
            found.setdefault(month, set()).add(case.household)
    return found
