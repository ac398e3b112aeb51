"""The list of fences is up to date: each stands where it is said to, once, and a tree without it is still Python."""

from __future__ import annotations

import ast

import pytest

from governance import clause
from tests.ways_round.fences import ROOT, Fence, fences, taken_down

EVERY = fences()


@pytest.mark.parametrize("fence", EVERY, ids=[fence.name for fence in EVERY])
def test_the_fence_stands_where_it_is_said_to_and_can_be_taken_down(fence: Fence) -> None:
    text = (ROOT / fence.file).read_text(encoding="utf-8")
    assert ast.parse(taken_down(fence, text))
    assert all((ROOT / test.partition("::")[0]).exists() for test in fence.tests)


def test_every_clause_is_a_fence_that_is_tried() -> None:
    named = {fence.name for fence in EVERY}
    assert {f"clause {each.__name__}" for each in clause.CLAUSES} <= named


def test_no_fence_is_named_twice() -> None:
    assert len({fence.name for fence in EVERY}) == len(EVERY)


def test_a_fence_that_moved_is_noticed() -> None:
    with pytest.raises(ValueError, match="0 times"):
        taken_down(EVERY[0], "x = 1")
