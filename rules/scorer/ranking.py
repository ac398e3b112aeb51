"""Ways to rank households without a model, each as a number per household: greater comes first, equal is a tie.

What a model is worth is what it finds beyond these.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from rules.scorer.panel import SEEN_BY, SIGNALS_90D
from rules.scorer.scored import Numbers, column

NEWEST_FILING = "days_since_filing"
"""The indicator that "most recent filing first" goes by."""

RULE = "rule: "
"""What the name of a rule alone begins with."""

LAST = -1e9
"""Comes after everybody: households that a way of ranking says nothing of."""


def without_a_model(households: pl.DataFrame, firings: pl.DataFrame) -> dict[str, Numbers]:
    """Every simple way to rank, by name.

    Args:
        households: of one day, with the panel's columns.
        firings: the rules that fired for them on that day.

    Returns:
        `most_recent_filing` (where filings are known of), `signals_in_90_days`, `rules_alone` (tier, then due day), and
        every rule that fired for anybody, alone: those it fired for by due day.
    """
    found = {"signals_in_90_days": column(households, SIGNALS_90D), "rules_alone": by_rules(households, firings)}
    if NEWEST_FILING in households.columns:
        days = column(households, NEWEST_FILING)
        found["most_recent_filing"] = np.where(np.isnan(days), LAST, -days)
    for (rule,), mine in sorted(firings.partition_by("rule", as_dict=True).items()):
        found[f"{RULE}{rule}"] = by_rules(households, mine)
    return found


def by_rules(households: pl.DataFrame, firings: pl.DataFrame) -> Numbers:
    """The tier first, then the day by which to act; those for whom nothing fired tie at the end."""
    urgent = _urgency(households, firings)
    order = pl.struct("tier", "due_on").rank("dense").cast(pl.Float64)
    return _numbers(urgent.with_columns(pl.when(pl.col("tier").is_not_null()).then(-order).alias("rank")))


def as_handed_out(households: pl.DataFrame, firings: pl.DataFrame, scores: Numbers) -> Numbers:
    """As tasks are handed out: the rules' tiers first, the model's order within each, then whom only the model names.

    Args:
        households: of one day.
        firings: the rules that fired for them on that day.
        scores: the model's, in the households' order.
    """
    tier = _urgency(households, firings)["tier"].fill_null(9).to_numpy().astype(np.float64)
    scored = pl.Series("score", scores).rank("dense").to_numpy().astype(np.float64)
    return -tier * (scored.size + 1) + scored


def model_order(households: pl.DataFrame, scores: Numbers) -> Numbers:
    """The model's scores; households that nobody had heard of on the day tie at the end.

    Args:
        households: of one day, with the panel's columns.
        scores: the model's, in their order.
    """
    return np.where(column(households, SEEN_BY) > 0, scores, LAST)


def _urgency(households: pl.DataFrame, firings: pl.DataFrame) -> pl.DataFrame:
    """Tier and due day of each household, in the households' order; null where nothing fired."""
    most = firings.group_by("household").agg(pl.col("tier").min(), pl.col("due_on").min())
    return households.select("household").join(most, on="household", how="left", maintain_order="left")


def _numbers(ranked: pl.DataFrame) -> Numbers:
    return ranked["rank"].fill_null(LAST).to_numpy().astype(np.float64)
