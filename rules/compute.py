"""From signals to numbers: a row per household, a column per indicator, as of a day and from what was known on it.

Two steps, both of them plain sums, smallest and largest, so that no number depends on the order of rows: first a line
per household, kind of signal and day; then a line per household. Whoever cannot hold a state in memory gives households
a block at a time: a household's numbers rest on its own rows alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from rules.indicator import Aggregate, Indicator, Window

UNIT = 1_000_000
"""Measures are summed as whole millionths: sums of floating-point numbers would depend on the order of rows."""
DECIMALS = 6
"""Digits of a sum. polars divides one number in another way than a column of them, and the last bit may differ."""


def compute(
    signals: pl.DataFrame | pl.LazyFrame,
    indicators: Mapping[str, Indicator],
    as_of: date,
    stale: Collection[str] = (),
) -> pl.DataFrame:
    """The indicators of every household in a block.

    Args:
        signals: long rows, valid as of the day: household, dataset, kind, occurred_on, known_on, measure. All rows of
            a household must be in the same block; how households are put into blocks changes nothing.
        indicators: what to compute, by id.
        as_of: the day looked from. What became known later, or nobody knows when, is left out.
        stale: indicators whose dataset is not heard of any more: of nobody is their number known.

    Returns:
        `household`, in order, and one number per indicator. A count of nothing is 0; everything else is null where
        there is nothing to go by, and so is whatever is stale. Households without any signal that an indicator looks at
        are left out: their counts are 0, unless they are stale, and everything else about them is unknown.
    """
    sources = _sources(indicators)
    days = _by_day(signals.lazy(), sources, as_of)
    numbers = [_number(each, sources[each.dataset, each.kind], as_of).alias(each.id) for each in indicators.values()]
    wide = days.group_by("household").agg(numbers).sort("household").collect(engine="streaming")
    return silenced(wide, stale)


def silenced(wide: pl.DataFrame, stale: Collection[str]) -> pl.DataFrame:
    """The numbers without those of stale indicators: an old number is no number, and none seen is not a known none.

    Args:
        wide: what `compute` returned.
        stale: indicators whose dataset is not heard of any more.
    """
    return wide.with_columns(pl.lit(None, dtype=pl.Float64).alias(id) for id in wide.columns if id in set(stale))


def known(as_of: date) -> pl.Expr:
    """Whether a row was known on a day, about somebody, and happened on some day. Unknown is no."""
    return (pl.col("known_on") <= as_of) & pl.col("household").is_not_null() & pl.col("occurred_on").is_not_null()


def inside(window: Window) -> pl.Expr:
    """Whether a row happened within a window."""
    return pl.col("occurred_on").is_between(*window)


def _sources(indicators: Mapping[str, Indicator]) -> dict[tuple[str, str], int]:
    """A small number for each kind of signal that is looked at."""
    pairs = sorted({(each.dataset, each.kind) for each in indicators.values()})
    return {pair: number for number, pair in enumerate(pairs)}


def _source(sources: Mapping[tuple[str, str], int]) -> pl.Expr:
    """The number of each row's kind of signal; null where nobody looks at it."""
    none = pl.lit(None, dtype=pl.UInt16)
    return pl.coalesce(
        *(
            pl.when((pl.col("kind") == kind) & (pl.col("dataset") == dataset)).then(pl.lit(number, dtype=pl.UInt16))
            for (dataset, kind), number in sources.items()
        ),
        none,
    )


def _by_day(signals: pl.LazyFrame, sources: Mapping[tuple[str, str], int], as_of: date) -> pl.LazyFrame:
    """How many rows, how much in all and how much at most, per household, kind of signal and day."""
    number = pl.col("measure").cast(pl.Float64)
    measure = pl.when(number.is_finite()).then(number)
    whole = (measure * UNIT).round().cast(pl.Int64, strict=False)
    return (
        signals.filter(known(as_of))
        .select("household", "occurred_on", source=_source(sources), measure=measure, whole=whole)
        .filter(pl.col("source").is_not_null())
        .group_by("household", "source", "occurred_on")
        .agg(
            rows=pl.len(),
            known=pl.col("whole").count(),
            whole=pl.col("whole").sum(),
            most=pl.col("measure").max(),
        )
    )


def _number(indicator: Indicator, source: int, as_of: date) -> pl.Expr:
    """One indicator over the days of a household."""
    mine = (pl.col("source") == source) & inside(indicator.window(as_of))
    match indicator.aggregate:
        case Aggregate.COUNT_DAYS:
            number = mine.sum()
        case Aggregate.COUNT:
            number = pl.when(mine).then("rows").otherwise(0).sum()
        case Aggregate.SUM:
            measured = pl.when(mine & (pl.col("known") > 0)).then("whole")
            number = pl.when(measured.count() > 0).then((measured.sum() / UNIT).round(DECIMALS))
        case Aggregate.MAX:
            number = pl.when(mine).then("most").max()
        case Aggregate.DAYS_SINCE_LAST:
            number = (pl.lit(as_of) - pl.when(mine).then("occurred_on").max()).dt.total_days()
        case Aggregate.DAYS_UNTIL_NEXT:
            number = (pl.when(mine).then("occurred_on").min() - pl.lit(as_of)).dt.total_days()
    return number.cast(pl.Float64)
