"""Where chance comes from: a stream of its own for every concern, so that a new one changes nothing of the others.

What befalls a household in a month is drawn from that household's and that month's own place in the stream. So another
course of events, for instance after help, changes nothing for anybody else, and nothing that did not follow from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

Grid = NDArray[np.float64]
"""A number per household and month."""


def stream(seed: int, name: str) -> np.random.Generator:
    """A stream by its name.

    Args:
        seed: any whole number.
        name: of the concern.
    """
    return np.random.default_rng(_words(seed, name))


class Chance:
    """The chance of one concern.

    Args:
        seed: any whole number.
        name: of the concern.
    """

    def __init__(self, seed: int, name: str) -> None:
        self._seed, self._name = seed, name
        self._key: tuple[int, int] | None = None

    def of(self, name: str) -> Chance:
        """The chance of a part of the concern, apart from that of the others."""
        return Chance(self._seed, f"{self._name}/{name}")

    def grid(self, rows: int, columns: int) -> Grid:
        """Even chances from 0 to below 1; more rows leave those before as they are."""
        return stream(self._seed, self._name).random((rows, columns))

    def normal(self, count: int) -> Grid:
        """Standard normal numbers."""
        return stream(self._seed, self._name).standard_normal(count)

    def at(self, number: int, month: int, nth: int = 0) -> np.random.Generator:
        """A stream for what happens to one household or person in one month.

        Args:
            number: of the household or the person.
            month: from 0.
            nth: where several streams are needed.
        """
        if self._key is None:
            one, other = np.random.SeedSequence(_words(self._seed, self._name)).generate_state(2, np.uint64).tolist()
            self._key = one, other
        key = np.array([self._key[0] ^ number, self._key[1] ^ (month << 8 | nth)], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(_Key(key)))  # type: ignore[arg-type] # its stub has no ISeedSequence


class _Key(ISeedSequence):
    """A key as it is: Philox makes a stream of its own of every key (Salmon et al., Parallel Random Numbers, 2011)."""

    def __init__(self, key: NDArray[np.uint64]) -> None:
        self._key = key

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:  # noqa: ARG002 (numpy's signature)
        """The key."""
        return self._key


def _words(seed: int, name: str) -> list[int]:
    return [abs(seed), int(seed < 0), *name.encode()]
