"""From a cell's text to its value: one expression per type; null where the text is not of the type."""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl

from signals.column import Column, ColumnType

_DAY = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[ T]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
_TRUE, _FALSE = ("true", "t", "1", "yes", "y"), ("false", "f", "0", "no", "n")
_ITEM = r'"(?:[^"\\]|\\.)*"|[^",{}\\\s][^",{}\\]*'
_ARRAY = re.compile(rf"\{{(?:(?:{_ITEM})(?:,(?:{_ITEM}))*)?\}}", re.DOTALL)
_ITEMS = re.compile(_ITEM, re.DOTALL)


def tidy(text: pl.Expr, unknown: Collection[str] = ()) -> pl.Expr:
    """A cell's text without the spaces around it; null where nothing is left, or one of the texts for unknown."""
    bare = text.str.strip_chars()
    return pl.when(~bare.is_in(["", *unknown])).then(bare)


def typed(column: Column, text: pl.Expr) -> pl.Expr:
    """The value of a tidy text; null where it is not of the column's type.

    Args:
        column: says what the text must be.
        text: tidy text.
    """
    if column.format is not None:
        read = text.str.to_datetime(column.format, time_unit="us", strict=False)
        return read.dt.date() if column.type is ColumnType.DATE else read
    return _READERS[column.type](text)


def _text(text: pl.Expr) -> pl.Expr:
    return text


def _code(text: pl.Expr) -> pl.Expr:
    word = text.str.replace(r"^uri://[^#]*#", "").str.strip_chars()
    return pl.when(word != "").then(word)


def _date(text: pl.Expr) -> pl.Expr:
    """A day, with or without a time after it. Source: ISO 8601, as Ed-Fi, HMIS and PostgreSQL write it."""
    whole = text.str.contains(_DAY)
    return pl.when(whole).then(text.str.slice(0, 10)).str.to_date("%Y-%m-%d", strict=False)


def _datetime(text: pl.Expr) -> pl.Expr:
    """A day and a time of day, where it happened: an offset is not applied."""
    parts = text.str.extract_groups(_DAY)
    day, minute, second = (parts.struct.field(str(number)) for number in (1, 2, 3))
    whole = day + "T" + minute.fill_null("00:00") + second.fill_null(":00")
    return whole.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)


def _integer(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(r"^-?[0-9]{1,18}$")).then(text).cast(pl.Int64, strict=False)


def _number(text: pl.Expr) -> pl.Expr:
    """A decimal number, up to 30 digits; no exponents, no thousands' commas: those are how typing errors look."""
    return (
        pl.when(text.str.contains(r"^-?(?:[0-9]{1,30}(?:\.[0-9]*)?|\.[0-9]+)$"))
        .then(text)
        .cast(pl.Float64, strict=False)
    )


def _boolean(text: pl.Expr) -> pl.Expr:
    word = text.str.to_lowercase()
    return pl.when(word.is_in(_TRUE)).then(pl.lit(value=True)).when(word.is_in(_FALSE)).then(pl.lit(value=False))


def _list(text: pl.Expr) -> pl.Expr:
    return text.map_elements(_array, return_dtype=pl.List(pl.String), skip_nulls=True)


def _array(text: str) -> list[str | None] | None:
    """The items of an array. Source: PostgreSQL manual, 8.15.6 "Array Input and Output Syntax", one dimension."""
    if _ARRAY.fullmatch(text) is None:
        return None
    return [_item(item) for item in _ITEMS.findall(text[1:-1])]


def _item(written: str) -> str | None:
    if written.startswith('"'):
        return re.sub(r"\\(.)", r"\1", written[1:-1], flags=re.DOTALL)
    return None if written.upper() == "NULL" else written.strip()


_READERS = {
    ColumnType.TEXT: _text,
    ColumnType.CODE: _code,
    ColumnType.DATE: _date,
    ColumnType.DATETIME: _datetime,
    ColumnType.INTEGER: _integer,
    ColumnType.NUMBER: _number,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.LIST: _list,
}
