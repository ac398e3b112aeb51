"""The demonstration: everything on an empty home, nothing on somebody's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.bootstrap import Services
from flows.demo import Demo
from governance.errors import Misconfigured
from tests.flows import homes


def test_the_demonstration_does_not_touch_a_home_with_deliveries(house: Services) -> None:
    before = house.ledger.size()
    with pytest.raises(Misconfigured) as refused:
        Demo(house.settings, households=20, seed=1).run()
    assert refused.value.code == "DEMO_ON_REAL_HOME"
    assert house.ledger.size() == before


def test_the_demonstration_goes_from_files_to_tasks_and_again_changes_nothing(tmp_path: Path) -> None:
    settings = homes.settings(tmp_path / "home")
    first = Demo(settings, households=200, seed=7).run()
    assert first.tasks > 0
    assert first.quarantined > 0
    assert first.delivered == first.signals + first.quarantined + first.unlinkable + first.undeclared
    assert first.ledger_verified
    assert 0 < first.frame_rows < first.delivered
    again = Demo(settings, households=200, seed=7).run()
    assert (again.tasks, again.persons, again.households) == (first.tasks, first.persons, first.households)
    assert again.frame_rows == first.frame_rows
