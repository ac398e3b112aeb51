"""Training of the challenger: a logistic regression, and its weights taken out of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from rules.scorer.linear import Linear, Slope
from rules.scorer.scored import Calibration, Numbers, column

PENALTY = 0.1
"""Inverse strength of the ridge penalty on standardised numbers."""

LEAST_SLOPE = 0.05
"""A calibration never turns a list upside down, and never calls everybody alike."""


def fit_linear(rows: pl.DataFrame, indicators: Sequence[str]) -> Linear:
    """Train on labelled rows.

    Args:
        rows: label, weight and a column per indicator.
        indicators: what to look at; each must take more than one value.
    """
    numbers = {id: column(rows, id) for id in indicators}
    known = {id: values[~np.isnan(values)] for id, values in numbers.items()}
    centre = {id: float(values.mean()) for id, values in known.items()}
    spread = {id: float(values.std()) or 1.0 for id, values in known.items()}
    design = np.column_stack(
        [np.where(np.isnan(numbers[id]), 0.0, (numbers[id] - centre[id]) / spread[id]) for id in indicators]
        + [np.isnan(numbers[id]).astype(np.float64) for id in indicators]
    )
    model = LogisticRegression(C=PENALTY, solver="newton-cholesky", max_iter=100)
    with threadpool_limits(
        1
    ):  # sums in a fixed order; and on a busy machine threads that wait for each other take minutes
        model.fit(design, rows["label"].to_numpy(), sample_weight=rows["weight"].to_numpy())
    weights, unknown = np.split(model.coef_[0], 2)
    slopes = tuple(
        Slope(
            indicator=id,
            weight=float(weights[place]) / spread[id],
            centre=centre[id],
            low=float(known[id].min()),
            high=float(known[id].max()),
            missing=float(unknown[place]),
        )
        for place, id in enumerate(indicators)
    )
    return Linear(start=float(model.intercept_[0]), slopes=slopes)


def fit_calibration(scores: Numbers, labels: Numbers, weights: Numbers) -> Calibration:
    """The map from scores to probabilities, learnt from households that the scores were not learnt from.

    Args:
        scores: log-odds.
        labels: what came true; both must occur.
        weights: how many households each row stands for.
    """
    model = LogisticRegression(C=1e3, max_iter=1_000)
    with threadpool_limits(1):
        model.fit(scores.reshape(-1, 1), labels, sample_weight=weights)
    slope, offset = float(model.coef_[0][0]), float(model.intercept_[0])
    if slope >= LEAST_SLOPE:
        return Calibration(slope=slope, offset=offset)
    rate = float(np.average(labels, weights=weights))
    return Calibration(slope=LEAST_SLOPE, offset=float(np.log(rate / (1 - rate)) - LEAST_SLOPE * scores.mean()))
