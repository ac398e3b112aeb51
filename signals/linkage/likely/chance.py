"""How often each level is seen of two records taken at random (u): nearly always of two persons.

Records are shuffled into groups, and all pairs within a group are compared.

Source: Linacre et al. 2022; that u is to be counted on random pairs, and never learnt on blocked ones, was measured.
"""

from __future__ import annotations

import polars as pl

from signals.linkage.likely.comparison import BLOCKS
from signals.linkage.likely.family import COMPARISONS

PAIRS = 1_000_000
"""Random pairs at most."""
_RECORDS = 20_000
_SEED = 1


def at_random(records: pl.DataFrame) -> pl.DataFrame:
    """Records to be compared within equal `block_0`, which says nothing of them.

    Args:
        records: of `backend.PREPARED`.
    """
    drawn = records.sample(min(records.height, _RECORDS), shuffle=True, seed=_SEED)
    in_group = max(2, 2 * PAIRS // max(drawn.height, 1))
    group = (pl.int_range(pl.len()) // in_group).cast(pl.UInt64).alias("block_0")
    return drawn.with_columns(group, *(pl.lit(None, pl.UInt64).alias(f"block_{n}") for n in range(1, len(BLOCKS))))


def seen(pairs: pl.DataFrame) -> dict[str, tuple[float, ...]]:
    """The share of each level of each comparison, from level 0 on, among the pairs in which it is not missing."""
    found = {}
    for one in COMPARISONS:
        counts = dict(pairs.filter(pl.col(one.name) >= 0)[one.name].value_counts().iter_rows())
        whole = sum(counts.values())
        found[one.name] = tuple(counts.get(level, 0) / max(whole, 1) for level in range(len(one.rungs)))
    return found
