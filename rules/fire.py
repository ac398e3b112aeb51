"""Which rules fire for which households: every rule is one expression, all of them one pass over the numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from rules.condition import expression
from rules.indicator import Aggregate, Indicator
from rules.rule import Rule, Version
from rules.rulebook import Rulebook

FIRING_SCHEMA: dict[str, type[pl.DataType]] = {
    "household": pl.String,
    "rule": pl.String,
    "version_effective": pl.Date,
    "topic": pl.String,
    "tier": pl.Int64,
    "due_on": pl.Date,
}
"""A row per household and rule that fired: `version_effective` says which version, `due_on` by when to act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A rule that could not be asked, and the indicators that were missing for it, joined by commas."""

    rule: str
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """`firings` as in `FIRING_SCHEMA`, in the order of household and rule; `skipped` the rules that were not asked."""

    firings: pl.DataFrame
    skipped: tuple[Skipped, ...]


def fire(wide: pl.DataFrame, rulebook: Rulebook, as_of: date, available: Collection[str]) -> Fired:
    """Ask every rule that holds on a day.

    Args:
        wide: what `rules.compute` returned.
        rulebook: the rules.
        as_of: the day looked from: each rule's version of that day is followed.
        available: the indicators that may be looked at. A rule that needs another one is skipped and named.
    """
    asked: dict[str, tuple[Rule, Version]] = {}
    skipped: list[Skipped] = []
    for id, (rule, version) in sorted(rulebook.in_force(as_of).items()):
        missing = sorted(rule.needed(version) - set(available))
        if missing:
            skipped.append(Skipped(rule=id, missing=", ".join(missing)))
        else:
            asked[id] = (rule, version)
    hits = wide.select(expression(version.when).fill_null(value=False).alias(id) for id, (_, version) in asked.items())
    found = [_firings(wide.filter(hits[id]), *asked[id], rulebook.indicators, as_of) for id in asked if hits[id].any()]
    empty = pl.DataFrame(schema=FIRING_SCHEMA)
    return Fired(firings=pl.concat([empty, *found]).sort("household", "rule"), skipped=tuple(skipped))


def _firings(
    households: pl.DataFrame, rule: Rule, version: Version, indicators: Mapping[str, Indicator], as_of: date
) -> pl.DataFrame:
    return households.select(
        pl.col("household"),
        pl.lit(rule.id).alias("rule"),
        pl.lit(version.effective).alias("version_effective"),
        pl.lit(rule.topic).alias("topic"),
        pl.lit(version.tier, dtype=pl.Int64).alias("tier"),
        _due_on(version, indicators, as_of).alias("due_on"),
    )


def _due_on(version: Version, indicators: Mapping[str, Indicator], as_of: date) -> pl.Expr:
    """So many days from now; or earlier, where an event sets an earlier day. Never before the day looked from."""
    today = pl.lit(as_of)
    usual = today + pl.duration(days=version.due_in_days)
    deadline = version.deadline
    if deadline is None:
        return usual
    ahead = 1 if indicators[deadline.indicator].aggregate is Aggregate.DAYS_UNTIL_NEXT else -1
    away = pl.col(deadline.indicator).cast(pl.Int64) * ahead + (deadline.days_after - deadline.days_before)
    return pl.max_horizontal(today, pl.min_horizontal(usual, today + pl.duration(days=away)))
