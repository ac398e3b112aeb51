"""Kinds of signal: what a row says, where, on which day, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

import polars as pl
from pydantic import Field, model_validator

from governance.written import FieldName, Text, Written
from signals.condition import Condition


class Within(Written):
    """At most so many days, counted from another day of the same row: never before it, nor where it is not known."""

    days: int = Field(ge=0, le=36_500)
    after: FieldName

    def holds(self, day: pl.Expr) -> pl.Expr:
        """Whether a day lies in it; null where one of the two is not known, which keeps no row."""
        first = pl.col(self.after).cast(pl.Date)
        return (day >= first) & (day <= first + timedelta(days=self.days))


class Kind(Written):
    """One kind of signal that a row can yield: where, on which day, with which measure.

    `within` wants that day to follow another one of the row soon: a case that was opened again within 30 days of its
    closing. `change` is for a snapshot feed: who is in a list and was not in the one before it, or the other way round;
    its measure is in how many days it may have happened.
    """

    kind: FieldName
    where: Mapping[FieldName, Condition] = Field(default_factory=dict)
    on: FieldName | None = None
    within: Within | None = None
    change: Literal["entered", "left"] | None = None
    measure: FieldName | None = None
    unit: Text

    @model_validator(mode="after")
    def _a_change_is_seen_between_lists(self) -> Kind:
        if self.change is not None and (self.where or self.on or self.within or self.measure):
            raise ValueError("a change is seen between two lists, and has nothing of one row")
        return self

    def rests_on(self, occurred_on: str | None) -> frozenset[str]:
        """The fields that make a row a signal of this kind: when, and what it says; not how much.

        Args:
            occurred_on: the feed's field, for a kind without a day of its own.
        """
        days = {self.on or occurred_on, self.within.after if self.within else None} - {None}
        return frozenset({*(str(day) for day in days), *self.where})
