"""Bills for heat, light and water that are not paid: past due, shut-off notice, plan, disconnection, connected again.

Ten in 100 households of the United States got a disconnection notice in 2020, and 14 in 2015 (EIA, Residential Energy
Consumption Survey); about 1 in 100 is disconnected in a year (Congressional Research Service, R47417). Here it is
several times as many, as with cases against tenants: a prevention office's families are not everybody. Between 15
November and 15 March nobody in hardship is shut off in Massachusetts (220 CMR 25.03); not all who could ask for that
do. All hazards are invented.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from signals.simulator.chance import Chance
from signals.simulator.history import UtilityTrouble
from signals.simulator.means import Means
from signals.simulator.period import WARM_UP, Period
from signals.simulator.standing import Standing

_SERVICES, _OF_SERVICES = ("electric", "gas", "water"), (0.55, 0.33, 0.12)
_BEHIND = 0.7
"""Months of bills from which somebody is behind."""
_WRITTEN, _FORGOTTEN = 0.75, 0.0075
"""Chance, in a month, that a company writes to who is behind; and that anybody forgets a bill."""
_NOTICED, _PLANNED, _CUT, _BY_STRAIN = 0.55, 0.42, 0.2, 0.5
_PROTECTED = 0.75
"""Share of those in hardship who are not shut off in winter."""
_REMEMBERS, _RECONNECTED, _LEFT_TO_PAY = 0.7, 0.75, 0.3
_LONGEST = 5
"""Months after which a trouble without an end is written off."""
_REST = 3
"""Months after one trouble is over before another begins."""


@dataclass(slots=True, kw_only=True)
class _Open:
    """A trouble that is not over: since which month, and how far it has come."""

    trouble: UtilityTrouble
    since: int
    forgotten: bool


class Utilities:
    """Troubles with companies.

    Args:
        means: bills.
        period: when.
        chance: of this concern.
    """

    def __init__(self, means: Means, period: Period, chance: Chance) -> None:
        self._means, self._period = means, period
        self._course = chance.of("course")
        shape = len(means.usual), WARM_UP + period.months
        self._begin, self._forget, self._day = (chance.of(name).grid(*shape) for name in ("begin", "forget", "day"))
        service = chance.of("service").grid(shape[0], 1)[:, 0]
        self._service = np.searchsorted(np.cumsum(_OF_SERVICES), service)
        self._free_from = np.zeros(shape[0], dtype=np.int64)
        self._open: dict[int, _Open] = {}
        self._past: list[UtilityTrouble] = []

    def month(self, month: int, standing: Standing) -> None:
        """What comes of troubles, and new ones."""
        behind = standing.overdue > _BEHIND * self._means.bills[:, month]
        for household in sorted(self._open):
            self._follow(household, month, standing, behind=bool(behind[household]))
        late = behind & (self._begin[:, month] < _WRITTEN)
        forgotten = self._forget[:, month] < _FORGOTTEN * np.exp(_BY_STRAIN * standing.strain)
        starts = (late | forgotten) & (self._free_from <= month) & ~standing.sheltered
        for household in np.flatnonzero(starts).tolist():
            if household not in self._open:
                bill = float(self._means.bills[household, month])
                owed = max(float(standing.overdue[household]), bill * (0.6 + 0.5 * float(self._day[household, month])))
                self._open[household] = _Open(
                    trouble=UtilityTrouble(
                        household=household,
                        service=_SERVICES[int(self._service[household])],
                        past_due_on=self._period.day(month - WARM_UP, float(self._day[household, month])),
                        amount=int(owed),
                    ),
                    since=month,
                    forgotten=not late[household],
                )

    def all(self) -> list[UtilityTrouble]:
        """All troubles that were not over before the period, in the order of days."""
        found = [*self._past, *(each.trouble for each in self._open.values())]
        first = self._period.first
        kept = [each for each in found if _last(each) >= first and each.past_due_on <= self._period.last]
        return sorted(kept, key=lambda each: (each.past_due_on, each.household))

    def _follow(self, household: int, month: int, standing: Standing, *, behind: bool) -> None:
        """One trouble, one month further: paid, or written about, or planned, or cut off, or connected again."""
        now, rng = self._open[household], self._course.at(household, month)
        on = self._period.day(month - WARM_UP, float(rng.random()) * 0.6)
        pays = not behind and (not now.forgotten or month - now.since > 1 or rng.random() < _REMEMBERS)
        if now.trouble.disconnected_on is not None:
            self._reconnect(now, now.trouble.disconnected_on, month, standing, rng)
        elif pays:
            self._over(household, month)
        elif now.trouble.shutoff_on is not None:
            self._shut_off(now, max(on, now.trouble.shutoff_on), month, standing, rng)
        elif rng.random() < _NOTICED * standing.eased_by(household):
            now.trouble = replace(
                now.trouble,
                notice_on=on,
                shutoff_on=on + timedelta(days=14 + int(rng.random() * 17)),
                amount=max(now.trouble.amount, int(standing.overdue[household])),
            )

    def _shut_off(self, now: _Open, on: date, month: int, standing: Standing, rng: np.random.Generator) -> None:
        """The day set is near: a plan, a disconnection, or another month's grace."""
        household = now.trouble.household
        if rng.random() < _PLANNED:
            now.trouble = replace(now.trouble, planned_on=on - timedelta(days=6))
            standing.overdue[household] *= _LEFT_TO_PAY
            self._over(household, month)
            return
        winter = (on.month, on.day) >= (11, 15) or (on.month, on.day) <= (3, 15)
        shielded = winter and now.trouble.service != "water" and rng.random() < _PROTECTED
        cut = rng.random() < min(_CUT * standing.hardship(household, _BY_STRAIN), 0.5)
        if cut and not shielded and on <= self._period.last:
            now.trouble = replace(now.trouble, disconnected_on=on)
            standing.dark[household] = True
        elif month - now.since > _LONGEST:
            self._over(household, month)

    def _reconnect(self, now: _Open, cut: date, month: int, standing: Standing, rng: np.random.Generator) -> None:
        household = now.trouble.household
        if rng.random() < _RECONNECTED:
            on = max(cut + timedelta(days=2), self._period.day(month - WARM_UP, float(rng.random()) * 0.7))
            now.trouble = replace(now.trouble, reconnected_on=on)
            standing.dark[household] = False
            standing.overdue[household] *= _LEFT_TO_PAY
            self._over(household, month)

    def _over(self, household: int, month: int) -> None:
        self._past.append(self._open.pop(household).trouble)
        self._free_from[household] = month + _REST


def _last(trouble: UtilityTrouble) -> date:
    found = (trouble.shutoff_on, trouble.planned_on, trouble.disconnected_on, trouble.reconnected_on)
    return max([trouble.past_due_on, *(day for day in found if day is not None)])
