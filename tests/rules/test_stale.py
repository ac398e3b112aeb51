"""What rests on a silent feed is not known: it is no number, no reason, no evidence, and no weight for or against."""

from __future__ import annotations

from datetime import date
from typing import Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ids import DatasetId
from rules.compute import compute
from rules.evidence import evidence
from rules.fire import fire
from rules.reason import Seen, not_known, reasons, render
from rules.scorer.linear import Linear, Slope
from rules.scorer.panel import whole
from signals.hearing import Unheard
from tests.rules.test_fire import BOOK, DAY, INDICATORS, ROWS, frame

KINDS_OF_COURT = next(each.kind for each in INDICATORS.values() if each.dataset == "docket.filings")
DATASETS = sorted({each.dataset for each in INDICATORS.values()})


def resting_on(datasets: set[str]) -> set[str]:
    """The indicators that rest on some datasets."""
    return {id for id, each in INDICATORS.items() if each.dataset in datasets}


@given(ROWS, st.sets(st.sampled_from(DATASETS), max_size=4))
@settings(max_examples=40, deadline=None)
def test_nobodys_number_is_known_where_it_is_stale_and_every_other_is_what_it_was(
    rows: list[tuple[str, tuple[str, str], date, int, float | None]], silent: set[str]
) -> None:
    stale = resting_on(silent)
    told, heard = compute(frame(rows), INDICATORS, DAY, stale), compute(frame(rows), INDICATORS, DAY)
    assert told.drop(stale).equals(heard.drop(stale))
    assert all(told[id].null_count() == told.height for id in stale)


@given(ROWS, st.sets(st.sampled_from(DATASETS), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_no_fact_of_a_silent_feed_speaks_for_anybody_and_every_firing_can_be_told(
    rows: list[tuple[str, tuple[str, str], date, int, float | None]], silent: set[str]
) -> None:
    stale, signals = resting_on(silent), frame(rows)
    wide = compute(signals, INDICATORS, DAY, stale)
    firings = fire(wide, BOOK, DAY, frozenset(INDICATORS)).firings
    heard = {id: each for id, each in INDICATORS.items() if id not in stale}
    facts = evidence(signals, firings, BOOK, heard, DAY)
    assert not set(facts["dataset"]) & silent
    assert facts.select("household", "rule").unique().height == firings.height
    assert reasons(firings, facts, wide, BOOK, DAY).height == firings.height


def test_that_nothing_is_known_is_neither_yes_nor_no() -> None:
    row = ("hh-1", ("utility.notices", "utility_past_due"), DAY, 0, 90.0)
    wide = compute(frame([row, row]), INDICATORS, DAY, resting_on({"utility.notices"}))
    (id,) = (id for id in INDICATORS if id == "past_due_notices_180d")
    column = pl.col(id)
    asked = wide.select((column >= 1).alias("some"), (column == 0).alias("none"), (~(column >= 1)).alias("not some"))
    assert asked.row(0) == (None, None, None)


def test_a_household_that_never_had_a_row_is_no_known_zero_either() -> None:
    cohort = pl.DataFrame({"household": ["hh-1", "hh-quiet"]})
    stale = resting_on({"utility.notices"})
    row = ("hh-1", ("docket.filings", KINDS_OF_COURT), DAY, 0, None)
    wide = whole(compute(frame([row]), INDICATORS, DAY, stale), cohort, INDICATORS, stale)
    assert wide["past_due_notices_180d"].to_list() == [None, None]
    counted = next(id for id, each in INDICATORS.items() if each.aggregate.counts and each.dataset == "edfi.attendance")
    assert wide[counted].to_list() == [0.0, 0.0]


def test_a_stale_count_outside_brackets_is_said_not_to_be_known() -> None:
    rule = BOOK.rules["utility.past_due_again"]
    seen = {id: Seen(value=None) for id in rule.sentence.indicators}
    speaks = rule.model_copy(
        update={"reason": "It was {past_due_notices_180d:time|times}[, on {past_due_notices_180d.latest}]."}
    )
    assert render(speaks, seen, INDICATORS, DAY) == "It was an unknown number of times."


def test_a_silent_feed_moves_no_score() -> None:
    slope = Slope(indicator="a", weight=2.0, centre=1.0, low=0.0, high=9.0, missing=-0.7)
    model = Linear(start=-1.0, slopes=(slope, slope.model_copy(update={"indicator": "b"})))
    wide = pl.DataFrame(
        {"household": ["hh-1", "hh-2"], "a": [None, None], "b": [3.0, None]}, schema_overrides={"a": pl.Float64}
    )
    silent = model.score(wide, {"a"})
    assert silent.contributions["a"].to_list() == [0.0, 0.0]
    assert silent.scores["score"].to_list() == [-1.0 + 4.0, -1.0 - 0.7]
    assert model.score(wide).contributions["a"].to_list() == [-0.7, -0.7]


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("silent", "Not known: no delivery of utility.notices since 2 June 2026."),
        (
            "shape",
            "Not known: a file of utility.notices was refused, its shape changed; no delivery since 2 June 2026.",
        ),
    ],
)
def test_since_when_nothing_is_known_is_said_in_words(why: Literal["silent", "shape"], said: str) -> None:
    assert not_known(Unheard(dataset=DatasetId("utility.notices"), since=date(2026, 6, 2), why=why)) == said
