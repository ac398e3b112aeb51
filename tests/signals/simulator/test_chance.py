from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from signals.simulator.chance import Chance

SEEDS = st.integers(min_value=-(2**40), max_value=2**40)


@given(seed=SEEDS, number=st.integers(0, 10**6), month=st.integers(0, 60))
def test_the_same_place_has_the_same_chance_whatever_was_drawn_before(seed: int, number: int, month: int) -> None:
    chance, other = Chance(seed, "course"), Chance(seed, "course")
    other.at(number + 1, month).random(7)
    assert chance.at(number, month).random(5).tolist() == other.at(number, month).random(5).tolist()


@given(seed=SEEDS)
def test_places_parts_and_names_have_other_chances(seed: int) -> None:
    chance = Chance(seed, "course")
    rows = [
        chance.at(0, 0), chance.at(1, 0), chance.at(0, 1), chance.at(0, 0, 1), chance.of("part").at(0, 0),
        Chance(seed, "other").at(0, 0), Chance(seed + 1, "course").at(0, 0),
    ]  # fmt: skip
    drawn = {tuple(rng.random(3).tolist()) for rng in rows}
    assert len(drawn) == len(rows)


@given(seed=SEEDS, rows=st.integers(1, 20), more=st.integers(0, 20))
def test_more_households_leave_those_before_as_they_are(seed: int, rows: int, more: int) -> None:
    chance = Chance(seed, "shock")
    assert np.array_equal(chance.grid(rows, 6), chance.grid(rows + more, 6)[:rows])
