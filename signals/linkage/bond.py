"""What a steward decided about pairs, as linkage follows it: these two are one person, those two are not.

A bond (one person) outweighs the uniqueness guard. It never joins two social security numbers, unless the steward said
so knowing of both. It rests on a row of each side under the agreement that the steward looked at: without one of them
it is not there. A rejected pair is kept apart also where a third record would bring both together: the cluster is split
where what holds it together is weakest.

Source: must-link and cannot-link, Wagstaff et al. 2001, "Constrained K-means Clustering with Background Knowledge"; the
split is a minimum cut, Ford and Fulkerson 1956, "Maximal Flow through a Network".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from signals.linkage.cluster import Labels, components

STEWARD = "steward"
"""The pass of edges that a steward drew."""
_STRENGTHS = {
    STEWARD: 1000,
    "ssn_and_last_name": 60,
    "ssn_and_birth": 50,
    "name_and_birth": 40,
    "name_and_phone": 20,
    "name_and_address": 20,
}
_OTHER = 10
"""How hard it is to cut an edge, by pass: only the order matters, and that several weak ones are as strong as one."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Bond:
    """Two person keys that a steward says are one person, each with the agreement whose rows were looked at.

    `despite_numbers` says that the steward knew of two different social security numbers.
    """

    left: str
    left_agreement: str
    right: str
    right_agreement: str
    despite_numbers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A bond between two nodes."""

    left: int
    right: int
    left_agreement: str
    right_agreement: str
    despite_numbers: bool


def drawn(bonds: Iterable[Bond], members: pl.DataFrame) -> list[Tie]:
    """The bonds that can be followed now: both keys have rows under their agreement, and the two may be joined.

    Args:
        bonds: what stewards decided.
        members: person, agreement, circle, node of every key.
    """
    known = sorted(set(bonds))
    keys = {key for bond in known for key in (bond.left, bond.right)}
    mine = members.filter(pl.col("person").is_in(sorted(keys))) if keys else members.clear()
    place = {(row["person"], row["agreement"]): (row["node"], row["circle"]) for row in mine.iter_rows(named=True)}
    found = []
    for bond in known:
        one, other = place.get((bond.left, bond.left_agreement)), place.get((bond.right, bond.right_agreement))
        if one is None or other is None or one[1] != other[1] or one[0] == other[0]:
            continue
        ends = sorted([(one[0], bond.left_agreement), (other[0], bond.right_agreement)])
        found.append(
            Tie(
                left=ends[0][0],
                right=ends[1][0],
                left_agreement=ends[0][1],
                right_agreement=ends[1][1],
                despite_numbers=bond.despite_numbers,
            )
        )
    return found


def followed(wanted: Sequence[Tie], numbers: pl.Series) -> list[Tie]:
    """Those of these ties that join no two social security numbers, unless the steward knew of both.

    Args:
        wanted: ties.
        numbers: the one number of each node; null where none is known.
    """
    parent: dict[int, int] = {}
    held: dict[int, set[str]] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    kept = []
    for tie in sorted(wanted, key=lambda each: (not each.despite_numbers, each.left, each.right, each.left_agreement)):
        one, other = root(tie.left), root(tie.right)
        own = [held.setdefault(end, {numbers[end]} - {None}) for end in (one, other)]
        both = own[0] | own[1]
        if len(both) > max(len(own[0]), len(own[1]), 1) and not tie.despite_numbers:
            continue
        parent[other], held[one] = one, both
        kept.append(tie)
    return kept


def nodes_apart(apart: Collection[tuple[str, str]], members: pl.DataFrame) -> list[tuple[int, int]]:
    """The nodes of rejected pairs, in every circle in which both are.

    Args:
        apart: pairs of person keys.
        members: person, circle, node of every key.
    """
    if not apart:
        return []
    pairs = pl.DataFrame(sorted(set(apart)), schema={"left": pl.String, "right": pl.String}, orient="row")
    own = members.select("person", "circle", "node").unique()
    both = pairs.join(own, left_on="left", right_on="person").join(
        own, left_on=["right", "circle"], right_on=["person", "circle"]
    )
    found = {(min(one, other), max(one, other)) for one, other in both.select("node", "node_right").iter_rows()}
    return sorted(each for each in found if each[0] != each[1])


def parted(edges: pl.DataFrame, apart: Iterable[tuple[int, int]], labels: Labels) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Edges without those whose loss keeps rejected pairs apart, and those that were taken out.

    Args:
        edges: left, right (nodes), pass and whatever else.
        apart: pairs of nodes.
        labels: the cluster of each node by these edges.
    """
    together: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one, other in sorted(apart):
        if labels[one] == labels[other]:
            together[int(labels[one])].append((one, other))
    if not together:
        return edges, edges.clear()
    place = labels[edges["left"].to_numpy()]
    out = np.zeros(edges.height, dtype=np.bool_)
    for cluster, pairs in together.items():
        rows = np.flatnonzero(place == cluster)
        out[rows[_cut(edges[rows.tolist()], pairs)]] = True
    return edges.filter(~pl.Series(out)), edges.filter(pl.Series(out))


def _cut(edges: pl.DataFrame, pairs: Sequence[tuple[int, int]]) -> Labels:
    """Places of the edges of one cluster that are taken out to part all of these pairs."""
    nodes, ends = np.unique(edges.select("left", "right").to_numpy().ravel(), return_inverse=True)
    left, right = ends.reshape(-1, 2).T
    strength = np.array([_STRENGTHS.get(name, _OTHER) for name in edges["pass"]], dtype=np.int32)
    whole = np.ones(edges.height, dtype=np.bool_)
    for pair in pairs:
        one, other = (int(np.searchsorted(nodes, end)) for end in pair)
        now = components(len(nodes), left[whole], right[whole])
        if now[one] == now[other]:
            near = _side(len(nodes), left[whole], right[whole], strength[whole], (one, other))
            whole &= near[left] == near[right]
    return np.flatnonzero(~whole)


def _side(
    size: int, left: Labels, right: Labels, strength: NDArray[np.int32], ends: tuple[int, int]
) -> NDArray[np.bool_]:
    """Of each node whether it stays with the first end when the weakest edges between both are cut.

    Where several cuts are as weak as each other, the one nearest to the first end, so that the same is always cut.
    """
    both = (np.concatenate([left, right]), np.concatenate([right, left]))
    graph = coo_array((np.concatenate([strength, strength]), both), shape=(size, size)).tocsr()
    left_over = graph - maximum_flow(graph, *ends).flow
    left_over.eliminate_zeros()
    reached = breadth_first_order(left_over, ends[0], directed=True, return_predecessors=False)
    return np.isin(np.arange(size), reached)
