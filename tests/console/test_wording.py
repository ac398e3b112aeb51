"""Short names become plain words."""

from __future__ import annotations

from datetime import date

import pytest

from console import wording
from governance.errors import REFUSALS
from governance.use import Action

DAY = date(2026, 5, 29)


@pytest.mark.parametrize(
    ("day", "words"),
    [(DAY, "that very day"), (date(2026, 5, 30), "in 1 day"), (date(2026, 5, 20), "9 days ago")],
)
def test_how_far_a_day_is(day: date, words: str) -> None:
    assert wording.distance(day, DAY) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (1, "fewer than 11"), (10, "fewer than 11"), (11, "11"), (4021, "4,021")]
)
def test_a_small_group_cannot_be_recognised(number: int, words: str) -> None:
    assert wording.few(number) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (7.0, "days", "7 days"),
        (1.0, "days", "1 day"),
        (1234.5, "USD", "$1,234.50"),
        (None, "event", "happened"),
        (1.0, "event", "1 event"),
        (3.0, "event", "3 events"),
        (1.0, "entries", "1 entry"),
        ("116", "", "116"),
        (0.0, "days", "0 days"),
    ],
)
def test_a_fact_has_its_unit(value: float | str | None, unit: str, words: str) -> None:
    assert wording.measured(value, unit) == words


def test_every_action_and_every_refusal_has_words() -> None:
    assert {action.value for action in Action} == set(wording.ACTIONS)
    assert all(wording.code_meaning(code) != code for code in REFUSALS)
    assert wording.code_meaning("SOMETHING_ELSE") == "SOMETHING_ELSE"


def test_a_tier_without_words_is_still_named() -> None:
    assert (wording.tier_name(1), wording.tier_name(9), wording.tier_meaning(9)) == ("Legal deadline", "Tier 9", "")


def test_days_are_written_out() -> None:
    assert wording.long_day(DAY) == "Friday, 29 May 2026"
