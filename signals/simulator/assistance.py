"""TANF: spells of cash assistance, months in which the grant is cut, and how spells end.

Grants are like those of Massachusetts (TAFDC, near 860 dollars a month for three in fiscal year 2025), and so is the
time limit of 24 months. How spells begin and end, and how often a grant is cut, is invented; reasons are those of the
federal report on closed cases (ACF-199, section two).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from signals.simulator.chance import Chance, Grid
from signals.simulator.history import Assistance
from signals.simulator.means import Means
from signals.simulator.period import WARM_UP, Period
from signals.simulator.standing import Standing

_GRANT, _GRANT_A_HEAD = 480, 125
_BELOW, _ABOVE = 900.0, 1500.0
"""Dollars of other income a month below which a family may come, and above which it goes."""
_COMES, _HAS, _PAPERWORK, _REQUESTED = 0.14, 0.4, 0.012, 0.004
_SANCTIONED, _STAYS_SANCTIONED, _CLOSED_BY_SANCTION, _BY_STRAIN = 0.028, 0.5, 0.3, 0.35
_LIMIT = 24
_CUT = 0.3


@dataclass(slots=True, kw_only=True)
class _Spell:
    """A family on assistance now."""

    began_on: date
    months: int
    monthly: int
    sanctioned: list[date] = field(default_factory=list)


class Assistances:
    """Spells of assistance.

    Args:
        means: how many heads a family has.
        children: which households have any.
        period: when.
        chance: of this concern.
    """

    def __init__(self, means: Means, children: NDArray[np.bool_], period: Period, chance: Chance) -> None:
        self._means, self._children, self._period = means, children, period
        self._chance = chance.of("course")
        shape = len(means.usual), WARM_UP + period.months
        self._come = chance.of("come").grid(*shape)
        self._spells: dict[int, _Spell] = {}
        self._past: list[Assistance] = []
        self._closed_until = np.zeros(shape[0], dtype=np.int64)

    def month(self, month: int, income: Grid, standing: Standing) -> Grid:
        """What changes in a month.

        Args:
            month: which.
            income: from work and from claims.
            standing: of everybody; gets who lost it over papers or a sanction.

        Returns:
            What each household gets of it this month.
        """
        paid = np.zeros(len(income))
        for household in sorted(self._spells):
            spell = self._spells[household]
            spell.months += 1
            paid[household] = spell.monthly
            rng = self._chance.at(household, month)
            ended_by = self._ends(household, month, income, standing, rng)
            if ended_by:
                self._end(household, spell, self._period.day(month - WARM_UP, float(rng.random())), ended_by)
                self._closed_until[household] = month + (24 if ended_by == "time_limit" else 3)
                standing.lapsed[household] = max(standing.lapsed[household], float(ended_by in _LAPSES))
            elif spell.sanctioned and spell.sanctioned[-1] == self._first_of(month):
                paid[household] *= 1 - _CUT
        free = (
            self._children
            & (income < _BELOW)
            & (self._closed_until <= month)
            & (self._come[:, month] < (_COMES if month else _HAS))
        )
        for household in np.flatnonzero(free).tolist():
            if household not in self._spells:
                began = self._period.day(month - WARM_UP, 0.5)
                heads = int(self._means.heads[household])
                self._spells[household] = _Spell(began_on=began, months=0, monthly=_GRANT + _GRANT_A_HEAD * heads)
        return paid

    def all(self) -> list[Assistance]:
        """All spells that were not over before the period, in the order of households."""
        found = [each for each in self._past if each.ended_on and each.ended_on >= self._period.first]
        found.extend(_assistance(home, spell, None, "") for home, spell in self._spells.items())
        return sorted(found, key=lambda each: (each.household, each.began_on))

    def _first_of(self, month: int) -> date:
        return self._period.day(month - WARM_UP, 0.5).replace(day=1)

    def _ends(self, household: int, month: int, income: Grid, standing: Standing, rng: np.random.Generator) -> str:
        """Why a spell ends this month; empty if it does not. A sanction is written down."""
        spell = self._spells[household]
        hard = standing.hardship(household, _BY_STRAIN)
        papers, requested, sanction, closing = rng.random(4).tolist()
        if income[household] > _ABOVE:
            return "earnings"
        if spell.months >= _LIMIT:
            return "time_limit"
        if papers < _PAPERWORK * hard:
            return "paperwork"
        if requested < _REQUESTED:
            return "requested"
        still = bool(spell.sanctioned) and spell.sanctioned[-1] == self._first_of(month - 1)
        if still and closing < _CLOSED_BY_SANCTION:
            return "sanction"
        if sanction < (_STAYS_SANCTIONED if still else _SANCTIONED * hard):
            spell.sanctioned.append(self._first_of(month))
        return ""

    def _end(self, household: int, spell: _Spell, on: date, ended_by: str) -> None:
        self._past.append(_assistance(household, spell, max(on, spell.began_on), ended_by))
        del self._spells[household]


_LAPSES = frozenset({"paperwork", "sanction"})


def _assistance(household: int, spell: _Spell, ended_on: date | None, ended_by: str) -> Assistance:
    return Assistance(
        household=household,
        began_on=spell.began_on,
        ended_on=ended_on,
        ended_by=ended_by,
        monthly=spell.monthly,
        sanctioned=tuple(spell.sanctioned),
    )
