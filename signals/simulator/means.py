"""What a household needs, pays and owes: rents, bills and living, in dollars a month. All amounts are invented.

Rents are near three tenths of what a family usually earns; of tenants with little one in three lives where the rent
follows the income.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signals.simulator.chance import Chance, Grid
from signals.simulator.period import WARM_UP, Period
from signals.simulator.population import Population
from signals.simulator.shock import Shock, Struck

_RENT_SHARE, _RENT_SPREAD, _RENT_BOUNDS = 0.31, 0.22, (850.0, 3600.0)
_SUBSIDISED, _SUBSIDISED_BELOW, _SUBSIDISED_SHARE = 0.35, 5500.0, 0.3
_BILLS, _BILLS_A_HEAD, _WINTER = 150.0, 28.0, 1.45
_LIVING, _LIVING_A_HEAD, _LIVING_SHARE = 540.0, 255.0, 0.44
_RISE = (0.08, 0.14)
_SURPRISE, _SURPRISE_COST = 0.07, (250.0, 700.0)
"""Chance of an unexpected cost in a month; its least, and the mean of what is beyond."""
ILLNESS_COST, BABY_COST, BABY_MONTHLY, BAIL = 450.0, 350.0, 140.0, 600.0
_COLD_MONTHS = frozenset({11, 12, 1, 2, 3, 4})


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Per household: what it usually earns, and what living costs; and, per month too, rent, bills and surprises."""

    usual: Grid
    living: Grid
    rents: Grid
    bills: Grid
    surprises: Grid
    heads: NDArray[np.int64]


def means(population: Population, usual: Grid, struck: list[Struck], period: Period, chance: Chance) -> Means:
    """What every household needs and pays.

    Args:
        population: the households.
        usual: what each earns in a month in which all goes well.
        struck: rises of rents are among them.
        period: when; the months before it too.
        chance: of this concern.
    """
    count, months = len(usual), WARM_UP + period.months
    heads = np.array([len(each.members) for each in population.households])
    rent = np.clip(usual * _RENT_SHARE * np.exp(_RENT_SPREAD * chance.of("rent").normal(count)), *_RENT_BOUNDS)
    lucky = chance.of("subsidy").grid(count, 1)[:, 0] < _SUBSIDISED
    subsidised = population.renters & lucky & (usual < _SUBSIDISED_BELOW)
    rent = np.where(subsidised, np.minimum(rent, usual * _SUBSIDISED_SHARE), rent)
    rents = np.repeat(rent[:, None], months, axis=1)
    rises = chance.of("rise").grid(count, 1)[:, 0]
    for each in struck:
        if each.shock is Shock.RENT_RISE and not subsidised[each.household]:
            month = period.month(each.on) + WARM_UP
            rents[each.household, month + 1 :] *= 1 + _RISE[0] + _RISE[1] * rises[each.household]
    bills = np.outer(_BILLS + _BILLS_A_HEAD * heads, _seasons(period))
    surprise = chance.of("surprise").grid(count, months)
    cost = _SURPRISE_COST[0] - _SURPRISE_COST[1] * np.log(1 - chance.of("cost").grid(count, months))
    return Means(
        usual=usual,
        living=np.minimum(_LIVING + _LIVING_A_HEAD * heads, np.maximum(_LIVING_SHARE * usual, 700.0)),
        rents=rents,
        bills=bills,
        surprises=np.where(surprise < _SURPRISE, cost, 0.0),
        heads=heads,
    )


def _seasons(period: Period) -> Grid:
    """How much more is paid for heat and light in the cold half of the year."""
    days = [period.day(month - WARM_UP, 0.5) for month in range(WARM_UP + period.months)]
    return np.array([_WINTER if day.month in _COLD_MONTHS else 1.0 for day in days])
