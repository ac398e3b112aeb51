"""An agency's desk: it takes people down, each under a number of the agency's own."""

from __future__ import annotations

from datetime import date

import numpy as np

from signals.simulator.clerk import Clerk, Habits
from signals.simulator.history import History
from signals.simulator.population import Person
from signals.simulator.writer.file import Extract, Numbers
from signals.simulator.writer.sheet import Row

WHO = ("first_name", "middle_name", "last_name", "born_on", "phone", "street", "unit", "city", "postcode")
"""Columns of what a desk asks for, in most files."""


class Desk:
    """Takes people down.

    Args:
        space: in which the agency's numbers of people are unique.
        habits: of the agency's clerks.
        history: who lives where.
        rng: where chance comes from.
        extract: gets a key for everybody who has a number.
        prefix: of the numbers.
        forgets: chance that somebody who was there before gets a new number.
    """

    def __init__(
        self,
        space: str,
        habits: Habits,
        history: History,
        rng: np.random.Generator,
        extract: Extract,
        *,
        prefix: str = "",
        forgets: float = 0.0,
    ) -> None:
        self.clerk = Clerk(habits, rng)
        self._space, self._prefix, self._forgets = space, prefix, forgets
        self._history, self._keys = history, extract.keys
        self._numbers = Numbers(int(rng.integers(0, 800_000)))
        self._known: dict[int, str] = {}

    def number(self, person: Person) -> str:
        """The agency's number of somebody: the one of before, unless nobody recognises them."""
        known = self._known.get(person.number)
        if known is None or (self._forgets and self.clerk.often(self._forgets)):
            known = self._known[person.number] = f"{self._prefix}{self._numbers.new()}"
            self._keys[f"{self._space}:{known}"] = person.number
        return known

    def who(self, person: Person, day: date) -> Row:
        """What somebody says about themselves on a day, as written down: the columns of `WHO`."""
        return {
            **self.name(person),
            "born_on": self.clerk.born_on(person),
            "phone": self.clerk.phone(person),
            **self.home(person, day),
        }

    def name(self, person: Person) -> Row:
        """A name in three columns; a suffix stands after the last one."""
        name = self.clerk.name(person)
        last = f"{name.last} {name.suffix}" if name.suffix else name.last
        return {"first_name": name.first, "middle_name": name.middle, "last_name": last}

    def home(self, person: Person, day: date) -> Row:
        """Where somebody lives on a day: after moving out of a family, at an address of their own."""
        household = self._history.population.households[person.household]
        moved = self._history.apart.get(person.number)
        now, earlier = household.address, household.earlier
        if moved is not None and moved.on <= day:
            now, earlier = moved.address, household.address
        line = self.clerk.address(now, earlier)
        return {"street": line.street, "unit": line.unit, "city": line.city, "postcode": line.postcode}
