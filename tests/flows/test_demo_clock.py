"""A demonstration's home plays on a day of its own; every other home goes by the machine's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.demo_clock import clock_of, is_invented, set_clock
from governance.clock import SystemClock
from tests.flows import homes

DAY = date(2026, 5, 29)


def test_a_home_goes_by_the_machines_clock(tmp_path: Path) -> None:
    settings = homes.settings(tmp_path / "home")
    assert not is_invented(settings)
    assert abs(clock_of(settings).now() - SystemClock().now()) < timedelta(minutes=1)


def test_a_demonstration_begins_in_the_morning_of_its_day_and_its_time_passes(tmp_path: Path) -> None:
    settings = homes.settings(tmp_path / "home")
    set_clock(settings, DAY)
    clock = clock_of(settings)
    assert is_invented(settings)
    assert clock.today() == DAY
    begun = datetime(2026, 5, 29, 14, 0, tzinfo=UTC)  # ten in the morning, in summer, where the agency works
    assert timedelta(seconds=-1) <= clock.now() - begun < timedelta(minutes=1)
    assert clock.now() > clock_of(settings).now() - timedelta(minutes=1)


def test_a_demonstration_that_is_run_again_keeps_its_calendar(tmp_path: Path) -> None:
    settings = homes.settings(tmp_path / "home")
    set_clock(settings, DAY)
    set_clock(settings, date(2031, 1, 1))
    assert clock_of(settings).today() == DAY
