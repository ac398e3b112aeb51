"""From likely pairs to persons: the surest first, and no link that makes one person of what cannot be one.

Two records of a file that has everybody once stay two, unless they agree on name and on birth date or number. Who bears
which number parts people too (`guard`). A link that is weaker than what already holds two groups together inside joins
them only where more than one pair of them says so: one bad edge does not make one person of two families. A pair whose
first names clearly differ comes last, when those who fit better have been joined: a number or a day of birth may be a
housemate's or a twin's. What two lone numbers kept apart is asked once more at the end, when one may have proved firm.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from signals.linkage.cluster import Labels
from signals.linkage.likely.comparison import BIRTH, FIRST_NAME, NUMBER
from signals.linkage.likely.guard import Guard, guard
from signals.linkage.likely.promise import Flags, Numbers, Promise, Reals

_DENSE = 3
"""Records in each of two groups from which on one edge between them is not enough."""
_SURE = 0.999
_ALIKE_NAME = 2
"""The level of `FIRST_NAME` from which first names are much alike."""
_NEAR_BIRTH = len(BIRTH.rungs) - 3
_NEAR_NUMBER = len(NUMBER.rungs) - 2


@dataclass(slots=True)
class _Groups:
    """Groups of records that grow together."""

    parent: list[int]
    guard: Guard
    foes: dict[int, set[int]]
    founded: int = 0
    members: dict[int, list[int]] = field(default_factory=dict)

    def head(self, one: int) -> int:
        while self.parent[one] != one:
            self.parent[one] = self.parent[self.parent[one]]
            one = self.parent[one]
        return one

    def of(self, head: int) -> list[int]:
        return self.members.get(head, [head])

    def join(self, one: int, other: int) -> None:
        head, tail = min(one, other), max(one, other)
        self.members[head] = sorted([*self.of(head), *self.of(tail)])
        self.members.pop(tail, None)
        self.parent[tail] = head

    def may(self, one: int, other: int, *, named: bool, twice: bool) -> bool:
        """Whether two groups can be one person."""
        if max(one, other) < self.founded:
            return False
        mine, theirs = self.of(one), self.of(other)
        if any(self.foes.get(each, set()) & set(theirs) for each in mine):
            return False
        return not self.guard.parted(mine, theirs, named=named, twice=twice)


def settle(
    pairs: pl.DataFrame,
    likely: Reals,
    promise: Promise,
    borne: pl.DataFrame,
    *,
    above: float,
    start: Labels | None = None,
    apart: frozenset[tuple[int, int]] = frozenset(),
    founded: int = 0,
) -> tuple[Labels, pl.Series]:
    """Join records into persons.

    Args:
        pairs: left, right (`rid`), the levels of first name, birth date and number, and `twice`: whether name and birth
            date or number agree, so that even one file can have the person twice.
        likely: how likely each pair is one person.
        promise: what the files promise.
        borne: what keeps each record apart from others, by `rid`: those of `guard.BORNE` that are known.
        above: the least that a link has to have.
        start: who is one person already, named by the smallest record.
        apart: pairs of records that are two, whatever they look like.
        founded: the first records, so many, that are persons already: none of them joins another any more.

    Returns:
        The person of each record, named by its smallest; and for each pair whether it is a link that was used.
    """
    groups = _begin(len(promise.space), guard(promise, borne), start, apart)
    groups.founded = founded
    used = np.zeros(pairs.height, dtype=bool)
    order = _order(pairs, likely, above)
    refused = _pass(groups, pairs, likely, order, used)
    _pass(groups, pairs, likely, refused, used)
    labels = np.fromiter((groups.head(each) for each in range(len(promise.space))), np.int64, len(promise.space))
    return labels, pl.Series("used", used)


def _order(pairs: pl.DataFrame, likely: Reals, above: float) -> Numbers:
    """The pairs that are links, the surest first; those whose first names clearly differ after all others."""
    strange = pairs.select(
        (pl.col(FIRST_NAME.name) == 0) & ~((pl.col(BIRTH.name) >= _NEAR_BIRTH) & (pl.col(NUMBER.name) >= _NEAR_NUMBER))
    ).to_series()
    chosen = np.flatnonzero(likely >= above)
    left, right = (pairs[end].to_numpy()[chosen] for end in ("left", "right"))
    order: Numbers = chosen[np.lexsort((right, left, -likely[chosen], strange.to_numpy()[chosen]))]
    return order


def _pass(groups: _Groups, pairs: pl.DataFrame, likely: Reals, order: Numbers, used: Flags) -> Numbers:
    """Join what may be joined, in order, and mark it; what may not, as the groups are now, is given back."""
    left, right, twice = pairs["left"].to_numpy(), pairs["right"].to_numpy(), pairs["twice"].to_numpy()
    named = pairs[FIRST_NAME.name].to_numpy() >= _ALIKE_NAME
    weak: dict[tuple[int, int], list[int]] = {}
    refused: list[int] = []
    for at in order.tolist():
        one, other = groups.head(int(left[at])), groups.head(int(right[at]))
        if one == other:
            used[at] = True
            continue
        if not groups.may(one, other, named=bool(named[at]), twice=bool(twice[at])):
            refused.append(at)
            continue
        key = (min(one, other), max(one, other))
        crowded = min(len(groups.of(one)), len(groups.of(other))) >= _DENSE and likely[at] < _SURE
        if crowded and key not in weak:
            weak[key] = [at]
            continue
        for each in (at, *weak.get(key, ())):
            used[each] = True
        groups.join(one, other)
    return np.array(refused, dtype=np.int64)


def _begin(size: int, keeps: Guard, start: Labels | None, apart: frozenset[tuple[int, int]]) -> _Groups:
    foes: dict[int, set[int]] = {}
    for one, other in apart:
        foes.setdefault(one, set()).add(other)
        foes.setdefault(other, set()).add(one)
    groups = _Groups(parent=list(range(size)), guard=keeps, foes=foes)
    for each, head in enumerate(start.tolist() if start is not None else ()):
        if each != head:
            groups.join(head, each)
    return groups
