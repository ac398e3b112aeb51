"""Daily attendance from a school's own system: what is missed is said, what is not said was attended."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from governance.ids import DatasetId
from rules.necessity import linked
from signals.intake import take_folder
from signals.signal import current, derive, needs
from tests.signals.mailroom import FEEDS, FIXTURES, Mailroom, balanced, mailroom

DAILY = "school.daily_attendance"
FILE = FIXTURES / "school" / "daily_attendance_2026-01.csv"
HEADER = "student_id,school_id,attendance_date,period,status,minutes_missed,updated_on\n"
MONDAY = "7,A,2026-01-12,"
SOME_DAY = date(2026, 3, 1)


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def said(room: Mailroom, as_of: date = SOME_DAY) -> set[tuple[Any, ...]]:
    """What counts on a day: of whom, what, of which day, how much."""
    feed = FEEDS[DatasetId(DAILY)]
    fields = frozenset().union(*(needs(feed, kind.kind) for kind in feed.kinds))
    long = derive(feed, current(room.read(DAILY, {"_person", *fields}, as_of), as_of))
    return set(long.select("_person", "kind", "occurred_on", "measure").rows())


def kinds(room: Mailroom, as_of: date = SOME_DAY) -> set[str]:
    return {kind for _, kind, _, _ in said(room, as_of)}


def test_a_file_of_what_was_missed_says_just_that(room: Mailroom) -> None:
    taken = room.take(DAILY, FILE)
    assert balanced(taken)
    assert (taken.delivered, taken.kept) == (9, 7)
    assert taken.quarantine_counts == {"status.codes": 1, "minutes_of_at_most_a_day": 1}
    assert [each["row"] for each in taken.quarantined] == [8, 9]
    one, two = "edfi.student:700001", "edfi.student:700002"
    assert said(room) == {
        (one, "school_absence", date(2026, 1, 12), None),
        (one, "school_absence_unexcused", date(2026, 1, 12), None),
        (one, "school_absence", date(2026, 1, 13), None),
        (one, "school_absence_excused", date(2026, 1, 13), None),
        (one, "school_tardy", date(2026, 1, 14), 25.0),
        (two, "school_period_missed", date(2026, 1, 12), 48.0),
        (two, "school_left_early", date(2026, 1, 14), 75.0),
    }


def test_a_day_without_a_row_was_attended_as_one_that_says_so(room: Mailroom) -> None:
    room.text(DAILY, HEADER + "7,A,2026-01-12,,P,,2026-01-12\n7,A,2026-01-14,,AU,390,2026-01-14\n")
    assert {day for _, _, day, _ in said(room)} == {date(2026, 1, 14)}


def test_an_absence_that_is_not_verified_is_one_without_being_called_unexcused(room: Mailroom) -> None:
    room.take(DAILY, FILE)
    day = date(2026, 1, 13)
    assert {kind for _, kind, on, _ in said(room, date(2026, 1, 14)) if on == day} == {"school_absence"}
    after = {kind for _, kind, on, _ in said(room, date(2026, 1, 15)) if on == day}
    assert after == {"school_absence", "school_absence_excused"}


def test_a_correction_to_present_takes_an_absence_back_from_the_day_it_is_known(room: Mailroom) -> None:
    room.text(DAILY, HEADER + MONDAY + ",AU,390,2026-01-12\n")
    room.text(DAILY, HEADER + MONDAY + ",P,,2026-01-20\n")
    assert kinds(room, date(2026, 1, 19)) == {"school_absence", "school_absence_unexcused"}
    assert kinds(room, date(2026, 1, 20)) == set()


def test_a_row_that_the_next_file_lacks_takes_nothing_back(room: Mailroom) -> None:
    room.text(DAILY, HEADER + MONDAY + ",AU,390,2026-01-12\n")
    room.text(DAILY, HEADER + "7,A,2026-01-13,,TE,5,2026-01-13\n")
    assert kinds(room) == {"school_absence", "school_absence_unexcused", "school_tardy"}


def test_missing_every_period_is_not_called_missing_the_day(room: Mailroom) -> None:
    room.text(DAILY, HEADER + "".join(f"{MONDAY}{period},AU,48,2026-01-12\n" for period in range(1, 8)))
    assert kinds(room) == {"school_period_missed"}
    assert len(room.read(DAILY, {"_person", "period"})) == 7


def test_without_periods_minutes_and_days_of_change_a_file_is_still_one(room: Mailroom) -> None:
    text = "student_id,school_id,attendance_date,status\n7,A,2026-01-12,AE\n"
    taken = room.text(DAILY, text, known_on=date(2026, 1, 14))
    assert (taken.kept, taken.quarantine_counts) == (1, {})
    assert kinds(room, date(2026, 1, 13)) == set()
    assert kinds(room, date(2026, 1, 14)) == {"school_absence", "school_absence_excused"}


@pytest.mark.parametrize(
    ("row", "check"),
    [
        (",A,2026-01-12,,AU,390,2026-01-12", "student_unique_id.required"),
        ("7,A,12 January,,AU,390,2026-01-12", "attendance_on.type"),
        ("7,A,2026-01-13,,AU,390,2026-01-12", "attendance_not_in_future"),
        ("7,A,2026-01-12,,A,390,2026-01-12", "status.codes"),
        ("7,A,2026-01-12,,,390,2026-01-12", "status.required"),
        ("7,A,2026-01-12,,AU,6.5,2026-01-12", "minutes_missed.type"),
        ("7,A,2026-01-12,,AU,-5,2026-01-12", "minutes_of_at_most_a_day"),
        ("7,A,2026-01-12,AU,390,2026-01-12", "row_shape"),
    ],
)
def test_a_row_that_contradicts_its_contract_is_set_aside_by_name(room: Mailroom, row: str, check: str) -> None:
    taken = room.text(DAILY, f"{HEADER}{row}\n")
    assert taken.quarantine_counts == {check: 1}
    assert balanced(taken)


def test_the_schools_folder_is_taken_by_its_name(room: Mailroom) -> None:
    (taken,) = take_folder(room.intake, "school", FIXTURES / "school")
    assert (taken.dataset, taken.kept) == (DAILY, 7)


def test_whose_rows_they_are_is_said_by_the_states_roster() -> None:
    assert {"edfi.students", "edfi.student_contacts", "edfi.contacts"} < set(linked([DatasetId(DAILY)], FEEDS))
