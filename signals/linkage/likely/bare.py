"""Pairs for which only a name speaks: they join nobody, unless one file is known to hold nearly all of the other.

Two people of one name live in every town. That a pair without birth date, number, telephone and address is one person
rests on there being nobody else of that name, and a file says so only where it has nearly everybody of the other file.
How many it has is learnt; from a few hundred records that is a guess.
"""

from __future__ import annotations

import polars as pl

from signals.linkage.likely.comparison import BIRTH, NUMBER, PHONE
from signals.linkage.likely.family import FAMILY, nearness
from signals.linkage.likely.learn import Learnt
from signals.linkage.likely.promise import Flags, Promise

_COVERS = 0.7
"""The share of one file's people in the other from which a name may be enough."""
_ENOUGH = 1000
"""Records in the smaller of two files from which the share was learnt rather than guessed."""
_NEAR_BIRTH = len(BIRTH.rungs) - 3
"""At least two parts of the birth date agree."""
_NEAR_NUMBER = len(NUMBER.rungs) - 2
_SAME_PHONE = len(PHONE.rungs) - 1
_ALIKE_HOME = 3
"""`nearness` of a home from which the address speaks for a pair; 1 is missing, 2 is another address."""


def bare(pairs: pl.DataFrame, files: Promise, learnt: Learnt) -> Flags:
    """The pairs that are not to be joined, because a name alone speaks for them.

    Args:
        pairs: left, right (`rid`) and the level of each comparison.
        files: what the files promise.
        learnt: how many people two files have in common.

    Returns:
        For each pair whether it is a steward's to decide, however likely it is said to be.
    """
    nothing_else = ~(
        (pl.col(BIRTH.name) >= _NEAR_BIRTH)
        | (pl.col(NUMBER.name) >= _NEAR_NUMBER)
        | (pl.col(PHONE.name) >= _SAME_PHONE)
        | pl.col(FAMILY.name).is_in(_with_a_home())
    )
    by_name = pairs.select(nothing_else.alias("bare"))["bare"].to_numpy()
    return by_name & ~_covered(pairs, files, learnt)


def _with_a_home() -> list[int]:
    """The levels of `FAMILY` at which addresses are at least much alike."""
    return [level for level in range(len(FAMILY.rungs)) if nearness(level)[1] >= _ALIKE_HOME]


def _covered(pairs: pl.DataFrame, files: Promise, learnt: Learnt) -> Flags:
    """Whether one of the two files of each pair has nearly everybody of the other, as far as that is known."""
    left, right = (files.space[pairs[end].to_numpy()] for end in ("left", "right"))
    smaller = files.size[left].clip(max=files.size[right])
    known: Flags = (smaller >= _ENOUGH) & (learnt.expected[left, right] >= _COVERS * smaller)
    return known
