"""Which datasets are heard of on a day: by when their files came, and by which days their rows tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from governance.clock import FixedClock
from governance.database import transaction
from governance.errors import ContractBroken
from governance.ids import DatasetId
from signals.coverage import Coverage, newest
from signals.delivery import delivery
from signals.freshness import freshness
from signals.hearing import Hearing, Unheard
from tests.signals.mailroom import FEEDS, NOW, Mailroom, mailroom
from tests.signals.test_delivery_report import ledger_at, on

NOTICE = DatasetId("utility.notices")
TODAY = NOW.date()


@pytest.fixture
def room(tmp_path: Path, engine: Engine) -> Mailroom:
    return mailroom(tmp_path, engine=engine)


def notices(*days: date) -> str:
    """A file of notices, one that became known on each of these days."""
    columns = FEEDS[NOTICE].columns
    lines = [",".join(column.sources[0] for column in columns)]
    for number, day in enumerate(days):
        cells = {"notice_id": f"N{day}-{number}", "customer_id": f"A{number}", "kind": "past_due", "service": "gas"}
        dates = {column.name: day.isoformat() for column in columns if column.is_day}
        lines.append(",".join({**dates, **cells}.get(column.name, "1") for column in columns))
    return "\n".join([*lines, ""])


def unheard(room: Mailroom, day: date) -> dict[DatasetId, Unheard]:
    return Hearing(engine=room.engine, register=room.register, ledger=room.ledger, feeds=FEEDS).unheard(day)


def test_a_feed_that_delivers_as_promised_is_heard_of_and_one_that_does_not_is_not(room: Mailroom) -> None:
    room.text(NOTICE, notices(TODAY - timedelta(days=3)))
    assert unheard(room, TODAY + timedelta(days=1)) == {}
    late = Unheard(dataset=NOTICE, since=TODAY, why="silent")
    assert unheard(room, TODAY + timedelta(days=2)) == {NOTICE: late}
    on(room, 2).text(NOTICE, notices(TODAY))
    assert unheard(room, TODAY + timedelta(days=2)) == {}


def test_old_rows_that_come_today_are_no_news_of_today(room: Mailroom) -> None:
    old = TODAY - timedelta(days=200)
    room.text(NOTICE, notices(old, old - timedelta(days=9)))
    assert unheard(room, TODAY) == {NOTICE: Unheard(dataset=NOTICE, since=old, why="silent")}
    room.text(NOTICE, notices(TODAY))
    assert unheard(room, TODAY) == {}
    on(room, 1).text(NOTICE, notices(old + timedelta(days=1)))
    assert unheard(room, TODAY + timedelta(days=1)) == {}


def test_a_file_without_rows_says_that_there_is_nothing_new(room: Mailroom) -> None:
    room.text(NOTICE, notices())
    assert unheard(room, TODAY + timedelta(days=1)) == {}


def test_a_file_of_which_every_row_is_in_quarantine_says_nothing(room: Mailroom) -> None:
    room.text(NOTICE, notices(TODAY))
    taken = on(room, 2).text(NOTICE, notices(TODAY).replace("past_due", "zanzibar"))
    assert (taken.kept, taken.unlinkable) == (0, 0)
    assert set(unheard(room, TODAY + timedelta(days=2))) == {NOTICE}


def test_a_past_day_is_looked_at_as_it_was_known_then(room: Mailroom) -> None:
    """A file that comes at once and tells of a year makes nights of that year as sure as if it had come day by day."""
    year = [TODAY - timedelta(days=days) for days in range(0, 365, 5)]
    room.text(NOTICE, notices(*year))
    assert unheard(room, TODAY - timedelta(days=100)) == {}
    assert unheard(room, year[-1] - timedelta(days=1)) == {}, "before the first row nobody counted on it"
    assert freshness(room.engine, room.register, year[-1] - timedelta(days=1)) == []


def test_a_silence_of_the_past_stays_one_although_the_feed_came_back(room: Mailroom) -> None:
    room.text(NOTICE, notices(TODAY))
    on(room, 40).text(NOTICE, notices(TODAY + timedelta(days=40)))
    assert set(unheard(room, TODAY + timedelta(days=10))) == {NOTICE}
    assert unheard(room, TODAY + timedelta(days=40)) == {}


def test_a_file_that_changed_its_shape_silences_its_dataset_until_one_is_taken(tmp_path: Path) -> None:
    room = mailroom(tmp_path)
    room.text(NOTICE, notices(TODAY))
    clock = FixedClock(NOW + timedelta(days=1))
    later = replace(room, intake=replace(room.intake, clock=clock, ledger=ledger_at(room, 1)))
    with pytest.raises(ContractBroken):
        later.text(NOTICE, "another,header\n")
    day = TODAY + timedelta(days=1)
    assert unheard(room, day) == {NOTICE: Unheard(dataset=NOTICE, since=TODAY, why="shape")}
    assert unheard(room, TODAY) == {}, "the day before, nothing had been refused"
    on(room, 2).text(NOTICE, notices(day))
    assert unheard(room, day + timedelta(days=1)) == {}


def test_what_was_taken_before_this_was_kept_goes_by_the_day_on_which_it_came(room: Mailroom) -> None:
    room.text(NOTICE, notices(TODAY - timedelta(days=200)))
    with transaction(room.engine) as connection:
        connection.execute(update(delivery).values(covers=None))
    assert unheard(room, TODAY) == {}


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(st.lists(DAYS, max_size=30), DAYS)
def test_the_newest_day_is_never_after_the_day_looked_from_nor_before_the_newest_row_until_then(
    days: list[date], day: date
) -> None:
    coverage = Coverage(FEEDS[NOTICE])
    for some in (days[: len(days) // 2], days[len(days) // 2 :]):
        coverage.add(pl.DataFrame({"_known_on": some}, schema={"_known_on": pl.Date}))
    told, past = newest(coverage.covers(), day), [each for each in days if each <= day]
    assert (told is None) == (not past)
    if told is not None:
        assert max(past) <= told <= day
        assert told == max(past) or (told == day and any(each > day for each in days))


@given(st.lists(DAYS, min_size=1, max_size=30))
def test_seen_from_after_the_last_row_the_newest_day_is_its(days: list[date]) -> None:
    coverage = Coverage(FEEDS[NOTICE])
    coverage.add(pl.DataFrame({"_known_on": days}))
    assert newest(coverage.covers(), date(2030, 1, 1)) == max(days)
