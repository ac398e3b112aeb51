"""Triage keeps three promises, whatever the night brings."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.triage import FORESEEN, Candidate, candidates, foreseen, triage
from governance.errors import RulebookError
from governance.ids import HouseholdId

DAY = date(2022, 5, 27)
TOPICS = ("eviction", "school", "shelter")

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "household": st.integers(0, 12).map(lambda number: f"hh-{number:02}"),
            "rule": st.sampled_from([f"{topic}.{name}" for topic in TOPICS for name in ("a", "b")]),
            "topic": st.sampled_from(TOPICS),
            "tier": st.integers(1, 3),
            "due_on": st.integers(0, 20).map(lambda days: DAY + timedelta(days=days)),
        }
    ),
    max_size=40,
)


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = {"household": pl.String, "rule": pl.String, "topic": pl.String, "tier": pl.Int64, "due_on": pl.Date}
    return pl.DataFrame(rows, schema=schema)


@given(rows=ROWS, capacity=st.integers(-1, 15))
def test_there_are_never_more_tasks_than_people_to_do_them(rows: list[dict[str, object]], capacity: int) -> None:
    found = candidates(frame(rows))
    assert len(triage(found, capacity=capacity)) == min(max(capacity, 0), len(found))


@given(rows=ROWS, capacity=st.integers(0, 15))
def test_no_household_is_passed_over_for_a_less_urgent_one(rows: list[dict[str, object]], capacity: int) -> None:
    found = candidates(frame(rows))
    chosen = triage(found, capacity=capacity)
    left = [each for each in found if each not in chosen]
    assert all(mine.urgency < other.urgency for mine in chosen for other in left)
    assert all(mine.tier <= other.tier for mine in chosen for other in left)


@given(rows=ROWS, capacity=st.integers(0, 15), seed=st.integers(0, 99))
def test_the_order_of_rows_decides_nothing(rows: list[dict[str, object]], capacity: int, seed: int) -> None:
    chance = Random(seed)
    shuffled = candidates(frame(chance.sample(rows, len(rows))))
    expected = triage(candidates(frame(rows)), capacity=capacity)
    assert triage(chance.sample(shuffled, len(shuffled)), capacity=capacity) == expected


@given(rows=ROWS)
def test_a_household_stands_on_the_list_once_with_its_nearest_deadline(rows: list[dict[str, object]]) -> None:
    found = candidates(frame(rows))
    assert len({each.household for each in found}) == len(found)
    for each in found:
        mine = [row for row in rows if row["household"] == each.household]
        assert each.due_on == min(row["due_on"] for row in mine)  # type: ignore[type-var]
        assert set(each.topics) == {row["topic"] for row in mine}


def test_trouble_in_two_parts_of_life_comes_before_trouble_in_one() -> None:
    one = Candidate(household=HouseholdId("hh-1"), tier=2, due_on=DAY, topics=("school",), rules=("school.a",))
    two = Candidate(
        household=HouseholdId("hh-2"), tier=2, due_on=DAY, topics=("school", "shelter"), rules=("school.a", "shelter.a")
    )
    assert triage([one, two], capacity=1) == [two]


def test_a_legal_deadline_comes_before_an_earlier_one_of_another_kind() -> None:
    legal = Candidate(
        household=HouseholdId("hh-2"),
        tier=1,
        due_on=DAY + timedelta(days=9),
        topics=("eviction",),
        rules=("eviction.a",),
    )
    other = Candidate(household=HouseholdId("hh-1"), tier=2, due_on=DAY, topics=("school",), rules=("school.a",))
    assert triage([other, legal], capacity=1) == [legal]


def test_a_night_without_firings_has_no_candidates() -> None:
    assert candidates(frame([])) == []


def test_a_rule_that_gives_no_day_to_act_by_is_named() -> None:
    row = {"household": "hh-1", "rule": "school.a", "topic": "school", "tier": 1, "due_on": None}
    with pytest.raises(RulebookError, match=r"school\.a") as raised:
        candidates(frame([row]))
    assert raised.value.code == "FIRING_WITHOUT_DUE_DAY"
    assert "hh-1" not in str(raised.value)


@given(rows=ROWS, seed=st.integers(0, 99), capacity=st.integers(0, 15))
def test_within_a_tier_the_likelier_crisis_comes_first_and_no_score_lifts_a_tier(
    rows: list[dict[str, object]], seed: int, capacity: int
) -> None:
    chance = Random(seed)
    scores = {str(row["household"]): chance.uniform(-6, 3) for row in rows}
    found = candidates(frame(rows), scores)
    chosen = triage(found, capacity=capacity)
    left = [each for each in found if each not in chosen]
    assert all(mine.tier <= other.tier for mine in chosen for other in left)
    for mine, following in pairwise(chosen):
        assert (mine.tier, -(mine.score or 0)) <= (following.tier, -(following.score or 0))


@given(rows=ROWS.filter(bool), score=st.floats(-9, 9))
def test_whom_only_the_model_speaks_of_comes_after_everybody_whom_a_rule_speaks_of(
    rows: list[dict[str, object]], score: float
) -> None:
    ruled = candidates(frame(rows), {str(row["household"]): 0.0 for row in rows})
    added = foreseen({"hh-other": score}, DAY)
    assert [each.tier for each in added] == [FORESEEN]
    assert triage([*added, *ruled], capacity=len(ruled) + 1) == [*triage(ruled, capacity=len(ruled)), *added]
    assert added[0].due_on > DAY
