"""The calendar of a demonstration: its home plays on a day of its own, wherever and whenever it is run.

The invented files end on one day. A home that was made from them goes on from that morning: what is due is due soon,
texts go out by daylight, and tomorrow's night is a night later. The shift rests in the home, so that every command and
page of that home agrees. No other home has one.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from governance.clock import Clock, ShiftedClock, SystemClock
from governance.settings import Settings

MORNING = time(10, 0)
"""When the demonstration's day begins: an hour at which anybody may be texted."""


def clock_of(settings: Settings) -> Clock:
    """The clock of a home: the machine's, or a demonstration's own.

    Args:
        settings: the home's.
    """
    by = _shift(settings.home)
    return SystemClock(settings.timezone) if by is None else ShiftedClock(by, settings.timezone)


def is_invented(settings: Settings) -> bool:
    """Whether a home plays on an invented calendar, with invented people."""
    return _shift(settings.home) is not None


def set_clock(settings: Settings, day: date) -> None:
    """Give a home its own calendar, once; a home that has one keeps it.

    Args:
        settings: the home's.
        day: the day that it is there now; it begins in the morning.
    """
    if is_invented(settings):
        return
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    morning = datetime.combine(day, MORNING, ZoneInfo(settings.timezone))
    by = morning - SystemClock(settings.timezone).now()
    _file(settings.home).write_text(f"{by.total_seconds():.0f}\n", encoding="utf-8")


def _shift(home: Path) -> timedelta | None:
    file = _file(home)
    return timedelta(seconds=float(file.read_text(encoding="utf-8"))) if file.is_file() else None


def _file(home: Path) -> Path:
    return home / "demo-clock"
