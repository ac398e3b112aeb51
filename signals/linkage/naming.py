"""What a cluster is called: what most of its people were called before, else a new name.

A name stays with the larger part of those who bore it. Of two names that fit as well as each other the older one is
taken. A name that was given up comes back where its people are alone again. A new name comes of the cluster's smallest
person key, as all names once did; it is never one that anybody else ever bore.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from signals.linkage.cluster import Labels
from signals.linkage.name import AGAIN, pseudonym

BEFORE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "person_key": pl.String,
    "agreement": pl.String,
    "person": pl.String,
    "household": pl.String,
    "current": pl.Boolean,
    "since": pl.Datetime("us", "UTC"),
}
"""Who was called what: a row for each name that a person key ever had under an agreement; `current` is the last one.
`person_key` is null where no row of this run has it: then it only says that the names are taken."""

CHANGE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "scope": pl.String,
    "kind": pl.String,
    "old": pl.String,
    "new": pl.String,
    "keys": pl.Int64,
    "agreements": pl.List(pl.String),
}
"""What became of names: `keys` person keys that were called `old` are called `new` now. `merged` where nobody is called
`old` any more, `split` where somebody still is. `scope` is `person` or `household`; `agreements` are those that the
people of both names come from."""

MERGED, SPLIT = "merged", "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The name of each node (null for a node that gets none), and what changed."""

    names: pl.Series
    changes: pl.DataFrame


def nothing_before() -> pl.DataFrame:
    """Nobody was ever called anything."""
    return pl.DataFrame(schema=BEFORE_SCHEMA)


def name_clusters(
    scope: str, prefix: str, nodes: pl.DataFrame, labels: Labels, before: pl.DataFrame, key: bytes
) -> Named:
    """Name clusters.

    Args:
        scope: `person` or `household`: which of the names that are on record.
        prefix: what a name begins with.
        nodes: node, text, and whether it is `out` (such a node gets no name and gives none).
        labels: the cluster of each node.
        before: node, agreement, person, household, current, since: what nodes were called; null where the node is not
            in this run.
        key: the enclave's, which makes new names.
    """
    mine = nodes.select("node", "text", "out").with_columns(pl.Series("cluster", labels)).filter(~pl.col("out"))
    known = before.select("node", "agreement", "current", "since", name=pl.col(scope))
    called = known.join(mine.select("node", "cluster"), on="node")
    found: dict[int, str] = {}
    for current in (True, False):
        votes = called.filter(pl.col("current") == current)
        _assign(_ballot(votes, mine, known), found)
    heads = mine.group_by("cluster").agg(pl.col("text").min())
    _baptise(heads, set(known["name"]), prefix, key, found)
    given = pl.DataFrame(
        {"cluster": list(found), "name": list(found.values())}, schema={"cluster": pl.Int64, "name": pl.String}
    )
    placed = mine.join(given, on="cluster").select("node", "name")
    names = pl.DataFrame({"node": np.arange(nodes.height)}).join(placed, on="node", how="left", maintain_order="left")
    return Named(names=names["name"], changes=_changes(scope, called, placed, known))


def _ballot(votes: pl.DataFrame, mine: pl.DataFrame, known: pl.DataFrame) -> Iterator[tuple[int, str]]:
    """Clusters and the names that their people had: first where most agree, then the older name."""
    ages = known.group_by("name").agg(pl.col("since").min())
    heads = mine.group_by("cluster").agg(pl.col("text").min())
    counts = votes.group_by("cluster", "name").agg(pl.col("node").n_unique().alias("count"))
    order = ["count", "since", "name", "text"]
    ranked = counts.join(ages, on="name").join(heads, on="cluster").sort(order, descending=[True, *[False] * 3])
    yield from ranked.select("cluster", "name").iter_rows()


def _assign(ballot: Iterable[tuple[int, str]], found: dict[int, str]) -> None:
    """Give each cluster the first name of the ballot that is still to be had."""
    taken = set(found.values())
    for cluster, name in ballot:
        if cluster not in found and name not in taken:
            found[cluster] = name
            taken.add(name)


def _baptise(heads: pl.DataFrame, taken: set[str], prefix: str, key: bytes, found: dict[int, str]) -> None:
    """New names, for clusters whose people had none that is to be had; each that nobody ever bore."""
    for cluster, text in heads.sort("text").iter_rows():
        if cluster in found:
            continue
        name, again = pseudonym(prefix, text, key), 0
        while name in taken:
            again += 1
            name = pseudonym(prefix, f"{text}{AGAIN}{AGAIN}{again}", key)
        found[cluster] = name
        taken.add(name)


def _changes(scope: str, called: pl.DataFrame, placed: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Names that people had, and have no more."""
    now = called.filter("current").join(placed.rename({"name": "new"}), on="node")
    moved = now.filter(pl.col("name") != pl.col("new"))
    if not moved.height:
        return pl.DataFrame(schema=CHANGE_SCHEMA)
    still = placed["name"].unique()
    under = (
        known.drop_nulls("node")
        .join(placed.rename({"name": "new"}), on="node")
        .group_by("new")
        .agg(pl.col("agreement").unique().alias("there"))
    )
    summed = moved.group_by("name", "new").agg(
        pl.col("node").n_unique().cast(pl.Int64).alias("keys"), pl.col("agreement").unique().alias("here")
    )
    both = summed.join(under, on="new", how="left").with_columns(
        pl.concat_list("here", pl.col("there").fill_null([])).list.unique().list.sort().alias("agreements")
    )
    kind = pl.when(pl.col("name").is_in(still.implode())).then(pl.lit(SPLIT)).otherwise(pl.lit(MERGED))
    return (
        both.with_columns(pl.lit(scope).alias("scope"), kind.alias("kind"))
        .rename({"name": "old"})
        .select(CHANGE_SCHEMA.keys())
        .sort("scope", "old", "new")
    )
