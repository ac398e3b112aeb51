"""Complementary suppression: what else must stay hidden, so that what is hidden cannot be worked out.

First line by line: where a hidden number could be got by subtraction, the smallest number that prevents it is hidden
too. Then by attack: for what is still pinned, a linear program finds the cheapest numbers to hide so that it can move
far enough. Cheap is what is small. It hides as well as it can and promises nothing: the audit afterwards decides.

Source: Fischetti and Salazar-González, "Solving the cell suppression problem on tabular data with linear constraints",
Management Science 47 (2001), whose heuristic this follows; Hundepool et al., "Statistical Disclosure Control" (2012).
"""

from __future__ import annotations

from collections import deque

import numpy as np

from governance.disclosure.attack import CLOSE, Extent, attack, fresh
from governance.disclosure.question import Question
from governance.disclosure.slack import apart, moved
from governance.disclosure.system import Flags, Floats, Knowledge, blocks

_ROUNDS = 25


def protect(question: Question, truth: Floats, may_hide: Flags) -> Flags:
    """Which numbers to hide, so that every target's interval is wide enough.

    Args:
        question: with only those numbers hidden that are too small themselves.
        truth: one set of numbers that fits: the true ones, as far as they are known.
        may_hide: the numbers of this release that hiding can help. What was published before stays published.

    Returns:
        Every hidden number, those hidden before included.
    """
    hidden = by_line(question, truth, may_hide)
    first, exact = question.knowledge.hidden, False
    extent: Extent | None = None
    for _ in range(_ROUNDS):
        now = question.hiding(hidden, truth)
        extent = attack(now.knowledge, now.targets, now.need, _kept(extent, now.knowledge), exact=exact)
        narrow = now.narrow(extent)
        idle = narrow & may_hide & ~first & extent.solved & (extent.width < CLOSE)
        if idle.any():  # known although it is hidden: hiding it protects nothing, and showing it tells nothing
            hidden &= ~idle
            extent = None
            continue
        more = _freed(now, truth, may_hide, narrow, extent) & ~hidden
        if not more.any() and exact:
            break
        exact = not more.any()
        hidden |= more
    return hidden


def by_line(question: Question, truth: Floats, may_hide: Flags) -> Flags:
    """Hide, in every sum that holds a hidden count, enough others that subtracting tells nothing."""
    knowledge = question.knowledge
    sums, columns = knowledge.sums, knowledge.sums.tocsc()
    hidden, firm = knowledge.hidden.copy(), question.firm.copy()
    waiting = deque(range(sums.shape[0]))
    queued = np.ones(sums.shape[0], dtype=bool)
    while waiting:
        row = waiting.popleft()
        queued[row] = False
        line = slice(sums.indptr[row], sums.indptr[row + 1])
        places = sums.indices[line]
        if not (hidden & firm)[places].any():
            continue
        width = float(question.need[places].max())
        room = truth[places] - knowledge.low[places]
        for at in _missing(hidden[places], may_hide[places], sums.data[line], truth[places], room, width):
            place = int(places[at])
            hidden[place] = firm[place] = True
            for other in columns.indices[columns.indptr[place] : columns.indptr[place + 1]]:
                if not queued[other]:
                    queued[other] = True
                    waiting.append(int(other))
    return hidden


def _missing(hidden: Flags, offered: Flags, factors: Floats, truth: Floats, room: Floats, width: float) -> list[int]:
    """The smallest numbers of one sum that have to be hidden too, by their place in it."""
    inside = hidden.copy()
    chosen: list[int] = []
    offer = [int(at) for at in np.argsort(truth, kind="stable") if offered[at] and not inside[at] and room[at] > 0]
    while offer and not _loose(inside, factors, room, width):
        short = width - float(room[inside & (factors > 0)].sum())
        at = next((at for at in offer if room[at] >= short), offer[-1])
        offer.remove(at)
        inside[at] = True
        chosen.append(at)
    return chosen


def _loose(inside: Flags, factors: Floats, room: Floats, width: float) -> bool:
    """Whether the hidden numbers of one sum can trade with each other by `width`, as far as this sum goes.

    Either the whole is hidden beside a part, or the parts have that much to give each other.
    """
    if inside.sum() <= 1:  # one number alone is a subtraction away
        return False
    return bool((factors[inside] < 0).any()) or float(room[inside].sum()) >= width - CLOSE


def _kept(extent: Extent | None, now: Knowledge) -> Extent | None:
    """What was seen before, now that more is hidden: what could be the truth then still could."""
    if extent is None:
        return None
    clean = fresh(now)
    seen = now.hidden & (extent.width >= 0)
    low, high = np.where(seen, extent.low, clean.low), np.where(seen, extent.high, clean.high)
    return Extent(low=low, high=high, solved=~now.hidden)


def _freed(now: Question, truth: Floats, may_hide: Flags, narrow: Flags, extent: Extent) -> Flags:
    """The cheapest numbers to hide so that the narrow ones can move."""
    hidden = now.knowledge.hidden
    opened = np.zeros_like(narrow)
    reach = hidden | may_hide
    block = blocks(now.knowledge.sums, reach)
    while (todo := narrow & (extent.width < now.need - CLOSE)).any():
        batch = apart(now.knowledge.sums, todo)
        free = reach & np.isin(block, np.unique(block[batch]))
        cost = np.where(hidden | opened, 0.0, 1.0 + np.log1p(np.abs(truth)))
        fall = np.clip(truth - now.knowledge.low, 0.0, now.need)
        least = moved(now.knowledge, truth, free, cost, np.where(batch, -fall, 0.0))
        opened |= may_hide & ~hidden & (np.abs(least - truth) > CLOSE)
        cost[opened] = 0.0
        most = moved(now.knowledge, truth, free, cost, np.where(batch, now.need - (truth - least), 0.0))
        opened |= may_hide & ~hidden & (np.abs(most - truth) > CLOSE)
        extent.saw(least, reach)
        extent.saw(most, reach)
        narrow = narrow & ~batch
    return opened
