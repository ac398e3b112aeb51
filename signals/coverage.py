"""Coverage: which days a delivery's rows tell of, so that old rows that come today do not look like news.

Kept as counts are: per month the first and the newest day of its rows, and nothing of what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from signals.feed import Feed

Covers = Mapping[str, tuple[str, str] | list[str]]
"""By month (`2026-05`): the first and the newest day that a row of it tells of, as ISO dates."""


class Coverage:
    """Gathers the days of a file's rows as they pass by.

    A row tells of the day on which it became known. Where only the delivery says when that was, it tells of the day on
    which it happened, if that is earlier: a file of last year's rows that comes today is not news of today.

    Args:
        feed: the feed, narrowed to what may be looked at.
    """

    def __init__(self, feed: Feed) -> None:
        happened = pl.col(feed.occurred_on).cast(pl.Date) if feed.occurred_on and feed.known_on.delivery else None
        known = pl.col("_known_on")
        self._day = known if happened is None else pl.min_horizontal(known, happened)
        self._covers: dict[str, tuple[str, str]] = {}

    def add(self, kept: pl.DataFrame) -> None:
        """Take in rows that keep their contract, with `_known_on`."""
        days = kept.select(self._day.alias("day")).drop_nulls()
        found = days.group_by(pl.col("day").dt.strftime("%Y-%m").alias("month")).agg(
            pl.col("day").min().dt.to_string("iso").alias("first"),
            pl.col("day").max().dt.to_string("iso").alias("newest"),
        )
        for month, first, newest in found.iter_rows():
            before = self._covers.get(month, (first, newest))
            self._covers[month] = (min(before[0], first), max(before[1], newest))

    def covers(self) -> dict[str, list[str]]:
        """What was gathered, by month in order."""
        return {month: list(days) for month, days in sorted(self._covers.items())}


def newest(covers: Covers, day: date) -> date | None:
    """The newest day up to a given one that a delivery's rows tell of; None where they tell of none.

    Between the first and the newest day of one month the rows are taken to tell of every day.

    Args:
        covers: of the delivery.
        day: the day looked from.
    """
    told = day.isoformat()
    found = [min(last, told) for first, last in covers.values() if first <= told]
    return date.fromisoformat(max(found)) if found else None
