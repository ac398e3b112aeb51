"""The court's extract: the invented docket of summary-process cases, a row per case, defendant and change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from signals.simulator.clerk import Clerk, Habits, NowAndThen
from signals.simulator.court import Case, Step
from signals.simulator.events import History
from signals.simulator.period import Period
from signals.simulator.population import Person
from signals.simulator.writer.file import CsvFile, Extract, Numbers, csv_file

HEADER = (
    "case_no", "party_no", "litigant_id", "role", "first_name", "middle_name", "last_name", "born_on", "phone",
    "street", "unit", "city", "postcode", "case_type", "status", "filed_on", "amount_claimed", "hearing_on",
    "hearing_kind", "judgment_on", "judgment_for", "execution_on", "updated_on", "sealed_on",
)  # fmt: skip
_HABITS = Habits(plain=1.0, nickname=0.02, typo=0.02, halved=0.25, no_middle=0.7, no_birth=0.35, no_phone=0.35)
_OCCUPANT = 0.2
_NEW_NUMBER = 0.3
"""Chance that the court does not recognise somebody who was there before."""
_ENTERED_LATE = 0.08
_BROKEN: tuple[dict[str, object], ...] = (
    {"last_name": ""},
    {"case_type": "unknown"},
    {"filed_on": "2026-02-30"},
    {"amount_claimed": "-1.00"},
)
"""What can be wrong with a row; it may also have a cell too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parties:
    """The court's own numbers: `last` is the number under which somebody was there before."""

    numbers: Numbers
    last: dict[int, str] = field(default_factory=dict)


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the court's file: what the docket has had entered up to the last day, in the order of entering.

    Args:
        folder: an existing one.
        history: what happened.
        period: when.
        rng: where chance comes from.
    """
    extract, clerk, found = Extract(), Clerk(_HABITS, rng), list[dict[str, object]]()
    parties = _Parties(numbers=Numbers(int(rng.integers(0, 800_000))))
    for case in history.cases:
        found.extend(_rows(case, history, clerk, parties, extract, period.last))
    found.sort(key=lambda row: (str(row["updated_on"]), str(row["case_no"]), str(row["party_no"])))
    with csv_file(folder / "docket_filings.csv", HEADER, extract.files) as file:
        _add(file, found, rng)
    return extract


def _rows(
    case: Case, history: History, clerk: Clerk, parties: _Parties, extract: Extract, last: date
) -> Iterator[dict[str, object]]:
    """The rows of a case; none while nobody has entered it."""
    steps = [step for step in _entered(case, clerk) if step.updated_on <= last]
    sued = [person for person in history.together(case.household, case.filed_on) if person.adult] if steps else []
    for number, person in enumerate(sued, start=1):
        role = "occupant" if number > 1 and clerk.often(_OCCUPANT) else "defendant"
        who = {"party_no": number, "role": role, **_who(person, history, clerk)}
        who["litigant_id"] = id = _number(person, clerk, parties)
        extract.keys[f"docket:{id}"] = person.number
        for step in steps:
            yield {**who, **_case(case), **_step(step)}


def _entered(case: Case, clerk: Clerk) -> list[Step]:
    """The steps; now and then a filing is entered weeks late, still before its hearing."""
    first, *rest = case.steps
    if not clerk.often(_ENTERED_LATE):
        return [first, *rest]
    late = case.filed_on + timedelta(days=18)
    return [Step(updated_on=late, status="open", hearing_on=first.hearing_on, hearing_kind=first.hearing_kind), *rest]


def _number(person: Person, clerk: Clerk, parties: _Parties) -> str:
    known = parties.last.get(person.number)
    if known is None or clerk.often(_NEW_NUMBER):
        known = parties.last[person.number] = f"L{parties.numbers.new()}"
    return known


def _who(person: Person, history: History, clerk: Clerk) -> dict[str, object]:
    household = history.population.households[person.household]
    name, line = clerk.name(person), clerk.address(household.address, household.earlier)
    last = f"{name.last} {name.suffix}".strip()
    shouted = clerk.often(0.5)  # half of it comes from an older system, in capitals
    return {
        "first_name": name.first.upper() if shouted else name.first,
        "middle_name": name.middle[:1],
        "last_name": last.upper() if shouted else last,
        "born_on": clerk.born_on(person),
        "phone": clerk.phone(person),
        "street": line.street,
        "unit": line.unit,
        "city": line.city,
        "postcode": line.postcode,
    }


def _case(case: Case) -> dict[str, object]:
    return {
        "case_no": f"{case.filed_on:%y}H00SP{case.number:06d}",
        "case_type": case.kind,
        "filed_on": case.filed_on,
        "amount_claimed": None if case.amount is None else f"{case.amount:.2f}",
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "status": step.status,
        "hearing_on": step.hearing_on,
        "hearing_kind": step.hearing_kind,
        "judgment_on": step.judgment_on,
        "judgment_for": step.judgment_for,
        "execution_on": step.execution_on,
        "updated_on": step.updated_on,
        "sealed_on": step.sealed_on,
    }


def _add(file: CsvFile, rows: list[dict[str, object]], rng: np.random.Generator) -> None:
    """Write the rows, some of them twice, some of them broken, each time in another way."""
    twice, broken = NowAndThen(rng, first=25, every=150), NowAndThen(rng, first=30, every=120)
    ways = 0
    for row in rows:
        if broken.due():
            way = ways % (len(_BROKEN) + 1)
            ways += 1
            file.add({**row, **_BROKEN[way]}) if way < len(_BROKEN) else file.add(row, "see file")
        else:
            for _ in range(2 if twice.due() else 1):
                file.add(row)
