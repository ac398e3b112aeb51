"""The custody extract: who was booked into a jail or a house of correction, and released."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np

from signals.simulator.clerk import Habits
from signals.simulator.history import Booking, History
from signals.simulator.name import choose
from signals.simulator.period import Period
from signals.simulator.writer.desk import WHO, Desk
from signals.simulator.writer.file import Extract, Numbers, csv_file
from signals.simulator.writer.sheet import Mishaps, Row, Sheet, State

HEADER = (
    "booking_id", "person_no", *(name for name in WHO if name != "phone"), "booked_on", "released_on", "charge_class",
    "facility", "updated_on", "expunged_on",
)  # fmt: skip
_HABITS = Habits(plain=1.0, nickname=0.05, typo=0.04, halved=0.2, no_middle=0.6, no_birth=0.02, wrong_birth=0.03)
_FLAWS: tuple[Row, ...] = ({"last_name": ""}, {"booked_on": "2026-02-30"}, {"person_no": ""})
_NEW_NUMBER = 0.12
_EXPUNGED, _EXPUNGED_AFTER = 0.06, (30, 200)
_FACILITIES = (
    "Tallowmere House of Correction", "Quayfeather County Jail", "Brackenshaw House of Correction",
    "Millwheel Regional Lockup",
)  # fmt: skip
_OTHER_CLASS = {"felony": "misdemeanor", "misdemeanor": "felony", "warrant": "misdemeanor", "civil": "warrant"}


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the file of bookings, as far as they had been entered by the last day.

    Args:
        folder: an existing one.
        history: what happened.
        period: when.
        rng: where chance comes from.
    """
    extract = Extract()
    desk = Desk("custody", _HABITS, history, rng, extract, prefix="P", forgets=_NEW_NUMBER)
    numbers = Numbers(int(rng.integers(0, 800_000)))
    with csv_file(folder / "bookings.csv", HEADER, extract.files) as file:
        sheet = Sheet(
            file, rng, until=period.last, flaws=_FLAWS, gone="expunged_on", mishaps=Mishaps(corrected=20, erased=50)
        )
        for each in sorted(history.bookings, key=lambda each: (each.booked_on, each.person)):
            if each.booked_on <= period.last:
                sheet.record(
                    lambda: {"booking_id": f"B{numbers.new()}"},
                    _states(each, desk, history, rng),
                    wrong={"charge_class": _OTHER_CLASS.get(each.charge_class, "civil")},
                )
    return extract


def _states(each: Booking, desk: Desk, history: History, rng: np.random.Generator) -> list[State]:
    """Booked, released, and now and then expunged."""
    person = history.population.persons[each.person]
    who = desk.who(person, each.booked_on)
    del who["phone"]
    booked: Row = {
        "person_no": desk.number(person),
        **who,
        "booked_on": each.booked_on,
        "charge_class": each.charge_class,
        "facility": choose(rng, _FACILITIES),
    }
    states: list[State] = [(each.booked_on, booked)]
    if each.released_on is not None:
        states.append((each.released_on, {"released_on": each.released_on}))
        if desk.clerk.often(_EXPUNGED):
            low, high = _EXPUNGED_AFTER
            expunged = each.released_on + timedelta(days=low + int(rng.random() * (high - low)))
            states.append((expunged, {"expunged_on": expunged}))
    return states
