"""Hours in which a family may be sent a text that it did not just ask for, and hours in which an office works."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ContactHours:
    """Hours of the day, on days that are no holiday where the agency works.

    Source: 47 CFR 64.1200(c)(1) (no calls before 8 and after 21 local time), drawn in at both ends as a courtesy;
    holidays after M.G.L. c.4 s.7 cl.18, from the `holidays` package.

    Args:
        opens: from when on.
        closes: until when; that instant is outside.
        timezone: IANA name of the time zone that the hours are of.
        state: whose holidays, as the two letters of the state.
        weekends: whether Saturdays and Sundays count too.
    """

    opens: time = time(9)
    closes: time = time(20)
    timezone: str = "America/New_York"
    state: str = "MA"
    weekends: bool = True

    def open_at(self, instant: datetime) -> bool:
        """Whether a text may go out at an instant.

        Args:
            instant: aware.
        """
        local = instant.astimezone(ZoneInfo(self.timezone))
        return self.opens <= local.time() < self.closes and self._is_open_on(local.date())

    def next_opening(self, instant: datetime) -> datetime:
        """The first instant, from this one on, at which a text may go out; in UTC where it was given in UTC.

        Args:
            instant: aware.
        """
        if self.open_at(instant):
            return instant
        zone = ZoneInfo(self.timezone)
        local = instant.astimezone(zone)
        day = local.date() if local.time() < self.opens else local.date() + timedelta(days=1)
        while not self._is_open_on(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, zone).astimezone(instant.tzinfo)

    def _is_open_on(self, day: date) -> bool:
        return day not in _holidays(self.state) and (self.weekends or day.weekday() < _SATURDAY)


_SATURDAY = 5


@cache
def _holidays(state: str) -> Container[date]:
    from holidays import country_holidays  # noqa: PLC0415 (takes a third of a second, which most commands need not)

    return country_holidays("US", subdiv=state)
