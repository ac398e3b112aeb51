"""Uncertain pairs: those that may be one person, of which linkage is not sure enough. A person decides about them.

They are linked nowhere: not in a person, not in a household, so in no alert either.
"""

from __future__ import annotations

from collections.abc import Collection
from math import log2

import polars as pl

from signals.linkage.cascade import Matched
from signals.linkage.weigh import REASONS, weigh

ASK_FROM = 0.05
"""The probability below which nobody is asked: it is no link."""
_DIGITS = 6
"""What is left of a sum once the order in which it was added up does not show."""
RIVAL = "another person of that agency fits as well"

UNCERTAIN_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "left": pl.String,
    "right": pl.String,
    "left_agreement": pl.String,
    "right_agreement": pl.String,
    "probability": pl.Float64,
    "weight": pl.Float64,
    "reasons": REASONS,
    "why": pl.String,
}
"""A pair that a person decides about: both person keys and agreements, how likely (0 to 1) and with what weight (log2
of the Bayes factor) they are one person, what speaks for and against, and why linkage held it back. Stays in the
enclave."""


def nothing() -> pl.DataFrame:
    """No uncertain pairs."""
    return pl.DataFrame(schema=UNCERTAIN_SCHEMA)


def uncertain(
    matched: Matched, records: pl.DataFrame, nodes: pl.DataFrame, decided: Collection[tuple[int, int]] = ()
) -> pl.DataFrame:
    """What the passes held back and a person should look at.

    Args:
        matched: what the passes found.
        records: standardised, with `node`.
        nodes: person, node, in the order of `node`.
        decided: pairs of nodes that a steward keeps apart: nobody is asked again.

    Returns:
        Of `UNCERTAIN_SCHEMA` but for left and right, which are nodes still; likeliest first.
    """
    known = pl.DataFrame(sorted(decided), schema={"left": pl.Int64, "right": pl.Int64}, orient="row")
    open_pairs = matched.held.join(known, on=["left", "right"], how="anti")
    if not open_pairs.height:
        return nothing().with_columns(pl.col("left", "right").cast(pl.Int64))
    weighed = _better(_judged(weigh(open_pairs, records), matched, nodes), matched.told)
    found = open_pairs.join(weighed, on=["left", "right"]).filter(pl.col("probability") >= ASK_FROM)
    order = ["probability", "left", "right", "left_agreement", "right_agreement"]
    return found.sort(order, descending=[True, *[False] * 4]).select(UNCERTAIN_SCHEMA.keys())


def _better(judged: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """What likeness says of a pair, where it was asked: it has learnt from these very records."""
    names = ("probability", "weight", "reasons")
    both = judged.join(told, on=["left", "right"], how="left", suffix="_told")
    return both.select("left", "right", *(pl.coalesce(f"{name}_told", name).alias(name) for name in names))


def _judged(weighed: pl.DataFrame, matched: Matched, nodes: pl.DataFrame) -> pl.DataFrame:
    """The probability of each pair: from its weight, how rare one person's pairs are among all, and its rivals."""
    spaces = nodes["person"].str.extract(r"^([^:]*):", 1).fill_null("")
    sides = weighed.with_columns(
        spaces.gather(weighed["left"]).alias("left_space"), spaces.gather(weighed["right"]).alias("right_space")
    )
    odds = (pl.col("weight") - log2(max(nodes.height, 2))).clip(-60, 60)
    told = sides.with_columns((2.0**odds).alias("odds"))
    other = pl.max_horizontal(
        pl.col("odds").sum().over("left", "right_space"), pl.col("odds").sum().over("right", "left_space")
    )
    rivals = told.with_columns((other - pl.col("odds")).clip(0).alias("rival")).with_columns(
        pl.when(_taken(told, matched, spaces))
        .then(pl.max_horizontal("rival", "odds"))
        .otherwise("rival")
        .alias("rival")
    )
    lost = -(1 + pl.col("rival")).log(2)
    reason = pl.concat_list(pl.struct(pl.lit(RIVAL).alias("what"), lost.alias("weight")))
    return rivals.select(
        "left",
        "right",
        (pl.col("odds") / (1 + pl.col("odds") + pl.col("rival"))).round(_DIGITS).alias("probability"),
        pl.when(pl.col("rival") > 0).then(pl.col("weight") + lost).otherwise("weight").round(_DIGITS).alias("weight"),
        pl.when(pl.col("rival") > 0).then(pl.concat_list("reasons", reason)).otherwise("reasons").alias("reasons"),
    )


def _taken(pairs: pl.DataFrame, matched: Matched, spaces: pl.Series) -> pl.Series:
    """Whether one of both is linked already to somebody of the other's agency."""
    placed = pl.DataFrame({"person": matched.labels, "space": spaces}).unique()
    held = set(placed.iter_rows())
    taken = [
        (matched.labels[left], right_space) in held or (matched.labels[right], left_space) in held
        for left, right, left_space, right_space in pairs.select(
            "left", "right", "left_space", "right_space"
        ).iter_rows()
    ]
    return pl.Series(taken, dtype=pl.Boolean)
