"""Figures are right: by hand, against scikit-learn, and as laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from rules.scorer.metric import (
    Labels,
    auc,
    average_precision,
    brier,
    calibration_error,
    hits_at,
    lift_interval,
    reliability,
)
from rules.scorer.scored import Numbers

PAIRS = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40)


def arrays(pairs: list[tuple[int, bool]]) -> tuple[Numbers, Labels]:
    return np.array([float(score) for score, _ in pairs]), np.array([label for _, label in pairs], dtype=np.bool_)


@given(PAIRS)
def test_auc_and_average_precision_are_those_of_scikit_learn(pairs: list[tuple[int, bool]]) -> None:
    scores, labels = arrays(pairs)
    if labels.any() and not labels.all():
        assert auc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
        assert average_precision(scores, labels) == pytest.approx(average_precision_score(labels, scores))
    else:
        assert auc(scores, labels) is None


@given(PAIRS, st.integers(0, 45))
def test_hits_under_ties_are_the_mean_of_every_order(pairs: list[tuple[int, bool]], k: int) -> None:
    scores, labels = arrays(pairs)
    found = hits_at(k, scores, labels)
    chance = np.random.default_rng(1)
    drawn = []
    for _ in range(300):
        order = np.lexsort((chance.permutation(scores.size), -scores))
        drawn.append(float(labels[order][:k].sum()))
    assert found.worst <= min(drawn) and max(drawn) <= found.best
    assert found.worst <= found.expected <= found.best
    assert found.expected == pytest.approx(float(np.mean(drawn)), abs=0.6)


def test_hits_of_a_list_with_a_tie_at_its_end() -> None:
    scores, labels = np.array([3.0, 2.0, 2.0, 2.0, 1.0]), np.array([True, True, False, False, True])
    found = hits_at(2, scores, labels)
    assert (found.worst, found.expected, found.best) == (1.0, 1 + 1 / 3, 2.0)
    assert hits_at(3, scores, labels).expected == pytest.approx(1 + 2 / 3)


def test_a_list_of_nobody_holds_nothing_and_one_of_all_holds_all() -> None:
    scores, labels = np.array([1.0, 2.0]), np.array([True, True])
    assert hits_at(0, scores, labels).best == 0.0
    assert hits_at(9, scores, labels).worst == 2.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_brier_is_that_of_scikit_learn_and_bins_hold_everybody_once(pairs: list[tuple[float, bool]]) -> None:
    said, labels = np.array([each for each, _ in pairs]), np.array([label for _, label in pairs], dtype=np.bool_)
    assert brier(said, labels) == pytest.approx(brier_score_loss(labels, said, labels=[False, True]))
    table = reliability(said, labels)
    assert sum(each.households for each in table) == labels.size
    assert sum(each.households * each.came_true for each in table) == pytest.approx(labels.sum())
    assert [each.said for each in table] == sorted(each.said for each in table)
    assert 0 <= calibration_error(said, labels) <= 1


def test_calibration_error_by_hand() -> None:
    said, labels = np.array([0.2] * 10 + [0.8] * 10), np.array([True] * 2 + [False] * 8 + [True] * 6 + [False] * 4)
    assert calibration_error(said, labels) == pytest.approx(0.1)


def test_equal_probabilities_share_a_bin() -> None:
    table = reliability(np.full(30, 0.5), np.arange(30) < 3)
    assert [(each.households, each.came_true) for each in table] == [(30, 0.1)]


def test_an_interval_holds_the_lift_and_is_the_same_every_time() -> None:
    chance = np.random.default_rng(3)
    scores = chance.normal(size=1_000)
    labels = chance.uniform(size=1_000) < 0.02 + 0.1 * (scores > 1.5)
    lift = hits_at(50, scores, labels).expected / 50 / labels.mean()
    low, high = lift_interval(50, scores, labels)
    assert low <= lift <= high and high > low
    assert (low, high) == lift_interval(50, scores, labels)
