"""Slack: how far numbers can move while every sum still comes out, and what would have to move along."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, hstack

from governance.disclosure.program import least
from governance.disclosure.system import Flags, Floats, Knowledge

_AT_ONCE = 24
"""Numbers that one program moves together; they share no sum."""
_WORTH = 1e4
"""What moving a number by one is worth, against what hiding another costs."""
_STILL = 1e-6


def apart(sums: csr_array, todo: Flags) -> Flags:
    """Some of these numbers, no two of them in one sum, so that they can be moved together."""
    columns = sums.tocsc()
    taken = np.zeros(sums.shape[0], dtype=bool)
    chosen = np.zeros_like(todo)
    for place in np.flatnonzero(todo):
        rows = columns.indices[columns.indptr[place] : columns.indptr[place + 1]]
        if not taken[rows].any():
            taken[rows] = True
            chosen[place] = True
        if chosen.sum() >= _AT_ONCE:
            break
    return chosen


def moved(knowledge: Knowledge, truth: Floats, free: Flags, cost: Floats, wish: Floats) -> Floats:
    """Numbers that fit every sum, where each wish is met as far as it can be, and little else moves.

    Args:
        knowledge: the sums, and the least that each number can be.
        truth: numbers that fit, to start from.
        free: which may move at all.
        cost: what moving each by one costs; 0 for those that are hidden anyway.
        wish: how far each should move, up or down; 0 where it does not matter.

    Returns:
        The moved numbers; `truth` itself where nothing can move.
    """
    places = np.flatnonzero(free)
    wished = wish[places]
    up, down = wished > _STILL, wished < -_STILL
    if not (up | down).any():
        return truth.copy()
    cap = knowledge.cap
    room = np.maximum(truth[places] - np.maximum(knowledge.low[places], -cap), 0.0)
    rise = np.where(up, wished, np.where(down, 0.0, cap))
    fall = np.where(down, np.minimum(room, -wished), np.where(up, 0.0, room))
    weight = np.where(up | down, -_WORTH, cost[places])
    part = knowledge.sums[:, places]
    answer = least(
        np.concatenate([weight, weight]),
        csr_array(hstack([part, -part], format="csr")),
        np.zeros(part.shape[0]),
        np.zeros(2 * len(places)),
        np.concatenate([rise, fall]),
    )
    values = truth.copy()
    if answer is not None:
        values[places] += answer[: len(places)] - answer[len(places) :]
    return values
