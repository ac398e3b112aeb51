"""What befalls a household, and how hard it weighs on the months after: latent, and in no agency's file.

Jobs are lost as `job` says. Jails of the United States took 7.3 million people in within a year, near 3 to 100 adults
(BJS, Jail Inmates in 2022). Babies are the children of the population who are born in the period: between 7 and 8 to
100 households a year, more than the general fertility rate of 54.5 to 1,000 women of 15 to 44 (CDC, National Vital
Statistics, 2023), since most households here have children. How often couples part, somebody falls ill for long or a
rent rises beyond the means, and all weights, are invented. Hazards elsewhere multiply by `exp(weight x strain)`, so
that one shock makes a crisis thinkable, and two or three make it likely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from signals.simulator.chance import Chance, Grid
from signals.simulator.period import WARM_UP, Period
from signals.simulator.population import Population

_FADING = (1.0, 1.0, 0.9, 0.75, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
"""How much of a shock's weight is felt in the month that it falls in, and in those after."""


class Shock(StrEnum):
    """What can befall a household."""

    JOB_LOSS = "job_loss"
    RENT_RISE = "rent_rise"
    SEPARATION = "separation"
    ILLNESS = "illness"
    NEW_BABY = "new_baby"
    BOOKING = "booking"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nature:
    """How often, for a household of average frailty, in a month; and how much more with frailty."""

    monthly: float
    slope: float


_NATURES = {
    Shock.RENT_RISE: _Nature(monthly=0.008, slope=0.2),
    Shock.SEPARATION: _Nature(monthly=0.003, slope=0.25),
    Shock.ILLNESS: _Nature(monthly=0.007, slope=0.4),
    Shock.BOOKING: _Nature(monthly=0.0018, slope=0.8),
}
"""What comes by chance; jobs are lost and babies born elsewhere."""
WEIGHTS = {
    Shock.JOB_LOSS: 0.9,
    Shock.RENT_RISE: 0.6,
    Shock.SEPARATION: 0.9,
    Shock.ILLNESS: 0.8,
    Shock.NEW_BABY: 0.4,
    Shock.BOOKING: 0.9,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """One shock: whom, what, when."""

    household: int
    shock: Shock
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shocks:
    """All of them, in the order of day and household; and what they add up to, per household and month.

    `strain` begins with the months before the period; `History.strain` is of the period alone, and has what follows
    from the shocks too.
    """

    struck: tuple[Struck, ...]
    strain: Grid

    def of(self, shock: Shock) -> Iterator[Struck]:
        """Those of one kind."""
        return (each for each in self.struck if each.shock is shock)


def befall(population: Population, period: Period, chance: Chance) -> list[Struck]:
    """What comes by chance, and the babies. Only tenants' rents rise, and only couples separate, once.

    Args:
        population: whom.
        period: when; the months before it too.
        chance: of this concern.
    """
    months, frailty = WARM_UP + period.months, population.frailty
    struck: list[Struck] = []
    for shock, nature in _NATURES.items():
        own = chance.of(shock)
        odds = np.minimum(nature.monthly * np.exp(nature.slope * frailty), 0.5) * _exposed(population, shock)
        falls = own.grid(len(frailty), months) < odds[:, None]
        if shock is Shock.SEPARATION:
            falls &= np.cumsum(falls, axis=1) == 1
        shares = own.of("day").grid(len(frailty), months)
        for household, month in np.argwhere(falls).tolist():
            on = period.day(month - WARM_UP, float(shares[household, month]))
            struck.append(Struck(household=household, shock=shock, on=on))
    begin = period.day(-WARM_UP, 0.0)
    struck.extend(
        Struck(household=person.household, shock=Shock.NEW_BABY, on=person.born_on)
        for person in population.persons
        if begin <= person.born_on <= period.last
    )
    return struck


def weigh(struck: Sequence[Struck], population: Population, period: Period) -> Shocks:
    """Put shocks in order, and add up how hard they weigh.

    Args:
        struck: all of them.
        population: whom they befell.
        period: when.
    """
    months = WARM_UP + period.months
    strain = np.zeros((len(population.households), months))
    for each in struck:
        month = period.month(each.on) + WARM_UP
        for later, share in enumerate(_FADING[: months - month]):
            strain[each.household, month + later] += WEIGHTS[each.shock] * share
    ordered = sorted(struck, key=lambda each: (each.on, each.household, each.shock))
    return Shocks(struck=tuple(ordered), strain=strain)


def _exposed(population: Population, shock: Shock) -> NDArray[np.bool_]:
    """Which households a shock can befall at all."""
    if shock is Shock.RENT_RISE:
        return population.renters
    if shock is Shock.SEPARATION:
        couples = [len(population.adults(each.number)) > 1 for each in population.households]
        return np.array(couples, dtype=np.bool_)
    return np.ones(len(population.households), dtype=np.bool_)
