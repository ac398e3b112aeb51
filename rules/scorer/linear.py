"""The challenger: a logistic regression. Each number contributes itself times a weight, or a constant if unknown."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

import numpy as np
import polars as pl
from pydantic import Field

from governance.written import Written
from rules.indicator import IndicatorId
from rules.scorer.scored import Calibration, Numbers, Scored, assemble, column, silent

Finite = Annotated[float, Field(allow_inf_nan=False)]

PARTS = 4
"""Parts in which a slope is told in a table."""


class Slope(Written):
    """What one indicator contributes: `weight` times (number - `centre`); `missing` where the number is not known.

    A number outside `low` and `high`, which were seen in training, counts as the nearer of them.
    """

    indicator: IndicatorId
    weight: Finite
    centre: Finite
    low: Finite
    high: Finite
    missing: Finite

    def contribution(self, numbers: Numbers) -> Numbers:
        """What each of these numbers contributes.

        Args:
            numbers: NaN where not known.
        """
        known = self.weight * (np.clip(numbers, self.low, self.high) - self.centre)
        return np.where(np.isnan(numbers), self.missing, known)

    @property
    def reach(self) -> float:
        """How far apart the indicator can move two scores."""
        ends = (self.weight * (self.low - self.centre), self.weight * (self.high - self.centre), self.missing)
        return max(ends) - min(ends)

    def bins(self) -> tuple[tuple[float, float, float], ...]:
        """From, up to and the contribution in the middle of it, for four equal parts of what was seen."""
        edges = np.linspace(self.low, self.high, PARTS + 1)
        middles = (edges[:-1] + edges[1:]) / 2
        return tuple(
            (float(low), float(high), float(self.weight * (middle - self.centre)))
            for low, high, middle in zip(edges, edges[1:], middles, strict=False)
        )


class Linear(Written):
    """Slopes and where to start: a whole model as a document."""

    kind: Literal["linear"] = "linear"
    start: Finite
    slopes: tuple[Slope, ...] = Field(min_length=1)
    calibration: Calibration = Calibration()

    @property
    def name(self) -> str:
        """What the model is called in reports."""
        return self.kind

    @property
    def intercept(self) -> float:
        """Where every household starts, in log-odds."""
        return self.start

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators that it looks at."""
        return tuple(slope.indicator for slope in self.slopes)

    def score(self, wide: pl.DataFrame, stale: Collection[str] = ()) -> Scored:
        """Score households.

        Args:
            wide: a row per household and a column per indicator, as `rules.compute` returns it.
            stale: indicators whose dataset is not heard of any more: they say nothing of anybody, for or against.

        Raises:
            ScorerError: `MODEL_INPUT_MISSING` where an indicator has no column.
        """
        parts = {slope.indicator: slope.contribution(column(wide, slope.indicator)) for slope in self.slopes}
        return assemble(wide, self.start, self.indicators, silent(parts, stale), self.calibration)

    def document(self) -> bytes:
        """The model as JSON, the same bytes for the same model."""
        return self.model_dump_json().encode()
