"""Why two records are likely one person: what each comparison says, in words, with its weight."""

from __future__ import annotations

import numpy as np
import polars as pl

from signals.linkage.likely.comparison import COMPARISONS, MISSING
from signals.linkage.likely.learn import Learnt
from signals.linkage.weigh import REASONS

_DIGITS = 2


def waterfall(pairs: pl.DataFrame, learnt: Learnt) -> pl.Series:
    """What speaks for each pair and against it.

    Args:
        pairs: with the level of each comparison.
        learnt: what the weights rest on.

    Returns:
        A series `reasons` of `weigh.REASONS`: words and weight (log2 of the Bayes factor), the weightiest first.
    """
    said = []
    for one in COMPARISONS:
        words = [rung.words for rung in reversed(one.rungs)]
        weights = learnt.of(one.name) / np.log(2)
        level = pairs[one.name].to_numpy()
        told = pl.DataFrame(
            {
                "pair": np.arange(pairs.height),
                "what": pl.Series(words, dtype=pl.String).gather(np.maximum(level, 0)),
                "weight": np.round(weights[level], _DIGITS),
            }
        )
        said.append(told.filter(pl.Series(level != MISSING)))
    every = pl.concat(said).sort("pair", pl.col("weight").abs(), "what", descending=[False, True, False])
    grouped = every.group_by("pair", maintain_order=True).agg(pl.struct("what", "weight").alias("reasons"))
    numbered = pl.DataFrame({"pair": np.arange(pairs.height)})
    found = numbered.join(grouped, on="pair", how="left", maintain_order="left")["reasons"]
    return found.fill_null(pl.Series([[]], dtype=REASONS)).cast(REASONS)
