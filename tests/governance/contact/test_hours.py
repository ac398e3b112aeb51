"""The hours in which a family may be texted: by day, where it lives, and not on a holiday."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from governance.contact.hours import ContactHours
from governance.settings import Settings

EASTERN = ZoneInfo("America/New_York")
HOURS = ContactHours()


def local(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (local(2026, 9, 1, 8, 59), False),
        (local(2026, 9, 1, 9), True),
        (local(2026, 9, 1, 19, 59), True),
        (local(2026, 9, 1, 20), False),
        (local(2026, 9, 6, 12), True),  # a Sunday
        (local(2026, 9, 7, 12), False),  # Labor Day
        (local(2026, 4, 20, 12), False),  # Patriots' Day, a holiday in Massachusetts alone
        (local(2026, 12, 25, 12), False),
    ],
)
def test_texts_go_out_by_day_and_not_on_a_holiday(at: datetime, *, open_: bool) -> None:
    assert HOURS.open_at(at) is open_
    assert HOURS.open_at(at.astimezone(UTC)) is open_


def test_it_is_the_familys_day_that_counts_and_not_the_servers() -> None:
    assert HOURS.open_at(datetime(2026, 9, 1, 13, 30, tzinfo=UTC))
    assert not HOURS.open_at(datetime(2026, 9, 1, 12, 30, tzinfo=UTC))
    assert not HOURS.open_at(datetime(2026, 9, 2, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("at", "then"),
    [
        (local(2026, 9, 1, 7), local(2026, 9, 1, 9)),
        (local(2026, 9, 1, 12), local(2026, 9, 1, 12)),
        (local(2026, 9, 1, 20), local(2026, 9, 2, 9)),
        (local(2026, 9, 6, 21), local(2026, 9, 8, 9)),  # over Labor Day
        (local(2026, 3, 7, 21), local(2026, 3, 8, 9)),  # the night in which the clocks go forward
        (local(2026, 10, 31, 21), local(2026, 11, 1, 9)),  # and back
    ],
)
def test_the_next_opening_is_the_next_morning_that_is_no_holiday(at: datetime, then: datetime) -> None:
    assert HOURS.next_opening(at) == then


@given(st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 12, 31)))  # noqa: DTZ001 (made aware below)
def test_an_opening_is_open_and_nothing_before_it_is(naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC)
    opening = HOURS.next_opening(at)
    assert opening >= at
    assert HOURS.open_at(opening)
    if opening > at:
        assert not HOURS.open_at(at)
        assert not HOURS.open_at(opening - timedelta(seconds=1))


def test_an_office_may_keep_other_hours() -> None:
    assert ContactHours(opens=time(7)).open_at(local(2026, 9, 1, 8))


def test_hours_that_close_before_they_open_are_none() -> None:
    with pytest.raises(ValidationError, match="contact_opens"):
        Settings(contact_opens=time(20), contact_closes=time(9))
