"""What befalls a household, and how hard it weighs on the months after: latent, and in no agency's file.

Rates and weights are invented, except that jobs are lost about as often as the layoffs and discharges of the Job
Openings and Labor Turnover Survey (BLS): close to one in a hundred jobs a month. Hazards elsewhere multiply by
`exp(weight x strain)`, so that one shock makes a crisis thinkable, and two or three make it likely.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from signals.simulator.period import Period
from signals.simulator.population import Population

Grid = NDArray[np.float64]
"""A number per household and month."""

_BEFORE = 6
"""Months before the period that are simulated too, so that its first month has a past."""
_FADING = (1.0, 1.0, 0.8, 0.6, 0.4, 0.2)
"""How much of a shock's weight is felt in the month that it falls in, and in those after."""


class Shock(StrEnum):
    """What can befall a household."""

    JOB_LOSS = "job_loss"
    RENT_RISE = "rent_rise"
    SEPARATION = "separation"
    ILLNESS = "illness"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nature:
    """How often, for a household of average frailty, in a month; how hard; and how much more with frailty."""

    monthly: float
    weight: float
    slope: float


_NATURES = {
    Shock.JOB_LOSS: _Nature(monthly=0.010, weight=1.0, slope=0.4),
    Shock.RENT_RISE: _Nature(monthly=0.008, weight=0.6, slope=0.2),
    Shock.SEPARATION: _Nature(monthly=0.004, weight=0.9, slope=0.2),
    Shock.ILLNESS: _Nature(monthly=0.007, weight=0.7, slope=0.3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """One shock: whom, what, when."""

    household: int
    shock: Shock
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shocks:
    """All of them, in the order of day and household; and what they add up to, per household and month."""

    struck: tuple[Struck, ...]
    strain: Grid

    def of(self, shock: Shock) -> Iterator[Struck]:
        """Those of one kind."""
        return (each for each in self.struck if each.shock is shock)


def strike(population: Population, period: Period, rng: np.random.Generator) -> Shocks:
    """Let fate have its way.

    Only tenants' rents rise, and only couples separate, once.
    """
    months = _BEFORE + period.months
    frailty = np.array([each.frailty for each in population.households])
    strain = np.zeros((len(frailty), months))
    struck: list[Struck] = []
    for shock, nature in _NATURES.items():
        chance = np.minimum(nature.monthly * np.exp(nature.slope * frailty), 0.5) * _exposed(population, shock)
        falls = rng.random((len(frailty), months)) < chance[:, None]
        if shock is Shock.SEPARATION:
            falls &= np.cumsum(falls, axis=1) == 1
        for later, share in enumerate(_FADING):
            strain[:, later:] += nature.weight * share * falls[:, : months - later]
        shares = rng.random(int(falls.sum()))
        for (household, month), share in zip(np.argwhere(falls), shares, strict=True):
            on = period.day(int(month) - _BEFORE, float(share))
            struck.append(Struck(household=int(household), shock=shock, on=on))
    ordered = sorted(struck, key=lambda each: (each.on, each.household, each.shock))
    return Shocks(struck=tuple(ordered), strain=strain[:, _BEFORE:])


def _exposed(population: Population, shock: Shock) -> NDArray[np.bool_]:
    """Which households a shock can befall at all."""
    if shock is Shock.RENT_RISE:
        return np.array([each.renter for each in population.households], dtype=bool)
    if shock is Shock.SEPARATION:
        couples = [len(population.adults(each.number)) > 1 for each in population.households]
        return np.array(couples, dtype=bool)
    return np.ones(len(population.households), dtype=bool)
