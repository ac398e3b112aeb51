"""Absences count on days of school: from the files of attendance and of the calendar to the number of days missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.database import metadata
from governance.keystore import FileKeyStore
from governance.vault import Vault
from rules.compute import compute
from rules.observe import observing
from rules.rulebook import Rulebook
from signals.linkage.run import link_run
from tests.rules.watching import reading_instead, watch
from tests.signals.letters import given
from tests.signals.mailroom import Mailroom, mailroom

DAYS, CALENDAR = "school.daily_attendance", "school.calendar"


@dataclass(frozen=True, slots=True)
class School:
    """A mailroom that is sent attendance and a calendar."""

    room: Mailroom
    vault: Vault
    rulebook: Rulebook

    def missed(self, day: int, *, school: str = "S1", **more: Any) -> None:
        """An absence in March 2026, known the day after."""
        row = {"student_unique_id": "E1", "school_id": school, "attendance_on": f"2026-03-{day:02}", "status": "AU"}
        given(self.room, DAYS, row | {"updated_on": f"2026-03-{day + 1:02}"} | more)

    def kept(self, day: int, kind: str, *, known: int, **more: Any) -> None:
        """What the calendar says of a day."""
        row = {"school_id": "S1", "day": f"2026-03-{day:02}", "kind": kind, "updated_on": f"2026-03-{known:02}"}
        given(self.room, CALENDAR, row | more)

    def count(self, day: int, from_: int | None = None) -> float:
        """Days missed in thirty, known on a day of March; read on a later day where one is given."""
        as_of, read = date(2026, 3, day), date(2026, 3, from_ or day)
        with observing(watch(self.room, self.vault, self.rulebook, DAYS, read)) as observed:
            found = [compute(block, observed.watch.indicators, as_of) for block in observed.blocks(as_of)]
        return sum(float(frame["unexcused_days_30d"].sum()) for frame in found)


@pytest.fixture
def school(tmp_path: Path) -> School:
    room = mailroom(tmp_path)
    metadata.create_all(room.engine, tables=[link_run])
    rulebook = reading_instead(tmp_path, "edfi.attendance", DAYS)
    return School(room, Vault(FileKeyStore(tmp_path / "vault")), rulebook)


def test_without_a_calendar_every_absence_stands(school: School) -> None:
    school.missed(3)
    assert school.count(10) == 1


def test_a_day_that_was_none_cannot_be_missed(school: School) -> None:
    school.kept(3, "holiday", known=1)
    school.kept(4, "instructional", known=1)
    school.missed(3)
    school.missed(4)
    school.missed(5)  # not in the calendar: nothing is known against it
    assert school.count(10) == 2


def test_snow_takes_an_absence_back_from_the_day_that_it_is_known(school: School) -> None:
    school.kept(3, "instructional", known=1)
    school.missed(3)
    school.kept(3, "weather", known=8)
    assert [school.count(day) for day in (7, 8)] == [1, 0]
    assert [school.count(day, from_=20) for day in (7, 8)] == [1, 0]


def test_a_calendar_that_was_wrong_gives_the_absence_back(school: School) -> None:
    school.kept(3, "holiday", known=1)
    school.missed(3)
    school.kept(3, "make_up", known=9)
    assert [school.count(day) for day in (8, 9)] == [0, 1]
    assert [school.count(day, from_=20) for day in (8, 9)] == [0, 1]


def test_a_day_that_is_deleted_from_the_calendar_says_nothing(school: School) -> None:
    school.kept(3, "holiday", known=1)
    school.missed(3)
    school.kept(3, "holiday", known=9, deleted_on="2026-03-09")
    assert [school.count(day) for day in (8, 9)] == [0, 1]


def test_another_schools_holiday_is_nothing_to_this_one(school: School) -> None:
    school.kept(3, "holiday", known=1)
    school.missed(3, school="S2")
    assert school.count(10) == 1


def test_a_correction_of_the_absence_still_counts(school: School) -> None:
    school.kept(3, "instructional", known=1)
    school.missed(3)
    school.missed(3, status="P", updated_on="2026-03-09")
    assert [school.count(day) for day in (8, 9)] == [1, 0]


def test_the_calendars_own_rows_are_about_nobody(school: School) -> None:
    school.kept(3, "holiday", known=1)
    rows = school.room.read(CALENDAR, {"school_id", "kind", "_person"})
    assert rows.select("school_id", "kind").rows() == [("S1", "holiday")]
    assert rows["_person"].dtype == pl.String
    assert rows["_person"].to_list() == [None]
