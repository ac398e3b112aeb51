"""From likely pairs to persons: the surest first, and no link that makes one person of what cannot be one.

Two records of a file that has everybody once stay two, unless they agree on name and on birth date or number. Two
different social security numbers never meet. A link that is weaker than what already holds two groups together inside
joins them only where more than one pair of them says so: one bad edge does not make one person of two families.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from signals.linkage.cluster import Labels
from signals.linkage.likely.promise import Promise, Reals

_DENSE = 3
"""Records in each of two groups from which on one edge between them is not enough."""
_SURE = 0.999


@dataclass(slots=True)
class _Groups:
    """Groups of records that grow together."""

    parent: list[int]
    once: list[bool]
    space: list[int]
    number: list[str | None]
    foes: dict[int, set[int]]
    members: dict[int, list[int]] = field(default_factory=dict)
    edges: dict[tuple[int, int], int] = field(default_factory=dict)

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

    def may(self, one: int, other: int, *, twice: bool) -> bool:
        """Whether two groups can be one person."""
        mine, theirs = self.of(one), self.of(other)
        numbers = {self.number[each] for each in mine} - {None}, {self.number[each] for each in theirs} - {None}
        if numbers[0] and numbers[1] and not numbers[0] & numbers[1]:
            return False
        if any(self.foes.get(each, set()) & set(theirs) for each in mine):
            return False
        shared = {self.space[each] for each in mine if self.once[self.space[each]]} & {
            self.space[each] for each in theirs
        }
        return not shared or twice


def settle(
    pairs: pl.DataFrame,
    likely: Reals,
    promise: Promise,
    numbers: pl.Series,
    *,
    above: float,
    start: Labels | None = None,
    apart: frozenset[tuple[int, int]] = frozenset(),
) -> tuple[Labels, pl.Series]:
    """Join records into persons.

    Args:
        pairs: left, right (`rid`), and `twice`: whether name and birth date or number agree, so that even one file can
            have the person twice.
        likely: how likely each pair is one person.
        promise: what the files promise.
        numbers: the social security number of each record, by `rid`.
        above: the least that a link has to have.
        start: who is one person already, named by the smallest record.
        apart: pairs of records that are two, whatever they look like.

    Returns:
        The person of each record, named by its smallest; and for each pair whether it is a link that was used.
    """
    groups = _begin(promise, numbers, start, apart)
    used = np.zeros(pairs.height, dtype=bool)
    left, right, twice = pairs["left"].to_numpy(), pairs["right"].to_numpy(), pairs["twice"].to_numpy()
    chosen = np.flatnonzero(likely >= above)
    weak: dict[tuple[int, int], list[int]] = {}
    for at in chosen[np.lexsort((right[chosen], left[chosen], -likely[chosen]))].tolist():
        one, other = groups.head(int(left[at])), groups.head(int(right[at]))
        if one == other:
            used[at] = True
            continue
        key = (min(one, other), max(one, other))
        if not groups.may(one, other, twice=bool(twice[at]) and likely[at] >= above):
            continue
        crowded = min(len(groups.of(one)), len(groups.of(other))) >= _DENSE and likely[at] < _SURE
        if crowded and key not in weak:
            weak[key] = [at]
            continue
        for each in (at, *weak.get(key, ())):
            used[each] = True
        groups.join(one, other)
    labels = np.fromiter((groups.head(each) for each in range(len(promise.space))), np.int64, len(promise.space))
    return labels, pl.Series("used", used)


def _begin(promise: Promise, numbers: pl.Series, start: Labels | None, apart: frozenset[tuple[int, int]]) -> _Groups:
    size = len(promise.space)
    foes: dict[int, set[int]] = {}
    for one, other in apart:
        foes.setdefault(one, set()).add(other)
        foes.setdefault(other, set()).add(one)
    groups = _Groups(
        parent=list(range(size)),
        once=[bool(each) for each in promise.once],
        space=promise.space.tolist(),
        number=numbers.to_list(),
        foes=foes,
    )
    for each, head in enumerate(start.tolist() if start is not None else ()):
        if each != head:
            groups.join(head, each)
    return groups
