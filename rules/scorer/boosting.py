"""Training of the additive model: an explainable boosting machine, and its tables taken out of it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from interpret.glassbox import ExplainableBoostingClassifier
from numpy.typing import NDArray

from rules.outcome import Toward
from rules.scorer.additive import Additive, Shape
from rules.scorer.scored import Numbers, column

BAGS = 4
"""Boosters that are averaged. Each is stopped by a quarter of the households that it did not learn from."""

SETTINGS: dict[str, Any] = {
    "interactions": 0,
    "max_bins": 32,
    "learning_rate": 0.04,
    "max_rounds": 1_000,
    "early_stopping_rounds": 10,
    "smoothing_rounds": 20,
    "min_samples_leaf": 20,
    "n_jobs": 1,
    "random_state": 7,
}
"""Far from the library's defaults, which take minutes: few bins, quick steps, early stops, no interactions."""

FAR = 1e6
"""Where a number that is not known is put while the boosting machine learns: days or dollars beyond any other."""

_SLOPE = {Toward.MORE: 1, Toward.LESS: -1, Toward.EITHER: 0}
_HARMLESS = {Toward.MORE: -FAR, Toward.LESS: FAR, Toward.EITHER: np.nan}


def fit_additive(rows: pl.DataFrame, toward: Mapping[str, Toward]) -> Additive:
    """Train on labelled rows.

    Args:
        rows: household, label, weight and a column per indicator.
        toward: the indicators to look at, and which way each may point; each must take more than one value.
    """
    return export(fit_booster(rows, toward), rows, toward)


def fit_booster(rows: pl.DataFrame, toward: Mapping[str, Toward]) -> ExplainableBoostingClassifier:
    """The boosting machine itself, before its tables are taken out.

    Its shapes never turn against `toward` while it learns. Left to itself it would take "not known" for the smallest
    number of all, and never having been to court would become the worst that can happen: hence `harmless`.
    """
    booster = ExplainableBoostingClassifier(
        **SETTINGS,
        outer_bags=BAGS,
        feature_names=list(toward),
        feature_types=["continuous"] * len(toward),
        monotone_constraints=[_SLOPE[way] for way in toward.values()],
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Missing values detected", category=UserWarning)
        booster.fit(
            harmless(rows, toward),
            rows["label"].cast(pl.Int64).to_numpy(),
            sample_weight=rows["weight"].to_numpy(),
            bags=_bags(rows),
        )
    return booster


def harmless(rows: pl.DataFrame, toward: Mapping[str, Toward]) -> Numbers:
    """Numbers as a matrix, where what is not known stands at the harmless end.

    Never is further away than any day, and nothing claimed is less than any sum. Where a number may point either way,
    unknown stays unknown.
    """
    columns = []
    for indicator, way in toward.items():
        numbers = column(rows, indicator)
        columns.append(np.where(np.isnan(numbers), _HARMLESS[way], numbers))
    return np.column_stack(columns)


def export(booster: ExplainableBoostingClassifier, rows: pl.DataFrame, toward: Mapping[str, Toward]) -> Additive:
    """The tables of a boosting machine.

    Its scores of a term are: not known, then a value per bin, then one for values of unknown kind, which numbers never
    are.

    Args:
        booster: trained.
        rows: what it was trained on.
        toward: the indicators, and which way each may point.
    """
    names, found = list(toward), dict[str, Shape]()
    for (feature,), scores in zip(booster.term_features_, booster.term_scores_, strict=True):
        name = names[feature]
        shape = Shape(
            indicator=name,
            cuts=tuple(float(cut) for cut in booster.bins_[feature][0]),
            values=tuple(float(value) for value in scores[1:-1]),
            missing=float(scores[0]),
        )
        found[name] = _unfilled(shape, column(rows, name), toward[name]).simplified()
    start = float(np.asarray(booster.intercept_).reshape(-1)[0])
    return Additive(start=start, shapes=tuple(found[name] for name in names))


def _unfilled(shape: Shape, seen: Numbers, way: Toward) -> Shape:
    """The same shape with what is not known in a place of its own again, and no bin that only the unknown was in."""
    if way is Toward.EITHER:
        return shape
    missing = float(shape.contribution(np.array([_HARMLESS[way]]))[0])
    cuts, values = shape.cuts, shape.values
    if cuts and way is Toward.LESS and cuts[-1] > np.nanmax(seen):
        cuts, values = cuts[:-1], values[:-1]
    elif cuts and way is Toward.MORE and cuts[0] <= np.nanmin(seen):
        cuts, values = cuts[1:], values[1:]
    return Shape(indicator=shape.indicator, cuts=cuts, values=values, missing=missing)


def _bags(rows: pl.DataFrame) -> NDArray[np.int8]:
    """Which rows each booster learns from (1) and is stopped by (-1): a household is on one side with all its days."""
    part = rows["household"].hash(seed=1).to_numpy() % BAGS
    return np.stack([np.where(part == bag, -1, 1).astype(np.int8) for bag in range(BAGS)], axis=1)
