from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.linkage.likely.calibrate import BIN, calibrate


def drawn(many: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Stated probabilities that are too low by a square, and what was right."""
    chance = np.random.default_rng(seed)
    true = chance.random(many)
    return true**2, chance.random(many) < true


def test_what_is_stated_too_low_is_set_right_on_pairs_that_it_was_not_learnt_from() -> None:
    learnt = calibrate(*drawn(40 * BIN, seed=1))
    stated, right = drawn(40 * BIN, seed=2)
    told = learnt.of(stated)
    for part in np.array_split(np.argsort(told), 10):
        assert told[part].mean() == pytest.approx(right[part].mean(), abs=0.04)


def test_with_too_few_pairs_nothing_is_changed() -> None:
    stated, right = drawn(2 * BIN - 1, seed=3)
    assert np.array_equal(calibrate(stated, right).of(stated), stated)


def test_no_bin_is_surer_than_its_pairs_can_show() -> None:
    learnt = calibrate(np.linspace(0.9, 1, 3 * BIN), np.ones(3 * BIN, dtype=bool))
    assert learnt.of(np.array([1.0]))[0] < 1


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_a_likelier_pair_never_becomes_a_less_likely_one(seed: int) -> None:
    stated, right = drawn(4 * BIN, seed=seed)
    ordered = calibrate(stated, right).of(np.sort(stated))
    assert (np.diff(ordered) >= 0).all()
