"""The truth, which no agency knows: whose each number is, who lives together, what befell whom, and who was helped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from signals.simulator import help
from signals.simulator.history import History
from signals.simulator.writer.file import Extract, Written, csv_file

PERSONS = ("person_key", "true_person", "true_household")
SHOCKS = ("true_household", "shock", "began_on")
HELP = help.COLUMNS
CRISES = ("true_household", "kind", "on")
MEANS = ("true_household", "income", "rent", "arrears")


def write(folder: Path, history: History, extracts: Sequence[Extract]) -> list[Written]:
    """Write the truth.

    Args:
        folder: an existing one.
        history: what happened. The household of a person is the one that somebody belongs to at the end; that of
            everything else is the one that it happened to. Income, rent and arrears are those of the last month.
        extracts: what the agencies sent; every person key in it gets a row.
    """
    files: list[Written] = []
    keys = sorted(pair for extract in extracts for pair in extract.keys.items())
    persons = ((key, f"person-{number}", _home(_household(history, number))) for key, number in keys)
    _write(folder / "persons.csv", PERSONS, persons, files)
    shocks = ((_home(each.household), each.shock, each.on) for each in history.shocks.struck)
    _write(folder / "shocks.csv", SHOCKS, shocks, files)
    helped = ((_home(each.household), each.on, each.kind) for each in history.help)
    _write(folder / "help.csv", HELP, helped, files)
    crises = ((_home(each.household), each.kind, each.on) for each in history.crises)
    _write(folder / "crises.csv", CRISES, crises, files)
    last = zip(history.incomes[:, -1], history.rents[:, -1], history.arrears[:, -1], strict=True)
    means = ((_home(number), *(round(float(each)) for each in row)) for number, row in enumerate(last))
    _write(folder / "means.csv", MEANS, means, files)
    return files


def _home(household: int) -> str:
    return f"{help.PREFIX}{household}"


def _household(history: History, number: int) -> int:
    return history.household(history.population.persons[number])


def _write(path: Path, header: tuple[str, ...], rows: Iterable[Sequence[object]], files: list[Written]) -> None:
    with csv_file(path, header, files) as file:
        for row in rows:
            file.add(dict(zip(header, row, strict=True)))
