"""Who lives together: relations that agencies report, and the same address, once group quarters are set aside.

A person is settled first (`signals.linkage`), a household after that. An address is the newest one known of a person.
The same holds for a household number: who was in a shelter with somebody once, and with somebody else since, no longer
lives with the first.

An address with more than a family's number of persons is a shelter, a dormitory, a nursing home, or a building whose
units were not written down: living there says nothing about belonging together. The same holds for a number that an
agency gives to more persons than a household has.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from signals.linkage import dwelling
from signals.linkage.cluster import Labels, components
from signals.linkage.place import placed

IN_ONE_NUMBER = 20
"""Persons under one agency's household number beyond which the number is not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Households:
    """Who lives together.

    `labels` is the household of each node, named by its smallest node. `set_aside` counts addresses and numbers that
    joined nobody, because too many persons share them or because they are known group quarters.
    """

    labels: Labels
    set_aside: int


def gather(
    records: pl.DataFrame,
    relations: pl.DataFrame,
    persons: Labels,
    *,
    quarters: Collection[tuple[str, str]] = (),
    out: Collection[int] = (),
) -> Households:
    """Find households.

    Args:
        records: standardised, with `node` and `circle`; what is joined is joined inside a circle only.
        relations: `left` and `right` (nodes), or `left` and `shared` (text); `space`, `dataset`, `since`, and `circle`.
        persons: the person of each node, named by its smallest node.
        quarters: addresses known to be group quarters, as (street, postcode) in standard writing.
        out: all nodes of persons who opted out. They join nobody and are joined to nobody; how many live at an
            address is the same with them: one of nine who says no does not make a family of the other eight.
    """
    size = len(persons)
    direct = _but(relations.filter(pl.col("right").is_not_null()).select("left", "right"), out)
    space = pl.coalesce("space", "dataset").alias("space")
    numbered = relations.filter(pl.col("shared").is_not_null()).select("left", "circle", space, "shared", "since")
    current = _newest(_of(numbered, persons, "left"))
    by_number, crowded = _joined(current, ("circle", "space", "shared"), IN_ONE_NUMBER, out)
    lived, others = _addresses(records, persons, quarters)
    homes = dwelling.dwellings(lived, others)
    by_address, _ = _joined(homes.homes, ("circle", "dwelling"), size, out)
    own = pl.DataFrame({"left": np.arange(size, dtype=np.int64), "right": persons})
    edges = pl.concat([own, direct, by_number, by_address])
    labels = components(size, edges["left"].to_numpy(), edges["right"].to_numpy())
    return Households(labels=labels, set_aside=crowded + homes.quarters)


def _of(frame: pl.DataFrame, persons: Labels, column: str) -> pl.DataFrame:
    """The frame with the person in place of one of its nodes, as `person_node`."""
    return frame.with_columns(pl.Series("person_node", persons[frame[column].to_numpy()], dtype=pl.Int64))


def _addresses(
    records: pl.DataFrame, persons: Labels, quarters: Collection[tuple[str, str]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The newest address of each person, and the others; of two of one day a whole one, then what sorts last."""
    said = records.filter(pl.col("line").is_not_null())
    columns = ("node", "circle", "known_on", "last_name", "line", "street", "postcode")
    every = placed(_of(said.select(columns), persons, "node"))
    known = pl.struct("street", "postcode").is_in([{"street": street, "postcode": code} for street, code in quarters])
    listed = every.with_columns((known if quarters else pl.lit(value=False)).fill_null(value=False).alias("listed"))
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in ("house", "road", "postcode")).alias("whole")
    some = listed.filter(pl.col("house").is_not_null() | pl.col("road").is_not_null())
    order = ["person_node", "known_on", "whole", "line", "postcode", "last_name", "circle"]
    sorted_up = some.with_columns(whole).sort(order, nulls_last=False)
    lived = sorted_up.unique("person_node", keep="last", maintain_order=True)
    others = sorted_up.select("person_node", "circle", "house", "road", "unit", "postcode").unique(maintain_order=True)
    return lived, others


def _newest(numbered: pl.DataFrame) -> pl.DataFrame:
    """Of each person's numbers in a space those that began last. A day that is not known is older than any other."""
    since = pl.col("since").fill_null(date.min)
    return numbered.filter(since == since.max().over("person_node", "circle", "space"))


def _joined(frame: pl.DataFrame, key: tuple[str, ...], most: int, out: Collection[int]) -> tuple[pl.DataFrame, int]:
    """Edges between persons with an equal key, and how many keys have more than `most` persons."""
    groups = frame.group_by(key).agg(pl.col("person_node").n_unique().alias("persons"))
    small = groups.filter(pl.col("persons").is_between(2, most))
    ends = _but(frame.select(*key, pl.col("person_node").alias("left")), out)
    heads = ends.group_by(key).agg(pl.col("left").min().alias("right"))
    edges = ends.join(small, on=key).join(heads, on=key).select("left", "right")
    return edges, groups.filter(pl.col("persons") > most).height


def _but(frame: pl.DataFrame, out: Collection[int]) -> pl.DataFrame:
    """The edges that end in none of these nodes."""
    if not len(out):
        return frame
    ends = [name for name in ("left", "right") if name in frame.columns]
    return frame.filter(~pl.any_horizontal(pl.col(name).is_in(list(out)) for name in ends))
