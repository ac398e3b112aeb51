"""What the model weighs for a household, in plain words and with the facts behind: no jargon, no score.

A reason of the model is an indicator that speaks for looking, of which something was seen. That nothing was seen may
move a score too; it is no reason that a person could act on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from rules.compute import known
from rules.evidence import FACT_SCHEMA, facts_behind
from rules.indicator import Aggregate, Indicator
from rules.reason import number_in_words, spoken

PREFIX = "model."
"""What the `rule` of a reason begins with that the model gives; the indicator follows."""

LEAST = 0.1
"""Log-odds that an indicator must add to be worth a sentence: about a tenth more likely."""

EXPLANATION_SCHEMA: dict[str, type[pl.DataType]] = {
    "household": pl.String,
    "rule": pl.String,
    "indicator": pl.String,
    "text": pl.String,
    "contribution": pl.Float64,
}
"""A row per household and indicator that speaks for looking; `rule` is `PREFIX` and the indicator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """`explanations` as in `EXPLANATION_SCHEMA`, heaviest first within a household; `facts` as in `FACT_SCHEMA`."""

    explanations: pl.DataFrame
    facts: pl.DataFrame


def explain(
    contributions: pl.DataFrame,
    wide: pl.DataFrame,
    signals: pl.DataFrame,
    indicators: Mapping[str, Indicator],
    as_of: date,
    *,
    spoken_of: pl.DataFrame,
    most: int,
) -> Explained:
    """The model's own reasons for households.

    Args:
        contributions: of the households to explain, as a scorer returns them.
        wide: the numbers, a row per household.
        signals: the rows that the numbers were computed from.
        indicators: those that were computed, by id.
        as_of: the day looked from.
        spoken_of: household and indicator of what rules have said already.
        most: reasons per household, at most.
    """
    weighed = contributions.unpivot(index="household", variable_name="indicator", value_name="contribution")
    candidates = weighed.filter(pl.col("contribution") >= LEAST).join(
        spoken_of, on=["household", "indicator"], how="anti"
    )
    facts = _facts(signals, candidates, indicators, as_of)
    seen = facts.group_by("household", "indicator").agg(pl.col("occurred_on").max().alias("latest"))
    heaviest = (
        candidates.join(seen, on=["household", "indicator"], how="inner")
        .sort("household", "contribution", "indicator", descending=[False, True, False])
        .group_by("household", maintain_order=True)
        .head(most)
    )
    values = wide.unpivot(
        index="household", on=heaviest["indicator"].unique().to_list(), variable_name="indicator", value_name="value"
    )
    rows = heaviest.join(values, on=["household", "indicator"], how="left", maintain_order="left")
    told = [
        (row["household"], PREFIX + row["indicator"], row["indicator"], _text(row, indicators), row["contribution"])
        for row in rows.iter_rows(named=True)
    ]
    return Explained(
        explanations=pl.DataFrame(told, schema=EXPLANATION_SCHEMA, orient="row"),
        facts=facts.join(heaviest.select("household", "indicator"), on=["household", "indicator"], how="semi"),
    )


def sentence(indicator: Indicator, value: float, latest: date) -> str:
    """What was seen of one indicator, in a sentence.

    Args:
        indicator: which; its title says what is counted.
        value: the household's number.
        latest: the day of the newest fact behind it.
    """
    number = number_in_words(value, indicator.unit)
    if indicator.aggregate.points:
        return f"{indicator.title}: {number} (it {_was(indicator)} on {spoken(latest)})."
    return f"{indicator.title}: {number}. The last time was {spoken(latest)}."


def _was(indicator: Indicator) -> str:
    return "is" if indicator.aggregate is Aggregate.DAYS_UNTIL_NEXT else "was"


def _text(row: Mapping[str, object], indicators: Mapping[str, Indicator]) -> str:
    value, latest = row["value"], row["latest"]
    if not isinstance(value, float) or not isinstance(latest, date):
        raise TypeError("an indicator with facts behind it has a number and a day")
    return sentence(indicators[str(row["indicator"])], value, latest)


def _facts(
    signals: pl.DataFrame, pairs: pl.DataFrame, indicators: Mapping[str, Indicator], as_of: date
) -> pl.DataFrame:
    """Every fact behind each household's indicators."""
    rows = signals.filter(known(as_of)).join(pairs.select("household").unique(), on="household", how="semi")
    found = [pl.DataFrame(schema=FACT_SCHEMA)]
    for (name,), mine in sorted(pairs.partition_by("indicator", as_dict=True).items()):
        asked = mine.select("household", pl.lit(f"{PREFIX}{name}").alias("rule"))
        found.append(facts_behind(rows, asked, indicators[str(name)], as_of))
    order = ("household", "rule", "occurred_on", "dataset", "delivery", "row")
    return pl.concat(found, how="vertical_relaxed").sort(order)
