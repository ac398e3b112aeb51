"""How long each version of a row counts, so that signals read once can be looked at from many days.

A row that is gone by the day that we read (deleted, sealed, expunged) is gone from every earlier day too: whoever has
a record sealed has it sealed for training as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

NEVER = date.min
"""The end of a version that counts on no day."""

ROW = ["_delivery", "_row"]
_END_SCHEMA: dict[str, type[pl.DataType]] = {"_delivery": pl.String, "_row": pl.UInt32, "until": pl.Date}


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All versions of the signals of some households, read once.

    `signals` has `until` beside what `Observed.blocks` yields: the first day on which a row no longer counts, null
    where it still does.
    """

    signals: pl.DataFrame

    def on(self, day: date) -> pl.DataFrame:
        """The signals as they were known on a day, without `until`.

        Args:
            day: the day looked from; not after the day that the rows were read for.
        """
        counts = pl.col("until").is_null() | (pl.col("until") > day)
        return self.signals.filter((pl.col("known_on") <= day) & counts).drop("until")


def ends(versions: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The rows that a later version replaces or takes back, each with the first day on which it no longer counts.

    Says of every row what `signals.signal.current` says, day for day; but of what is gone as of the day, nothing ever
    counted.

    Args:
        versions: `_delivery`, `_row`, `_record`, `_known_on` and `_deleted_on`, deliveries in the order they came.
        as_of: the day read for.

    Returns:
        `_delivery`, `_row` and `until`; rows that are not named count from the day they are known.
    """
    known = versions.filter(pl.col("_known_on") <= as_of)
    mixed = known.filter(pl.col("_record").is_duplicated() | pl.col("_deleted_on").is_not_null())
    if mixed.is_empty():
        return pl.DataFrame(schema=_END_SCHEMA)
    placed = mixed.with_row_index("_place")
    days = _days(placed, as_of)
    one = placed.join(days, on=["_record", "_known_on"], how="left")
    never = (pl.col("_place") != pl.col("_last")) | pl.col("_gone")
    until = pl.when(never).then(pl.lit(NEVER)).otherwise(pl.col("until")).alias("until")
    return one.select(*ROW, until).filter(pl.col("until").is_not_null())


def _days(placed: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Per record and day on which versions of it became known: which one counts, until when, and whether it is gone."""
    return (
        placed.group_by("_record", "_known_on")
        .agg(pl.col("_place").max().alias("_last"), pl.col("_deleted_on").min().alias("_deleted"))
        .sort("_record", "_known_on")
        .with_columns(pl.col("_known_on").shift(-1).over("_record").alias("_next"))
        .with_columns(
            pl.min_horizontal("_deleted", "_next").alias("until"),
            (pl.col("_next").is_null() & (pl.col("_deleted") <= as_of)).fill_null(value=False).alias("_newest_gone"),
        )
        .with_columns(pl.col("_newest_gone").any().over("_record").alias("_gone"))
        .select("_record", "_known_on", "_last", "until", "_gone")
    )
