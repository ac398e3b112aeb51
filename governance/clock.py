"""The only place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time. Everything that needs it is given one."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """This day where the agency works."""
        ...


class SystemClock:
    """The machine's clock, with days counted in the agency's time zone.

    Args:
        zone: IANA name of the agency's time zone.
    """

    def __init__(self, zone: str = "America/New_York") -> None:
        self._zone = ZoneInfo(zone)

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """This day in the agency's time zone."""
        return datetime.now(self._zone).date()


class FixedClock:
    """A clock that stands still until it is told to move: for tests and for replaying a night.

    Args:
        at: the instant it shows; aware.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def today(self) -> date:
        """The day it was set to."""
        return self.at.date()

    def advance(self, by: timedelta) -> None:
        """Move the hands.

        Args:
            by: how far; negative moves back.
        """
        self.at = self.at + by


class ShiftedClock:
    """The machine's clock, so far ahead or behind: an invented world keeps its own calendar, and its time passes.

    Args:
        by: how far; negative is behind.
        zone: IANA name of the agency's time zone.
    """

    def __init__(self, by: timedelta, zone: str = "America/New_York") -> None:
        self._by = by
        self._zone = ZoneInfo(zone)

    def now(self) -> datetime:
        """This instant of the invented world, aware, in UTC."""
        return datetime.now(UTC) + self._by

    def today(self) -> date:
        """This day of the invented world."""
        return self.now().astimezone(self._zone).date()
