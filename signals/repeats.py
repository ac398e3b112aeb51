"""Which names came more than once, of more names than fit into memory: never says no where the answer is yes.

A Bloom filter (Bloom, 1970: "Space/time trade-offs in hash coding with allowable errors") of what came, and one of what
came again. Of 162 million names that all differ some 0.3 % are taken for repeated, at 256 MiB; who uses it looks at
those names themselves.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_PER_NAME = 16
"""Bits for each name."""
_FEWEST, _MOST = 16, 31
"""A filter has at least 2**16 bits (8 KiB), and at the most 2**31 (256 MiB)."""
_STEPS = 3
_HALF = 32


class Repeats:
    """Takes names in, batch by batch, and tells afterwards which of them may have come more than once.

    Args:
        names: how many there will be, about.
    """

    def __init__(self, names: int) -> None:
        self._came = _Filter(names)
        self._again = _Filter(names // 8)

    def add(self, names: pl.Series) -> int:
        """Take names in.

        Args:
            names: texts.

        Returns:
            For how many of them the answer is yes by now.
        """
        digests = _digests(names)
        again = self._came.has(digests) | pl.Series(digests).is_duplicated().to_numpy()
        self._again.add(digests[again])
        self._came.add(digests)
        return int(again.sum())

    def has(self, names: pl.Series) -> pl.Series:
        """Whether each name may have come more than once.

        Args:
            names: texts, all of which were taken in.
        """
        return pl.Series(self._again.has(_digests(names)), dtype=pl.Boolean)


class _Filter:
    def __init__(self, names: int) -> None:
        size = min(max((names * _PER_NAME).bit_length(), _FEWEST), _MOST)
        self._mask = np.uint64((1 << size) - 1)
        self._bits = np.zeros(1 << (size - 3), dtype=np.uint8)

    def add(self, digests: NDArray[np.uint64]) -> None:
        for place, bit in self._places(digests):
            np.bitwise_or.at(self._bits, place, bit)

    def has(self, digests: NDArray[np.uint64]) -> NDArray[np.bool_]:
        found = np.ones(len(digests), dtype=np.bool_)
        for place, bit in self._places(digests):
            found &= (self._bits[place] & bit) != 0
        return found

    def _places(self, digests: NDArray[np.uint64]) -> list[tuple[NDArray[np.uint64], NDArray[np.uint8]]]:
        """Where a digest's bits are: its lower half, and so many steps of its upper half further on."""
        step = (digests >> np.uint64(_HALF)) | np.uint64(1)
        places = [(digests + np.uint64(number) * step) & self._mask for number in range(_STEPS)]
        return [(place >> np.uint64(3), np.uint8(1) << (place & np.uint64(7)).astype(np.uint8)) for place in places]


def _digests(names: pl.Series) -> NDArray[np.uint64]:
    return names.hash(seed=0).to_numpy()
