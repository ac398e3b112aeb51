"""A check: something that a field must be, beyond its type. What is unknown does not pass, unless the check says so."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import polars as pl
from pydantic import Field, model_validator

from governance.written import FieldName, Text, Written
from signals.code_version import CodeVersion, in_force
from signals.condition import Scalar

KNOWN_ON = "known_on"
"""In a check: the day on which the row became known."""


class Check(Written):
    """One check, by its name: exactly one of the comparisons.

    `not_after` and `not_before` compare days, with another field or with `known_on`; `in` lists what is allowed;
    `listed` does so by versions of a code list, of which the one in force on the day `on` counts (left out, on the day
    that the row became known); `pattern` must fit all of a text; `range` holds both ends. With `missing: ok`, a row
    without the field (or without the one that it is compared with) passes.
    """

    name: FieldName
    field: FieldName
    not_after: FieldName | None = None
    not_before: FieldName | None = None
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in", min_length=1)
    listed: tuple[CodeVersion, ...] | None = Field(default=None, min_length=1)
    on: FieldName | None = None
    pattern: Text | None = None
    range: tuple[int | float, int | float] | None = None
    missing: Literal["ok"] | None = None

    @model_validator(mode="after")
    def _one(self) -> Check:
        given = self.model_fields_set - {"name", "field", "missing", "on"}
        if len(given) != 1 or getattr(self, next(iter(given))) is None:
            raise ValueError("a check is exactly one of not_after, not_before, in, listed, pattern, range")
        if self.on is not None and self.listed is None:
            raise ValueError("`on` says which version of a list counts")
        if any(later.since <= earlier.since for earlier, later in pairwise(self.listed or ())):
            raise ValueError("versions of a list follow each other by `since`")
        if self.pattern is not None:
            _compiles(self.pattern)
        return self

    @property
    def compared(self) -> tuple[str, ...]:
        """The days that it compares its own with, or whose version of a list counts."""
        return tuple(name for name in (self.not_after, self.not_before, self.on) if name is not None)

    @property
    def compares_days(self) -> bool:
        """Whether its own field is a day."""
        return self.not_after is not None or self.not_before is not None

    @property
    def fields(self) -> frozenset[str]:
        """Every field that it looks at."""
        return frozenset({self.field, *self.compared} - {KNOWN_ON})

    def passes(self, known_on: pl.Expr) -> pl.Expr:
        """Whether a row passes; never null.

        Args:
            known_on: the day on which the row became known.
        """
        return self._holds(known_on).fill_null(self.missing == "ok")

    def words(self) -> str:
        """What is wrong with a row that does not pass; never a value of it."""
        if self.not_after is not None:
            return f"{self.field} lies after {self.not_after}, or one of them is missing"
        if self.not_before is not None:
            return f"{self.field} lies before {self.not_before}, or one of them is missing"
        if self.listed is not None:
            return f"{self.field} is not in the version of its code list that was in force on {self.on or KNOWN_ON}"
        what = {"in_": "is none of the values listed", "pattern": "is not of the shape", "range": "is out of range"}
        return f"{self.field} {next(text for name, text in what.items() if getattr(self, name) is not None)}"

    def _holds(self, known_on: pl.Expr) -> pl.Expr:
        own = pl.col(self.field)
        if self.not_after is not None:
            return own.cast(pl.Date) <= _day(self.not_after, known_on)
        if self.not_before is not None:
            return own.cast(pl.Date) >= _day(self.not_before, known_on)
        if self.in_ is not None:
            return own.is_in(list(self.in_))
        if self.listed is not None:
            return in_force(self.listed, own, _day(self.on or KNOWN_ON, known_on))
        if self.pattern is not None:
            return own.str.contains(f"^(?:{self.pattern})$")
        low, high = self.range or (0, 0)
        return own.is_between(pl.lit(low), pl.lit(high))


def _day(name: str, known_on: pl.Expr) -> pl.Expr:
    return known_on if name == KNOWN_ON else pl.col(name).cast(pl.Date)


def _compiles(pattern: str) -> None:
    """Raise where polars cannot read a pattern; its regular expressions are Rust's."""
    try:
        pl.Series([""]).str.contains(f"^(?:{pattern})$")
    except pl.exceptions.ComputeError:
        raise ValueError("the pattern is not a regular expression") from None
