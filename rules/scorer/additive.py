"""The model that is used: look-up tables, one per indicator, added up.

Trained as an explainable boosting machine without interactions and exported from it, so that using a model needs
neither its library nor a pickle. Source: Y. Lou, R. Caruana, J. Gehrke, Intelligible models for classification and
regression (KDD 2012); H. Nori et al., InterpretML (2019), whose bins and term scores these are.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Annotated, Literal

import numpy as np
import polars as pl
from pydantic import Field, model_validator

from governance.written import Written
from rules.indicator import IndicatorId
from rules.scorer.scored import Calibration, Numbers, Scored, assemble, column, silent

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Shape(Written):
    """What one indicator contributes.

    `values` has one more than `cuts`: below the first cut, from each cut up to the next, and from the last one on.
    `missing` is contributed where the number is not known.
    """

    indicator: IndicatorId
    cuts: tuple[Finite, ...]
    values: tuple[Finite, ...]
    missing: Finite

    @model_validator(mode="after")
    def _fits(self) -> Shape:
        if len(self.values) != len(self.cuts) + 1:
            raise ValueError("values must be one more than cuts")
        if list(self.cuts) != sorted(set(self.cuts)):
            raise ValueError("cuts must rise")
        return self

    def contribution(self, numbers: Numbers) -> Numbers:
        """What each of these numbers contributes.

        Args:
            numbers: NaN where not known.
        """
        known = np.asarray(self.values)[np.searchsorted(np.asarray(self.cuts), numbers, side="right")]
        return np.where(np.isnan(numbers), self.missing, known)

    def simplified(self) -> Shape:
        """The same shape without cuts that change nothing."""
        keep = [place for place in range(len(self.cuts)) if self.values[place] != self.values[place + 1]]
        cuts = tuple(self.cuts[place] for place in keep)
        return self.model_copy(update={"cuts": cuts, "values": (self.values[0], *(self.values[at + 1] for at in keep))})

    @property
    def reach(self) -> float:
        """How far apart the indicator can move two scores."""
        return max(*self.values, self.missing) - min(*self.values, self.missing)

    def bins(self) -> tuple[tuple[float, float, float], ...]:
        """From, up to (not inside) and the contribution in between, lowest first."""
        edges = (-math.inf, *self.cuts, math.inf)
        return tuple(zip(edges, edges[1:], self.values, strict=False))


class Additive(Written):
    """Shapes and where to start: a whole model as a document."""

    kind: Literal["additive"] = "additive"
    start: Finite
    shapes: tuple[Shape, ...] = Field(min_length=1)
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
        return tuple(shape.indicator for shape in self.shapes)

    def score(self, wide: pl.DataFrame, stale: Collection[str] = ()) -> Scored:
        """Score households.

        Args:
            wide: a row per household and a column per indicator, as `rules.compute` returns it.
            stale: indicators whose dataset is not heard of any more: they say nothing of anybody, for or against.

        Raises:
            ScorerError: `MODEL_INPUT_MISSING` where an indicator has no column.
        """
        parts = {shape.indicator: shape.contribution(column(wide, shape.indicator)) for shape in self.shapes}
        return assemble(wide, self.start, self.indicators, silent(parts, stale), self.calibration)

    def document(self) -> bytes:
        """The model as JSON, the same bytes for the same model."""
        return self.model_dump_json().encode()
