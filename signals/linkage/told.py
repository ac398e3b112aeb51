"""What likeness says of pairs: how likely, with what weight, and why in words."""

from __future__ import annotations

import polars as pl

from signals.linkage.weigh import REASONS

TOLD_SCHEMA = pl.Schema(
    {
        "left": pl.Int64(),
        "right": pl.Int64(),
        "probability": pl.Float64(),
        "weight": pl.Float64(),
        "reasons": REASONS,
    }
)
"""What likeness says of two nodes."""


def nobody_told() -> pl.DataFrame:
    """Nothing said of anybody."""
    return pl.DataFrame(schema=TOLD_SCHEMA)
