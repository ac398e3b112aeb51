"""The deterministic cascade: passes from the surest agreement of identifiers to the least sure, and what holds them.

*Uniqueness guard*: a key that names two persons of one space links nobody in that pass. It cannot tell them apart.
*The promise*: two persons of one space are two persons. A pass that would bring them together through a third one is
taken back where it would, unless a number or a day of birth says that the space has one person twice.
*Conflict*: identifiers that contradict each other outweigh those that agree.

What any of these three holds back is kept, with the reason: a person may know better. What a steward decided comes
before all passes.

Source: measured against known truth, a cascade with a unique key is the baseline that a trained linkage must beat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from signals.linkage.bond import STEWARD, Tie, followed
from signals.linkage.cluster import Labels, components
from signals.linkage.told import nobody_told

SEVERAL_FIT, CONTRADICT, PROMISE = "several_fit", "contradict", "promise"
"""Why a pair with an equal key was held back: the guard, other identifiers, what numbers promise."""
AT_ONE_KEY = 6
"""Persons at one key beyond which its pairs are not even put before a person: the key says nothing."""
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One way for two records to be the same person.

    Args:
        name: how edges and reports call it.
        needs: the roles whose fields must be readable; without one of them the pass is not run.
        key: standard columns that must all be equal (`last_names`: any one of a name's parts).
        exact: a different day of birth or middle initial forbids the link; otherwise the days may be a slip apart.
    """

    name: str
    needs: frozenset[str]
    key: tuple[str, ...]
    exact: bool = True


PASSES = (
    Pass(name="ssn_and_last_name", needs=frozenset({"ssn", "last_name"}), key=("ssn", "last_names"), exact=False),
    Pass(name="ssn_and_birth", needs=frozenset({"ssn", "born_on"}), key=("ssn", "born_on")),
    Pass(
        name="name_and_birth",
        needs=frozenset({"first_name", "last_name", "born_on"}),
        key=("first_name", "last_names", "born_on"),
    ),
    Pass(
        name="name_and_phone",
        needs=frozenset({"first_name", "last_name", "phone"}),
        key=("first_name", "last_name", "phone"),
    ),
    Pass(
        name="name_and_address",
        needs=frozenset({"first_name", "last_name", "street", "postcode"}),
        key=("first_name", "last_name", "street", "postcode"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What the cascade found.

    `edges` has left, right (nodes), pass, left_agreement, right_agreement; `labels` the person of each node, named by
    its smallest node; `taken_back` how many links the promise undid; `ambiguous` how many keys the guard held back.
    `held` are pairs with an equal key that are still apart: left, right, left_agreement, right_agreement, and `why`.
    `told` is what likeness said of pairs, of `told.TOLD_SCHEMA`.
    """

    edges: pl.DataFrame
    labels: Labels
    held: pl.DataFrame
    taken_back: int
    ambiguous: int
    told: pl.DataFrame = field(default_factory=nobody_told)


def match(records: pl.DataFrame, size: int, ties: Sequence[Tie] = ()) -> Matched:
    """Run all passes.

    Args:
        records: standardised, with `node` (0 to `size`, one for a person of a circle) and `circle`; only records of
            one circle are ever linked.
        size: the number of nodes.
        ties: what a steward joined.
    """
    facts = _facts(records, size)
    edges, held, undone, ambiguous = [_drawn(followed(ties, facts["ssn"]))], [_NOTHING_HELD], 0, 0
    labels = components(size, edges[0]["left"].to_numpy(), edges[0]["right"].to_numpy())
    for one in PASSES:
        found, doubtful, several = _candidates(records, one)
        ambiguous += several
        against = _conflicts(found, facts, exact=one.exact)
        kept = _kept(found.filter(~against), found.filter(against), facts, labels, exact=one.exact)
        back = found.filter(~against).join(kept, on=_ENDS, how="anti")
        undone += back.height
        held += [
            frame.select(*_ENDS, pl.lit(why).alias("why"))
            for frame, why in ((doubtful, SEVERAL_FIT), (found.filter(against), CONTRADICT), (back, PROMISE))
        ]
        edges.append(kept.with_columns(pl.lit(one.name).alias("pass")).select(_EDGES))
        known = pl.concat(edges)
        labels = components(size, known["left"].to_numpy(), known["right"].to_numpy())
    apart = _still_apart(pl.concat(held), labels)
    return Matched(
        edges=pl.concat(edges).sort(_EDGES), labels=labels, taken_back=undone, ambiguous=ambiguous, held=apart
    )


def _drawn(ties: Sequence[Tie]) -> pl.DataFrame:
    """A steward's ties as edges."""
    rows = [(tie.left, tie.right, STEWARD, tie.left_agreement, tie.right_agreement) for tie in ties]
    return pl.DataFrame(rows, schema=_no_edges().schema, orient="row").unique()


def _still_apart(held: pl.DataFrame, labels: Labels) -> pl.DataFrame:
    """Held pairs that no other pass joined, each once, with the first reason for which it was held."""
    apart = labels[held["left"].to_numpy()] != labels[held["right"].to_numpy()]
    return held.filter(pl.Series(apart)).unique(_ENDS, keep="first", maintain_order=True).sort(_ENDS)


def _facts(records: pl.DataFrame, size: int) -> pl.DataFrame:
    """What is known of each node; null where its own records do not agree."""
    names = ("space", "born_on", "ssn", "suffix", "initial")
    single = [pl.when(pl.col(name).drop_nulls().n_unique() == 1).then(pl.col(name).max()).alias(name) for name in names]
    alone = records.filter(pl.len().over("node") == 1).select("node", *names)
    several = records.filter(pl.len().over("node") > 1).group_by("node").agg(single)
    every = pl.DataFrame({"node": np.arange(size, dtype=np.int64)})
    return every.join(pl.concat([alone, several]), on="node", how="left", maintain_order="left")


def _candidates(records: pl.DataFrame, one: Pass) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Pairs with an equal key; those whose key names two persons of one space; and how many such keys there are."""
    rows = records.select("node", "space", "circle", "agreement", *one.key).drop_nulls()
    if "last_names" in one.key:
        rows = rows.explode("last_names", empty_as_null=False).drop_nulls()
    key = pl.concat_str([pl.col(name).cast(pl.String) for name in ("circle", *one.key)], separator=_SEPARATOR)
    keyed = rows.select(key.alias("key"), "node", "space", "agreement").filter(pl.col("key").is_duplicated()).unique()
    counts = keyed.group_by("key").agg(
        pl.col("node").n_unique().alias("persons"), pl.col("space").n_unique().alias("spaces")
    )
    single = pl.col("persons") == pl.col("spaces")
    sure = keyed.join(counts.filter(single & (pl.col("persons") > 1)), on="key")
    several = counts.filter(~single)
    few = several.filter((pl.col("spaces") > 1) & (pl.col("persons") <= AT_ONE_KEY))
    return _pairs(sure), _pairs(keyed.join(few, on="key")), several.height


def _pairs(keyed: pl.DataFrame) -> pl.DataFrame:
    """Every two persons of different spaces with an equal key."""
    pairs = keyed.join(keyed, on="key", suffix="_right").filter(
        pl.col("node") < pl.col("node_right"), pl.col("space") != pl.col("space_right")
    )
    return pairs.select(
        pl.col("node").alias("left"),
        pl.col("node_right").alias("right"),
        pl.col("agreement").alias("left_agreement"),
        pl.col("agreement_right").alias("right_agreement"),
    ).unique()


def _conflicts(edges: pl.DataFrame, facts: pl.DataFrame, *, exact: bool) -> pl.Series:
    """Pairs whose other identifiers say that they are two people: father and son, a number used by two."""
    left, right = facts[edges["left"]], facts[edges["right"]]
    pairs = pl.concat([left, right.rename(lambda name: f"other_{name}")], how="horizontal")
    ssn, suffix, initial, born = (
        (pl.col(name) != pl.col(f"other_{name}")).fill_null(value=False)
        for name in ("ssn", "suffix", "initial", "born_on")
    )
    found = ssn | suffix | (born | initial if exact else born & ~_slip())
    return pairs.select(found.alias("conflict")).to_series()


def _slip() -> pl.Expr:
    """Two days that differ by one slip: month and day exchanged, or only one of day, month and year different."""
    own, other = pl.col("born_on").dt, pl.col("other_born_on").dt
    same = [own.year() == other.year(), own.month() == other.month(), own.day() == other.day()]
    swapped = same[0] & (own.month() == other.day()) & (own.day() == other.month())
    return swapped | (pl.sum_horizontal(same) == len(same) - 1)


def _kept(
    edges: pl.DataFrame, against: pl.DataFrame, facts: pl.DataFrame, labels: Labels, *, exact: bool
) -> pl.DataFrame:
    """Edges without those that would break the promise: in a cluster that would break it, all new ones.

    Args:
        edges: pairs that agree.
        against: pairs with the same key that contradict each other, and must not meet through others either.
        facts: what is known of each node.
        labels: the clusters so far.
        exact: whether a second day of birth in a cluster breaks it.
    """
    left, right = (labels[edges[end].to_numpy()] for end in ("left", "right"))
    merged = components(len(labels), left, right)[labels]
    place = merged[edges["left"].to_numpy()]
    touched = np.isin(merged, place)
    nodes = facts.filter(touched).with_columns(pl.Series("old", labels[touched]), pl.Series("new", merged[touched]))
    foes = [merged[against[end].to_numpy()] for end in ("left", "right")]
    broken = pl.concat([_broken(nodes, exact=exact), pl.Series(foes[0][foes[0] == foes[1]])])
    return edges.filter(~pl.Series(place).is_in(broken.implode()) | pl.Series(left == right))


def _broken(nodes: pl.DataFrame, *, exact: bool) -> pl.Series:
    """Clusters that cannot be one person."""
    birth, number = pl.col("born_on"), pl.col("ssn")
    births, numbers = birth.drop_nulls().n_unique(), number.drop_nulls().n_unique()
    agree = ((births == 1) & (birth.null_count() == 0)) | ((numbers == 1) & (number.null_count() == 0))
    doubled = nodes.group_by("new", "space").agg(
        (pl.len() > 1).alias("twice"), (agree & (births <= 1) & (numbers <= 1)).alias("same")
    )
    before = nodes.group_by("new", "old").agg(births.alias("had")).group_by("new").agg(pl.col("had").max())
    after = nodes.group_by("new").agg(
        births.alias("births"), numbers.alias("numbers"), pl.col("suffix").drop_nulls().n_unique()
    )
    grown = (pl.col("births") > pl.max_horizontal("had", 1)) & exact
    contrary = after.join(before, on="new").filter((pl.col("numbers") > 1) | (pl.col("suffix") > 1) | grown)
    return pl.concat([doubled.filter(pl.col("twice") & ~pl.col("same"))["new"], contrary["new"]])


_ENDS = ("left", "right", "left_agreement", "right_agreement")
_EDGES = (*_ENDS[:2], "pass", *_ENDS[2:])
_NOTHING_HELD = pl.DataFrame(
    schema={"left": pl.Int64, "right": pl.Int64, **dict.fromkeys((*_ENDS[2:], "why"), pl.String)}
)


def _no_edges() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"left": pl.Int64, "right": pl.Int64, "pass": pl.String, **dict.fromkeys(_EDGES[3:], pl.String)}
    )
