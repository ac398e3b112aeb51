"""Reasons in plain words: numbers and days, no jargon, no score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from rules.indicator import Indicator
from rules.rule import Rule
from rules.rulebook import Rulebook
from rules.sentence import Piece, Place, unspeakable
from signals.hearing import Unheard

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
REASON_SCHEMA: dict[str, type[pl.DataType]] = {"household": pl.String, "rule": pl.String, "text": pl.String}
"""A sentence per household and rule that fired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of an indicator for one household: its number, and the first and last day of the facts behind it.

    `value` is None where it is not known, `first` and `latest` where there is no fact.
    """

    value: float | None
    first: date | None = None
    latest: date | None = None


def render(rule: Rule, seen: Mapping[str, Seen], indicators: Mapping[str, Indicator], as_of: date) -> str:
    """The reason of one firing, as a sentence for whoever looks.

    Args:
        rule: the rule that fired.
        seen: what was seen of each indicator that it speaks of, by id.
        indicators: by id.
        as_of: the day looked from.

    Raises:
        RulebookError: `RULE_INVALID` where something is not known that stands outside brackets.
    """
    text = ""
    for piece in rule.sentence.pieces:
        said = _said(piece, seen, indicators, as_of)
        if said is None and not piece.optional:
            raise unspeakable(rule.id, "it speaks of something that is not known")
        text += said or ""
    return text


def reasons(
    firings: pl.DataFrame, facts: pl.DataFrame, wide: pl.DataFrame, rulebook: Rulebook, as_of: date
) -> pl.DataFrame:
    """The reason of every firing.

    Args:
        firings: what `rules.fire` found.
        facts: what `rules.evidence` gathered for them.
        wide: what `rules.compute` returned, at least for their households.
        rulebook: the rules.
        as_of: the day looked from.

    Returns:
        Rows of `REASON_SCHEMA`, in the order of the firings.
    """
    numbers = {row["household"]: row for row in wide.join(firings, on="household", how="semi").iter_rows(named=True)}
    days = _days(facts)
    said = []
    for household, id in firings.select("household", "rule").iter_rows():
        rule = rulebook.rules[id]
        seen = {
            name: _seen(numbers[household].get(name), days.get((household, id, name)))
            for name in rule.sentence.indicators
        }
        said.append((household, id, render(rule, seen, rulebook.indicators, as_of)))
    return pl.DataFrame(said, schema=REASON_SCHEMA, orient="row")


def spoken(day: date) -> str:
    """A day as people say it: 3 May 2022."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _days(facts: pl.DataFrame) -> dict[tuple[str, str, str], tuple[date, date]]:
    """The first and the last day of the facts behind each household, rule and indicator."""
    keys = ("household", "rule", "indicator")
    grouped = facts.group_by(keys).agg(first=pl.col("occurred_on").min(), latest=pl.col("occurred_on").max())
    rows: Iterable[tuple[Any, ...]] = grouped.select(*keys, "first", "latest").iter_rows()
    return {(household, rule, name): (first, latest) for household, rule, name, first, latest in rows}


def _seen(value: float | None, days: tuple[date, date] | None) -> Seen:
    first, latest = days or (None, None)
    return Seen(value=value, first=first, latest=latest)


def _said(piece: Piece, seen: Mapping[str, Seen], indicators: Mapping[str, Indicator], as_of: date) -> str | None:
    """A piece in words; None where something in it is not known.

    Outside brackets a count that is not known, its dataset being stale, is called that: a count is always known else.
    """
    words = [token if isinstance(token, str) else _word(token, seen, indicators, as_of) for token in piece.tokens]
    if not piece.optional:
        words = [_unknown(token, indicators) if w is None else w for token, w in zip(piece.tokens, words, strict=True)]
    return None if None in words else "".join(word for word in words if word)


def _word(place: Place, seen: Mapping[str, Seen], indicators: Mapping[str, Indicator], as_of: date) -> str | None:
    indicator, mine = indicators[place.indicator], seen[place.indicator]
    if place.part == "window":
        return str(indicator.window_days)
    if place.part:
        days = {"since": indicator.window(as_of)[0], "first": mine.first, "latest": mine.latest}
        day = days[place.part]
        return None if day is None else spoken(day)
    if mine.value is None:
        return None
    number = number_in_words(mine.value, indicator.unit)
    return f"{number} {place.one if mine.value == 1 else place.many}" if place.one else number


def _unknown(token: str | Place, indicators: Mapping[str, Indicator]) -> str | None:
    """What is said of a stale count; None of anything else."""
    if isinstance(token, str) or token.part or not indicators[token.indicator].aggregate.counts:
        return None
    return f"an unknown number of {token.many}" if token.many else "an unknown number"


def not_known(unheard: Unheard) -> str:
    """That nothing is known of a dataset any more, in words: neither none, nor withheld.

    Args:
        unheard: the dataset, and since when.
    """
    since = spoken(unheard.since)
    if unheard.why == "shape":
        return f"Not known: a file of {unheard.dataset} was refused, its shape changed; no delivery since {since}."
    return f"Not known: no delivery of {unheard.dataset} since {since}."


def number_in_words(value: float, unit: str) -> str:
    """A number as people write it: whole where it is whole, thousands apart, money in whole dollars."""
    if unit == "USD":
        return f"${value:,.0f}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
