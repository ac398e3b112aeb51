"""Days of school: what was missed counts only on a day on which there was something to miss.

A calendar is corrected as any file is: a day of snow is known afterwards. So what falls on a day that was not one
counts until that is known, and again from when it is known to have been one after all. A day that is not in it says
nothing, and what falls on it stands. Of two rows for a day that became known at once, one that takes it out of the
calendar counts, else the later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl
from pydantic import Field

from governance.written import Dataset, FieldName, Written
from signals.condition import Condition, all_hold

_ROW = ["_delivery", "_row"]
_SCHEMA: dict[str, type[pl.DataType]] = {
    "_place": pl.String,
    "_day": pl.Date,
    "_from": pl.Date,
    "_to": pl.Date,
    "_held": pl.Boolean,
}


class Calendar(Written):
    """Which dataset says on which days something could be missed.

    `place` is the field, of both datasets, that says where; `held` the conditions on the calendar's row under which a
    day was one.
    """

    dataset: Dataset
    place: FieldName
    held: Mapping[FieldName, Condition] = Field(min_length=1)

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the calendar that are looked at, besides its day."""
        return frozenset({self.place, *self.held})


def days(calendar: Calendar, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """From when to when each day of a calendar was known to be held or not.

    Args:
        calendar: says what to look at.
        frames: every version of the calendar's rows, as the store reads them.

    Returns:
        `_place`, `_day`, `_from`, `_to` (null: still so) and `_held`. Before a day was in the calendar, and once it was
        taken out, it counts as held: then nothing is known against it.
    """
    key = [pl.col(calendar.place).cast(pl.String).alias("_place"), pl.col("_occurred_on").alias("_day")]
    held = all_hold(calendar.held).fill_null(value=False).alias("_held")
    told = [frame.select(*key, pl.col("_known_on").alias("_from"), "_deleted_on", held) for frame in frames]
    if not told:
        return pl.DataFrame(schema=_SCHEMA)
    said = pl.concat(told).drop_nulls(["_place", "_day"])
    gone = said.filter(pl.col("_deleted_on").is_not_null()).with_columns(
        pl.max_horizontal("_from", "_deleted_on").alias("_from"), pl.lit(value=True).alias("_held")
    )
    before = (
        said.select("_place", "_day")
        .unique()
        .with_columns(
            pl.lit(date.min).alias("_from"),
            pl.lit(None, pl.Date).alias("_deleted_on"),
            pl.lit(value=True).alias("_held"),
        )
    )
    columns = ["_place", "_day", "_from", "_held"]
    every = pl.concat([each.select(columns) for each in (before, said, gone)])
    ordered = every.sort("_place", "_day", "_from", maintain_order=True)
    last = ordered.unique(["_place", "_day", "_from"], keep="last", maintain_order=True)
    return last.with_columns(pl.col("_from").shift(-1).over("_place", "_day").alias("_to")).select(list(_SCHEMA))


def on_school_days(signals: pl.DataFrame, places: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Signals as far as their days were days of school.

    Args:
        signals: with _delivery, _row, occurred_on, known_on and `until`.
        places: _delivery, _row and `_place`: where each row's day was.
        known: what `days` found.

    Returns:
        The same columns. A signal counts from the day that it, and that its day was one, is known; up to the day that
        its day is known not to be one, from when on it may count again.
    """
    placed = signals.join(places, on=_ROW, how="left")
    dated = placed.join(known, left_on=["_place", "occurred_on"], right_on=["_place", "_day"], how="left")
    counting = dated.filter(pl.col("_held").is_null() | pl.col("_held")).with_columns(
        pl.max_horizontal("known_on", "_from").alias("known_on"), pl.min_horizontal("until", "_to").alias("until")
    )
    return counting.filter(pl.col("until").is_null() | (pl.col("until") > pl.col("known_on"))).select(signals.columns)
