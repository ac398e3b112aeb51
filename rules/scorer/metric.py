"""Figures: how good a list is. Ties are told as what chance would make of them, never as the luck of an order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.scorer.scored import Numbers

Labels = NDArray[np.bool_]

BINS = 10
"""Bins of the calibration error, with as many households each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """How many of the first k came true: at worst, on average and at best, where ties are broken by chance."""

    worst: float
    expected: float
    best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Households with similar probabilities: how many, the mean of what was said, and how often it came true."""

    households: int
    said: float
    came_true: float


def auc(scores: Numbers, labels: Labels) -> float | None:
    """The chance that a household with an outcome has a greater score than one without; ties count half.

    Args:
        scores: greater is likelier.
        labels: what came true.

    Returns:
        From 0 to 1; None where all labels are the same.

    Source: J. A. Hanley, B. J. McNeil, Radiology 143 (1982).
    """
    positives = int(labels.sum())
    negatives = labels.size - positives
    if positives == 0 or negatives == 0:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks = middle[place]
    return float((ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def average_precision(scores: Numbers, labels: Labels) -> float | None:
    """The mean of the precision at each outcome found, going down the list; ties are taken together.

    Returns:
        From 0 to 1; None where nothing came true.
    """
    positives = int(labels.sum())
    if positives == 0:
        return None
    hits, taken = _cumulated(scores, labels)
    found = np.diff(hits, prepend=0)
    return float((found * hits / taken).sum() / positives)


def hits_at(k: int, scores: Numbers, labels: Labels) -> Hits:
    """How many of the k greatest scores came true.

    Args:
        k: how long the list is; everybody, where there are no more.
        scores: greater comes first.
        labels: what came true.
    """
    k = min(k, labels.size)
    if k <= 0:
        return Hits(worst=0.0, expected=0.0, best=0.0)
    hits, taken = _cumulated(scores, labels)
    last = int(np.searchsorted(taken, k))
    before_hits, before = (float(hits[last - 1]), int(taken[last - 1])) if last else (0.0, 0)
    among, room = int(taken[last]) - before, k - before
    true = float(hits[last]) - before_hits
    return Hits(
        worst=before_hits + max(0.0, room - (among - true)),
        expected=before_hits + true * room / among,
        best=before_hits + min(float(room), true),
    )


def brier(probabilities: Numbers, labels: Labels) -> float:
    """The mean squared distance between what was said and what came: 0 is perfect.

    Source: G. W. Brier, Monthly Weather Review 78 (1950).
    """
    return float(np.mean((probabilities - labels) ** 2)) if labels.size else 0.0


def reliability(probabilities: Numbers, labels: Labels, bins: int = BINS) -> tuple[Bin, ...]:
    """Households in order of what was said of them, in bins of equal size.

    Equal probabilities share a bin, so bins can be larger, and fewer.
    """
    order = np.argsort(probabilities, kind="stable")
    said, true = probabilities[order], labels[order]
    edges = sorted({int(np.searchsorted(said, said[end - 1], side="right")) for end in _ends(said.size, bins)})
    parts = zip([0, *edges], edges, strict=False)
    return tuple(
        Bin(households=end - at, said=float(said[at:end].mean()), came_true=float(true[at:end].mean()))
        for at, end in parts
        if end > at
    )


def calibration_error(probabilities: Numbers, labels: Labels, bins: int = BINS) -> float:
    """The mean distance between what was said and how often it came true, over bins of equal size.

    Source: expected calibration error, M. P. Naeini et al. (AAAI 2015), with bins of equal count.
    """
    table = reliability(probabilities, labels, bins)
    return sum(each.households * abs(each.said - each.came_true) for each in table) / max(1, labels.size)


def lift_interval(k: int, scores: Numbers, labels: Labels, *, draws: int = 400, seed: int = 7) -> tuple[float, float]:
    """Between what the lift at k lies in 95 of 100 populations drawn from this one, household by household.

    Args:
        k: how long the list is.
        scores: greater comes first; ties in a fixed, arbitrary order.
        labels: what came true.
        draws: how many populations.
        seed: of the chance.
    """
    chance = np.random.default_rng(seed)
    order = np.lexsort((chance.permutation(labels.size), -scores))
    true, size = labels[order].astype(np.float64), labels.size
    lifts = []
    for _ in range(draws):
        times = np.bincount(chance.integers(0, size, size), minlength=size).astype(np.float64)
        taken = np.cumsum(times)
        inside = np.clip(k - (taken - times), 0.0, times)
        rate = float((times * true).sum()) / size
        lifts.append(float((inside * true).sum()) / min(k, size) / rate if rate else 0.0)
    low, high = np.quantile(lifts, [0.025, 0.975])
    return float(low), float(high)


def _cumulated(scores: Numbers, labels: Labels) -> tuple[Numbers, NDArray[np.int64]]:
    """Down the list, one step per distinct score: what came true so far, and how many were taken."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), scores.size - 1)
    hits = np.cumsum(labels[order], dtype=np.float64)[ends]
    return hits, ends.astype(np.int64) + 1


def _ends(size: int, bins: int) -> list[int]:
    return [round(size * number / bins) for number in range(1, bins + 1) if round(size * number / bins) > 0]
