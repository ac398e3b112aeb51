"""What a scorer gives back, and what all scorers share: numbers as columns, and the map from score to probability."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import ScorerError
from governance.written import Written

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a scorer says of households, in the order in which they were given.

    `scores` has household, score (log-odds) and probability (calibrated; never shown to workers); `contributions` has
    household and a column per indicator. A score is the scorer's intercept plus its row's contributions.
    """

    scores: pl.DataFrame
    contributions: pl.DataFrame


class Calibration(Written):
    """How likely a score is: the logistic function of `slope` times the score plus `offset`.

    A greater score is never less likely. Source: J. Platt, Probabilistic outputs for support vector machines (1999).
    """

    slope: float = 1.0
    offset: float = 0.0

    def probability(self, scores: Numbers) -> Numbers:
        """The probability that belongs to each score.

        Args:
            scores: log-odds.
        """
        return np.asarray(1.0 / (1.0 + np.exp(-(self.slope * scores + self.offset))), dtype=np.float64)


def column(wide: pl.DataFrame, indicator: str) -> Numbers:
    """An indicator's numbers; what is not known is NaN.

    Raises:
        ScorerError: `MODEL_INPUT_MISSING` where the frame has no such column.
    """
    if indicator not in wide.columns:
        raise ScorerError(
            f"The model looks at {indicator}, which was not computed.",
            "Compute it, or use a model that can do without it.",
            code="MODEL_INPUT_MISSING",
        )
    return wide[indicator].cast(pl.Float64).to_numpy().astype(np.float64, copy=False)


def silent(contributions: Mapping[str, Numbers], stale: Collection[str]) -> dict[str, Numbers]:
    """Contributions, with nothing from indicators whose dataset is not heard of any more.

    A number that is missing has a meaning of its own to a model (nothing was seen of this family); a silent feed has
    none.

    Args:
        contributions: of each indicator, per household.
        stale: the indicators that say nothing.
    """
    return {id: np.zeros_like(part) if id in stale else part for id, part in contributions.items()}


def assemble(
    wide: pl.DataFrame,
    intercept: float,
    indicators: Sequence[str],
    contributions: Mapping[str, Numbers],
    calibration: Calibration,
) -> Scored:
    """Put contributions together.

    Args:
        wide: the households, in their order.
        intercept: where every household starts.
        indicators: in the order in which they are added up.
        contributions: of each indicator, per household.
        calibration: makes probabilities of scores.
    """
    score = np.full(wide.height, intercept)
    for indicator in indicators:
        score = score + contributions[indicator]
    household = wide.select("household")
    return Scored(
        scores=household.with_columns(
            pl.Series("score", score, dtype=pl.Float64),
            pl.Series("probability", calibration.probability(score), dtype=pl.Float64),
        ),
        contributions=household.with_columns(
            pl.Series(indicator, contributions[indicator], dtype=pl.Float64) for indicator in indicators
        ),
    )
