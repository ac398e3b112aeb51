"""The attacker: for every number that is not shown, the least and the most that all that is shown lets it be.

By linear programming. Each program's answer is one set of numbers that could be the truth, and says something about
every cell at once: whatever two such answers lie apart for a cell, that cell's interval is at least so wide. So most
cells are found safe long before they are solved for, and those that are not are solved for exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.disclosure.program import least
from governance.disclosure.system import Flags, Floats, Knowledge, blocks
from governance.errors import Misconfigured

CLOSE = 1e-6
"""Differences below this are the solver's, not the table's."""
_ROUNDS = 24
"""Random directions to look in before cells are solved for one by one."""
_SHARES = (1.0, 0.3, 0.1)
"""Which share of the cells each direction is about, in turn."""


@dataclass(slots=True)
class Extent:
    """The least and the most that each number was seen to be, over everything that could be the truth.

    `solved` are those for which the two are the very limits, not only what was come across.
    """

    low: Floats
    high: Floats
    solved: Flags

    @property
    def width(self) -> Floats:
        """How far apart they are; below zero where nothing was seen yet."""
        return self.high - self.low

    def saw(self, values: Floats, among: Flags) -> None:
        """Take in one set of numbers that could be the truth, for some of the cells."""
        self.low[among] = np.minimum(self.low[among], values[among])
        self.high[among] = np.maximum(self.high[among], values[among])


def fresh(knowledge: Knowledge) -> Extent:
    """Nothing seen yet; what is shown is what it is."""
    hidden = knowledge.hidden
    low = np.where(hidden, np.inf, knowledge.shown)
    high = np.where(hidden, -np.inf, knowledge.shown)
    return Extent(low=low, high=high, solved=~hidden)


def attack(
    knowledge: Knowledge, targets: Flags, need: Floats, extent: Extent | None = None, *, exact: bool = True
) -> Extent:
    """What the attacker learns about the targets.

    Args:
        knowledge: all that is public.
        targets: the numbers that matter; those that are shown are passed over.
        need: for each number, an interval this wide is wide enough: it is not looked at further.
        extent: what was seen before with no less shown than now; None means nothing.
        exact: solve for every cell that was not found safe. Without it, a narrow interval may only be one that was
            not looked at enough.

    Returns:
        The intervals. With `exact`, a target's is exact wherever it is narrower than `need`.

    Raises:
        Misconfigured: `RELEASE_CONTRADICTS` where no numbers at all fit what is shown.
    """
    extent = extent or fresh(knowledge)
    left = targets & knowledge.hidden
    knowledge = subtracted(knowledge)
    known = ~knowledge.hidden
    extent.low[known] = extent.high[known] = knowledge.shown[known]
    extent.solved |= known
    block = blocks(knowledge.sums, knowledge.hidden)
    _at_random(knowledge, block, left, need, extent)
    while exact and (todo := left & (extent.width < need - CLOSE) & ~extent.solved).any():
        one_each = _one_of_each(block, todo)
        _look(knowledge, block, one_each.astype(np.float64), extent)
        _look(knowledge, block, -one_each.astype(np.float64), extent)
        extent.solved |= one_each
    return extent


def subtracted(knowledge: Knowledge) -> Knowledge:
    """What is left once every number that is alone in a sum has been worked out by subtraction.

    Raises:
        Misconfigured: `RELEASE_CONTRADICTS` where a sum does not come out.
    """
    shown = knowledge.shown.copy()
    ties = abs(knowledge.sums)
    while True:
        hidden = np.isnan(shown)
        open_ones = (ties > 0) @ hidden.astype(np.int64)
        left = -(knowledge.sums @ np.where(hidden, 0.0, shown))
        if np.any(np.abs(left[open_ones == 0]) > CLOSE):
            raise contradiction()
        rows = np.flatnonzero(open_ones == 1)
        if not rows.size:
            break
        for row in rows:
            places = knowledge.sums.indices[knowledge.sums.indptr[row] : knowledge.sums.indptr[row + 1]]
            factors = knowledge.sums.data[knowledge.sums.indptr[row] : knowledge.sums.indptr[row + 1]]
            alone = hidden[places]
            shown[places[alone]] = left[row] / factors[alone]
    if np.any(shown < knowledge.low - CLOSE):
        raise contradiction()
    return knowledge.showing(shown)


def fitting(knowledge: Knowledge) -> Floats:
    """Some numbers that fit everything that is shown.

    Raises:
        Misconfigured: `RELEASE_CONTRADICTS` where there are none.
    """
    left = subtracted(knowledge)
    values = left.shown.copy()
    if left.hidden.any():
        values[left.hidden] = _solve(left, left.hidden, np.zeros(len(values)))
    return values


def contradiction() -> Misconfigured:
    """The error for numbers that cannot all be true."""
    return Misconfigured(
        "No counts fit everything that is published of this table.",
        "Correct the counts, or publish them as of another day: what was published cannot be taken back.",
        code="RELEASE_CONTRADICTS",
    )


def _at_random(knowledge: Knowledge, block: NDArray[np.int64], left: Flags, need: Floats, extent: Extent) -> None:
    """Look in random directions for as long as that finds more cells safe than solving for one by one would.

    Now at all of them at once, now at some: what moves all of them may move none of them far.
    """
    draw = np.random.default_rng(11)  # the same directions every time: the same table, the same answer
    for number in range(_ROUNDS):
        todo = left & (extent.width < need - CLOSE) & ~extent.solved
        if not todo.any():
            break
        some = todo & (draw.random(len(todo)) < _SHARES[number % len(_SHARES)])
        some |= _one_of_each(block, todo)
        pull = draw.uniform(0.2, 1.0, len(todo)) * draw.choice([-1.0, 1.0], len(todo))
        direction = np.where(some, pull, 0.0)
        _look(knowledge, block, direction, extent)
        _look(knowledge, block, -direction, extent)


def _one_of_each(block: NDArray[np.int64], todo: Flags) -> Flags:
    """One number of each block: blocks do not touch, so that one program solves for all of them."""
    places = np.flatnonzero(todo)
    _, first = np.unique(block[places], return_index=True)
    chosen = np.zeros_like(todo)
    chosen[places[first]] = True
    return chosen


def _look(knowledge: Knowledge, block: NDArray[np.int64], direction: Floats, extent: Extent) -> None:
    """Solve one program over the blocks that a direction touches, and take in its answer."""
    involved = np.isin(block, np.unique(block[direction != 0]))
    values = np.zeros(len(direction))
    values[involved] = _solve(knowledge, involved, direction)
    extent.saw(values, involved)


def _solve(knowledge: Knowledge, free: Flags, direction: Floats) -> Floats:
    """The free numbers, fitting what is shown, that go least far in a direction."""
    right = -(knowledge.sums @ np.where(knowledge.hidden, 0.0, knowledge.shown))
    cap = knowledge.cap
    low = np.maximum(knowledge.low[free], -cap)
    answer = least(direction[free], knowledge.sums[:, np.flatnonzero(free)], right, low, np.full(len(low), cap))
    if answer is None:
        raise contradiction()
    return answer
