"""Purposes: the laws of covering."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.purpose import covers, is_purpose

WORD = st.from_regex(r"[a-z][a-z0-9_]{0,4}", fullmatch=True)
PURPOSE = st.lists(WORD, min_size=1, max_size=4).map(".".join)


@given(PURPOSE)
def test_a_purpose_covers_itself(purpose: str) -> None:
    assert covers(purpose, purpose)


@given(PURPOSE, WORD)
def test_a_purpose_covers_what_lies_below_and_never_what_lies_above(purpose: str, word: str) -> None:
    below = f"{purpose}.{word}"
    assert covers(purpose, below)
    assert not covers(below, purpose)


@given(PURPOSE, PURPOSE, PURPOSE)
def test_covering_goes_on_from_one_to_the_next(first: str, second: str, third: str) -> None:
    middle, last = f"{first}.{second}", f"{first}.{second}.{third}"
    assert covers(first, middle)
    assert covers(middle, last)
    assert covers(first, last)


@given(PURPOSE, PURPOSE)
def test_two_purposes_cover_each_other_only_if_they_are_one(left: str, right: str) -> None:
    assert (covers(left, right) and covers(right, left)) == (left == right)


@given(PURPOSE, st.from_regex(r"[a-z0-9_]{1,4}", fullmatch=True))
def test_covering_stops_at_dots_only(purpose: str, more: str) -> None:
    assert not covers(purpose, purpose + more)


@given(st.text())
def test_free_text_covers_nothing_and_is_covered_by_nothing(text: str) -> None:
    if not is_purpose(text):
        assert not covers(text, text)
        assert not covers("prevention", text)


@pytest.mark.parametrize(
    "text", ["", ".", "prevention.", ".prevention", "a..b", "Prevention", "prevention.*", "a b", "a.1", "a\n"]
)
def test_what_has_not_the_shape_is_no_purpose(text: str) -> None:
    assert not is_purpose(text)
