"""Keys: which records are compared at all, because they agree in all columns of a block.

Where more share a key than one could look through, it tells nothing: so many have that name there.
"""

from __future__ import annotations

import polars as pl

from signals.linkage.likely.comparison import BLOCKS

MOST = 150
"""Records that share a key beyond which it is not used."""
NAMES = tuple(f"block_{number}" for number in range(len(BLOCKS)))
_PAIRS_A_RECORD = 2
"""Pairs that a block may have for each record there is; beyond it, its largest groups are left to other blocks."""


def keys(frame: pl.DataFrame) -> pl.DataFrame:
    """The key of each record in each block: equal keys agree in the circle and in all columns of the block.

    Args:
        frame: with `circle` and the columns of `comparison.BLOCKS`.

    Returns:
        Columns `NAMES`, null where one of the columns is. Keys of two blocks are never equal. A key is good in one
        process only.
    """
    every = []
    for number, block in enumerate(BLOCKS):
        whole = pl.all_horizontal(pl.col(name).is_not_null() for name in block)
        every.append(pl.when(whole).then(pl.struct("circle", *block).hash(number)).alias(NAMES[number]))
    return frame.select(*every)


def most(own: pl.Series) -> int:
    """The records that may share a key of this block, so that it does not come to too many pairs."""
    counts = own.drop_nulls().value_counts()["count"]
    sizes = counts.to_frame("n").group_by("n").agg(pl.len().alias("times")).sort("n")
    pairs = (pl.col("times") * pl.col("n") * (pl.col("n") - 1) / 2).cum_sum()
    fits = sizes.filter((pairs <= _PAIRS_A_RECORD * len(own)) & (pl.col("n") <= MOST))["n"].max()
    return fits if isinstance(fits, int) else 0


def thinned(own: pl.Series) -> pl.Series:
    """Null where a key is of one record only, or of too many."""
    shared = pl.len().over(own.name)
    return own.to_frame().select(pl.when(shared.is_between(2, most(own))).then(own.name).alias(own.name)).to_series()
