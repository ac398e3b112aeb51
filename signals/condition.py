"""A condition on one field of a row, as a feed writes it. A missing field satisfies none but `present: false`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from pydantic import Field, model_validator

from governance.written import Written

Scalar = bool | int | float | str
"""What a condition compares with."""


class Condition(Written):
    """One comparison: `{equals: Tardy}`, `{in: [101, 116]}`, `{not_in: [24]}`, `{begins: [BH-]}`, `{present: true}`."""

    equals: Scalar | None = None
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in", min_length=1)
    not_in: tuple[Scalar, ...] | None = Field(default=None, min_length=1)
    begins: tuple[str, ...] | None = Field(default=None, min_length=1)
    present: bool | None = None

    @model_validator(mode="after")
    def _one(self) -> Condition:
        if len(self.model_fields_set) != 1 or getattr(self, next(iter(self.model_fields_set))) is None:
            raise ValueError("a condition is exactly one of equals, in, not_in, begins, present")
        return self

    @property
    def operands(self) -> tuple[Scalar, ...]:
        """The values that it compares with."""
        single = () if self.equals is None else (self.equals,)
        return (*single, *(self.in_ or ()), *(self.not_in or ()), *(self.begins or ()))

    def holds(self, field: str) -> pl.Expr:
        """Whether it holds for a field; null where the field is missing, which keeps no row."""
        column = pl.col(field)
        if self.equals is not None:
            return column == self.equals
        if self.in_ is not None:
            return column.is_in(list(self.in_))
        if self.not_in is not None:
            return column.is_in(list(self.not_in)).not_()
        if self.begins is not None:
            return pl.any_horizontal(column.str.starts_with(beginning) for beginning in self.begins)
        return column.is_not_null() if self.present else column.is_null()


def all_hold(conditions: Mapping[str, Condition]) -> pl.Expr:
    """Whether every condition holds of a row, by field; none at all hold of every row. Null keeps no row.

    Args:
        conditions: what is asked of each field.
    """
    return pl.all_horizontal(pl.lit(value=True), *(each.holds(field) for field, each in conditions.items()))
