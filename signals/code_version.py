"""Versions of a code list: which codes were in force on which days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from pydantic import Field, model_validator

from governance.written import Text, Written, once


class CodeVersion(Written):
    """The codes of a list from the day `since` on, up to the next version's, or to its end.

    `name` is what the list's keeper calls the version. With `parts`, a code stands for what lies below it too, which is
    written behind a dash: `BH-1800.8500` is also `BH-1800.8500-300`.
    """

    name: Text
    since: date
    codes: tuple[Text, ...] = Field(min_length=1)
    parts: bool = False

    @model_validator(mode="after")
    def _each_once(self) -> CodeVersion:
        once(list(self.codes), "code")
        return self

    def holds(self, value: pl.Expr) -> pl.Expr:
        """Whether a text is one of the codes; null where there is none."""
        known = value.is_in(list(self.codes))
        if not self.parts:
            return known
        return known | pl.any_horizontal(value.str.starts_with(f"{code}-") for code in self.codes)


def in_force(versions: Sequence[CodeVersion], value: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Whether a code is in the version that was in force on a day; false before the first, null where one is unknown.

    Args:
        versions: in order of `since`.
        value: the code.
        day: the day.
    """
    found = pl.when(day.is_null()).then(None).otherwise(pl.lit(value=False))
    for version in versions:
        found = pl.when(day >= version.since).then(version.holds(value)).otherwise(found)
    return found
