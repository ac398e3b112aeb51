"""The model card: what a model is for, what it was made of, how good it is beside simpler lists, and how to refuse it.

Source: M. Mitchell et al., Model cards for model reporting (FAT* 2019).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.indicator import Indicator
from rules.outcome import Outcome
from rules.scorer.additive import Additive, Shape
from rules.scorer.linear import Linear, Slope
from rules.scorer.model import Model

LEAST_CELL = 11
"""Groups of fewer households are not told apart in a card."""

WAYS = {
    "rules_alone": "all rules together, by deadline",
    "most_recent_filing": "the most recent eviction case first",
    "signals_in_90_days": "the most signals in 90 days first",
    "linear_model": "a logistic regression",
    "best_single_rule": "the best single rule, chosen in hindsight",
}
"""Simpler lists, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A range of one indicator's numbers and what it does to the score: how many times the odds."""

    numbers: str
    contribution: float
    times: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What one indicator does to the score: its steps, lowest numbers first, the unknown last."""

    indicator: str
    title: str
    dataset: str
    unit: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A way of making the list, in words, and how often it was right."""

    name: str
    precision_at_k: float
    lift_at_k: float | None
    recall_at_k: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything that a model card says.

    `backtest` is the figures as `rules.scorer.backtest` gives them, as a plain document; None where there was too
    little to test on. `compared` has the model first, then the list as handed out, then lists made without it.
    """

    id: str
    outcome: str
    statement: str
    horizon_days: int
    purpose: str
    kind: str
    trained_on: date
    first_day: date
    last_day: date
    days: int
    agreements: tuple[str, ...]
    datasets: tuple[str, ...]
    promoted: bool
    baseline_odds: float
    curves: tuple[Curve, ...]
    backtest: Mapping[str, Any] | None
    compared: tuple[Compared, ...]
    groups: tuple[Mapping[str, Any], ...]
    rows: int
    outcomes: int
    considered: int


def card(made: Model, scorer: Additive | Linear, outcome: Outcome, indicators: Mapping[str, Indicator]) -> Card:
    """The card of a model.

    Args:
        made: the model as registered.
        scorer: it, opened.
        outcome: what it foresees.
        indicators: the installation's, by id.
    """
    figures: Mapping[str, Any] | None = made.metrics.get("backtest")
    return Card(
        id=made.id,
        outcome=outcome.title,
        statement=outcome.statement,
        horizon_days=outcome.horizon_days,
        purpose=made.purpose,
        kind=made.kind,
        trained_on=made.as_of,
        first_day=made.cutoffs[0],
        last_day=made.cutoffs[-1],
        days=len(made.cutoffs),
        agreements=tuple(made.lineage),
        datasets=tuple(made.datasets),
        promoted=made.promoted_at is not None,
        baseline_odds=scorer.intercept,
        curves=tuple(_curve(each, indicators[each.indicator]) for each in _by_reach(scorer)),
        backtest=figures,
        compared=tuple(_compared(figures)) if figures else (),
        groups=tuple(each for each in figures["groups"] if each["households"] >= LEAST_CELL) if figures else (),
        rows=int(made.metrics["rows"]),
        outcomes=int(made.metrics["outcomes"]),
        considered=int(made.metrics["considered"]),
    )


def _by_reach(scorer: Additive | Linear) -> Sequence[Shape | Slope]:
    """What can move a score furthest comes first."""
    parts: Sequence[Shape | Slope] = scorer.shapes if isinstance(scorer, Additive) else scorer.slopes
    return sorted(parts, key=lambda each: (-each.reach, each.indicator))


def _curve(part: Shape | Slope, indicator: Indicator) -> Curve:
    steps = [_step(_range(low, high), value) for low, high, value in part.bins()]
    if not indicator.aggregate.counts:
        steps.append(_step("not known, or never", part.missing))
    return Curve(
        indicator=indicator.id,
        title=indicator.title,
        dataset=indicator.dataset,
        unit=indicator.unit,
        steps=tuple(steps),
    )


def _step(numbers: str, contribution: float) -> Step:
    return Step(numbers=numbers, contribution=contribution, times=math.exp(contribution))


def _range(low: float, high: float) -> str:
    if math.isinf(low) and math.isinf(high):
        return "any number"
    if math.isinf(low):
        return f"below {high:,.4g}"
    return f"{low:,.4g} or more" if math.isinf(high) else f"{low:,.4g} up to {high:,.4g}"


def _compared(figures: Mapping[str, Any]) -> list[Compared]:
    """The model, the list, and everything simpler but the rules one by one; of these only the best."""
    rows = {"this model, by itself": figures["model"], "the list as handed out: deadlines first": figures["handed_out"]}
    for name, standing in figures["baselines"].items():
        kind, _, rule = name.partition(": ")
        if kind in WAYS:
            rows[WAYS[kind] + (f" ({rule})" if rule else "")] = standing
    return [
        Compared(
            name=name,
            precision_at_k=standing["precision_at_k"],
            lift_at_k=standing["lift_at_k"],
            recall_at_k=standing["recall_at_k"],
        )
        for name, standing in rows.items()
    ]
