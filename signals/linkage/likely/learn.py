"""How often each level is seen of one person (m), learnt from the agency's own pairs, with nobody's help.

Expectation and maximisation as usual, but what is expected knows the files' promise: housemates compete, so their
surname and home are not taken for what one person's records have in common. Levels of random pairs (u) stay as counted.

Source: Dempster, Laird and Rubin 1977; Winkler 1988, "Using the EM Algorithm for Weight Computation".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from signals.linkage.likely.backend import Compared
from signals.linkage.likely.comparison import MISSING
from signals.linkage.likely.compete import Contest, Field, contest
from signals.linkage.likely.family import COMPARISONS, FAMILY, nearness
from signals.linkage.likely.promise import Numbers, Promise, Reals, summed

ROUNDS = 25
_PRIOR = 2.0
"""How many made-up pairs, as random ones are, are added to those learnt from: so that nothing is ever impossible."""
_LEAST = 0.05
_TINY = 1e-9
_STILL = 1e-4
"""The change of a share below which learning ends."""
_FIRST_GUESS = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What was learnt.

    Attributes:
        same: m of each level of each comparison, from level 0 on.
        chance: u, likewise.
        expected: spaces × spaces, how many pairs are one person.
    """

    same: dict[str, Reals]
    chance: dict[str, Reals]
    expected: Reals

    def weights(self, pairs: pl.DataFrame) -> Reals:
        """The weight of each pair: natural logarithm of the Bayes factor."""
        total = np.zeros(pairs.height)
        for name in self.same:
            total += self.of(name)[pairs[name].to_numpy()]
        return total

    def of(self, name: str) -> Reals:
        """What each level of a comparison weighs, natural logarithm; the last entry, which -1 finds, is missing: 0."""
        ratio = np.log(np.maximum(self.same[name], _TINY)) - np.log(np.maximum(self.chance[name], _TINY))
        return np.append(ratio, 0.0)


def learn(compared: Compared, promise: Promise) -> Learnt:
    """Learn from pairs of different files; where there is one file only, from its own.

    Args:
        compared: what the engine found.
        promise: what the files promise.

    Returns:
        The same for the same pairs.
    """
    chance = {one.name: _smooth(compared.chance[one.name], len(one.rungs)) for one in COMPARISONS}
    pairs = compared.pairs
    everybody = np.arange(len(promise.space), dtype=np.int64)
    ends = {end: pairs[end].to_numpy() for end in ("left", "right")}
    ready = contest(Field(**ends, entity=everybody, promise=promise))
    seen = _patterns(pairs)
    same = {name: _first_same(name, u) for name, u in chance.items()}
    learnt = Learnt(same=same, chance=chance, expected=_first_expected(promise))
    for _ in range(ROUNDS):
        before, learnt = learnt, _round(learnt, seen, ready)
        if _settled(before, learnt):
            break
    return learnt


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patterns:
    """The different rows of levels, and for each pair which one it has: there are far fewer of them than pairs."""

    levels: pl.DataFrame
    of: Numbers


def _patterns(pairs: pl.DataFrame) -> _Patterns:
    names = [one.name for one in COMPARISONS]
    code = pl.sum_horizontal(
        (pl.col(one.name).cast(pl.Int64) + 1) * math.prod(len(past.rungs) + 1 for past in COMPARISONS[:place])
        for place, one in enumerate(COMPARISONS)
    )
    coded = pairs.select(*names, code.alias("code"))
    every = coded.unique("code", keep="any").sort("code").drop("code")
    return _Patterns(levels=every, of=coded["code"].rank("dense").cast(pl.Int64).to_numpy() - 1)


def _round(learnt: Learnt, seen: _Patterns, ready: Contest) -> Learnt:
    left, right = ready.field.spaces
    size = len(ready.field.promise.size)
    likely = ready.likely(learnt.weights(seen.levels)[seen.of], learnt.expected)
    found = summed(left * size + right, likely, size * size).reshape(size, size)
    both = found + found.T - np.diag(np.diag(found))
    counted = likely if size == 1 else np.where(left == right, 0.0, likely)
    counts = summed(seen.of, counted, seen.levels.height)
    same = {name: _counted(seen.levels[name].to_numpy(), counts, learnt.chance[name]) for name in learnt.same}
    return Learnt(same=same, chance=learnt.chance, expected=np.maximum(both, 1e-3))


def _settled(before: Learnt, after: Learnt) -> bool:
    """Whether a round changed nothing worth another."""
    same = all(np.abs(after.same[name] - before.same[name]).max() < _STILL for name in after.same)
    return same and bool((np.abs(after.expected - before.expected) <= _STILL * before.expected + 1).all())


def _counted(levels: Reals, counts: Reals, chance: Reals) -> Reals:
    told = levels != MISSING
    seen = np.bincount(levels[told], weights=counts[told], minlength=len(chance)) + _PRIOR * chance + _LEAST
    whole: Reals = seen / seen.sum()
    return whole


def _smooth(seen: tuple[float, ...], size: int) -> Reals:
    """u, where no level is impossible."""
    given = np.asarray(seen, dtype=np.float64) if len(seen) == size else np.zeros(size)
    floor = np.maximum(given, 2e-7)
    whole: Reals = floor / floor.sum()
    return whole


def _first_same(name: str, chance: Reals) -> Reals:
    """The guess to begin with: the higher the rung, the commoner among one person's records."""
    levels = np.arange(len(chance), dtype=np.float64)
    if name == FAMILY.name:
        near = np.array([nearness(level) for level in range(len(chance))], dtype=np.float64)
        levels = (near[:, 0] + near[:, 1] / 2) / 1.5
    guess = np.exp(levels / _FIRST_GUESS)
    whole: Reals = guess / guess.sum()
    return whole


def _first_expected(promise: Promise) -> Reals:
    """Half of the smaller file is in the other one; in a file that has everybody once, two in a thousand are twice."""
    smaller = np.minimum.outer(promise.size, promise.size) * 0.5
    own = np.where(promise.once, 0.002, 0.1) * promise.size
    found: Reals = np.maximum(smaller - np.diag(np.diag(smaller)) + np.diag(own), 1e-3)
    return found
