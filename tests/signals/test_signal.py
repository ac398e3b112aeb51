"""Signals: what rows say, which version of a row counts on a day, and the laws that hold of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl
from hypothesis import given, strategies
from polars.testing import assert_frame_equal

from governance.ids import DatasetId
from signals.feed import load_feeds
from signals.signal import current, derive

FEEDS = load_feeds()
ATTENDANCE, EXITS = FEEDS[DatasetId("edfi.attendance")], FEEDS[DatasetId("hmis.exit")]
History = Sequence[tuple[str, date, date | None]]
START = date(2026, 1, 1)
DAYS = strategies.integers(0, 12).map(lambda number: START + timedelta(days=number))


def absences(*categories: str | None) -> pl.DataFrame:
    number = len(categories)
    return pl.DataFrame(
        {
            "_row": pl.Series(range(1, number + 1), dtype=pl.UInt32),
            "_delivery": ["d-1"] * number,
            "_record": [f"r{at}" for at in range(number)],
            "_known_on": [date(2026, 1, 13)] * number,
            "_deleted_on": pl.Series([None] * number, dtype=pl.Date),
            "_household": ["hh-1"] * number,
            "event_on": [date(2026, 1, 12)] * number,
            "category": pl.Series(categories, dtype=pl.String),
            "duration": [0.5] * number,
        }
    )


def versions(rows: History) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "_record": pl.Series([row[0] for row in rows], dtype=pl.String),
            "_known_on": pl.Series([row[1] for row in rows], dtype=pl.Date),
            "_deleted_on": pl.Series([row[2] for row in rows], dtype=pl.Date),
            "at": pl.Series(range(len(rows)), dtype=pl.Int64),
        }
    )


def shown(rows: History, as_of: date) -> dict[str, int]:
    return dict(current(versions(rows), as_of).select("_record", "at").iter_rows())


def test_one_row_can_be_several_signals() -> None:
    long = derive(ATTENDANCE, absences("Unexcused Absence", "Tardy", "In Attendance", None))
    assert sorted(long.select("kind", "_row").iter_rows()) == [
        ("school_absence", 1),
        ("school_absence_unexcused", 1),
        ("school_tardy", 2),
    ]
    assert long.filter(pl.col("kind") == "school_absence").select("measure", "_household").row(0) == (0.5, "hh-1")


def test_a_kind_without_its_condition_yields_nothing_and_one_without_its_measure_yields_days() -> None:
    rows = absences("Unexcused Absence")
    assert derive(ATTENDANCE, rows.drop("category")).is_empty()
    long = derive(ATTENDANCE, rows.drop("duration"))
    assert long["kind"].to_list() == ["school_absence", "school_absence_unexcused"]
    assert long["measure"].to_list() == [None, None]


def test_signals_of_nothing_have_the_columns_of_signals() -> None:
    assert derive(ATTENDANCE, absences("Tardy").clear()).schema == derive(ATTENDANCE, absences("Tardy")).schema
    assert derive(ATTENDANCE, absences("Tardy").drop("category")).schema == derive(ATTENDANCE, absences("Tardy")).schema


def test_an_unknown_destination_is_no_destination() -> None:
    rows = absences("x", "y").rename({"event_on": "exit_on"}).with_columns(pl.Series("destination", [101, None]))
    long = derive(EXITS, rows)
    assert long.filter(pl.col("kind") == "exit_to_homelessness")["_row"].to_list() == [1]
    assert long.filter(pl.col("kind") == "homeless_program_exit").height == 2


def test_a_correction_counts_from_the_day_it_became_known() -> None:
    rows = [("a", date(2026, 1, 2), None), ("a", date(2026, 1, 9), None)]
    assert shown(rows, date(2026, 1, 1)) == {}
    assert shown(rows, date(2026, 1, 8)) == {"a": 0}
    assert shown(rows, date(2026, 1, 9)) == {"a": 1}


def test_a_deletion_counts_from_its_day_and_a_later_version_brings_the_row_back() -> None:
    rows = [("a", date(2026, 1, 2), date(2026, 1, 5)), ("a", date(2026, 1, 9), None)]
    assert shown(rows, date(2026, 1, 4)) == {"a": 0}
    assert shown(rows, date(2026, 1, 5)) == {}
    assert shown(rows, date(2026, 1, 9)) == {"a": 1}


def test_of_two_versions_of_one_day_the_later_counts_unless_one_says_deleted() -> None:
    day = date(2026, 1, 2)
    assert shown([("a", day, None), ("a", day, None)], day) == {"a": 1}
    assert shown([("a", day, day), ("a", day, None)], day) == {}


record = strategies.tuples(strategies.sampled_from("abc"), DAYS, strategies.none() | DAYS)
history = strategies.lists(record, max_size=12)


@given(history, DAYS)
def test_what_became_known_later_changes_nothing_today(rows: History, as_of: date) -> None:
    known = versions(rows).filter(pl.col("_known_on") <= as_of)
    assert_frame_equal(current(versions(rows), as_of), current(known, as_of))


@given(history, DAYS)
def test_each_record_is_shown_at_most_once_and_in_its_newest_known_version(rows: History, as_of: date) -> None:
    for name, at in shown(rows, as_of).items():
        known = [each[1] for each in rows if each[0] == name and each[1] <= as_of]
        assert rows[at][1] == max(known)


@given(history, DAYS, DAYS)
def test_what_is_deleted_stays_deleted_until_a_newer_version_says_otherwise(
    rows: History, one: date, other: date
) -> None:
    early, late = sorted((one, other))
    newer = {each[0] for each in rows if early < each[1] <= late}
    known_early = {each[0] for each in rows if each[1] <= early}
    back = set(shown(rows, late)) & (known_early - set(shown(rows, early)))
    assert back <= newer


@given(history, DAYS)
def test_looking_at_what_counts_again_changes_nothing(rows: History, as_of: date) -> None:
    once = current(versions(rows), as_of)
    assert_frame_equal(current(once, as_of), once)
