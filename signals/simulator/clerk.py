"""How people get into files: a clerk hears a name, types it, and does not always ask for everything.

How often what goes wrong is invented; each agency has its own clerk, with its own habits.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from signals.simulator.name import NICKNAMES, SPELLINGS
from signals.simulator.place import Address
from signals.simulator.population import Person

_STROKES = str.maketrans({"Đ": "D", "đ": "d"})
_PHONES = ("({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "{0}{1}{2}", "+1 {0} {1} {2}")
_UNITS = ("Apt {}", "#{}", "Unit {}", "{}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Shares of what an agency's clerks do: each from 0 to 1.

    `plain` is 1 where the system cannot hold an accent. `swapped` holds for names whose family name is said first,
    `halved` and `hyphenated` for those with two.
    """

    plain: float
    nickname: float = 0.03
    typo: float = 0.02
    respelled: float = 0.01
    swapped: float = 0.06
    halved: float = 0.1
    hyphenated: float = 0.1
    no_middle: float = 0.4
    no_birth: float = 0.0
    wrong_birth: float = 0.01
    no_phone: float = 0.1
    old_address: float = 0.06
    no_unit: float = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it stands in a file."""

    first: str
    middle: str
    last: str
    suffix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An address as it stands in a file."""

    street: str
    unit: str
    city: str
    postcode: str


class Clerk:
    """Writes people down.

    Args:
        habits: the agency's.
        rng: where chance comes from.
    """

    def __init__(self, habits: Habits, rng: np.random.Generator) -> None:
        self._habits = habits
        self._rng = rng

    def often(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return bool(self._rng.random() < share)

    def name(self, person: Person) -> Name:
        """A person's name, as heard and typed."""
        habits, chance = self._habits, self._rng.random(8).tolist()
        first, last = person.first_name, person.last_name
        if chance[0] < habits.nickname:
            first = NICKNAMES.get(first, first)
        if person.community.surnames > 1 and chance[1] < habits.halved + habits.hyphenated:
            last = last.replace(" ", "-") if chance[1] < habits.hyphenated else _first_surname(last)
        if chance[2] < habits.respelled:
            last = _respelled(last)
        if chance[3] < habits.typo:
            first = self._slip(first)
        elif chance[3] < 2 * habits.typo:
            last = self._slip(last)
        if person.community.family_first and chance[4] < habits.swapped:
            first, last = last, first
        middle = "" if chance[6] < habits.no_middle else person.middle_name
        if chance[5] < habits.plain:
            first, middle, last = plain(first), plain(middle), plain(last)
        return Name(first=first, middle=middle, last=last, suffix=person.suffix if chance[7] < 0.7 else "")  # noqa: PLR2004 (invented)

    def born_on(self, person: Person) -> date | None:
        """A day of birth: now and then none, or with day and month exchanged, or a day off; never later."""
        born, chance = person.born_on, float(self._rng.random())
        if chance < self._habits.no_birth:
            return None
        if chance < self._habits.no_birth + self._habits.wrong_birth:
            swapped = born.replace(day=born.month, month=born.day) if born.day <= 12 else born  # noqa: PLR2004 (months)
            return swapped if swapped < born else born - timedelta(days=1)
        return born

    def phone(self, person: Person) -> str:
        """A telephone number in one of the ways in which people write it, or none."""
        missing, way = self._rng.random(2).tolist()
        if not person.phone or missing < self._habits.no_phone:
            return ""
        digits = person.phone
        return _PHONES[int(way * len(_PHONES))].format(digits[:3], digits[3:6], digits[6:])

    def address(self, now: Address, earlier: Address) -> Line:
        """An address: at times the earlier one, shortened, its unit in the same line, or without the unit."""
        old, short, joined, lost, way = self._rng.random(5).tolist()
        found = earlier if old < self._habits.old_address else now
        street = found.shortened if short < 0.4 else found.street  # noqa: PLR2004 (invented)
        kept = found.unit and lost >= self._habits.no_unit
        unit = _UNITS[int(way * len(_UNITS))].format(found.unit) if kept else ""
        if unit and joined < 0.2 and not unit.isalnum():  # noqa: PLR2004 (invented)
            street, unit = f"{street} {unit}", ""
        return Line(street=street, unit=unit, city=found.city, postcode=found.postcode)

    def _slip(self, text: str) -> str:
        """Two letters exchanged, one lost, or one doubled; never the first."""
        if len(text) < 4:  # noqa: PLR2004 (a short name would become another one)
            return text
        where, how = self._rng.random(2).tolist()
        at = 1 + int(where * (len(text) - 2))
        middles = (text[at + 1] + text[at], text[at + 1], text[at] + text[at] + text[at + 1])
        return text[:at] + middles[int(how * len(middles))] + text[at + 2 :]


class NowAndThen:
    """Something that happens to a row now and then: soon once, so that a small file has it too, and then rarely.

    Args:
        rng: where chance comes from.
        first: the latest row on which it happens for the first time.
        every: about so many rows later it happens again.
    """

    def __init__(self, rng: np.random.Generator, *, first: int, every: int) -> None:
        self._rng = rng
        self._every = every
        self._left = int(rng.integers(1, first + 1))

    def due(self) -> bool:
        """Whether it is this row's turn; ask once a row."""
        self._left -= 1
        if self._left:
            return False
        self._left = int(self._rng.integers(self._every // 2, self._every * 3 // 2))
        return True


def plain(text: str) -> str:
    """A text without accents and strokes: ASCII."""
    bare = unicodedata.normalize("NFKD", text.translate(_STROKES))
    return bare.encode("ascii", "ignore").decode("ascii")


def _first_surname(last: str) -> str:
    """The first of two family names; `de`, `da` and `dos` stay with the name that they belong to."""
    words = last.split(" ")
    return " ".join(words[:2]) if words[0].lower() in {"de", "da", "dos"} else words[0]


def _respelled(name: str) -> str:
    return next((name.replace(own, other) for own, other in SPELLINGS if own in name), name)
