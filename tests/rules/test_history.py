"""Rows read once say on every day what they would say if they were read on that day."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rules.history import NEVER, ROW, History, ends
from signals.signal import current

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 9).map(lambda days: FIRST + timedelta(days=days))
VERSIONS = st.lists(st.tuples(st.sampled_from("ab"), DAYS, st.one_of(st.none(), DAYS)), max_size=8)
SCHEMA = {"_record": pl.String, "_known_on": pl.Date, "_deleted_on": pl.Date}
LAST = FIRST + timedelta(days=12)


def frame(versions: list[tuple[str, date, date | None]]) -> pl.DataFrame:
    rows = pl.DataFrame(versions, schema=SCHEMA, orient="row").with_row_index("_row", offset=1)
    return rows.with_columns(pl.lit("d-1").alias("_delivery"), pl.col("_row").cast(pl.UInt32))


def counted(versions: pl.DataFrame, day: date) -> list[int]:
    signals = versions.join(ends(versions, LAST), on=ROW, how="left").with_columns(
        pl.col("_known_on").alias("known_on")
    )
    return sorted(History(signals=signals).on(day)["_row"].to_list())


@given(VERSIONS)
def test_each_day_counts_what_counted_then_except_what_is_gone_by_now(
    written: list[tuple[str, date, date | None]],
) -> None:
    versions = frame(written)
    left = set(current(versions, LAST)["_record"].to_list())
    for back in range(13):
        day = LAST - timedelta(days=back)
        then = current(versions, day).filter(pl.col("_record").is_in(list(left)))
        assert counted(versions, day) == sorted(then["_row"].to_list())


def test_a_correction_replaces_a_row_from_the_day_it_is_known() -> None:
    versions = frame([("a", FIRST, None), ("a", FIRST + timedelta(days=5), None)])
    assert counted(versions, FIRST + timedelta(days=4)) == [1]
    assert counted(versions, FIRST + timedelta(days=5)) == [2]


def test_a_row_that_was_sealed_is_gone_from_the_past_too() -> None:
    versions = frame([("a", FIRST, None), ("a", FIRST + timedelta(days=5), FIRST + timedelta(days=5))])
    assert counted(versions, FIRST + timedelta(days=2)) == []
    assert set(ends(versions, LAST)["until"].to_list()) == {NEVER}


def test_a_row_that_nothing_replaced_has_no_end() -> None:
    assert ends(frame([("a", FIRST, None), ("b", FIRST, None)]), LAST).is_empty()
