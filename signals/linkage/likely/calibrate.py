"""That a stated probability means what it says: learnt from pairs of which somebody knows the truth.

Links are put in order, in bins of equal size; in each the share that was right is counted, never falling, and never
said to be surer than the pairs of all bins that show the same can show. Between bins the line is straight.

Source: Zadrozny and Elkan 2002, "Transforming classifier scores into accurate multiclass probability estimates"
(isotonic regression); Jeffreys' prior for each bin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from signals.linkage.likely.promise import Flags, Reals

BIN = 1_000
"""Pairs in a bin: with fewer, no bin could show a probability above 0.995."""
_JEFFREYS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a stated probability turned out to be: points of a line that never falls."""

    stated: Reals
    shown: Reals

    def of(self, probability: Reals) -> Reals:
        """What stated probabilities mean."""
        if not len(self.stated):
            return probability
        return np.interp(probability, self.stated, self.shown)


def calibrate(stated: Reals, right: Flags) -> Calibration:
    """Learn what a stated probability means.

    Args:
        stated: of pairs of which the truth is known.
        right: whether each is one person.

    Returns:
        With fewer than two bins of pairs a calibration that changes nothing: too little is known.
    """
    bins = len(stated) // BIN
    if bins < 2:  # noqa: PLR2004 - one point is no line
        return Calibration(stated=np.empty(0), shown=np.empty(0))
    parts = np.array_split(np.argsort(stated, kind="stable"), bins)
    sizes = np.array([len(part) for part in parts], dtype=np.float64)
    shown = np.array([right[part].mean() for part in parts])
    never_falling = isotonic_regression(shown, weights=sizes)
    # bins that show the same are one: all of its pairs say how sure it may be
    pairs = np.add.reduceat(sizes, never_falling.blocks[:-1])
    hits = pairs * never_falling.x[never_falling.blocks[:-1]]
    sure = np.repeat((hits + _JEFFREYS) / (pairs + 2 * _JEFFREYS), np.diff(never_falling.blocks))
    middle = np.array([float(np.median(stated[part])) for part in parts])
    return Calibration(stated=middle, shown=np.maximum.accumulate(sure))
