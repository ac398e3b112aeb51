"""The truth, which no agency knows: whose each number is, who lives together, and what befell them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from signals.simulator.events import History
from signals.simulator.writer.file import Extract, Written, csv_file

PERSONS = ("person_key", "true_person", "true_household")
SHOCKS = ("true_household", "shock", "began_on")


def write(folder: Path, history: History, extracts: Sequence[Extract]) -> list[Written]:
    """Write the truth.

    Args:
        folder: an existing one.
        history: what happened. The household is the one that somebody belongs to at the end.
        extracts: what the agencies sent; every person key in it gets a row.
    """
    files: list[Written] = []
    with csv_file(folder / "persons.csv", PERSONS, files) as persons:
        for key, number in sorted(pair for extract in extracts for pair in extract.keys.items()):
            household = history.household(history.population.persons[number])
            persons.add(dict(zip(PERSONS, (key, f"person-{number}", f"household-{household}"), strict=True)))
    with csv_file(folder / "shocks.csv", SHOCKS, files) as shocks:
        for each in history.shocks.struck:
            shocks.add(dict(zip(SHOCKS, (f"household-{each.household}", each.shock, each.on), strict=True)))
    return files
