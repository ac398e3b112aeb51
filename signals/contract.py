"""The contract: each row of text is kept, with its values, or fails the first check that it breaks.

Both halves come back, and nothing is lost between them. What is unknown does not pass a check.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from signals.cell import tidy, typed
from signals.column import Column, ColumnType
from signals.feed import Feed
from signals.parser import SHAPE
from signals.profile import Profiler

_KNOWN = "_known_on"
_WORDS = {
    ColumnType.TEXT: "a text",
    ColumnType.CODE: "a code",
    ColumnType.DATE: "a date",
    ColumnType.DATETIME: "a date with a time",
    ColumnType.INTEGER: "a whole number",
    ColumnType.NUMBER: "a number",
    ColumnType.BOOLEAN: "true or false",
    ColumnType.LIST: "a list",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row failed: the check's name, and what is wrong; never a value."""

    check: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Both halves of a batch.

    `kept` has `_row`, `_known_on` and a typed column per field. `failed` has `_row`, `_flaw` (its place in the
    contract's `flaws`) and each field's text.
    """

    kept: pl.DataFrame
    failed: pl.DataFrame


class Contract:
    """What a feed promises, ready to be held against rows.

    Args:
        feed: the feed, narrowed to what may be looked at.
        delivered_on: the day of the delivery.
        known_on: the day on which we learned of it, where a steward says so.
        profiler: counts the rows as they are read.
    """

    def __init__(
        self, feed: Feed, *, delivered_on: date, known_on: date | None = None, profiler: Profiler | None = None
    ) -> None:
        self._feed = feed
        self._profiler = profiler
        self._given = known_on
        self._day = known_on or delivered_on
        self.flaws: tuple[Flaw, ...] = tuple(_flaws(feed))

    @property
    def version(self) -> str:
        """Which contract this is: 16 hex digits of a digest of the feed as it is looked at."""
        written = json.dumps(self._feed.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()[:16]

    def judge(self, raw: pl.DataFrame) -> Judged:
        """Hold a batch of rows against the contract.

        Args:
            raw: a parser's frame: `_row`, `_shape` and text.
        """
        names = [column.name for column in self._feed.columns]
        text = raw.with_columns(tidy(pl.col(column.name), column.unknown) for column in self._feed.columns)
        values = text.select(
            "_row", *(typed(column, pl.col(column.name)).alias(column.name) for column in self._feed.columns)
        )
        values = values.with_columns(self._known_on().alias(_KNOWN))
        if self._profiler is not None:
            self._profiler.add(text.filter(text[SHAPE]), values.filter(text[SHAPE]))
        verdict = self._verdict(text, values)
        failing = verdict.is_not_null()
        failed = raw.select("_row", verdict, *names).filter(failing)
        return Judged(kept=values.filter(~failing), failed=failed)

    def _verdict(self, text: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
        """The first flaw of each row, by its place in `flaws`; null where it has none."""
        broken: list[pl.Series] = [~text[SHAPE]]
        for column in self._feed.columns:
            broken += _broken(column, text[column.name], values[column.name])
        passing = values.select(check.passes(pl.col(_KNOWN)).alias(check.name) for check in self._feed.checks)
        broken += [~passing[check.name] for check in self._feed.checks]
        verdict = pl.Series("_flaw", [None] * text.height, dtype=pl.UInt16)
        for place in reversed(range(len(broken))):
            if broken[place].any():
                flaw = pl.Series([place], dtype=pl.UInt16).new_from_index(0, text.height)
                verdict = flaw.zip_with(broken[place], verdict).alias("_flaw")
        return verdict

    def _known_on(self) -> pl.Expr:
        """The day on which each row became known; never null.

        A row that lacks its own gets the delivery's. With a lag, what happened after the day that a steward gave
        cannot have been known on it: it is known on the day it happened.
        """
        known, day = self._feed.known_on, pl.lit(self._day, dtype=pl.Date)
        if known.fields:
            return pl.max_horizontal(pl.col(name).cast(pl.Date) for name in known.fields).fill_null(day)
        if known.lag_days is not None and self._feed.occurred_on is not None:
            occurred = pl.col(self._feed.occurred_on).cast(pl.Date)
            if self._given is not None:
                return pl.max_horizontal(occurred, day)
            return occurred.dt.offset_by(f"{known.lag_days}d").fill_null(day)
        return day


def summed(counts: Mapping[int, int], flaws: tuple[Flaw, ...]) -> dict[str, int]:
    """How many rows failed each check, by its name.

    Args:
        counts: by place in `flaws`.
        flaws: the contract's.
    """
    found: dict[str, int] = {}
    for place, number in sorted(counts.items()):
        found[flaws[place].check] = found.get(flaws[place].check, 0) + number
    return found


def _flaws(feed: Feed) -> list[Flaw]:
    """Everything that can be wrong with a row, in the order in which it is looked at."""
    found = [Flaw("row_shape", feed.format.misfit)]
    for column in feed.columns:
        found.append(Flaw(f"{column.name}.type", f"{column.name} is not {_WORDS[column.type]}"))
        if column.required:
            found.append(Flaw(f"{column.name}.required", f"{column.name} is missing"))
        if column.codes is not None:
            found.append(Flaw(f"{column.name}.codes", f"{column.name} is not one of the codes that the feed lists"))
    return found + [Flaw(check.name, check.words()) for check in feed.checks]


def _broken(column: Column, text: pl.Series, values: pl.Series) -> list[pl.Series]:
    """Which rows each flaw of a column is in, in the order of `_flaws`."""
    found = [text.is_not_null() & values.is_null()]
    if column.required:
        found.append(text.is_null())
    if column.codes is not None:
        found.append(values.is_not_null() & ~values.is_in(column.codes).fill_null(value=False))
    return found
