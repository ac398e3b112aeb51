"""How often each level is seen of one person (m), learnt from the agency's own pairs, with nobody's help.

Expectation and maximisation as usual, but what is expected knows the files' promise: housemates compete, so their
surname and home are not taken for what one person's records have in common. Levels of random pairs (u) stay as counted.

Source: Dempster, Laird and Rubin 1977; Winkler 1988, "Using the EM Algorithm for Weight Computation".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from signals.linkage.likely.backend import Compared
from signals.linkage.likely.comparison import COMPARISONS, MISSING
from signals.linkage.likely.compete import Field, compete
from signals.linkage.likely.promise import Promise, Reals

ROUNDS = 25
_PRIOR = 2.0
"""How many made-up pairs, as random ones are, are added to those learnt from: so that nothing is ever impossible."""
_LEAST = 0.05
_TINY = 1e-9
_ENOUGH = 3_000_000
"""Pairs to learn from; of more, those of some records only."""
_FIRST_GUESS = 1.2
_SURNAMES, _HOMES = 5, 7


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
    expected, scale = _first_expected(promise), 1.0
    pairs = compared.pairs
    if pairs.height > _ENOUGH:
        pairs = pairs.filter(pl.col("left") % -(-pairs.height // _ENOUGH) == 0)
        scale = compared.pairs.height / max(pairs.height, 1)
    learnt = Learnt(same={name: _first_same(name, u) for name, u in chance.items()}, chance=chance, expected=expected)
    everybody = np.arange(len(promise.space), dtype=np.int64)
    field = Field(left=pairs["left"].to_numpy(), right=pairs["right"].to_numpy(), entity=everybody, promise=promise)
    for _ in range(ROUNDS):
        learnt = _round(learnt, pairs, field, scale)
    return learnt


def _round(learnt: Learnt, pairs: pl.DataFrame, field: Field, scale: float) -> Learnt:
    left, right = field.spaces
    likely = compete(learnt.weights(pairs), field, learnt.expected)
    found = np.zeros_like(learnt.expected)
    np.add.at(found, (left, right), likely * scale)
    both = found + found.T - np.diag(np.diag(found))
    counts = likely if len(field.promise.size) == 1 else np.where(left == right, 0.0, likely)
    same = {name: _counted(pairs[name].to_numpy(), counts, learnt.chance[name]) for name in learnt.same}
    return Learnt(same=same, chance=learnt.chance, expected=np.maximum(both, 1e-3))


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
    if name == "family":
        rung = len(chance) - 1 - levels
        surname, home = rung // _HOMES, rung % _HOMES
        levels = (_SURNAMES - surname) + (_HOMES - home) / 2
        levels = levels / 1.5
    guess = np.exp(levels / _FIRST_GUESS)
    whole: Reals = guess / guess.sum()
    return whole


def _first_expected(promise: Promise) -> Reals:
    """Half of the smaller file is in the other one; in a file that has everybody once, two in a thousand are twice."""
    smaller = np.minimum.outer(promise.size, promise.size) * 0.5
    own = np.where(promise.once, 0.002, 0.1) * promise.size
    found: Reals = np.maximum(smaller - np.diag(np.diag(smaller)) + np.diag(own), 1e-3)
    return found
