"""From the rows of a snapshot feed to signals: the lists are made of all rows, the changes of a household's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import polars as pl

from signals.feed import Feed
from signals.snapshot import Roll, Row, Version, versions

_LIST = ("_delivery", "_occurred_on", "_known_on")
_ROW = ("_delivery", "_row", "_record", "_occurred_on", "_deleted_on", "_household", "_lineage")
_SCHEMA: dict[str, type[pl.DataType]] = {
    "kind": pl.String,
    "occurred_on": pl.Date,
    "known_on": pl.Date,
    "measure": pl.Float64,
    "_delivery": pl.String,
    "_row": pl.UInt32,
    "until": pl.Date,
}


def lists(frames: Iterable[pl.DataFrame], broken: Collection[str]) -> pl.DataFrame:
    """The lists that came: a row for each day of each delivery, in the order in which they came.

    Args:
        frames: all rows of the dataset as the store reads them, whoever they are about.
        broken: deliveries of which rows are in quarantine.

    Returns:
        _delivery, _occurred_on (the list's day), _known_on and `whole`.
    """
    schema = {"_delivery": pl.String, "_occurred_on": pl.Date, "_known_on": pl.Date}
    every = pl.concat([pl.DataFrame(schema=schema), *(frame.select(_LIST).drop_nulls().unique() for frame in frames)])
    found = every.unique(["_delivery", "_occurred_on"], maintain_order=True)
    return found.with_columns((~pl.col("_delivery").is_in(sorted(broken))).alias("whole"))


def call(feed: Feed, rows: pl.DataFrame, came: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The signals of some households' rows, with what was known when.

    Args:
        feed: a snapshot feed; its key is the person, so that a `_record` is one.
        rows: the rows of these households, as the store reads them.
        came: what `lists` found in the rows of everybody.
        as_of: the day read for. Who is sealed by then never was in a list up to the one that says so.

    Returns:
        One row per change of a kind: kind, occurred_on, known_on, measure (in how many days it may have happened),
        _delivery, _row, _household, _lineage, and `until`: the first day on which it no longer counts, null where it
        still does.
    """
    own = rows.select(_ROW).drop_nulls("_occurred_on")
    gone = own.filter(pl.col("_deleted_on") <= as_of).group_by("_record").agg(pl.col("_occurred_on").max().alias("_to"))
    seen = own.join(gone, on="_record", how="left").filter(
        pl.col("_to").is_null() | (pl.col("_occurred_on") > pl.col("_to"))
    )
    told = versions(_rolls(seen, came), dict(gone.iter_rows()))
    named = {True: "entered", False: "left"}
    kinds = [(kind.kind, kind.change) for kind in feed.kinds]
    found = [_line(name, each) for each in told for name, change in kinds if change == named[each.change.entered]]
    long = pl.DataFrame(found, schema=_SCHEMA, orient="row")
    return long.join(own.select("_delivery", "_row", "_household", "_lineage"), on=["_delivery", "_row"], how="left")


def _rolls(seen: pl.DataFrame, came: pl.DataFrame) -> list[Roll]:
    people: dict[tuple[str, date], dict[str, Row]] = {}
    for delivery, row, record, day in seen.select("_delivery", "_row", "_record", "_occurred_on").iter_rows():
        people.setdefault((delivery, day), {})[record] = (delivery, row)
    listed = came.select("_delivery", "_occurred_on", "_known_on", "whole").iter_rows()
    return [
        Roll(day=day, known_on=known_on, place=place, whole=whole, people=people.get((delivery, day), {}))
        for place, (delivery, day, known_on, whole) in enumerate(listed)
    ]


def _line(kind: str, version: Version) -> tuple[object, ...]:
    change = version.change
    return kind, change.on, version.known_on, float(change.days), *change.row, version.until
