"""The facts behind a firing: each row that a number rests on, and the whole way it came. Only where something fired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from rules.compute import inside, known
from rules.indicator import Aggregate, Indicator
from rules.rulebook import Rulebook

FACT_SCHEMA: dict[str, type[pl.DataType]] = {
    "household": pl.String,
    "rule": pl.String,
    "indicator": pl.String,
    "dataset": pl.String,
    "agreement": pl.String,
    "grant": pl.String,
    "delivery": pl.String,
    "row": pl.UInt32,
    "value": pl.Float64,
    "unit": pl.String,
    "occurred_on": pl.Date,
    "known_on": pl.Date,
}
"""A row per household, rule, indicator and signal behind it. `value` is what the indicator saw of the signal: how much,
in the indicator's own `unit`, where it measures; one event where it counts or points at a day."""

_ORDER = ("household", "rule", "indicator", "occurred_on", "dataset", "delivery", "row")


def evidence(
    signals: pl.DataFrame,
    firings: pl.DataFrame,
    rulebook: Rulebook,
    indicators: Mapping[str, Indicator],
    as_of: date,
) -> pl.DataFrame:
    """Every fact behind every firing.

    Args:
        signals: the rows that the numbers were computed from, with agreement, grant, _delivery and _row.
        firings: what `rules.fire` found in them.
        rulebook: the rules.
        indicators: those that were computed, by id.
        as_of: the day looked from.

    Returns:
        Rows of `FACT_SCHEMA`, in a fixed order. A firing always has one: no rule holds for a family of whom nothing
        is known.
    """
    looked_at = {id: rule.spoken(version) for id, (rule, version) in rulebook.in_force(as_of).items()}
    mine = signals.filter(known(as_of)).join(firings.select("household").unique(), on="household", how="semi")
    facts = [pl.DataFrame(schema=FACT_SCHEMA)]
    for name in sorted(frozenset().union(*looked_at.values()) & set(indicators)):
        rules = [rule for rule, members in looked_at.items() if name in members]
        pairs = firings.filter(pl.col("rule").is_in(rules)).select("household", "rule")
        if pairs.height:
            facts.append(facts_behind(mine, pairs, indicators[name], as_of))
    return pl.concat(facts).sort(_ORDER)


def facts_behind(signals: pl.DataFrame, pairs: pl.DataFrame, indicator: Indicator, as_of: date) -> pl.DataFrame:
    """The facts behind one indicator.

    Args:
        signals: the rows that the numbers were computed from, with agreement, grant, _delivery and _row.
        pairs: the households whose facts are asked for, each with the rule, or the model's reason, that they are for.
        indicator: the indicator.
        as_of: the day looked from.

    Returns:
        Rows of `FACT_SCHEMA`, in no particular order.
    """
    same = (pl.col("dataset") == indicator.dataset) & (pl.col("kind") == indicator.kind)
    behind = signals.filter(same & inside(indicator.window(as_of))).filter(_behind(indicator))
    value = pl.col("measure") if indicator.aggregate.measures else pl.lit(1.0)
    named = {
        "indicator": pl.lit(indicator.id),
        "delivery": pl.col("_delivery"),
        "row": pl.col("_row").cast(pl.UInt32),
        "value": value,
        "unit": pl.lit(indicator.unit if indicator.aggregate.measures else "event"),
    }
    return behind.join(pairs, on="household", how="inner").with_columns(**named).select(*FACT_SCHEMA)


def _behind(indicator: Indicator) -> pl.Expr:
    """Which rows of a window a number rests on."""
    measured = pl.col("measure").is_finite()
    match indicator.aggregate:
        case Aggregate.COUNT | Aggregate.COUNT_DAYS:
            return pl.lit(value=True)
        case Aggregate.SUM:
            return measured
        case Aggregate.MAX:
            measure = pl.when(measured).then("measure")
            return measured & (measure == measure.max().over("household"))
        case Aggregate.DAYS_SINCE_LAST:
            return pl.col("occurred_on") == pl.col("occurred_on").max().over("household")
        case Aggregate.DAYS_UNTIL_NEXT:
            return pl.col("occurred_on") == pl.col("occurred_on").min().over("household")
