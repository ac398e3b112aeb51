"""Two frames beside each other: each may name nobody, and both together somebody.

Where they say the same units, everything that both know of a unit is put together, and must still fit `k` units. Where
they do not, rows are compared by what both could be known by: a class that has grown or shrunk by fewer than `k` tells
what the few who came or went are like.
"""

from __future__ import annotations

import polars as pl

from governance.attestation.terms import FrameTerms, Part
from signals.attestation.anonymity import CLASS, ROWS, SIZE, classes_by, known_of_units
from signals.attestation.frame import Frame


def exposed(one: Frame, other: Frame, terms: FrameTerms, k: int) -> int:
    """How many units, or rows, two frames together leave among fewer than k.

    Args:
        one: a frame.
        other: another one that is in the analytic zone too.
        terms: what the agreement says of the columns of both.
        k: the smallest class that may be.
    """
    unit = terms.unit
    if unit is not None and unit in one.columns and unit in other.columns:
        both = _known(one, terms, unit, "a").join(_known(other, terms, unit, "b"), on=unit, how="inner")
        if both.select(pl.len()).collect(engine="streaming").item():
            return _few_units(both, k)
    return _few_rows(one, other, terms, k)


def _known(frame: Frame, terms: FrameTerms, unit: str, mark: str) -> pl.LazyFrame:
    known = [name for name in terms.named(Part.QUASI_IDENTIFIER) if name in frame.columns]
    return known_of_units(frame.lazy(), known, unit).rename({CLASS: mark})


def _few_units(both: pl.LazyFrame, k: int) -> int:
    sizes = both.group_by(pl.concat_str("a", "b", separator="\x1d").alias(CLASS)).len(SIZE)
    few = sizes.filter(pl.col(SIZE) < k).select(pl.col(SIZE).sum())
    return int(few.collect(engine="streaming").item() or 0)


def _few_rows(one: Frame, other: Frame, terms: FrameTerms, k: int) -> int:
    shared = [n for n in terms.named(Part.QUASI_IDENTIFIER) if n in one.columns and n in other.columns]
    if not shared:
        return 0
    before = classes_by(other.lazy(), shared).rename({ROWS: "_before"})
    counted = classes_by(one.lazy(), shared).join(before, on=shared, how="full", coalesce=True).fill_null(0)
    change = (pl.col(ROWS).cast(pl.Int64) - pl.col("_before").cast(pl.Int64)).abs()
    few = counted.select(change.filter((change > 0) & (change < k)).sum())
    return int(few.collect(engine="streaming").item() or 0)
