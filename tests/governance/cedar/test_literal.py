"""Literals: whatever a paper says, it stays text."""

from __future__ import annotations

from datetime import date

import cedarpy
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from governance.cedar.literal import below, comment, day, days, entity, one_of, quoted, within
from governance.purpose import covers

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PURPOSE = st.from_regex(r"[a-c](\.[a-c]){0,3}", fullmatch=True)
NASTY = '"; } permit (principal, action, resource); // \\" \n \u2028 * \\* \u202e'


def holds(test: str, text: str) -> bool:
    """Whether a Cedar condition holds of a text, without an error."""
    policy = f"permit (principal, action, resource) when {{ {test} }};"
    request = {"principal": 'A::"a"', "action": 'Action::"a"', "resource": 'A::"a"', "context": {"text": text}}
    answer = cedarpy.is_authorized(request, policy, [])
    assert not answer.diagnostics.errors
    return answer.allowed


@tries(max_examples=50)
@given(ANY_TEXT, ANY_TEXT)
def test_a_quoted_text_is_the_text_itself_and_no_other(one: str, other: str) -> None:
    assert holds(f"context.text == {quoted(one)}", one)
    assert holds(f"context.text == {quoted(one)}", other) == (one == other)


@pytest.mark.parametrize("text", [NASTY, "*", "\x00", "\\", '"', "\u00e9", "\U0001f600"])
def test_nothing_in_a_text_ends_it(text: str) -> None:
    assert holds(f"context.text == {quoted(text)}", text)
    assert quoted(text).isprintable()


@tries(max_examples=100)
@given(PURPOSE, PURPOSE)
def test_below_a_purpose_is_what_it_covers_beside_itself(listed: str, asked: str) -> None:
    assert holds(f"context.text like {below(listed)}", asked) == (covers(listed, asked) and listed != asked)


def test_below_stops_at_dots_and_a_star_is_a_star() -> None:
    assert holds(f"context.text like {below('p')}", "p.evil")
    assert not holds(f"context.text like {below('p')}", "pevil")
    assert not holds(f"context.text like {below('p*')}", "pevil.x")
    assert holds(f"context.text like {below('p*')}", "p*.x")


@tries(max_examples=100)
@given(PURPOSE, PURPOSE)
def test_words_are_found_wherever_they_stand_in_a_name(words: str, name: str) -> None:
    test = " || ".join(f"context.text like {form}" for form in within(words))
    assert holds(f"context.text == {quoted(words)} || {test}", name) == (f".{words}." in f".{name}.")


@given(ANY_TEXT)
def test_a_comment_stays_on_its_line(text: str) -> None:
    line = comment(text)
    assert line.startswith("//")
    assert len(line.splitlines()) == 1


def test_a_set_needs_a_member() -> None:
    assert one_of(["2", "1", "2"]) == "[1, 2]"
    with pytest.raises(ValueError, match="needs a member"):
        one_of([])


def test_days_and_lengths_of_time_are_within_what_cedar_knows() -> None:
    assert holds(f"{day(date.max)}.durationSince({day(date.min)}) < {days(10**30)}", "")
    assert holds(f"{day(date(2026, 9, 2))}.durationSince({day(date(2026, 9, 1))}) == {days(1)}", "")


def test_an_entity_is_named_by_type_and_id() -> None:
    assert entity("Dataset", 'a"b') == 'Dataset::"a\\"b"'
