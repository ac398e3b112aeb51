"""One invented past for all tests of the scorer."""

from __future__ import annotations

import pytest

from rules.scorer.panel import Panel
from rules.scorer.training import Trained, train
from tests.rules.scorer import invented


@pytest.fixture(scope="session")
def past() -> Panel:
    """Households on many days."""
    return invented.panel()


@pytest.fixture(scope="session")
def trained(past: Panel) -> Trained:
    """A model of that past."""
    return train(past, known_by=invented.AS_OF)
