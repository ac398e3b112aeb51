"""Known-months: a delivery is stored by the month in which its rows became known, so that a month can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

_DIGITS = 7


def month_of(day: date) -> str:
    """The month of a day: `2022-05`."""
    return day.isoformat()[:_DIGITS]


def by_month(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows by known-month, in order of its first row.

    Args:
        frame: rows with `_known_on`, which is never null.
    """
    first, last = frame["_known_on"].min(), frame["_known_on"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        return  # there are no rows
    if month_of(first) == month_of(last):  # mostly so; sorting out costs more than the look
        yield month_of(first), frame
        return
    months = frame.with_columns(pl.col("_known_on").dt.strftime("%Y-%m").alias("_month"))
    parts = months.partition_by("_month", as_dict=True, include_key=False, maintain_order=True)
    yield from ((str(month), rows) for (month,), rows in parts.items())
