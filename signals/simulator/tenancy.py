"""What becomes of a tenancy: rent that is owed is filed for, cases are heard, executions issued and carried out.

In Massachusetts there are about 4 filings a year to 100 homes that are rented (9,582 in the second quarter of 2023 as
counted by MassLandlords, at somewhat more than a million such homes). Here there are three times as many, since the
families of a prevention office are not everybody. What a filing depends on is invented.
"""

from __future__ import annotations

import numpy as np

from signals.simulator import court
from signals.simulator.chance import Chance
from signals.simulator.court import Case, Odds, Proceeding
from signals.simulator.means import Means
from signals.simulator.period import WARM_UP, Period
from signals.simulator.standing import Standing

_AGAIN = 5
"""Months after a filing before there is another."""
_FILED, _PATIENCE = 0.19, 0.8
"""Chance, in a month, that a landlord files over a long debt, and the months of rent that most wait for."""
_OTHERWISE = 0.0018
_SETTLED, _SETTLED_IF_PAID, _DISMISSED = 0.42, 0.75, 0.17
_EXECUTED, _SERVED = 0.36, 0.55
_STAYED = 0.45
"""Share of executions that are issued although there is help: courts stay them for it (M.G.L. c.239 s.15)."""
_PAID = 0.5
"""Months of rent below which a debt counts as paid."""
_FORGIVEN = 0.35
"""What is left of the debt to pay after a settlement."""
_ADRIFT_MONTHS = 5


class Tenancy:
    """Cases against tenants.

    Args:
        means: rents.
        period: when.
        chance: of this concern.
    """

    def __init__(self, means: Means, period: Period, chance: Chance) -> None:
        self._means, self._period = means, period
        self._chance, self._course = chance, chance.of("course")
        shape = len(means.usual), WARM_UP + period.months
        self._filing, self._day, self._why = (chance.of(name).grid(*shape) for name in ("filing", "day", "why"))
        self._last = np.full(shape[0], -_AGAIN)
        self._under_way: list[Proceeding] = []
        self._cases: list[Proceeding] = []

    def month(self, month: int, standing: Standing) -> None:
        """What is due in open cases; and new filings."""
        end = self._period.begin(month + 1 - WARM_UP)
        for case in self._under_way:
            again = 0
            while case.next and case.due < end:
                rng = self._course.at(case.household, month, again)
                self._follow(case, court.proceed(case, self._odds(case, month, standing), rng), standing)
                again += 1
        self._under_way = [case for case in self._under_way if case.next]
        for household in np.flatnonzero(self._sued(month, standing)).tolist():
            self._file(household, month, standing)

    def cases(self) -> list[Case]:
        """All cases that were not over before the period, in the order of filing."""
        first = self._period.first
        kept = [case for case in self._cases if case.next or max(step.updated_on for step in case.steps) >= first]
        kept = [case for case in kept if case.steps[0].updated_on <= self._period.last]
        kept.sort(key=lambda case: (case.filed_on, case.household))
        return [case.case(number) for number, case in enumerate(kept, start=1)]

    def _sued(self, month: int, standing: Standing) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        owed = standing.arrears / self._means.rents[:, month]
        for_rent = _FILED * (1 - np.exp(-np.maximum(owed - _PATIENCE, 0.0)))
        chance = (for_rent + _OTHERWISE * np.exp(0.25 * standing.frailty)) * standing.ease()
        free = standing.renters & ~standing.sheltered & (month - self._last >= _AGAIN)
        found: np.ndarray[tuple[int], np.dtype[np.bool_]] = free & (self._filing[:, month] < chance)
        return found

    def _file(self, household: int, month: int, standing: Standing) -> None:
        self._last[household] = month
        owed = float(standing.arrears[household])
        unpaid = owed > _PAID * self._means.rents[household, month] or self._why[household, month] < 0.3  # noqa: PLR2004 (invented)
        on = self._period.day(month - WARM_UP, float(self._day[household, month]))
        rng = self._chance.of("new").at(household, month)
        owed = max(owed, float(self._means.rents[household, month]) * 0.6)
        case = court.file(household, on, owed, rng, unpaid=unpaid)
        self._cases.append(case)
        self._under_way.append(case)

    def _odds(self, case: Proceeding, month: int, standing: Standing) -> Odds:
        """Who owes little by now, or has help, settles; who is hard pressed does not come, or cannot pay."""
        home = case.household
        ease = standing.eased_by(home)
        paid = case.kind == "non_payment" and standing.arrears[home] < _PAID * self._means.rents[home, month]
        hard = float(np.clip(standing.strain[home] / 3, 0.0, 1.0))
        settled = _SETTLED_IF_PAID if paid or standing.eased[home] else _SETTLED * (1.2 - 0.8 * hard)
        executed = (_EXECUTED + 0.2 * hard) * ease * (0.4 if paid else 1.0)
        return Odds(
            settled=settled,
            dismissed=_DISMISSED * (1 - 0.4 * hard),
            executed=executed,
            issued=_STAYED if standing.eased[home] else 1.0,
            served=_SERVED * ease,
        )

    def _follow(self, case: Proceeding, what: str, standing: Standing) -> None:
        home = case.household
        if what in {"settled", "recalled", "stayed"}:
            standing.arrears[home] *= _FORGIVEN
        if what == "execution":
            standing.pressed[home] = True
        if what in {"served", "recalled", "expired"}:
            standing.pressed[home] = False
        if what == "served":
            standing.arrears[home] = 0.0
            standing.adrift[home] = _ADRIFT_MONTHS
