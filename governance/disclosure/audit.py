"""The audit: what an attacker with everything that is published learns about what is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from governance.disclosure.attack import attack
from governance.disclosure.cube import Cell
from governance.disclosure.differencing import period, related
from governance.disclosure.primary import CHANGING
from governance.disclosure.published import Published
from governance.disclosure.question import Question, ask
from governance.disclosure.system import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A count that can be worked out too closely: between `least` and `most`.

    `when` is the day that it belongs to, or both days of a change. Findings are for whoever prepares the table. They
    never reach the ledger, an error or a page: they are what must not be known.
    """

    cell: Cell
    when: str
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was found. `hidden` counts the numbers attacked; `findings` those that gave way."""

    hidden: int
    findings: tuple[Finding, ...]

    @property
    def recoverable(self) -> int:
        """How many hidden counts an attacker could work out."""
        return len(self.findings)


def audit(draft: Published, earlier: Sequence[Published] = ()) -> Audit:
    """Attack a table, together with everything that was published of its cube before.

    For every hidden count, the least and the most that the published numbers and their sums allow. A count fails where
    the two lie less than the standard's `interval_width` apart. Whole numbers are not insisted on; nor does the
    attacker know anything but what is published, the sums, and that no count is below zero.

    What earlier releases left narrow by themselves is not held against this one, unless it narrows it further.

    Args:
        draft: the table as its readers would get it.
        earlier: releases before it; those of other cubes are passed over.

    Raises:
        Misconfigured: `RELEASE_CONTRADICTS`, `CUBE_INVALID`; see `differencing`.

    Source: the agreement's `outputs.complementary` and `outputs.interval_width`; Fischetti and Salazar-González,
    "Solving the cell suppression problem on tabular data with linear constraints", Management Science 47 (2001).
    """
    question = ask(draft, earlier)
    found = {(each.when, each.cell): each for each in (*_attacked(question), *_barely_changed(draft, earlier))}
    return Audit(hidden=int(question.targets.sum()), findings=tuple(found.values()))


def _attacked(question: Question) -> Iterator[Finding]:
    """What gives way to the attack."""
    knowledge = question.knowledge
    extent = attack(knowledge, question.targets, question.need)
    narrow = np.flatnonzero(question.forgiving(question.narrow(extent)).narrow(extent))
    for at in narrow:
        yield _finding(knowledge.keys[at], float(extent.low[at]), float(extent.high[at]))


def _barely_changed(draft: Published, earlier: Sequence[Published]) -> Iterator[Finding]:
    """Counts that are shown, and were shown on any day before, and differ by too few households."""
    if draft.series not in CHANGING:
        return
    for release in related(draft, earlier):
        one, other = sorted((release, draft), key=period)
        for cell in draft.cells.keys() & release.cells.keys():
            first, second = one.cells[cell], other.cells[cell]
            if first is not None and second is not None and 0 < abs(second - first) < draft.standard.min_cell:
                yield _finding((f"{period(one)}/{period(other)}", cell), second - first, second - first)


def _finding(key: Key, least: float, most: float) -> Finding:
    when, cell = key
    return Finding(cell=cell, when=when, least=round(least, 6) + 0.0, most=round(most, 6) + 0.0)
