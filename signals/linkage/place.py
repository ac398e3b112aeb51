"""A line of an address as house, road and unit."""

from __future__ import annotations

import polars as pl

_DIGITS = {"o": "0", "l": "1", "i": "1", "|": "1", "s": "5", "b": "8", "g": "6", "z": "2"}
_LINE = r"^([a-z]?\d\S*|[oilsbgz|]+\d\S*)(?:\s+(.*))?$"
_BOX = r"^p ?o ?box"


def placed(records: pl.DataFrame) -> pl.DataFrame:
    """With `house`, `road` and `unit`, each null where the line does not say it. A box is no road.

    Args:
        records: with `line`, as `signals.linkage.standard` writes it.
    """
    halves = pl.col("line").str.splitn("#", 2)
    before = records.with_columns(
        halves.struct.field("field_0").str.strip_chars().alias("_line"),
        halves.struct.field("field_1").str.replace_all(r"[ #]", "").replace("", None).alias("unit"),
    )
    whole = pl.when(~pl.col("_line").str.contains(_LINE)).then("_line")
    split = before.with_columns(
        pl.col("_line").str.extract(_LINE, 1).str.replace_many(_DIGITS).alias("house"),
        pl.coalesce(pl.col("_line").str.extract(_LINE, 2), whole).replace("", None).alias("road"),
    )
    return split.with_columns(pl.when(~pl.col("road").str.contains(_BOX)).then("road").alias("road")).drop("_line")
