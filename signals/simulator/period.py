"""The months that are simulated, and the days of them on which school is kept."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

_SCHOOL_DAYS = 180
"""Days in a school year. Source: 603 CMR 27.00, Student Learning Time."""
WARM_UP = 12
"""Months before a period that are simulated too, so that its first month has a past."""
_MONDAY = 0
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time in blocks of a month, counted back from its last day.

    Args:
        bounds: the first day of each block, and after them the day after the last one.
    """

    bounds: tuple[date, ...]

    @classmethod
    def ending(cls, last: date, months: int) -> Period:
        """So many months up to and with a day."""
        after = last + timedelta(days=1)
        return cls(bounds=tuple(_months_before(after, back) for back in range(months, -1, -1)))

    @property
    def first(self) -> date:
        """Its first day."""
        return self.bounds[0]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.bounds[-1] - timedelta(days=1)

    @property
    def months(self) -> int:
        """How many blocks it has."""
        return len(self.bounds) - 1

    def day(self, month: int, share: float) -> date:
        """A day of a block.

        Args:
            month: the block, from 0; one before 0 is taken as long as the first.
            share: how far into it, from 0 to below 1.
        """
        back = min(month, 0)
        begin, end = self.bounds[month - back], self.bounds[month - back + 1]
        days = (end - begin).days
        return begin + timedelta(days=int(share * days) + back * days)

    def begin(self, month: int) -> date:
        """The first day of a block, or the day after the last one.

        Args:
            month: from below 0 to the number of blocks.
        """
        return self.bounds[month] if month > 0 else self.day(month, 0.0)

    def month(self, day: date) -> int:
        """The block that a day is in; below 0 before the first, taken as long as that one; the last one after it.

        Args:
            day: any day.
        """
        if day < self.first:
            return (day - self.first).days // (self.bounds[1] - self.first).days
        return min(bisect_right(self.bounds, day), self.months) - 1

    def school_days(self, month: int) -> list[date]:
        """The days of a block on which school is kept."""
        begin, end = self.bounds[month], self.bounds[month + 1]
        kept = {day for year in {begin.year - 1, begin.year, end.year} for day in _school_year(year)}
        return [day for day in _days(begin, end) if day in kept]


def session(day: date) -> tuple[str, str]:
    """The session and the school year that a day belongs to, in the words of Ed-Fi's sample data."""
    year = day.year if day.month >= 8 else day.year - 1  # noqa: PLR2004 (a school year begins after July)
    name = f"{year}-{year + 1}"
    autumn = day < date(year + 1, 2, 1)
    return f"{name} {'Fall' if autumn else 'Spring'} Semester", name


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))


def _days(begin: date, end: date) -> list[date]:
    return [begin + timedelta(days=n) for n in range((end - begin).days)]


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th of a weekday in a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _school_year(year: int) -> list[date]:
    """The school days of the year that begins in the autumn of `year`; the calendar of an invented district."""
    labor_day, thanksgiving = _nth(year, 9, _MONDAY, 1), _nth(year, 11, 3, 4)
    presidents, patriots = _nth(year + 1, 2, _MONDAY, 3), _nth(year + 1, 4, _MONDAY, 3)
    spring = _nth(year + 1, 5, _MONDAY, 1)
    memorial = max(day for n in range(5) if (day := spring + timedelta(weeks=n)).month == spring.month)
    closed = {
        _nth(year, 10, _MONDAY, 2), date(year, 11, 11), thanksgiving, thanksgiving + timedelta(days=1),
        *_days(date(year, 12, 24), date(year + 1, 1, 2)), _nth(year + 1, 1, _MONDAY, 3), memorial,
        *_days(presidents, presidents + timedelta(days=5)), *_days(patriots, patriots + timedelta(days=5)),
        date(year + 1, 6, 19),
    }  # fmt: skip
    open_days = [
        day
        for day in _days(labor_day + timedelta(days=1), date(year + 1, 7, 1))
        if day.weekday() < _SATURDAY and day not in closed
    ]
    return open_days[:_SCHOOL_DAYS]
