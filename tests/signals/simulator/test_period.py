from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.simulator.period import Period, session

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2080, 12, 31))


@given(last=DAYS, months=st.integers(min_value=1, max_value=40))
def test_a_period_ends_on_its_last_day_and_its_months_follow_each_other(last: date, months: int) -> None:
    period = Period.ending(last, months)
    assert period.last == last
    assert period.months == months
    assert all(27 <= (after - before).days <= 31 for before, after in pairwise(period.bounds))


@given(last=DAYS, month=st.integers(min_value=-6, max_value=11), share=st.floats(0, 1, exclude_max=True))
def test_a_day_of_a_month_is_in_it(last: date, month: int, share: float) -> None:
    period = Period.ending(last, 12)
    day = period.day(month, share)
    if month < 0:
        assert day < period.first
    else:
        assert period.bounds[month] <= day < period.bounds[month + 1]


@given(year=st.integers(min_value=1995, max_value=2075))
def test_a_school_year_has_180_days_and_none_of_them_is_on_a_weekend(year: int) -> None:
    period = Period.ending(date(year + 1, 7, 31), 12)
    days = [day for month in range(12) for day in period.school_days(month)]
    assert len(days) == 180
    assert days == sorted(set(days))
    assert all(day.weekday() < 5 for day in days)


@pytest.mark.parametrize(
    "closed",
    [
        date(2025, 9, 1),  # Labor Day
        date(2025, 10, 13),  # Indigenous Peoples' Day
        date(2025, 11, 11),
        date(2025, 11, 27),  # Thanksgiving
        date(2025, 12, 25),
        date(2026, 1, 19),  # Martin Luther King Day
        date(2026, 2, 18),  # the week of Presidents' Day
        date(2026, 4, 20),  # Patriots' Day
        date(2026, 5, 25),  # Memorial Day
        date(2026, 7, 6),
    ],
)
def test_schools_are_closed_on_holidays(closed: date) -> None:
    period = Period.ending(closed + timedelta(days=1), 1)
    assert closed not in period.school_days(0)


def test_a_session_is_named_as_in_the_standards_sample() -> None:
    assert session(date(2021, 8, 31)) == ("2021-2022 Fall Semester", "2021-2022")
    assert session(date(2022, 2, 1)) == ("2021-2022 Spring Semester", "2021-2022")
