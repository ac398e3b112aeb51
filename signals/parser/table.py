"""Tables, a column at a time: the cells of many lines at once, where every line is a row.

A line is one where each of its cells is written without quotation marks, or wholly between two of them. What is written
otherwise (a doubled mark, a cell over several lines) is for `csv`, a row at a time; both give the same cells.

Source: RFC 4180, section 2, rules 1 to 6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

MARK = '"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How many cells a row has, which of them are wanted, and what stands between them."""

    width: int
    places: tuple[int, ...]
    delimiter: str


def columns_of(text: str, table: Table) -> tuple[pl.Series, list[pl.Series]] | None:
    """Lines taken apart: for each that is not blank whether it fits the table, and its wanted cells.

    Args:
        text: whole lines, each ended by a line feed.
        table: what a row should be.

    Returns:
        Whether each fits, and a series of cells for each wanted place (null where it does not fit); None where some
        line has to be looked at by itself.
    """
    lines = pl.DataFrame({"line": pl.Series([text]).str.split("\n").explode()}).filter(pl.col("line") != "")
    apart = _marked(lines, table) if MARK in text else _plain(lines, table)
    if apart is None:
        return None
    wanted = [pl.when("fits").then(pl.col(f"{place}")) for place in dict.fromkeys(table.places)]
    found = apart.select("fits", *wanted)
    return found["fits"], [found[f"{place}"] for place in table.places]


def _plain(lines: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Where no mark stands, a cell is what is between two delimiters."""
    line = pl.col("line")
    fits = line.str.count_matches(table.delimiter, literal=True) == table.width - 1
    cells = line.str.split_exact(table.delimiter, table.width - 1).alias("cells")
    each = [pl.col("cells").struct.field(f"field_{place}").alias(f"{place}") for place in dict.fromkeys(table.places)]
    return lines.select(fits.alias("fits"), cells).select("fits", *each)


def _marked(lines: pl.DataFrame, table: Table) -> pl.DataFrame | None:
    """Each cell with the delimiter before it; what stands between two marks may hold delimiters."""
    between = re.escape(table.delimiter)
    cell = f"{between}(?:{MARK}[^{MARK}]*{MARK}|[^{MARK}{between}]*)"
    line = pl.concat_str(pl.lit(table.delimiter), pl.col("line"))
    if not lines.select(line.str.contains(f"^(?:{cell})+$").all()).item():
        return None
    cells = pl.col("cells")
    each = [
        cells.list.get(place, null_on_oob=True).str.slice(1).str.strip_chars(MARK).alias(f"{place}")
        for place in dict.fromkeys(table.places)
    ]
    return lines.select(line.str.extract_all(cell).alias("cells")).select(
        (cells.list.len() == table.width).alias("fits"), *each
    )
