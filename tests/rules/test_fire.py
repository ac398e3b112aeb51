"""What fires, by when to act, and the facts behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compute import compute
from rules.condition import Condition, expression
from rules.evidence import FACT_SCHEMA, evidence
from rules.fire import FIRING_SCHEMA, Skipped, fire
from rules.indicator import load_indicators
from rules.reason import REASON_SCHEMA, reasons
from rules.rulebook import load_rulebook
from signals.feed import load_feeds
from tests.rules.story import SIGNALS

DAY = date(2022, 5, 27)
FEEDS = load_feeds()
INDICATORS = load_indicators(None, FEEDS)
BOOK = load_rulebook(None, INDICATORS)
NUMBERS: dict[str, type[pl.DataType]] = {"household": pl.String, **dict.fromkeys(INDICATORS, pl.Float64)}
KINDS = sorted({(each.dataset, each.kind) for each in INDICATORS.values()})
DAYS = st.integers(-400, 20).map(lambda days: DAY + timedelta(days=days))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["hh-1", "hh-2"]),
        st.sampled_from(KINDS),
        DAYS,
        st.integers(0, 30),
        st.one_of(st.none(), st.sampled_from([1.0, 4.0, 2400.0])),
    ),
    max_size=60,
)


def frame(rows: Sequence[tuple[str, tuple[str, str], date, int, float | None]]) -> pl.DataFrame:
    """Signals; one that lies ahead is known today."""
    lines = [
        (household, *_source(source), day, min(day + timedelta(days=lag), DAY), measure, "d-1", number)
        for number, (household, source, day, lag, measure) in enumerate(rows, 1)
    ]
    return pl.DataFrame(lines, schema=SIGNALS, orient="row")


def _source(source: tuple[str, str]) -> tuple[str, str, str, str]:
    return source[0], "DULA-1", "g-1", source[1]


def wide(**values: float | None) -> pl.DataFrame:
    """One household: what is not said is unknown."""
    line = dict.fromkeys(INDICATORS) | values
    return pl.DataFrame([{"household": "hh-1", **line}], schema=NUMBERS)


def fired(numbers: pl.DataFrame, as_of: date = DAY) -> list[str]:
    return fire(numbers, BOOK, as_of, frozenset(INDICATORS)).firings["rule"].to_list()


def test_what_is_not_known_fires_nothing() -> None:
    assert fired(wide()) == []
    assert fired(wide(**dict.fromkeys(INDICATORS, float("nan")))) == []


@pytest.mark.parametrize("comparison", ["at_least", "at_most", "more_than", "less_than", "equals"])
def test_neither_an_unknown_number_nor_its_contrary_satisfies(comparison: str) -> None:
    plain = {"indicator": "number", comparison: 3}
    other = {"indicator": "known", comparison: {"indicator": "number"}}
    for condition in (plain, other, {"not": plain}, {"not": other}, {"all": [plain, {"not": plain}]}):
        for unknown in (None, float("nan")):
            numbers = pl.DataFrame({"number": [unknown], "known": [3.0]}, schema_overrides={"number": pl.Float64})
            met = numbers.select(expression(Condition.model_validate_json(_json(condition))))[0, 0]
            assert not met


def test_one_of_several_is_enough_even_where_another_is_unknown() -> None:
    condition = {"any": [{"indicator": "number", "at_least": 1}, {"indicator": "known", "equals": 3}]}
    numbers = pl.DataFrame({"number": [None], "known": [3.0]}, schema_overrides={"number": pl.Float64})
    assert numbers.select(expression(Condition.model_validate_json(_json(condition))))[0, 0]


def test_a_rule_without_its_indicator_is_skipped_and_named() -> None:
    found = fire(wide(late_days_60d=9, excused_days_60d=9), BOOK, DAY, frozenset(INDICATORS) - {"late_days_60d"})
    assert found.firings["rule"].to_list() == ["school.many_excused_absences"]
    assert found.skipped == (Skipped(rule="school.often_late", missing="late_days_60d"),)


def test_what_a_reason_can_do_without_takes_out_no_rule() -> None:
    available = frozenset(INDICATORS) - {"rent_claimed_60d"}
    found = fire(wide(days_since_rent_filing=3).drop("rent_claimed_60d"), BOOK, DAY, available)
    assert found.firings["rule"].to_list() == ["eviction.rent_case_filed"]
    assert found.skipped == ()
    facts = pl.DataFrame(schema=FACT_SCHEMA).vstack(
        pl.DataFrame([_fact("eviction.rent_case_filed", "days_since_rent_filing", date(2022, 5, 24))], FACT_SCHEMA)
    )
    said = reasons(found.firings, facts, wide(days_since_rent_filing=3).drop("rent_claimed_60d"), BOOK, DAY)
    assert said["text"].to_list() == ["A landlord went to court over unpaid rent on 24 May 2022."]


def test_before_its_first_day_a_rule_is_not_asked() -> None:
    assert fired(wide(late_days_60d=9), date(2019, 12, 31)) == []
    assert fired(wide(late_days_60d=9), date(2020, 1, 1)) == ["school.often_late"]


def test_a_firing_says_which_version_and_by_when() -> None:
    firing = fire(wide(days_until_hearing=3), BOOK, DAY, frozenset(INDICATORS)).firings
    assert firing.schema == pl.Schema(FIRING_SCHEMA)
    assert firing.row(0) == ("hh-1", "eviction.hearing_near", date(2020, 1, 1), "eviction", 1, date(2022, 5, 28))


def test_nobody_is_asked_to_have_acted_before_today() -> None:
    for days, expected in ((0, 0), (1, 0), (2, 0), (5, 3), (6, 3), (14, 3)):
        firing = fire(wide(days_until_hearing=days), BOOK, DAY, frozenset(INDICATORS)).firings
        assert firing["due_on"].to_list() == [DAY + timedelta(days=expected)]


@given(rows=ROWS)
def test_every_firing_has_facts_and_words_and_every_fact_was_known(rows: list[Any]) -> None:
    signals = frame(rows)
    numbers = compute(signals, INDICATORS, DAY)
    firings = fire(numbers, BOOK, DAY, frozenset(INDICATORS)).firings
    facts = evidence(signals, firings, BOOK, INDICATORS, DAY)
    said = reasons(firings, facts, numbers, BOOK, DAY)
    assert facts.schema == pl.Schema(FACT_SCHEMA)
    assert said.schema == pl.Schema(REASON_SCHEMA)
    assert said.select("household", "rule").equals(firings.select("household", "rule"))
    assert firings.join(facts, on=["household", "rule"], how="anti").is_empty()
    assert facts.join(firings, on=["household", "rule"], how="anti").is_empty()
    assert facts.filter(pl.col("known_on") > DAY).is_empty()
    assert facts.is_unique().all()


@given(rows=ROWS)
def test_a_number_can_be_told_from_its_facts_again(rows: list[Any]) -> None:
    signals = frame(rows)
    numbers = compute(signals, INDICATORS, DAY)
    firings = fire(numbers, BOOK, DAY, frozenset(INDICATORS)).firings
    facts = evidence(signals, firings, BOOK, INDICATORS, DAY)
    again = signals.with_columns(pl.col("_row").alias("row")).join(
        facts.select("household", "row").unique(), on=["household", "row"], how="semi"
    )
    recomputed = compute(again, INDICATORS, DAY)
    for household, rule in firings.select("household", "rule").iter_rows():
        version = BOOK.rules[rule].version(DAY)
        assert version is not None
        for name in BOOK.rules[rule].spoken(version):
            pair = [each.filter(pl.col("household") == household)[name].to_list() for each in (numbers, recomputed)]
            assert pair[0] == pair[1]


def test_the_facts_of_a_day_are_all_that_happened_on_it() -> None:
    kind = ("hmis.enrollment", "homeless_program_entry")
    rows = [("hh-1", kind, date(2022, 5, 20), 0, None)] * 3 + [("hh-1", kind, date(2022, 1, 1), 0, None)]
    signals = frame(rows)
    firings = fire(compute(signals, INDICATORS, DAY), BOOK, DAY, frozenset(INDICATORS)).firings
    facts = evidence(signals, firings, BOOK, INDICATORS, DAY)
    assert firings["rule"].to_list() == ["shelter.entry"]
    assert facts["row"].to_list() == [1, 2, 3]
    assert set(facts["unit"]) == {"event"}


def _fact(rule: str, indicator: str, day: date) -> dict[str, Any]:
    named = {"household": "hh-1", "rule": rule, "indicator": indicator, "dataset": "docket.filings"}
    came = {"agreement": "DULA-1", "grant": "g-1", "delivery": "d-1", "row": 1}
    return named | came | {"value": 1.0, "unit": "event", "occurred_on": day, "known_on": day}


def _json(condition: dict[str, Any]) -> str:
    return json.dumps(condition)
