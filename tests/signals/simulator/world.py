"""Small worlds for tests: a population and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from signals.simulator.chance import stream
from signals.simulator.events import happen
from signals.simulator.history import Help, History
from signals.simulator.period import Period
from signals.simulator.population import populate

UNTIL = date(2026, 5, 29)
MONTHS = 18
PERIOD = Period.ending(UNTIL, MONTHS)


def world(households: int, seed: int, helped: Sequence[Help] = ()) -> History:
    """What happens to so many households in 18 months."""
    population = populate(households, until=UNTIL, rng=stream(seed, "population"))
    return happen(population, PERIOD, seed, helped)


@cache
def large_world() -> History:
    """4,000 households; not to be changed."""
    return world(4_000, 7)


def home_losses(history: History) -> set[tuple[int, date]]:
    """Household and day of each entry into a shelter and each execution."""
    return {(each.household, each.on) for each in history.crises if each.kind in {"shelter_entry", "execution"}}
