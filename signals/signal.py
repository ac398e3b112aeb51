"""Signals: what a feed's rows say, one dated fact at a time, and which version of a row counts on a day."""

from __future__ import annotations

from datetime import date

import polars as pl

from signals.feed import Feed
from signals.kind import Kind

_ALONG = ("_delivery", "_row", "_record", "_deleted_on", "_household", "_lineage", "_person")
_SCHEMA: dict[str, type[pl.DataType]] = {
    "kind": pl.String,
    "occurred_on": pl.Date,
    "known_on": pl.Date,
    "measure": pl.Float64,
}


def needs(feed: Feed, kind: str) -> frozenset[str]:
    """The fields that a kind of signal is derived from: what a grant must name.

    Args:
        feed: the feed.
        kind: one of its kinds.

    Raises:
        KeyError: the feed yields no such kind.
    """
    for each in feed.kinds:
        if each.kind == kind:
            return _needs(feed, each)
    raise KeyError(f"{feed.dataset} yields no {kind}")


def derive(feed: Feed, frame: pl.DataFrame) -> pl.DataFrame:
    """The signals of rows, each by itself; those of a snapshot feed are made by `signals.roll_call`.

    A kind whose day or condition is not in the frame (it was not granted) yields none; one whose measure is not there
    yields signals without it.

    Args:
        feed: says which kinds a row yields, and when.
        frame: rows as the store reads them, system columns included.

    Returns:
        One row per signal: kind, occurred_on, known_on, measure (null where the kind has none), and of the system
        columns those that are there: _delivery, _row, _record, _deleted_on, _household, _lineage, _person.
    """
    along = [name for name in _ALONG if name in frame.columns]
    given = [kind for kind in feed.kinds if kind.change is None and _rests_on(feed, kind) <= set(frame.columns)]
    parts = [_signals(feed, kind, frame, along) for kind in given]
    if parts:
        return pl.concat(parts)
    return pl.DataFrame(schema=_SCHEMA).with_columns(pl.Series(name, [], dtype=frame.schema[name]) for name in along)


def current(frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The rows that count on a day: of each record the version that was known last, unless it was deleted by then.

    Of two versions that became known on one day, one that says "deleted" counts, else the later one in the frame:
    later delivery, or later row. Unknown is never yes, and a deletion is somebody's right.

    Args:
        frame: versions of rows, with `_record`, `_known_on` and `_deleted_on`, deliveries in the order they came.
        as_of: the day looked from.
    """
    known = frame.filter(pl.col("_known_on") <= as_of)
    gone = (pl.col("_deleted_on") <= as_of).fill_null(value=False)
    order = ["_known_on", "_gone"]
    latest = (
        known.with_columns(gone.alias("_gone"))
        .sort(order, maintain_order=True)
        .unique("_record", keep="last", maintain_order=True)
    )
    return latest.filter(~pl.col("_gone")).drop("_gone")


def _needs(feed: Feed, kind: Kind) -> frozenset[str]:
    return _rests_on(feed, kind) | ({kind.measure} if kind.measure else set())


def _rests_on(feed: Feed, kind: Kind) -> frozenset[str]:
    """What makes a row a signal of this kind: when, and what it says; not how much."""
    return kind.rests_on(feed.occurred_on)


def _day(feed: Feed, kind: Kind) -> str:
    day = kind.on or feed.occurred_on
    if day is None:
        raise ValueError(f"{kind.kind} of {feed.dataset} has no day")  # a feed that says so does not load
    return day


def _signals(feed: Feed, kind: Kind, frame: pl.DataFrame, along: list[str]) -> pl.DataFrame:
    day = pl.col(_day(feed, kind)).cast(pl.Date)
    holds = [condition.holds(name) for name, condition in kind.where.items()]
    holds += [kind.within.holds(day)] if kind.within else []
    measured = kind.measure is not None and kind.measure in frame.columns
    measure = pl.col(str(kind.measure)).cast(pl.Float64) if measured else pl.lit(None, dtype=pl.Float64)
    return frame.filter(day.is_not_null(), *holds).select(
        pl.lit(kind.kind).alias("kind"),
        day.alias("occurred_on"),
        pl.col("_known_on").alias("known_on"),
        measure.alias("measure"),
        *along,
    )
