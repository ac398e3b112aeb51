"""Likely links: block and compare, learn, let pairs compete, join the surest. Pure: frames in, frames out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from signals.linkage.cluster import Labels, components
from signals.linkage.likely.backend import LinkBackend
from signals.linkage.likely.comparison import BIRTH, COMPARISONS, FAMILY, FIRST_NAME, NEAR_SURNAME, NUMBER
from signals.linkage.likely.compete import Field, compete
from signals.linkage.likely.learn import Learnt, learn
from signals.linkage.likely.prepare import prepare
from signals.linkage.likely.promise import Promise, Reals, promise

_TOP = {one.name: len(one.rungs) - 1 for one in COMPARISONS}
_NEAR_NAME = _TOP[FIRST_NAME.name] - 2
_DOUBLE = 0.98
"""How likely two records of one file have to be one person to be it before anything else is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """Pairs and how likely they are.

    Attributes:
        pairs: left, right (`rid`), the level of each comparison, `twice`, `weight` (log2 of the Bayes factor) and
            `probability` (0 to 1).
        learnt: what the weights rest on.
        promise: what the files promise.
    """

    pairs: pl.DataFrame
    learnt: Learnt
    promise: Promise


def likely(standard: pl.DataFrame, once: pl.Series, backend: LinkBackend, *, start: Labels | None = None) -> Likely:
    """Find who is likely who.

    Args:
        standard: of `signals.linkage.standard.standardise`, with `rid` (0, 1, 2…, in order), `circle` and `space`.
        once: for each record whether its space has everybody once.
        backend: the engine that compares.
        start: who is one person already, by `rid`: they do not compete with each other.
    """
    files = promise(standard["space"], once)
    compared = backend.compare(prepare(standard))
    learnt = learn(compared, files)
    pairs = compared.pairs.with_columns(_twice())
    weights = learnt.weights(pairs)
    told = _probable(pairs, weights, files, learnt, start)
    return Likely(
        pairs=pairs.with_columns(
            pl.Series("weight", weights / np.log(2)), pl.Series("probability", told, dtype=pl.Float64)
        ),
        learnt=learnt,
        promise=files,
    )


def _probable(pairs: pl.DataFrame, weights: Reals, files: Promise, learnt: Learnt, start: Labels | None) -> Reals:
    """How likely each pair is, first within files, then between them."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    nobody = np.arange(len(files.space), dtype=np.int64)
    before = nobody if start is None else start
    first = compete(weights, Field(left=left, right=right, entity=before, promise=files), learnt.expected)
    same_file = files.space[left] == files.space[right]
    double = same_file & (first > _DOUBLE) & (pairs["twice"].to_numpy() | ~files.once[files.space[left]])
    joined = components(
        len(files.space), np.concatenate([left[double], nobody]), np.concatenate([right[double], before])
    )
    found = compete(weights, Field(left=left, right=right, entity=joined, promise=files), learnt.expected)
    never = same_file & files.once[files.space[left]] & ~double
    return np.where(never, 0.0, np.where(same_file, first, found))


def _twice() -> pl.Expr:
    """Name and birth date, or name and number, agree: even a file that has everybody once may have them twice."""
    name = pl.col(FIRST_NAME.name) >= _NEAR_NAME
    sure = (pl.col(BIRTH.name) == _TOP[BIRTH.name]) | (pl.col(NUMBER.name) == _TOP[NUMBER.name])
    return (name & sure & pl.col(FAMILY.name).is_in(NEAR_SURNAME)).alias("twice")
