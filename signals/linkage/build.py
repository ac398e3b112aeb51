"""Persons and households from the rows of active agreements: made anew each time, from nothing else.

So an agreement that stops takes out what rested on it, and nothing more: the result is what it would have been had
its rows never come. Pure: frames in, frames out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import polars as pl

from signals import household
from signals.household import Households
from signals.linkage import record
from signals.linkage.alike import ALIKE, alike
from signals.linkage.bond import STEWARD, Bond, drawn, nodes_apart, parted
from signals.linkage.cascade import PASSES, Matched, match
from signals.linkage.cluster import Labels, components
from signals.linkage.likely.backend import LinkBackend
from signals.linkage.mutual import circles
from signals.linkage.name import AGAIN, HOUSEHOLD, PERSON
from signals.linkage.naming import CHANGE_SCHEMA, Named, name_clusters, nothing_before
from signals.linkage.standard import standardise
from signals.linkage.told import nobody_told
from signals.linkage.uncertain import nothing, uncertain

CUT = "cut"
"""Why a pair is held back that would bring two together whom a steward keeps apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Who is who and who lives together.

    Attributes:
        persons: person_key, agreement, person. Stays in the enclave.
        households: person, household.
        lineage: household, agreements (sorted): those whose rows made the household what it is.
        edges: left, right (person keys), pass, agreements (of both rows, sorted). Stays in the enclave.
        out: person keys of everybody who opted out: they are nowhere else in here. Stays in the enclave.
        counts: numbers for the report.
        uncertain: pairs that a person decides about, of `uncertain.UNCERTAIN_SCHEMA`. Stays in the enclave.
        changes: what became of names that people had before, of `naming.CHANGE_SCHEMA`.
        told: what likeness said of pairs, linked or not, of `told.TOLD_SCHEMA` but for left and right, which are person
            keys. Stays in the enclave.
    """

    persons: pl.DataFrame
    households: pl.DataFrame
    lineage: pl.DataFrame
    edges: pl.DataFrame
    out: frozenset[str]
    counts: dict[str, int]
    uncertain: pl.DataFrame = field(default_factory=nothing)
    changes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGE_SCHEMA))
    told: pl.DataFrame = field(default_factory=nobody_told)


def build(
    records: pl.DataFrame,
    relations: pl.DataFrame,
    active: Mapping[str, frozenset[str]],
    *,
    key: bytes,
    quarters: Collection[tuple[str, str]] = (),
    out: Collection[str] = (),
    together: Iterable[Bond] = (),
    apart: Collection[tuple[str, str]] = (),
    before: pl.DataFrame | None = None,
    backend: LinkBackend | None = None,
) -> Linked:
    """Link.

    Who somebody is, is found for people who opted out as well: a number that another agency gives them later must not
    lose their no. Then they are taken out, and households are found without them.

    Args:
        records: of `record.RECORD_SCHEMA`, as agencies write them; missing columns count as empty.
        relations: of `record.RELATION_SCHEMA`.
        active: the agreements in force, each with those that it names; rows of others do not exist.
        key: the enclave's key, which makes the pseudonyms.
        quarters: addresses known to be group quarters, as (street, postcode) in standard writing.
        out: person keys under which somebody opted out; all other keys of the same person go with them.
        together: pairs that a steward says are one person.
        apart: pairs of person keys that a steward says are two, also where a third would bring them together.
        before: who was called what, of `naming.BEFORE_SCHEMA`; names stay with most of those who had them.
        backend: the engine that finds links by likeness, after the passes; None: the passes only.

    Returns:
        The same for the same rows in any order.
    """
    known = sorted(active)
    own = record.records(records).filter(pl.col("agreement").is_in(known) & pl.col("person").is_not_null())
    ties = record.relations(relations).filter(pl.col("agreement").is_in(known) & pl.col("left").is_not_null())
    named = {agreement: active[agreement] for agreement in known}
    rows = circles([*own["agreement"].unique(), *ties["agreement"].unique()], named)
    members = _members(own, ties, rows)
    nodes = _nodes(members)
    standard = _numbered(_circled(standardise(own), rows), nodes, "person", "node")
    tied = _numbered(_numbered(_circled(ties, rows), nodes, "left", "left"), nodes, "right", "right")
    placed = members.join(nodes, on=["person", "circle"])
    foes = nodes_apart(apart, placed)
    passed = match(standard, nodes.height, drawn(together, placed))
    matched = _apart(alike(passed, standard, backend, foes) if backend else passed, foes)
    gone = _out(nodes, matched.labels, out)
    homes = household.gather(standard, tied, matched.labels, quarters=quarters, out=gone.tolist())
    call = partial(name_clusters, before=_before(before, placed), key=key)
    linked = _linked(members, nodes, matched, homes, gone, call)
    asked = _named(_but(uncertain(matched, standard, nodes, foes), gone), nodes)
    counts = {**linked.counts, "uncertain": asked.select("left", "right").unique().height}
    told = _named(_but(matched.told, gone), nodes)
    return replace(linked, uncertain=asked, told=told, counts=counts)


def _apart(matched: Matched, foes: Collection[tuple[int, int]]) -> Matched:
    """What was matched, without the weakest edges that bring together whom a steward keeps apart."""
    edges, cut = parted(matched.edges, foes, matched.labels)
    if not cut.height:
        return matched
    labels = components(len(matched.labels), edges["left"].to_numpy(), edges["right"].to_numpy())
    held = cut.select(*matched.held.columns[:-1], pl.lit(CUT).alias("why"))
    both = pl.concat([matched.held, held]).unique(["left", "right"], keep="first", maintain_order=True)
    return replace(matched, edges=edges, labels=labels, held=both.sort("left", "right"))


def _named(pairs: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Pairs of nodes as pairs of person keys."""
    ends = [nodes["person"].gather(pairs[end]).alias(end) for end in ("left", "right")]
    return pairs.with_columns(*ends)


def _circled(frame: pl.DataFrame, circle: Mapping[str, int]) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("agreement").replace_strict(circle, default=None, return_dtype=pl.Int64).alias("circle")
    )


def _members(records: pl.DataFrame, relations: pl.DataFrame, circle: Mapping[str, int]) -> pl.DataFrame:
    """Every person key that a row names, with the row's agreement."""
    named = [records.select("person", "agreement")]
    named += [relations.select(pl.col(end).alias("person"), "agreement") for end in ("left", "right")]
    return _circled(pl.concat(named).drop_nulls().unique(), circle)


def _nodes(members: pl.DataFrame) -> pl.DataFrame:
    """A number for each person key of each circle, in order; `text` is what its pseudonym is made of."""
    nodes = members.select("person", "circle").unique().sort("person", "circle")
    again = pl.int_range(pl.len()).over("person")
    text = pl.when(again == 0).then("person").otherwise(pl.format("{}" + AGAIN + "{}", "person", again))
    return nodes.with_columns(text.alias("text"), pl.int_range(pl.len(), dtype=pl.Int64).alias("node"))


def _numbered(frame: pl.DataFrame, nodes: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """The frame with the node in place of a person key; null stays null."""
    found = nodes.select(pl.col("person").alias(column), "circle", pl.col("node").alias("_node"))
    return frame.join(found, on=[column, "circle"], how="left").drop(column).rename({"_node": name})


def _out(nodes: pl.DataFrame, persons: Labels, out: Collection[str]) -> Labels:
    """The nodes of everybody of whom one node opted out."""
    said = np.unique(persons[nodes["person"].is_in(sorted(out)).to_numpy()])
    return np.flatnonzero(np.isin(persons, said))


def _but(frame: pl.DataFrame, gone: Labels) -> pl.DataFrame:
    """The rows in which none of these nodes stands."""
    ends = [name for name in ("node", "left", "right") if name in frame.columns]
    return frame.filter(~pl.any_horizontal(pl.col(name).is_in(gone) for name in ends)) if len(gone) else frame


def _before(before: pl.DataFrame | None, placed: pl.DataFrame) -> pl.DataFrame:
    """Who was called what, by node."""
    known = nothing_before() if before is None else before
    nodes = placed.select("agreement", "node", person_key="person")
    return known.join(nodes, on=["person_key", "agreement"], how="left").drop("person_key")


def _linked(
    members: pl.DataFrame,
    nodes: pl.DataFrame,
    matched: Matched,
    homes: Households,
    gone: Labels,
    call: Callable[[str, str, pl.DataFrame, Labels], Named],
) -> Linked:
    own = nodes.with_columns(pl.col("node").is_in(gone).alias("out"))
    person = call("person", PERSON, own, matched.labels)
    home = call("household", HOUSEHOLD, own, homes.labels)
    named = [person.names.alias("id"), home.names.alias("household")]
    everybody = nodes.select("person", "circle", "node").with_columns(*named)
    every = _but(everybody, gone)
    edges = _but(matched.edges, gone)
    placed = members.join(every, on=["person", "circle"])
    lineage = placed.group_by("household").agg(pl.col("agreement").unique().sort().alias("agreements"))
    persons = placed.select(pl.col("person").alias("person_key"), "agreement", pl.col("id").alias("person"))
    households = every.select(pl.col("id").alias("person"), "household").unique().sort("person")
    return Linked(
        persons=persons.sort("person_key", "agreement"),
        households=households,
        lineage=lineage.sort("household"),
        edges=_edges(edges, nodes),
        out=frozenset(nodes["person"].gather(gone)),
        changes=pl.concat([person.changes, home.changes]),
        counts={
            "persons": households.height,
            "households": lineage.height,
            "pairs": edges.select("left", "right").unique().height,
            "person_keys": every.height,
            "opted_out": len(np.unique(matched.labels[gone])),
            "ambiguous_keys": matched.ambiguous,
            "taken_back": matched.taken_back,
            "set_aside": homes.set_aside,
            **_by_pass(edges),
        },
    )


def _edges(edges: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    both = pl.concat_list("left_agreement", "right_agreement").list.unique().list.sort()
    return edges.select(
        nodes["person"].gather(edges["left"]).alias("left"),
        nodes["person"].gather(edges["right"]).alias("right"),
        "pass",
        both.alias("agreements"),
    ).sort("left", "right", "pass", "agreements")


def _by_pass(edges: pl.DataFrame) -> dict[str, int]:
    found = edges.group_by("pass").agg(pl.struct("left", "right").n_unique().alias("pairs"))
    counts = dict(found.iter_rows())
    return {f"pairs_by_{name}": counts.get(name, 0) for name in (STEWARD, *(one.name for one in PASSES), ALIKE)}
