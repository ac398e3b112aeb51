"""What files promise: which space each record is of, and whether the space has everybody once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Spaces by number.

    Attributes:
        space: of each record, by `rid`.
        once: of each space, whether it has everybody once.
        size: of each space, its records.
    """

    space: Numbers
    once: Flags
    size: Reals

    def possible(self, one: Numbers, other: Numbers) -> Reals:
        """How many pairs there are between spaces, at least one."""
        within = self.size[one] * (self.size[one] - 1) / 2
        return np.maximum(np.where(one == other, within, self.size[one] * self.size[other]), 1.0)


def promise(spaces: pl.Series, once: pl.Series) -> Promise:
    """Number the spaces.

    Args:
        spaces: of each record, by `rid`.
        once: of each record, whether its space has everybody once.
    """
    told = pl.DataFrame({"space": spaces, "once": once})
    every = told.group_by("space").agg(pl.col("once").all(), pl.len().alias("size")).sort("space")
    places = every.select("space").with_row_index("number")
    numbers = told.join(places, on="space", how="left", maintain_order="left")["number"]
    return Promise(
        space=numbers.cast(pl.Int64).to_numpy(),
        once=every["once"].to_numpy(),
        size=every["size"].cast(pl.Float64).to_numpy(),
    )
