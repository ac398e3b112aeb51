"""What a model learns from: households on many days, each as it was known on that day, and what happened to them after.

Every household of the link run has a row on every day, also where nothing is known of it: those who are never heard of
are most of a state, and a rate that leaves them out is no rate.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from governance.ids import AgreementId
from rules.compute import compute
from rules.history import History
from rules.indicator import Indicator
from rules.outcome import Outcome

SIGNALS_90D = "_signals_90d"
"""The column that counts days with signals of any kind in 90 days: what a list without a model or rules could go by."""

SEEN_BY = "_seen_by"
"""The column that counts the agencies of whom anything is known about a household."""

QUIET = "quiet-"
"""Households of which nothing is known have a number behind this word instead of a pseudonym."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Rows household × day.

    `rows` has household, as_of, a column per indicator, `SIGNALS_90D` and `SEEN_BY`; `events` has household,
    occurred_on, known_on and until: every version of an outcome's signals. `lineage` are the agreements that say which
    household a row belongs to.
    """

    rows: pl.DataFrame
    events: pl.DataFrame
    outcome: Outcome
    indicators: tuple[str, ...]
    days: tuple[date, ...]
    lineage: frozenset[AgreementId]

    def on(self, day: date) -> pl.DataFrame:
        """The households as they were known on a day, in a fixed order."""
        return self.rows.filter(pl.col("as_of") == day)

    def labelled(self, days: Sequence[date], known_by: date) -> pl.DataFrame:
        """The rows of some days, with what came of them.

        Args:
            days: of the panel's.
            known_by: the day of which the outcomes are known, corrections included.

        Returns:
            Rows with `label` (an outcome within the horizon) and `lead_days` (days until the first; null for none).
        """
        counts = (pl.col("known_on") <= known_by) & (pl.col("until").is_null() | (pl.col("until") > known_by))
        happened = self.events.filter(counts).select("household", "occurred_on").unique()
        rows = self.rows.filter(pl.col("as_of").is_in(list(days)))
        ahead = (pl.col("occurred_on") - pl.col("as_of")).dt.total_days()
        leads = (
            rows.select("household", "as_of")
            .join(happened, on="household", how="inner")
            .with_columns(ahead.alias("lead_days"))
            .filter(pl.col("lead_days").is_between(1, self.outcome.horizon_days))
            .group_by("household", "as_of")
            .agg(pl.col("lead_days").min())
        )
        joined = rows.join(leads, on=["household", "as_of"], how="left", maintain_order="left")
        return joined.with_columns(pl.col("lead_days").is_not_null().alias("label"))

    def foretold(self, known_by: date) -> tuple[date, ...]:
        """The days whose outcomes can all have happened by a day."""
        return tuple(day for day in self.days if day + timedelta(days=self.outcome.horizon_days) <= known_by)


def build_panel(
    histories: Iterable[History],
    indicators: Mapping[str, Indicator],
    outcome: Outcome,
    days: Sequence[date],
    households: int,
    stale: Callable[[date], Collection[str]] = lambda _: (),
) -> Panel:
    """A panel, built a block of households at a time.

    Args:
        histories: signals of all households, block by block.
        indicators: what to compute, by id.
        outcome: what is to be foreseen.
        days: the days to look from.
        households: how many there are, those of which nothing is known included.
        stale: the indicators whose dataset was not heard of any more on a day: nobody's number is known on it.
    """
    silent = {day: frozenset(stale(day)) for day in days}
    rows, events, lineage, seen = [], [_no_events()], set[str](), 0
    for history in histories:
        happened = history.signals.filter(_is_event(outcome))
        events.append(happened.select(_no_events().columns))
        for text in history.signals["lineage"].unique().drop_nulls():
            lineage |= set(text.split(","))
        cohort = history.signals.select(pl.col("household").unique().sort())
        seen += cohort.height
        rows += [_day(history.on(day), cohort, indicators, day, silent[day]) for day in days]
    quiet = pl.DataFrame(
        {"household": [f"{QUIET}{n:06}" for n in range(households - seen)]}, schema={"household": pl.String}
    )
    nothing = pl.DataFrame(schema=_signal_schema())
    rows += [_day(nothing, quiet, indicators, day, silent[day]) for day in days]
    return Panel(
        rows=pl.concat(rows).sort("as_of", "household"),
        events=pl.concat(events),
        outcome=outcome,
        indicators=tuple(indicators),
        days=tuple(sorted(days)),
        lineage=frozenset(AgreementId(each) for each in lineage if each),
    )


def whole(
    wide: pl.DataFrame, cohort: pl.DataFrame, indicators: Mapping[str, Indicator], stale: Collection[str] = ()
) -> pl.DataFrame:
    """A row for every household: whoever has no signal has counts of 0, unless stale, and nothing else is known.

    Args:
        wide: what `rules.compute` returned.
        cohort: all households.
        indicators: those that were computed, by id.
        stale: those of them of which nobody's number is known.
    """
    counting = [id for id, each in indicators.items() if each.aggregate.counts and id not in stale]
    counts = [pl.col(id).fill_null(0.0) for id in counting]
    return cohort.select("household").join(wide, on="household", how="left").with_columns(counts)


def _day(
    signals: pl.DataFrame,
    cohort: pl.DataFrame,
    indicators: Mapping[str, Indicator],
    day: date,
    stale: Collection[str],
) -> pl.DataFrame:
    """The households of a block on one day."""
    wide = whole(compute(signals, indicators, day, stale), cohort, indicators, stale)
    recent = pl.col("occurred_on").is_between(day - timedelta(days=89), day)
    agency = pl.col("dataset").str.split(".").list.first()
    known = signals.group_by("household").agg(
        pl.struct("kind", "occurred_on").filter(recent).n_unique().cast(pl.Float64).alias(SIGNALS_90D),
        agency.n_unique().cast(pl.Float64).alias(SEEN_BY),
    )
    counts = [pl.col(name).fill_null(0.0) for name in (SIGNALS_90D, SEEN_BY)]
    rows = wide.join(known, on="household", how="left").with_columns(*counts, pl.lit(day).alias("as_of"))
    return rows.select("household", "as_of", *indicators, SIGNALS_90D, SEEN_BY)


def _is_event(outcome: Outcome) -> pl.Expr:
    return pl.any_horizontal(
        (pl.col("dataset") == event.dataset) & (pl.col("kind") == event.kind) for event in outcome.any_of
    )


def _no_events() -> pl.DataFrame:
    return pl.DataFrame(schema={"household": pl.String, "occurred_on": pl.Date, "known_on": pl.Date, "until": pl.Date})


def _signal_schema() -> dict[str, type[pl.DataType]]:
    names = ("household", "dataset", "kind")
    texts: dict[str, type[pl.DataType]] = dict.fromkeys(names, pl.String)
    return texts | {"occurred_on": pl.Date, "known_on": pl.Date, "measure": pl.Float64}
