"""A panel shows each day what was known on it, and nothing of what came later but the label."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from rules.compute import compute
from rules.history import History
from rules.scorer.panel import QUIET, SEEN_BY, SIGNALS_90D, Panel, build_panel
from tests.rules.scorer import invented
from tests.rules.scorer.invented import AS_OF, INDICATORS, OUTCOME

DAY = date(2026, 1, 29)


def row(kind: str, on: date, *, known: date | None = None, until: date | None = None) -> dict[str, object]:
    dataset = "test.crises" if kind == "crisis" else "test.events"
    return {
        "household": "hh-1",
        "lineage": "DULA-T-1,DULA-T-2",
        "dataset": dataset,
        "kind": kind,
        "occurred_on": on,
        "known_on": known or on,
        "until": until,
        "measure": None,
    }


def tiny(*rows: dict[str, object], households: int = 1) -> Panel:
    signals = pl.DataFrame(list(rows), schema_overrides={"until": pl.Date, "measure": pl.Float64})
    return build_panel([History(signals=signals)], INDICATORS, OUTCOME, [DAY], households)


def label(panel: Panel, known_by: date = AS_OF) -> tuple[bool, int | None]:
    found = panel.labelled([DAY], known_by).filter(pl.col("household") == "hh-1")
    return found["label"][0], found["lead_days"][0]


def test_the_numbers_are_those_that_a_night_of_that_day_would_compute(past: Panel) -> None:
    signals = invented.signals()
    wide = compute(signals.drop("lineage"), INDICATORS, DAY)
    rows = past.on(DAY).join(wide.select("household"), on="household", how="semi").select(wide.columns)
    assert rows.equals(wide)


def test_an_outcome_counts_from_the_day_after_to_the_last_day_of_the_horizon() -> None:
    assert label(tiny(row("absence", DAY), row("crisis", DAY))) == (False, None)
    assert label(tiny(row("absence", DAY), row("crisis", DAY + timedelta(days=1)))) == (True, 1)
    assert label(tiny(row("absence", DAY), row("crisis", DAY + timedelta(days=60)))) == (True, 60)
    assert label(tiny(row("absence", DAY), row("crisis", DAY + timedelta(days=61)))) == (False, None)


def test_an_outcome_that_is_known_later_than_the_training_is_not_known() -> None:
    panel = tiny(row("absence", DAY), row("crisis", DAY + timedelta(days=9), known=AS_OF))
    assert label(panel, AS_OF - timedelta(days=1)) == (False, None)
    assert label(panel, AS_OF) == (True, 9)


def test_an_outcome_that_was_corrected_away_is_none() -> None:
    happened = DAY + timedelta(days=9)
    panel = tiny(row("absence", DAY), row("crisis", happened, until=happened + timedelta(days=20)))
    assert label(panel, happened + timedelta(days=19)) == (True, 9)
    assert label(panel, AS_OF) == (False, None)


def test_a_signal_that_became_known_later_is_not_seen() -> None:
    panel = tiny(row("absence", DAY, known=DAY + timedelta(days=1)), row("absence", DAY - timedelta(days=3)))
    assert panel.rows["absences_60d"].to_list() == [1.0]
    assert panel.rows[SIGNALS_90D].to_list() == [1.0]


def test_everybody_has_a_row_on_every_day_also_whom_nobody_has_heard_of(past: Panel) -> None:
    assert past.rows.height == (invented.HOUSEHOLDS + 50) * 11
    quiet = past.on(DAY).filter(pl.col("household").str.starts_with(QUIET))
    assert quiet.height == 50
    assert quiet["absences_60d"].to_list() == [0.0] * 50 and quiet["days_since_filing"].null_count() == 50
    assert quiet[SEEN_BY].sum() == 0 and not past.labelled([DAY], AS_OF).filter(pl.col(SEEN_BY) == 0)["label"].any()


def test_the_agreements_that_made_the_households_are_named() -> None:
    assert tiny(row("absence", DAY)).lineage == {"DULA-T-1", "DULA-T-2"}


def test_blocks_of_households_change_nothing(past: Panel) -> None:
    signals = invented.signals()
    even = pl.col("household").str.slice(-1).cast(pl.Int64) % 2 == 0
    blocks = [History(signals=signals.filter(even)), History(signals=signals.filter(~even))]
    again = build_panel(blocks, INDICATORS, OUTCOME, past.days, invented.HOUSEHOLDS + 50)
    assert again.rows.equals(past.rows)


def test_only_days_whose_outcomes_can_all_have_happened_are_learnt_from(past: Panel) -> None:
    known_by = AS_OF - timedelta(days=31)
    assert max(past.foretold(known_by)) + timedelta(days=60) <= known_by
    assert len(past.foretold(AS_OF)) == 11
