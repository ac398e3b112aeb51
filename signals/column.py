"""A column of a feed: where its text stands in the file, and what the text must be."""

from __future__ import annotations

from enum import StrEnum

import polars as pl
from pydantic import Field, model_validator

from governance.written import FieldName, Text, Written, once
from signals.condition import Scalar


class ColumnType(StrEnum):
    """What a cell's text is.

    `code` is a word out of a list; of an Ed-Fi descriptor (`uri://…#Tardy`) it is what stands after the `#`. `date`
    takes a time along and drops it. `list` is an array as PostgreSQL writes it: `{Petitioner,"New York"}`.
    """

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    DATETIME = "datetime"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"

    @property
    def dtype(self) -> pl.DataType:
        """The polars type that a cell gets."""
        return _DTYPES[self]

    def takes(self, operand: Scalar) -> bool:
        """Whether a cell of this type can be compared with a value."""
        return type(operand) in _COMPARABLE.get(self, ())


_DTYPES: dict[ColumnType, pl.DataType] = {
    ColumnType.TEXT: pl.String(),
    ColumnType.CODE: pl.String(),
    ColumnType.DATE: pl.Date(),
    ColumnType.DATETIME: pl.Datetime("us"),
    ColumnType.INTEGER: pl.Int64(),
    ColumnType.NUMBER: pl.Float64(),
    ColumnType.BOOLEAN: pl.Boolean(),
    ColumnType.LIST: pl.List(pl.String()),
}
_COMPARABLE: dict[ColumnType, tuple[type, ...]] = {
    ColumnType.TEXT: (str,),
    ColumnType.CODE: (str,),
    ColumnType.INTEGER: (int,),
    ColumnType.NUMBER: (int, float),
    ColumnType.BOOLEAN: (bool,),
}


class Column(Written):
    """One column.

    `from` is a header, or for XML a path (or several, the first that is there counts): `Name/FirstName`, `@id`,
    `Telephone[TelephoneNumberType=Home|Mobile]/TelephoneNumber`; for JSON the names of nested objects:
    `studentReference/studentUniqueId`. `refers_to` names, for a path that ends in an
    attribute, what is wanted of the element whose `id` it holds: `Contact/ContactUniqueId`. `required` means that no
    row may lack it; a column that is `optional` may be missing from the file altogether. `codes` closes the list of
    words that a code may be. `unknown` lists texts that stand for nothing known, such as a number of all nines: a cell
    with one of them is empty.
    """

    name: FieldName
    from_: Text | tuple[Text, ...] = Field(alias="from")
    type: ColumnType
    required: bool = False
    optional: bool = False
    codes: tuple[Text, ...] | None = Field(default=None, min_length=1)
    unknown: tuple[Text, ...] = ()
    format: Text | None = None
    refers_to: Text | None = None

    @model_validator(mode="after")
    def _fits(self) -> Column:
        if self.required and self.optional:
            raise ValueError("a required column cannot be optional")
        if self.codes is not None and self.type is not ColumnType.CODE:
            raise ValueError("only a code has codes")
        if self.format is not None and self.type not in {ColumnType.DATE, ColumnType.DATETIME}:
            raise ValueError("only a date or datetime has a format")
        once(list(self.sources), "source")
        once(list(self.codes or ()), "code")
        once(list(self.unknown), "unknown text")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """Where to look for it in the file, in order."""
        return (self.from_,) if isinstance(self.from_, str) else self.from_

    @property
    def is_day(self) -> bool:
        """Whether its cells are, or fall on, a day."""
        return self.type in {ColumnType.DATE, ColumnType.DATETIME}
