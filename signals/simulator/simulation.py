"""The simulation: a seed becomes a population, a history, and what the agencies would send of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from signals.simulator import truth
from signals.simulator.events import happen
from signals.simulator.period import Period
from signals.simulator.population import populate
from signals.simulator.shock import strike
from signals.simulator.writer import docket, edfi, hmis
from signals.simulator.writer.file import Written

_AGENCIES = {"docket": docket.write, "edfi": edfi.write, "hmis": hmis.write}
"""What writes each folder, by the prefix of the agency's datasets."""


def simulate(out: Path, *, households: int, months: int, seed: int, until: date) -> list[Written]:
    """Invent households, let months pass, and write each agency's files in the real format, and the truth beside them.

    Each agency draws its chance from a stream of its own: another writer changes nothing about the others. The same
    arguments write the same bytes.

    Args:
        out: the folder; it gets `docket/`, `edfi/`, `hmis/` and `truth/`. Files of an earlier run are replaced.
        households: how many to invent.
        months: how many months of events.
        seed: any whole number.
        until: the last day of the data. Only a hearing may be set for a later one.
    """
    period = Period.ending(until, months)
    people, fate, course = (_stream(seed, name) for name in ("population", "shocks", "events"))
    population = populate(households, until=until, rng=people)
    history = happen(population, strike(population, period, fate), period, course)
    extracts = [
        write(_folder(out, agency), history, period, _stream(seed, agency)) for agency, write in _AGENCIES.items()
    ]
    known = truth.write(_folder(out, "truth"), history, extracts)
    return [*(file for extract in extracts for file in extract.files), *known]


def _stream(seed: int, name: str) -> np.random.Generator:
    """A stream of chance of its own, by its name."""
    return np.random.default_rng([abs(seed), int(seed < 0), *name.encode()])


def _folder(out: Path, name: str) -> Path:
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
