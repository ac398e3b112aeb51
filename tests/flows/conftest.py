"""What the tests of runs share: a home that was made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.bootstrap import Services
from tests.flows import homes


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with files taken in and no night yet; not to be changed."""
    home = tmp_path_factory.mktemp("made") / "home"
    house = homes.make(home)
    house.engine.dispose()
    house.ledger_engine.dispose()
    return home


@pytest.fixture
def house(made: Path, tmp_path: Path) -> Services:
    """A home of the test's own."""
    return homes.copy(made, tmp_path / "home")
