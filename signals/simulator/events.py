"""A population's history, month by month: what people can pay, and what follows when they cannot.

What befalls them depends on nobody's help. Then, each month: cash assistance and SNAP; money and debts; help; bills and
what companies do; filings and courts; shelters. Everything that happens in a month depends on where a household stands
in it, so that one thing leads to another over the months after.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signals.simulator.assistance import Assistances
from signals.simulator.certification import Certifications
from signals.simulator.chance import Chance
from signals.simulator.crisis import crises
from signals.simulator.fate import Fate, decide
from signals.simulator.help import Helps
from signals.simulator.history import Help, History
from signals.simulator.period import WARM_UP, Period
from signals.simulator.population import Population
from signals.simulator.shelter import Shelter
from signals.simulator.signup import sign_up
from signals.simulator.standing import Standing
from signals.simulator.tenancy import Tenancy
from signals.simulator.utility import Utilities


def happen(population: Population, period: Period, seed: int, helped: Sequence[Help] = ()) -> History:
    """Let everything happen.

    Args:
        population: to whom.
        period: when.
        seed: the same brings the same; every concern has its own stream of it.
        helped: help from outside.
    """
    fate, chance = decide(population, period, seed), Chance(seed, "course")
    course = _Course(population, fate, period, chance, helped)
    for month in range(WARM_UP + period.months):
        course.month(month)
    history = course.history()
    history.signups.extend(sign_up(history, period, chance.of("signup")))
    history.crises.extend(crises(history, period))
    return history


class _Course:
    """The concerns of a month, and what they leave behind."""

    def __init__(
        self, population: Population, fate: Fate, period: Period, chance: Chance, helped: Sequence[Help]
    ) -> None:
        self._population, self._fate, self._period = population, fate, period
        means, frailty = fate.means, population.frailty
        self._standing = Standing.begin(means, frailty, population.renters, chance.of("savings"))
        self._cash = Assistances(means, _with_children(population), period, chance.of("assistance"))
        self._snap = Certifications(means, period, chance.of("certification"))
        self._help = Helps(helped, means, period, chance.of("help"))
        self._utilities = Utilities(means, period, chance.of("utility"))
        self._tenancy = Tenancy(means, period, chance.of("tenancy"))
        self._shelter = Shelter(period, chance.of("shelter"), len(frailty))
        self._strain, self._income, self._arrears = (np.zeros_like(fate.earned) for _ in range(3))

    def month(self, month: int) -> None:
        """One month for everybody."""
        standing, means, earned = self._standing, self._fate.means, self._fate.earned[:, month]
        other = earned + self._cash.month(month, earned, standing)
        income = other + self._snap.month(month, other, standing)
        standing.spend(means, month, income, self._fate.cost[:, month])
        standing.weigh(self._fate.shocks.strain[:, month], means, month)
        self._help.month(month, standing)
        self._utilities.month(month, standing)
        self._tenancy.month(month, standing)
        self._shelter.month(month, standing)
        self._strain[:, month], self._income[:, month] = standing.strain, income
        self._arrears[:, month] = standing.arrears
        standing.pass_on()

    def history(self) -> History:
        """What happened, without sign-ups and crises."""
        fate, first, last = self._fate, self._period.first, self._period.last
        return History(
            population=self._population,
            shocks=fate.shocks,
            apart=fate.apart,
            cases=self._tenancy.cases(),
            stays=self._shelter.stays(),
            jobs=fate.jobs,
            certifications=self._snap.all(),
            assistance=self._cash.all(),
            utilities=self._utilities.all(),
            bookings=fate.bookings,
            claims=fate.claims,
            help=self._help.all(),
            births={each.number: each.born_on for each in self._population.persons if first <= each.born_on <= last},
            strain=self._strain[:, WARM_UP:],
            incomes=self._income[:, WARM_UP:],
            rents=fate.means.rents[:, WARM_UP:],
            arrears=self._arrears[:, WARM_UP:],
        )


def _with_children(population: Population) -> NDArray[np.bool_]:
    found = [len(each.members) > len(population.adults(each.number)) for each in population.households]
    return np.array(found, dtype=np.bool_)
