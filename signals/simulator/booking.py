"""Adults who are taken into custody, and when they are released.

How many is said in `shock`. The mean stay in a jail was about a month (BJS, Jail Inmates in 2022: 32 days), most of
them much shorter; how they are spread here, and the shares of charges, is invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from signals.simulator.chance import Chance
from signals.simulator.history import Apart, Booking
from signals.simulator.period import WARM_UP, Period
from signals.simulator.population import Population
from signals.simulator.shock import Shock, Struck

_BRIEFLY, _BRIEF_DAYS = 0.55, 6
_LONG_DAYS = 45.0
_CHARGES, _OF_CHARGES = ("misdemeanor", "felony", "warrant", "civil"), (0.48, 0.24, 0.2, 0.08)


def book(
    population: Population, struck: Sequence[Struck], apart: Mapping[int, Apart], period: Period, chance: Chance
) -> list[Booking]:
    """Who of a household is booked, in the order of days; who is still held has no day of release.

    Args:
        population: everybody.
        struck: shocks; those of this kind count.
        apart: who moved out before is not there to be booked.
        period: when.
        chance: of this concern.
    """
    found: list[Booking] = []
    for each in struck:
        if each.shock is Shock.BOOKING:
            rng = chance.at(each.household, period.month(each.on) + WARM_UP)
            adults = [
                person
                for person in population.adults(each.household)
                if person.number not in apart or apart[person.number].on > each.on
            ]
            found.append(_booking(adults[int(rng.random() * len(adults))].number, each.on, period, rng))
    return sorted(found, key=lambda each: (each.booked_on, each.person))


def held_for(booking: Booking, period: Period) -> int:
    """Days for which somebody was held, up to the last day of the period."""
    return ((booking.released_on or period.last) - booking.booked_on).days


def keeps_from_work(booking: Booking, period: Period) -> bool:
    """Whether somebody was held for so long that wages are lost."""
    return held_for(booking, period) > _BRIEF_DAYS


def _booking(person: int, on: date, period: Period, rng: np.random.Generator) -> Booking:
    brief, length, charge = rng.random(3).tolist()
    more = -_LONG_DAYS * float(np.log(1 - length))
    days = 1 + int(length * _BRIEF_DAYS) if brief < _BRIEFLY else 1 + _BRIEF_DAYS + int(more)
    released = on + timedelta(days=days)
    return Booking(
        person=person,
        booked_on=on,
        released_on=released if released <= period.last else None,
        charge_class=_CHARGES[int(np.searchsorted(np.cumsum(_OF_CHARGES), charge))],
    )
