"""Invented households and the persons in them.

Sizes, ages and shares are invented, chosen to look like families that a prevention office meets: most rent, three in
four have a child at school.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from signals.simulator.name import COMMUNITIES, SUFFIXES, Community, choose
from signals.simulator.place import Address, Places

SCHOOL_AGE = (5, 18)
"""Full years of age from which, and up to which, a child goes to school."""
_CHILDREN = (0.2, 0.35, 0.27, 0.13, 0.05)
_COUPLES = 0.58
_RENTERS = 0.75
_SAME_NAME = 0.6
_SUFFIXED = 0.015
_YOUNGEST = 20
"""Years that every adult has on the last day, so that nobody was a child when it began."""
_FAMILIES, _ENGLISH_FIRST = 5, 2
"""Of so many families of another community, so many prefer English. Invented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who does not exist.

    `number` is their place in the population. The social security number is one that is never issued: area 900 to
    999 with a group below 50, which is not a taxpayer number either (SSA; IRS). Children have no telephone.
    """

    number: int
    household: int
    adult: bool
    female: bool
    community: Community
    first_name: str
    middle_name: str
    last_name: str
    suffix: str
    born_on: date
    ssn: str
    phone: str

    @property
    def language(self) -> str:
        """The language in which a family wants to be spoken to, the same for all of it: ISO 639-1."""
        return "en" if self.household % _FAMILIES < _ENGLISH_FIRST else self.community.language

    def age(self, day: date) -> int:
        """Full years on a day."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """People who live together, in the order of adults, then children.

    `earlier` is where they lived before; some agencies have not noticed the move. `frailty` is how little they have
    to fall back on: standard normal, higher is worse. No agency sees it.
    """

    number: int
    members: tuple[int, ...]
    address: Address
    earlier: Address
    renter: bool
    frailty: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """The adults, in the order of their numbers: number, household, whether they are its second one, its frailty."""

    person: NDArray[np.int64]
    home: NDArray[np.int64]
    second: NDArray[np.bool_]
    frailty: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Everybody, by number; and the households, by number."""

    persons: list[Person] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)

    def members(self, household: int) -> list[Person]:
        """Who belonged to a household when the simulation began."""
        return [self.persons[number] for number in self.households[household].members]

    def adults(self, household: int) -> list[Person]:
        """The grown-ups among them."""
        return [person for person in self.members(household) if person.adult]

    def grown(self) -> Grown:
        """All adults, as arrays."""
        adults = [person for person in self.persons if person.adult]
        home = np.array([person.household for person in adults], dtype=np.int64)
        return Grown(
            person=np.array([person.number for person in adults], dtype=np.int64),
            home=home,
            second=np.concatenate(([False], home[1:] == home[:-1])),
            frailty=self.frailty[home],
        )

    @property
    def frailty(self) -> NDArray[np.float64]:
        """The frailty of each household."""
        return np.array([each.frailty for each in self.households])

    @property
    def renters(self) -> NDArray[np.bool_]:
        """Which households rent."""
        return np.array([each.renter for each in self.households], dtype=np.bool_)

    def pupils(self, day: date) -> list[Person]:
        """Children who are of school age on a day."""
        return [
            person for person in self.persons if not person.adult and SCHOOL_AGE[0] <= person.age(day) <= SCHOOL_AGE[1]
        ]


def populate(count: int, *, until: date, rng: np.random.Generator) -> Population:
    """Invent a population.

    Args:
        count: of households.
        until: ages are counted on this day.
        rng: where chance comes from.
    """
    population, places = Population(), Places(rng)
    communities = rng.choice(len(COMMUNITIES), size=count, p=[each.share for each in COMMUNITIES])
    children = rng.choice(len(_CHILDREN), size=count, p=_CHILDREN)
    couples, renters = rng.random(count) < _COUPLES, rng.random(count) < _RENTERS
    frailty = rng.standard_normal(count)
    for number in range(count):
        family = _Family(COMMUNITIES[communities[number]], number, until, rng, places, len(population.persons))
        members = family.of(adults=2 if couples[number] else 1, children=int(children[number]))
        population.persons.extend(members)
        population.households.append(
            Household(
                number=number,
                members=tuple(person.number for person in members),
                address=places.address(),
                earlier=places.address(),
                renter=bool(renters[number]),
                frailty=float(frailty[number]),
            )
        )
    return population


class _Family:
    """Invents the members of one household."""

    def __init__(
        self,
        community: Community,
        household: int,
        until: date,
        rng: np.random.Generator,
        places: Places,
        first_number: int,
    ) -> None:
        self._community, self._household, self._until = community, household, until
        self._rng, self._places, self._number = rng, places, first_number
        self._names: set[str] = set()

    def of(self, *, adults: int, children: int) -> list[Person]:
        """The members: the eldest child's age says how old its parents can be."""
        ages = sorted((float(x) * 19 for x in self._rng.random(children)), reverse=True)
        base = max(ages[0] + 18, _YOUNGEST) if ages else _YOUNGEST
        surnames = [self._surnames() for _ in range(adults)]
        if adults > 1 and self._rng.random() < _SAME_NAME and self._community.surnames == 1:
            surnames[1] = surnames[0]
        found = [self._person(surnames[n], base + float(self._rng.random()) * 24, adult=True) for n in range(adults)]
        inherited = [surnames[0][0], surnames[-1][0]] if self._community.surnames > 1 else surnames[0]
        if inherited[0] == inherited[-1]:
            inherited = inherited[:1]
        return found + [self._person(inherited, age, adult=False) for age in ages]

    def _surnames(self) -> list[str]:
        return list(dict.fromkeys(choose(self._rng, self._community.last) for _ in range(self._community.surnames)))

    def _person(self, surnames: list[str], age: float, *, adult: bool) -> Person:
        sex, middled, suffixed = (float(x) for x in self._rng.random(3))
        female = sex < (0.55 if adult else 0.5)
        middle = choose(self._rng, self._community.middle) if self._community.middle and middled < 0.6 else ""  # noqa: PLR2004 (invented)
        number = self._number
        self._number += 1
        return Person(
            number=number,
            household=self._household,
            adult=adult,
            female=female,
            community=self._community,
            first_name=self._first_name(female=female),
            middle_name=middle,
            last_name=" ".join(surnames),
            suffix=choose(self._rng, SUFFIXES) if suffixed < _SUFFIXED and not female else "",
            born_on=self._until - timedelta(days=int(age * 365.25) + 1),
            ssn=self._ssn(),
            phone=self._places.phone() if adult else "",
        )

    def _first_name(self, *, female: bool) -> str:
        """A first name that nobody else in the household has."""
        names = self._community.female if female else self._community.male
        name = choose(self._rng, names)
        while name in self._names:
            name = choose(self._rng, names)
        self._names.add(name)
        return name

    def _ssn(self) -> str:
        area, group, serial = (float(x) for x in self._rng.random(3))
        return f"9{int(area * 100):02d}{int(group * 49) + 1:02d}{int(serial * 9999) + 1:04d}"
