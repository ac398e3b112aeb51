"""Training in time: learn from early days, choose and calibrate on later ones, then learn from all of them.

A day is learnt from only once its outcomes can all have happened, and between the days that a model learns from and
those that it is judged by lies the whole horizon: no outcome counts on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import polars as pl

from governance.errors import ScorerError
from rules.outcome import Toward
from rules.scorer.additive import Additive
from rules.scorer.boosting import fit_additive
from rules.scorer.linear import Linear
from rules.scorer.metric import average_precision
from rules.scorer.panel import SEEN_BY, Panel
from rules.scorer.regression import fit_calibration, fit_linear
from rules.scorer.scored import Calibration

Family = Literal["additive", "linear"]

MOST_ROWS = 60_000
"""Rows to learn from. Of more, all outcomes are kept, and as many of the others stand for the rest."""

LEAST_OUTCOMES = 20
"""Outcomes below which nothing can be learnt, chosen or calibrated."""

CARRY = 0.95
"""The share of what moves scores that the chosen indicators must carry."""

ENOUGH = 0.98
"""The share of the full model's average precision that they must reach too."""

LATER = 4
"""One day in so many, the latest, is held out to choose and calibrate by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model and what it was made of.

    `days` were learnt from, `held_out` chose the indicators and made probabilities of scores (empty where there was too
    little to hold out: then scores are taken as they are). `average_precision` is on those days.
    """

    scorer: Additive | Linear
    days: tuple[date, ...]
    held_out: tuple[date, ...]
    rows: int
    outcomes: int
    average_precision: float | None
    considered: int


def train(panel: Panel, *, known_by: date, family: Family = "additive") -> Trained:
    """A model from everything that can be known by a day.

    Args:
        panel: the households on many days.
        known_by: the day of the training.
        family: which kind of model.

    Raises:
        ScorerError: `TOO_FEW_OUTCOMES` where nothing can be learnt.
    """
    days = panel.foretold(known_by)
    rows = weighed(learnable(panel, days, known_by))
    outcomes = int(rows["label"].sum())
    if outcomes < LEAST_OUTCOMES:
        raise ScorerError(
            f"By {known_by} there are {outcomes} outcomes to learn from, and it takes {LEAST_OUTCOMES}.",
            "Take in more months, or choose an outcome that happens more often.",
            code="TOO_FEW_OUTCOMES",
        )
    telling = _telling(panel, rows)
    early, late = _apart(panel, days, known_by)
    chosen, calibration, precision = telling, Calibration(), None
    if early is not None and late is not None:
        usable = _telling(panel, early)
        chosen, precision = _choose(_fit(early, usable, family), usable, early, late)
        calibration = _calibrate(_fit(early, chosen, family), late)
    scorer = _fit(rows, chosen, family).model_copy(update={"calibration": calibration})
    return Trained(
        scorer=scorer,
        days=days,
        held_out=tuple(sorted(late["as_of"].unique())) if late is not None else (),
        rows=rows.height,
        outcomes=outcomes,
        average_precision=precision,
        considered=len(telling),
    )


def challenge(panel: Panel, *, known_by: date) -> Linear:
    """The challenger of the same day, on everything that the model may look at: only to be ranked by.

    Args:
        panel: the households on many days.
        known_by: the day of the training.
    """
    rows = weighed(learnable(panel, panel.foretold(known_by), known_by))
    return fit_linear(rows, tuple(_telling(panel, rows)))


def learnable(panel: Panel, days: Sequence[date], known_by: date) -> pl.DataFrame:
    """Labelled rows of households of which something was known on the day: no night scores any other.

    Those first heard of through the very outcome would teach that nothing known is a bad sign.

    Args:
        panel: the households on many days.
        days: of the panel's.
        known_by: the day of which the outcomes are known.
    """
    return panel.labelled(days, known_by).filter(pl.col(SEEN_BY) > 0)


def weighed(rows: pl.DataFrame, most: int = MOST_ROWS) -> pl.DataFrame:
    """At most about so many rows, each with a `weight`: how many it stands for.

    Args:
        rows: labelled; all outcomes are kept, and of the others those that a hash of household and day picks.
        most: how many.
    """
    if rows.height <= most:
        return rows.with_columns(pl.lit(1.0).alias("weight"))
    outcomes = int(rows["label"].sum())
    share = max(most - outcomes, most // 10) / (rows.height - outcomes)
    picked = pl.struct("household", "as_of").hash(seed=2) < int(share * (2**64 - 1))
    weight = pl.when("label").then(1.0).otherwise(1.0 / share)
    return rows.filter(pl.col("label") | picked).with_columns(weight.alias("weight"))


def _apart(panel: Panel, days: Sequence[date], known_by: date) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """Rows of early days and of later ones, with the horizon in between; None where either would tell too little."""
    late_days = list(days[-max(1, len(days) // LATER) :])
    horizon = timedelta(days=panel.outcome.horizon_days)
    early_days = [day for day in days if day + horizon <= late_days[0]]
    early, late = (weighed(learnable(panel, some, known_by)) for some in (early_days, late_days))
    if min(int(early["label"].sum()), int(late["label"].sum())) < LEAST_OUTCOMES:
        return None, None
    return early, late


def _telling(panel: Panel, rows: pl.DataFrame) -> dict[str, Toward]:
    """The indicators that the outcome lets a model look at and that are not the same for everybody."""
    allowed = {id: panel.outcome.direction(id) for id in panel.indicators}
    return {id: way for id, way in allowed.items() if way is not None and rows[id].drop_nulls().n_unique() > 1}


def _fit(rows: pl.DataFrame, toward: Mapping[str, Toward], family: Family) -> Additive | Linear:
    return fit_linear(rows, tuple(toward)) if family == "linear" else fit_additive(rows, toward)


def _choose(
    full: Additive | Linear, toward: Mapping[str, Toward], early: pl.DataFrame, late: pl.DataFrame
) -> tuple[dict[str, Toward], float | None]:
    """The indicators that carry nearly all of what moves scores, if they foresee nearly as well as all of them.

    An agency need not give what is not needed.
    """
    moved = full.score(early).contributions
    weight = {id: float(np.abs(moved[id].to_numpy() - moved[id].to_numpy().mean()).mean()) for id in toward}
    order = sorted(toward, key=lambda id: (-weight[id], id))
    share = np.cumsum([weight[id] for id in order]) / max(sum(weight.values()), 1e-12)
    few = order[: int(np.searchsorted(share, CARRY)) + 1]
    parts, labels = full.score(late).contributions, late["label"].to_numpy()
    best, some = (
        average_precision(parts.select(pl.sum_horizontal(names)).to_series().to_numpy(), labels)
        for names in (order, few)
    )
    if best is None or some is None or some < ENOUGH * best:
        return dict(toward), best
    return {id: way for id, way in toward.items() if id in few}, some


def _calibrate(scorer: Additive | Linear, late: pl.DataFrame) -> Calibration:
    scores = scorer.score(late).scores["score"].to_numpy()
    labels = late["label"].to_numpy().astype(np.float64)
    return fit_calibration(scores, labels, late["weight"].to_numpy())
