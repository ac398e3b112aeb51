"""After the passes: links that no identifier makes sure, but everything taken together does.

What the passes linked stays linked, and what they held back because it contradicts itself or breaks an agency's
promise is not linked here either. A pair above `LINK_FROM` is linked; one below it and above `ASK_FROM` is a person's
to decide. So is a pair for which a name alone speaks, however likely it is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import polars as pl

from signals.linkage.cascade import CONTRADICT, PROMISE, Matched
from signals.linkage.cluster import Labels, components
from signals.linkage.likely.backend import LinkBackend
from signals.linkage.likely.bare import bare
from signals.linkage.likely.guard import borne
from signals.linkage.likely.likely import Likely, likely
from signals.linkage.likely.settle import settle
from signals.linkage.likely.waterfall import waterfall
from signals.linkage.told import TOLD_SCHEMA

ALIKE = "likeness"
"""The pass of links that were found by likeness, and why a pair is asked about that is likely but not likely enough."""
LINK_FROM = 0.95
"""The probability from which a pair is linked."""
ASK_FROM = 0.3
"""The probability below which nobody is asked."""
_COMPARED = ("first_name", "initial", "last_name", "born_on", "ssn", "phone", "line", "postcode")


def alike(
    matched: Matched, records: pl.DataFrame, backend: LinkBackend, apart: Collection[tuple[int, int]] = ()
) -> Matched:
    """Link what is likely enough, and hold back what a person should look at.

    Args:
        matched: what the passes found.
        records: standardised, with `node` and `circle`.
        backend: the engine that compares.
        apart: pairs of nodes that a steward keeps apart.

    Returns:
        The same with further edges and held pairs; `told` says of each why, and how likely it is.
    """
    own = _numbered(records)
    if own.height < 2:  # noqa: PLR2004 - a pair takes two
        return matched
    found = likely(own, pl.repeat(value=True, n=own.height, eager=True), backend, start=_start(own, matched.labels))
    pairs = _between(found, own, matched)
    never = matched.held.filter(pl.col("why").is_in([CONTRADICT, PROMISE])).select("left", "right")
    _, used = settle(
        pairs.with_columns(left=pl.col("left_record"), right=pl.col("right_record")),
        np.where(pairs["bare"].to_numpy(), 0.0, pairs["probability"].to_numpy()),
        found.promise,
        borne(own),
        above=LINK_FROM,
        start=_start(own, matched.labels),
        apart=_records_apart(own, [*apart, *never.iter_rows()]),
    )
    linked = pairs.filter(used)
    edges = linked.select("left", "right", pl.lit(ALIKE).alias("pass"), "left_agreement", "right_agreement").unique()
    every = pl.concat([matched.edges, edges]).sort(matched.edges.columns)
    labels = components(len(matched.labels), every["left"].to_numpy(), every["right"].to_numpy())
    asked = pairs.filter(pl.col("probability") >= ASK_FROM).select(
        "left", "right", "left_agreement", "right_agreement", pl.lit(ALIKE).alias("why")
    )
    held = pl.concat([matched.held, asked]).unique(["left", "right"], keep="first", maintain_order=True)
    open_still = labels[held["left"].to_numpy()] != labels[held["right"].to_numpy()]
    return replace(
        matched,
        edges=every,
        labels=labels,
        held=held.filter(pl.Series(open_still)).sort("left", "right"),
        told=_told(pairs, found),
    )


def _numbered(records: pl.DataFrame) -> pl.DataFrame:
    """What is known of each node, each different thing once, numbered."""
    known = records.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in _COMPARED))
    once = known.sort("node", *_COMPARED, "agreement").unique(["node", *_COMPARED], keep="first", maintain_order=True)
    return once.with_row_index("rid").with_columns(pl.col("rid").cast(pl.Int64))


def _start(own: pl.DataFrame, labels: Labels) -> Labels:
    """Who is one person already, named by the smallest record."""
    person = pl.Series("person", labels[own["node"].to_numpy()])
    return own.select("rid").with_columns(person).select(pl.col("rid").min().over("person"))["rid"].to_numpy()


def _between(found: Likely, own: pl.DataFrame, matched: Matched) -> pl.DataFrame:
    """Pairs of nodes that are not one person yet, the likeliest pair of records of each; the smaller node is left."""
    named = found.pairs.with_columns(pl.Series("bare", bare(found.pairs, found.promise, found.learnt)))
    likely_pairs = named.filter(pl.col("probability") >= ASK_FROM)
    node, agreement = own["node"], own["agreement"]
    ends = likely_pairs.with_columns(
        left_record=pl.col("left"),
        right_record=pl.col("right"),
        one=node.gather(likely_pairs["left"]),
        other=node.gather(likely_pairs["right"]),
        one_agreement=agreement.gather(likely_pairs["left"]),
        other_agreement=agreement.gather(likely_pairs["right"]),
    )
    straight = pl.col("one") < pl.col("other")
    turned = ends.with_columns(
        pl.when(straight).then("one").otherwise("other").alias("left"),
        pl.when(straight).then("other").otherwise("one").alias("right"),
        pl.when(straight).then("one_agreement").otherwise("other_agreement").alias("left_agreement"),
        pl.when(straight).then("other_agreement").otherwise("one_agreement").alias("right_agreement"),
    )
    apart = matched.labels[turned["left"].to_numpy()] != matched.labels[turned["right"].to_numpy()]
    order = ["bare", "probability", "left_record", "right_record"]
    best = turned.filter(pl.Series(apart)).sort(order, descending=[False, True, False, False])
    return best.unique(["left", "right"], keep="first", maintain_order=True).sort("left", "right")


def _records_apart(own: pl.DataFrame, nodes: Collection[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    pairs = pl.DataFrame(list(nodes), schema={"one": pl.Int64, "other": pl.Int64}, orient="row")
    place = own.select("node", "rid")
    found = pairs.join(place.rename({"node": "one", "rid": "left"}), on="one").join(
        place.rename({"node": "other", "rid": "right"}), on="other"
    )
    return frozenset(found.select("left", "right").iter_rows())


def _told(pairs: pl.DataFrame, found: Likely) -> pl.DataFrame:
    said = pairs.with_columns(waterfall(pairs, found.learnt).alias("reasons"))
    rounded = said.with_columns(pl.col("weight").round(2), pl.col("probability").round(6))
    return rounded.select(TOLD_SCHEMA.keys()).cast(TOLD_SCHEMA)
