"""What an attacker knows: numbers that are shown, numbers that are not, and the sums that tie them together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from governance.disclosure.cube import Cell

Key = tuple[str, Cell]
"""One number: the day or the change that it belongs to, and its cell."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Term = tuple[Key, float]

CAP_TIMES = 10.0
"""An attacker is taken to know that no number is larger than so many times the largest shown. Were nothing assumed,
a number without limit would have to be told from one that is merely large; assuming more only refuses more."""
CAP_ROOM = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All that is public about a set of numbers.

    `shown` holds NaN where a number is not shown; `low` is the least that each can be; `sums` has one row for each
    equation (its terms come to 0).
    """

    keys: tuple[Key, ...]
    place: Mapping[Key, int]
    shown: Floats
    low: Floats
    sums: csr_array

    @classmethod
    def of(
        cls, shown: Mapping[Key, float | None], low: Mapping[Key, float], sums: Iterable[tuple[Term, ...]]
    ) -> Knowledge:
        """Number the numbers.

        Args:
            shown: every number; None where it is not shown.
            low: the least that each can be.
            sums: equations; the terms of each come to 0.
        """
        keys = tuple(shown)
        place = {key: number for number, key in enumerate(keys)}
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        count = 0
        for count, terms in enumerate(sums, start=1):
            for key, factor in terms:
                rows.append(count - 1)
                columns.append(place[key])
                values.append(factor)
        return cls(
            keys=keys,
            place=place,
            shown=np.array([np.nan if shown[key] is None else shown[key] for key in keys], dtype=np.float64),
            low=np.array([low[key] for key in keys], dtype=np.float64),
            sums=csr_array((values, (rows, columns)), shape=(count, len(keys))),
        )

    @property
    def hidden(self) -> Flags:
        """Which numbers are not shown."""
        return np.isnan(self.shown)

    @property
    def cap(self) -> float:
        """The most that any number is taken to be."""
        largest = float(np.nanmax(np.abs(self.shown), initial=0.0, where=~self.hidden))
        return CAP_TIMES * largest + CAP_ROOM + len(self.keys)

    def showing(self, shown: Floats) -> Knowledge:
        """The same sums, with other numbers shown."""
        return Knowledge(keys=self.keys, place=self.place, shown=shown, low=self.low, sums=self.sums)


def blocks(sums: csr_array, free: Flags) -> NDArray[np.int64]:
    """Which free numbers hang together: the block of each, by any row of sums; -1 for the others.

    Found by merging, not by search: the rows are short, and there are many.
    """
    root = np.arange(len(free))

    def top(number: int) -> int:
        while root[number] != number:
            root[number] = root[root[number]]
            number = int(root[number])
        return number

    for start, end in pairwise(sums.indptr):
        row = [int(place) for place in sums.indices[start:end] if free[place]]
        for first, second in pairwise(row):
            root[top(first)] = top(second)
    return np.array([top(number) if free[number] else -1 for number in range(len(free))], dtype=np.int64)
