from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.simulator.clerk import Clerk, Habits, NowAndThen, plain
from signals.simulator.name import COMMUNITIES
from signals.simulator.population import Population, populate

FLAWLESS = Habits(
    plain=0, nickname=0, typo=0, respelled=0, swapped=0, halved=0, hyphenated=0, no_middle=0, wrong_birth=0, no_phone=0
)


@pytest.fixture(scope="module")
def population() -> Population:
    return populate(400, until=date(2026, 5, 29), rng=np.random.default_rng(1))


def test_every_name_has_a_plain_way_of_writing() -> None:
    for community in COMMUNITIES:
        for name in (*community.female, *community.male, *community.last, *community.middle):
            assert plain(name).isascii()
            assert len(plain(name)) == len(name)


def test_shares_of_communities_are_all_of_the_people() -> None:
    assert sum(community.share for community in COMMUNITIES) == pytest.approx(1)


def test_a_clerk_without_bad_habits_writes_what_is_true(population: Population) -> None:
    clerk = Clerk(FLAWLESS, np.random.default_rng(2))
    for person in population.persons:
        name = clerk.name(person)
        assert (name.first, name.middle, name.last) == (person.first_name, person.middle_name, person.last_name)
        assert clerk.born_on(person) == person.born_on
        assert "".join(filter(str.isdigit, clerk.phone(person))).removeprefix("1") == person.phone


def test_a_clerk_with_bad_habits_still_writes_names_and_days(population: Population) -> None:
    clerk = Clerk(Habits(plain=0.5, typo=0.5, respelled=1, swapped=1, wrong_birth=1), np.random.default_rng(3))
    for person in population.persons:
        name, born = clerk.name(person), clerk.born_on(person)
        assert name.first.strip()
        assert name.last.strip()
        assert born is not None
        assert timedelta(0) < person.born_on - born < timedelta(days=366)


def test_numbers_of_people_are_never_issued_ones(population: Population) -> None:
    """Area 900 to 999 is never a social security number; a group below 50 is no taxpayer number."""
    assert all(person.ssn[0] == "9" and 1 <= int(person.ssn[3:5]) < 50 for person in population.persons)
    assert all(len(person.ssn) == 9 for person in population.persons)


@given(seed=st.integers(0, 2**32), first=st.integers(1, 40), every=st.integers(2, 400))
def test_what_happens_now_and_then_happens_early_once_and_then_rarely(seed: int, first: int, every: int) -> None:
    chance = NowAndThen(np.random.default_rng(seed), first=first, every=every)
    rows = [row for row in range(1, first + 3 * every) if chance.due()]
    assert rows[0] <= first
    assert all(every // 2 <= after - before < every * 3 // 2 + 1 for before, after in pairwise(rows))
