"""Reasons are plain words that can be read out to a family."""

from __future__ import annotations

import re
from datetime import date

import pytest

from alerts.programme import load_programmes
from governance.errors import RulebookError
from governance.purpose import covers
from rules.indicator import load_indicators
from rules.reason import Seen, render, spoken
from rules.rule import Rule
from rules.rulebook import load_rulebook
from rules.sentence import parse
from signals.feed import load_feeds

DAY = date(2022, 5, 27)
INDICATORS = load_indicators(None, load_feeds())
BOOK = load_rulebook(None, INDICATORS)
NOT_FOR_FAMILIES = {
    "alert",
    "data",
    "dataset",
    "default",
    "defendant",
    "destination",
    "enrollment",
    "enrolment",
    "execution",
    "flag",
    "hit",
    "hmis",
    "household",
    "indicator",
    "judgment",
    "plaintiff",
    "predict",
    "probability",
    "risk",
    "score",
    "signal",
    "threshold",
    "trigger",
}
GRADE = 8.0


def seen(value: float = 8) -> dict[str, Seen]:
    """Something of every indicator."""
    return {id: Seen(value=value, first=date(2022, 4, 1), latest=date(2022, 5, 3)) for id in INDICATORS}


def said(reason: str, **seen: Seen) -> str:
    """A reason of no rule of the book, in words."""
    rule = BOOK.rules["school.often_late"].model_copy(update={"reason": reason})
    return render(rule, seen, INDICATORS, DAY)


@pytest.mark.parametrize(
    ("reason", "value", "expected"),
    [
        ("{late_days_60d:day|days} late.", 8, "8 days late."),
        ("{late_days_60d:day|days} late.", 1, "1 day late."),
        ("{late_days_60d:day|days} late.", 0, "0 days late."),
        ("{late_days_60d} of {late_days_60d.window}.", 1234, "1,234 of 60."),
        ("{late_days_60d}", 1.25, "1.2"),
        ("Since {late_days_60d.since}.", 8, "Since 29 March 2022."),
        ("From {late_days_60d.first} to {late_days_60d.latest}.", 8, "From 1 April 2022 to 3 May 2022."),
        ("Late[, {late_days_60d} times].", 8, "Late, 8 times."),
    ],
)
def test_numbers_and_days_are_put_into_words(reason: str, value: float, expected: str) -> None:
    assert said(reason, late_days_60d=seen(value)["late_days_60d"]) == expected


def test_money_is_written_as_money() -> None:
    assert said("{rent_claimed_60d}", rent_claimed_60d=Seen(value=12_345.5)) == "$12,346"


def test_what_is_not_known_is_left_out_where_it_can_be() -> None:
    unknown = Seen(value=None)
    assert said("Filed.[ For {rent_claimed_60d}.] Ask.", rent_claimed_60d=unknown) == "Filed. Ask."
    assert said("Filed.[ On {rent_claimed_60d.latest}.]", rent_claimed_60d=unknown) == "Filed."
    with pytest.raises(RulebookError, match="RULE_INVALID"):
        said("For {rent_claimed_60d}.", rent_claimed_60d=unknown)


def test_a_day_is_spoken_as_people_speak() -> None:
    assert spoken(date(2022, 5, 3)) == "3 May 2022"
    assert spoken(date(2023, 12, 31)) == "31 December 2023"


def test_a_sentence_without_braces_is_itself() -> None:
    assert [piece.tokens for piece in parse("Nothing.").pieces] == [("Nothing.",)]


@pytest.mark.parametrize("rule", BOOK.rules.values(), ids=lambda rule: rule.id)
def test_every_reason_can_be_read_at_school_grade_eight(rule: Rule) -> None:
    text = render(rule, seen(), INDICATORS, DAY)
    words = re.findall(r"[a-z']+", text.lower())
    assert not {word.removesuffix("s") for word in words} & NOT_FOR_FAMILIES
    assert reading_grade(text) <= GRADE, text


@pytest.mark.parametrize("rule", BOOK.rules.values(), ids=lambda rule: rule.id)
def test_every_rule_points_to_help_that_exists_and_that_helps_with_it(rule: Rule) -> None:
    programmes = load_programmes()
    assert set(rule.programmes) <= set(programmes)
    assert any(rule.topic in programmes[id].helps_with for id in rule.programmes)
    assert covers("prevention.outreach", rule.purpose)


def test_the_grade_of_a_plain_sentence_is_low_and_of_a_stiff_one_high() -> None:
    assert reading_grade("The cat sat on the mat. It was warm.") < 2
    assert reading_grade("Habitual absenteeism necessitates multidisciplinary intervention immediately.") > 15


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid et al. 1975), with syllables counted as groups of vowels."""
    sentences = len(re.findall(r"[.!?](?:\s|$)", text)) or 1
    words = re.findall(r"[A-Za-z0-9$,']*[A-Za-z0-9]", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith("le")
    return max(1, groups - silent)
