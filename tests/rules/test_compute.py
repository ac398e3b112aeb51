"""The numbers are right, and nothing but what was known on the day has a say in them."""

from __future__ import annotations

import math
from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ids import DatasetId
from rules.compute import compute
from rules.indicator import Aggregate, Indicator
from tests.rules.story import SIGNALS

DAY = date(2022, 5, 27)
DATASET = DatasetId("test.events")
COLUMNS = ("household", "dataset", "kind", "occurred_on", "known_on", "measure")
Row = dict[str, Any]


def indicator(aggregate: Aggregate, kind: str, **window: Any) -> Indicator:
    """One to try, named by what it is."""
    name = "_".join([aggregate, kind, *(f"{key}_{value}".replace("-", "_") for key, value in window.items())])
    return Indicator(id=name, title=name, dataset=DATASET, kind=kind, aggregate=aggregate, unit="days", **window)


TRIED = {
    each.id: each
    for kind in ("seen", "paid")
    for each in (
        indicator(Aggregate.COUNT, kind, window_days=30),
        indicator(Aggregate.COUNT, kind, window_days=30, ago_days=30),
        indicator(Aggregate.COUNT_DAYS, kind, window_days=30),
        indicator(Aggregate.COUNT_DAYS, kind, since="05-01"),
        indicator(Aggregate.SUM, kind, window_days=60),
        indicator(Aggregate.MAX, kind, window_days=60),
        indicator(Aggregate.DAYS_SINCE_LAST, kind),
        indicator(Aggregate.DAYS_SINCE_LAST, kind, window_days=10),
        indicator(Aggregate.DAYS_UNTIL_NEXT, kind),
        indicator(Aggregate.DAYS_UNTIL_NEXT, kind, window_days=5),
    )
}

DAYS = st.integers(-70, 20).map(lambda days: DAY + timedelta(days=days))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "household": st.one_of(st.none(), st.sampled_from(["hh-1", "hh-2", "hh-3"])),
            "dataset": st.sampled_from([str(DATASET), "other.events"]),
            "kind": st.sampled_from(["seen", "paid", "else"]),
            "occurred_on": st.one_of(st.none(), DAYS),
            "known_on": st.one_of(st.none(), DAYS),
            "measure": st.one_of(
                st.none(), st.sampled_from([math.nan, math.inf, 0.1, 0.2]), st.floats(-1e6, 1e6, allow_nan=False)
            ),
        }
    ),
    max_size=40,
)


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: SIGNALS[name] for name in COLUMNS})


def by_hand(rows: list[Row], each: Indicator) -> float | None:
    """The same number, in the plainest Python."""
    first, last = each.window(DAY)
    mine = [row for row in rows if row["kind"] == each.kind and first <= row["occurred_on"] <= last]
    days = [row["occurred_on"] for row in mine]
    measures = [row["measure"] for row in mine if row["measure"] is not None and math.isfinite(row["measure"])]
    match each.aggregate:
        case Aggregate.COUNT:
            return len(mine)
        case Aggregate.COUNT_DAYS:
            return len(set(days))
        case Aggregate.SUM:
            return math.fsum(measures) if measures else None
        case Aggregate.MAX:
            return max(measures, default=None)
        case Aggregate.DAYS_SINCE_LAST:
            return (DAY - max(days)).days if days else None
        case Aggregate.DAYS_UNTIL_NEXT:
            return (min(days) - DAY).days if days else None


@given(rows=ROWS)
def test_every_number_is_what_one_gets_by_hand(rows: list[Row]) -> None:
    known = [row for row in rows if row["known_on"] and row["known_on"] <= DAY and row["occurred_on"]]
    mine = [row for row in known if row["household"] and row["dataset"] == DATASET and row["kind"] != "else"]
    found = compute(frame(rows), TRIED, DAY)
    assert found["household"].to_list() == sorted({row["household"] for row in mine})
    for line in found.iter_rows(named=True):
        own = [row for row in mine if row["household"] == line["household"]]
        assert {id: line[id] for id in TRIED} == {
            id: pytest.approx(by_hand(own, each), abs=1e-4) for id, each in TRIED.items()
        }


@given(rows=ROWS, seed=st.integers(0, 99))
def test_the_order_of_rows_decides_nothing(rows: list[Row], seed: int) -> None:
    shuffled = Random(seed).sample(rows, len(rows))
    assert compute(frame(shuffled), TRIED, DAY).equals(compute(frame(rows), TRIED, DAY))


@given(rows=ROWS, blocks=st.integers(1, 4))
def test_a_block_at_a_time_gives_the_same_as_all_at_once(rows: list[Row], blocks: int) -> None:
    everything = frame(rows)
    number = pl.col("household").hash(seed=0) % blocks
    parts = [compute(everything.filter(number == block), TRIED, DAY) for block in range(blocks)]
    assert pl.concat(parts).sort("household").equals(compute(everything, TRIED, DAY))


@given(rows=ROWS, news=ROWS)
def test_what_becomes_known_later_changes_nothing(rows: list[Row], news: list[Row]) -> None:
    later = [{**row, "known_on": DAY + timedelta(days=1 + number)} for number, row in enumerate(news)]
    unknown = [{**row, "known_on": None} for row in news]
    assert compute(frame([*rows, *later, *unknown]), TRIED, DAY).equals(compute(frame(rows), TRIED, DAY))


@given(rows=ROWS)
def test_a_lazy_frame_gives_the_same(rows: list[Row]) -> None:
    assert compute(frame(rows).lazy(), TRIED, DAY).equals(compute(frame(rows), TRIED, DAY))


def test_nothing_seen_is_a_count_of_none_and_otherwise_unknown() -> None:
    row = {"household": "hh-1", "dataset": DATASET, "kind": "seen", "occurred_on": DAY, "known_on": DAY, "measure": 1.0}
    line = compute(frame([row]), TRIED, DAY).row(0, named=True)
    unseen = {each.id: line[each.id] for each in TRIED.values() if each.kind == "paid"}
    assert unseen == {id: 0 if TRIED[id].aggregate.counts else None for id in unseen}


def test_no_signals_give_no_households() -> None:
    assert compute(frame([]), TRIED, DAY).columns == ["household", *TRIED]
    assert compute(frame([]), TRIED, DAY).is_empty()
    assert compute(frame([]), {}, DAY).is_empty()


def test_a_window_has_as_many_days_as_it_says() -> None:
    month = indicator(Aggregate.COUNT, "seen", window_days=30)
    assert month.window(DAY) == (date(2022, 4, 28), DAY)
    before = indicator(Aggregate.COUNT, "seen", window_days=30, ago_days=30)
    assert before.window(DAY) == (date(2022, 3, 29), date(2022, 4, 27))
    assert indicator(Aggregate.DAYS_UNTIL_NEXT, "seen", window_days=5).window(DAY) == (DAY, date(2022, 5, 31))


def test_a_school_year_begins_anew_on_its_day() -> None:
    year = indicator(Aggregate.COUNT, "seen", since="08-01")
    assert year.window(date(2022, 7, 31)) == (date(2021, 8, 1), date(2022, 7, 31))
    assert year.window(date(2022, 8, 1)) == (date(2022, 8, 1), date(2022, 8, 1))


def test_a_window_ends_where_the_calendar_ends() -> None:
    assert indicator(Aggregate.COUNT, "seen", window_days=36_500).window(date(5, 1, 1))[0] == date.min
    assert indicator(Aggregate.DAYS_UNTIL_NEXT, "seen", window_days=9).window(date.max)[1] == date.max
