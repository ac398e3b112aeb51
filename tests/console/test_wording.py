"""Short names become plain words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.keyword import Meaning
from alerts.message_table import Status
from alerts.triage import FORESEEN
from console import text_wording, wording
from governance.clearance import TextKind
from governance.consent import ConsentState
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
    assert wording.tier_name(FORESEEN) == "Foreseen"


def test_days_are_written_out() -> None:
    assert wording.long_day(DAY) == "Friday, 29 May 2026"


@pytest.mark.parametrize(("hour", "words"), [(4, "12:05 AM"), (13, "9:05 AM"), (16, "12:05 PM"), (22, "6:05 PM")])
def test_times_are_told_as_the_clock_on_the_wall_shows_them(hour: int, words: str) -> None:
    at = wording.local(datetime(2026, 5, 29, hour, 5, tzinfo=UTC), ZoneInfo("America/New_York"))
    assert wording.hour(at) == words


@pytest.mark.parametrize(
    ("number", "share", "times"), [(None, "–", "–"), (0.0174, "1.7%", "0.0"), (13.61, "1361.0%", "13.6")]
)
def test_a_number_that_is_not_known_is_a_dash(number: float | None, share: str, times: str) -> None:
    assert (wording.percent(number), wording.times(number)) == (share, times)


def test_a_pseudonym_is_cut_only_where_it_is_long() -> None:
    assert wording.short_id("c-7be1a04d92f3c658") == "c-7be1a0…"
    assert wording.short_id("t-0") == "t-0"


def test_every_state_of_consent_and_every_meaning_has_words() -> None:
    assert {str(state) for state in ConsentState} == set(text_wording.CONSENT)
    assert set(text_wording.ACTS) == set(text_wording.CONSENT) - {"none"}
    assert {str(status) for status in (*Status, *Meaning)} <= set(text_wording.STATUSES)
    assert {str(kind) for kind in TextKind} == set(text_wording.TEXT_KINDS)
    assert text_wording.text_kind("") == "A text"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("NO_CONTACT", "Nobody of the household signed up for texts"),
        ("CARRIER_30005", "The phone company did not take it"),
        ("TERM_EXPIRED", "At or after the agreement's expiry instant."),
        ("SOMETHING_ELSE", "SOMETHING_ELSE"),
    ],
)
def test_why_a_text_was_held_is_said_in_words(code: str, words: str) -> None:
    assert text_wording.held_words(code) == words


def test_a_word_that_can_be_answered_with_stands_out_and_nothing_else() -> None:
    pieces = list(text_wording.keywords("STOP to end, HELP for help. Unstoppable."))
    assert [piece for piece, is_key in pieces if is_key] == ["STOP", "HELP"]
    assert "".join(piece for piece, _ in pieces) == "STOP to end, HELP for help. Unstoppable."
