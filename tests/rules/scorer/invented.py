"""An invented past: households whose signals say, more or less, what will come."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from governance.ids import DatasetId
from rules.history import History
from rules.indicator import Aggregate, Indicator
from rules.outcome import Event, Outcome, Toward
from rules.scorer.panel import Panel, build_panel

START = date(2025, 1, 1)
AS_OF = date(2026, 5, 29)
HOUSEHOLDS = 900
OUTCOME = Outcome(
    id="crisis",
    title="A crisis",
    statement="Within 60 days there is a crisis.",
    horizon_days=60,
    any_of=(Event(dataset=DatasetId("test.crises"), kind="crisis"),),
    toward={
        "days_since_filing": Toward.LESS,
        "absences_60d": Toward.MORE,
        "largest_bill_60d": Toward.MORE,
        "noise_60d": Toward.EITHER,
    },
)


def _indicator(id: str, kind: str, aggregate: Aggregate, window: int | None) -> Indicator:
    return Indicator(
        id=id,
        title=f"About {kind}",
        dataset=DatasetId("test.events"),
        kind=kind,
        aggregate=aggregate,
        window_days=window,
        unit="days",
    )


INDICATORS = {
    each.id: each
    for each in (
        _indicator("days_since_filing", "filing", Aggregate.DAYS_SINCE_LAST, None),
        _indicator("absences_60d", "absence", Aggregate.COUNT_DAYS, 60),
        _indicator("noise_60d", "noise", Aggregate.COUNT_DAYS, 60),
        _indicator("largest_bill_60d", "bill", Aggregate.MAX, 60),
    )
}


def signals(seed: int = 5) -> pl.DataFrame:
    """Every signal with both days. A filing and many absences make a crisis likely within two months."""
    chance = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for number in range(HOUSEHOLDS):
        for month in range(17):
            rows += _month(f"hh-{number:04}", START + timedelta(days=30 * month), chance)
    schema = {"household": pl.String, "dataset": pl.String, "kind": pl.String, "occurred_on": pl.Date}
    frame = pl.DataFrame(rows, schema=schema | {"measure": pl.Float64}, orient="row")
    return frame.with_columns(
        (pl.col("occurred_on") + pl.duration(days=2)).alias("known_on"),
        pl.lit(None, dtype=pl.Date).alias("until"),
        pl.lit("DULA-T-1").alias("lineage"),
        pl.lit("DULA-T-1").alias("agreement"),
        pl.lit("g-1").alias("grant"),
        pl.lit("d-1").alias("_delivery"),
    ).with_row_index("_row", offset=1)


def _month(household: str, first: date, chance: np.random.Generator) -> list[tuple[object, ...]]:
    strained = chance.uniform() < 0.15
    filed = chance.uniform() < (0.10 if strained else 0.005)
    rows: list[tuple[object, ...]] = []

    def add(kind: str, day: int, measure: float | None = None) -> None:
        dataset = "test.crises" if kind == "crisis" else "test.events"
        rows.append((household, dataset, kind, first + timedelta(days=day), measure))

    for _ in range(int(chance.poisson(4 if strained else 0.5))):
        add("absence", int(chance.integers(0, 29)))
    for _ in range(int(chance.poisson(1))):
        add("noise", int(chance.integers(0, 29)))
    add("bill", int(chance.integers(0, 29)), float(chance.integers(20, 300)))
    if filed:
        add("filing", int(chance.integers(0, 29)))
    if chance.uniform() < 0.001 + 0.05 * strained + 0.3 * filed:
        add("crisis", 31 + int(chance.integers(0, 28)))
    return rows


def panel(*, households: int = HOUSEHOLDS + 50, seed: int = 5) -> Panel:
    """The panel of that past; some households are never heard of."""
    days = [AS_OF - timedelta(days=60 + 30 * back) for back in range(11)]
    return build_panel([History(signals=signals(seed))], INDICATORS, OUTCOME, days, households)
