"""Who enters a shelter, and when they leave it.

Of 1,000 people in the United States between 4 and 5 were in a shelter at some time of a year (HUD, Annual Homeless
Assessment Report to Congress, part 2, 2018: 1.45 million); of poor families several times as many. Here near 6 stays
begin in a year to 100 households. About every fifth has nothing to do with money or courts: a fire, violence, a door
that is closed from one day to the next. All hazards are invented.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from signals.simulator.chance import Chance
from signals.simulator.history import Stay
from signals.simulator.period import WARM_UP, Period
from signals.simulator.standing import Standing

_ENTRY, _BY_STRAIN, _BY_FRAILTY, _MOST = 0.0008, 1.2, 0.15, 0.2
_SUDDEN = 0.0008
"""Chance, in a month, to enter without any strain. Nothing lowers it."""
_PUT_OUT = 0.16
"""Chance, in a month, for who was moved out of a home and stays with others."""
_STAY_DAYS = 75.0
"""Mean length of a stay."""
_RETURN, _RETURN_DAYS = 0.12, 120
"""Chance that a family that left a shelter is back within four months."""


class Shelter:
    """Stays of families.

    Args:
        period: when.
        chance: of this concern.
        households: how many.
    """

    def __init__(self, period: Period, chance: Chance, households: int) -> None:
        self._period, self._course = period, chance.of("course")
        shape = households, WARM_UP + period.months
        self._entry, self._sudden, self._door, self._day = (
            chance.of(name).grid(*shape) for name in ("entry", "sudden", "door", "day")
        )
        self._leaves: dict[int, date] = {}
        self._planned: dict[int, date] = {}
        self._before = (chance.of("before").grid(households, 1)[:, 0] ** 3 * 4).astype(np.int64)
        self._stays: list[Stay] = []

    def month(self, month: int, standing: Standing) -> None:
        """Who leaves, and who enters."""
        begin, end = (self._period.begin(each - WARM_UP) for each in (month, month + 1))
        for household in [household for household, left in self._leaves.items() if left < begin]:
            del self._leaves[household]
            standing.sheltered[household] = False
        back = {household for household, day in self._planned.items() if begin <= day < end}
        hazard = np.minimum(_ENTRY * np.exp(_BY_STRAIN * standing.strain + _BY_FRAILTY * standing.frailty), _MOST)
        strained = self._entry[:, month] < hazard * standing.ease()
        out = (self._door[:, month] < _PUT_OUT * standing.ease()) & (standing.adrift > 0)
        entering = (strained | out | (self._sudden[:, month] < _SUDDEN)) & ~standing.sheltered
        for household in sorted({*np.flatnonzero(entering).tolist(), *back}):
            if household not in self._leaves:
                self._enter(household, month, standing, back=household in back)

    def stays(self) -> list[Stay]:
        """All stays that were not over before the period, in the order of entering."""
        kept = [stay for stay in self._stays if stay.left_on is None or stay.left_on >= self._period.first]
        return sorted(kept, key=lambda stay: (stay.entered_on, stay.household))

    def _enter(self, household: int, month: int, standing: Standing, *, back: bool) -> None:
        rng = self._course.at(household, month)
        planned = self._planned.pop(household, None)
        drawn = self._period.day(month - WARM_UP, float(self._day[household, month]))
        on = planned if back and planned is not None else drawn
        left = on + timedelta(days=2 + int(rng.exponential(_STAY_DAYS)))
        self._stays.append(
            Stay(
                household=household,
                entered_on=on,
                left_on=left if left <= self._period.last else None,
                before=int(self._before[household]),
                put_out=bool(standing.adrift[household]),
                returning=back,
            )
        )
        self._before[household] += 1
        self._leaves[household] = left
        standing.sheltered[household] = True
        standing.adrift[household] = 0
        standing.arrears[household] = 0.0
        if rng.random() < _RETURN:
            self._planned[household] = left + timedelta(days=3 + int(rng.random() * _RETURN_DAYS))
