"""The simulation: a seed becomes a population, a history, and what the agencies would send of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from signals.simulator import truth
from signals.simulator.chance import stream
from signals.simulator.events import happen
from signals.simulator.history import Help
from signals.simulator.period import Period
from signals.simulator.population import populate
from signals.simulator.writer import claims, custody, docket, edfi, hmis, outreach, snap, tanf, utility
from signals.simulator.writer.file import Written

_AGENCIES = {
    "claims": claims.write,
    "custody": custody.write,
    "docket": docket.write,
    "edfi": edfi.write,
    "hmis": hmis.write,
    "outreach": outreach.write,
    "snap": snap.write,
    "tanf": tanf.write,
    "utility": utility.write,
}
"""What writes each folder, by the prefix of the agency's datasets."""


def simulate(
    out: Path, *, households: int, months: int, seed: int, until: date, helped: Sequence[Help] = ()
) -> list[Written]:
    """Invent households, let months pass, and write each agency's files in the real format, and the truth beside them.

    Every concern and each agency draw their chance from streams of their own: another one changes nothing about the
    others. The same arguments write the same bytes.

    Args:
        out: the folder; it gets one for each agency, and `truth/`. Files of an earlier run are replaced.
        households: how many to invent.
        months: how many months of events.
        seed: any whole number.
        until: the last day of the data. Only what is set for a day (a hearing, a shut-off) may lie after it.
        helped: help that households are given, beside what they find by themselves; it lowers their hazards for six
            months. With the same seed nothing else happens otherwise to anybody; only clerks may slip elsewhere.
    """
    period = Period.ending(until, months)
    population = populate(households, until=until, rng=stream(seed, "population"))
    history = happen(population, period, seed, helped)
    extracts = [
        write(_folder(out, agency), history, period, stream(seed, agency)) for agency, write in _AGENCIES.items()
    ]
    known = truth.write(_folder(out, "truth"), history, extracts)
    return [*(file for extract in extracts for file in extract.files), *known]


def _folder(out: Path, name: str) -> Path:
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
