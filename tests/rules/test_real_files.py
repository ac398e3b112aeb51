"""On real files the rules fire for some households, and not for all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from governance.ids import DatasetId
from rules.compute import compute
from rules.evidence import evidence
from rules.fire import fire
from rules.indicator import load_indicators
from rules.reason import reasons
from rules.rulebook import load_rulebook
from signals.contract import Contract
from signals.feed import load_feeds
from signals.parser import parse
from signals.signal import current, derive

DATA = Path(__file__).parents[3] / "shared" / "data"
SCHOOLS, SHELTER = DATA / "schools" / "edfi", DATA / "shelter" / "hmis_fy2026"
SCHOOL_DAY, SHELTER_DAY = date(2022, 5, 27), date(2022, 9, 30)


def signals(folder: Path, datasets: Iterable[str], as_of: date) -> pl.DataFrame:
    """The signals of real files as of a day; each person stands for a household."""
    found = []
    for name in datasets:
        feed = load_feeds()[DatasetId(name)]
        contract = Contract(feed, delivered_on=as_of)
        kept = pl.concat(contract.judge(raw).kept for raw in parse(feed, folder / feed.file, {}))
        assert feed.person is not None
        deleted = pl.col(feed.deleted_on) if feed.deleted_on else pl.lit(None)
        rows = kept.with_columns(
            pl.concat_str([pl.col(key).cast(pl.String) for key in feed.key], separator="\0").alias("_record"),
            deleted.cast(pl.Date).alias("_deleted_on"),
            pl.col(feed.person.field).alias("_household"),
            pl.lit(f"d-{name}").alias("_delivery"),
        )
        named = {"dataset": pl.lit(name), "agreement": pl.lit("DULA-1"), "grant": pl.lit("g-1")}
        found.append(derive(feed, current(rows, as_of)).with_columns(**named).rename({"_household": "household"}))
    return pl.concat(found, how="diagonal_relaxed")


def look(folder: Path, datasets: Iterable[str], as_of: date) -> tuple[int, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """How many households were looked at, what fired, and the facts and words for it."""
    if not folder.is_dir():
        pytest.skip(f"NO REAL FILES at {folder.name}: this test looked at nothing")
    known = signals(folder, datasets, as_of)
    indicators = load_indicators(None, load_feeds())
    book = load_rulebook(None, indicators)
    wide = compute(known, indicators, as_of)
    firings = fire(wide, book, as_of, frozenset(indicators)).firings
    facts = evidence(known, firings, book, indicators, as_of)
    return wide.height, firings, facts, reasons(firings, facts, wide, book, as_of)


def households(firings: pl.DataFrame) -> dict[str, int]:
    """How many households each rule fired for."""
    counts = firings.group_by("rule").agg(pl.col("household").n_unique().alias("households"))
    return dict(counts.iter_rows())


def test_the_school_rules_fire_for_some_families_of_a_real_attendance_file() -> None:
    seen, firings, facts, said = look(SCHOOLS, ["edfi.attendance"], SCHOOL_DAY)
    counts = households(firings)
    assert set(counts) == {
        "school.absences_rising",
        "school.ahead_of_truancy",
        "school.chronic_absence",
        "school.many_excused_absences",
        "school.often_late",
        "school.unexcused_absences",
    }
    assert all(0 < number < seen for number in counts.values())
    assert firings["household"].n_unique() < seen
    assert firings.join(facts, on=["household", "rule"], how="anti").is_empty()
    assert facts["known_on"].max() <= SCHOOL_DAY  # type: ignore[operator]
    assert said.height == firings.height


def test_the_shelter_rules_fire_for_some_families_of_a_real_shelter_file() -> None:
    seen, firings, facts, said = look(SHELTER, ["hmis.enrollment", "hmis.exit"], SHELTER_DAY)
    counts = households(firings)
    assert {"shelter.entry", "shelter.lost_touch", "shelter.return_after_housing", "shelter.settling_in"} <= set(counts)
    assert all(0 < number < seen for number in counts.values())
    assert firings["household"].n_unique() < seen
    assert firings.join(facts, on=["household", "rule"], how="anti").is_empty()
    assert facts["known_on"].max() <= SHELTER_DAY  # type: ignore[operator]
    assert said.height == firings.height


def test_before_the_first_day_of_school_nothing_fires() -> None:
    _, firings, _, _ = look(SCHOOLS, ["edfi.attendance"], date(2021, 8, 20))
    assert firings.is_empty()
