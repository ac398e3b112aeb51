"""The court's extract: the invented docket of summary-process cases, and their hearings, judgments and executions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from signals.simulator.clerk import Habits
from signals.simulator.court import Case
from signals.simulator.history import History
from signals.simulator.period import Period
from signals.simulator.writer.desk import Desk
from signals.simulator.writer.docket_course import HEADERS, Course, follow
from signals.simulator.writer.file import Extract, csv_file
from signals.simulator.writer.sheet import Mishaps, Row, Sheet, State

HEADER = (
    "case_no", "party_no", "litigant_id", "role", "first_name", "middle_name", "last_name", "born_on", "phone",
    "street", "unit", "city", "postcode", "case_type", "status", "filed_on", "amount_claimed", "updated_on",
    "sealed_on",
)  # fmt: skip
_HABITS = Habits(plain=1.0, nickname=0.02, typo=0.02, halved=0.25, no_middle=0.7, no_birth=0.35, no_phone=0.35)
_OCCUPANT = 0.2
_NEW_NUMBER = 0.3
"""Chance that the court does not recognise somebody who was there before."""
_FLAWS: dict[str, tuple[Row, ...]] = {
    "filings": ({"last_name": ""}, {"case_type": "unknown"}, {"filed_on": "2026-02-30"}, {"amount_claimed": "-1.00"}),
    "hearings": ({"outcome": "unknown"}, {"hearing_on": "2026-02-30"}, {"litigant_id": ""}),
    "judgments": ({"amount": "-1.00"}, {"how": "unknown"}, {"judgment_on": "2026-02-30"}),
    "writs": ({"returned": "unknown"}, {"issued_on": "2026-02-30"}, {"litigant_id": ""}),
}
_MISHAPS = Mishaps(erased=None)
"""A court seals; it does not erase."""


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the court's files, as far as they had been entered by the last day.

    Args:
        folder: an existing one.
        history: what happened.
        period: when.
        rng: where chance comes from.
    """
    extract = Extract()
    desk = Desk("docket", _HABITS, history, rng, extract, prefix="L", forgets=_NEW_NUMBER)
    with ExitStack() as open_files:
        sheets = {
            name: Sheet(
                open_files.enter_context(csv_file(folder / f"docket_{name}.csv", header, extract.files)),
                rng,
                until=period.last,
                flaws=_FLAWS[name],
                gone="sealed_on",
                mishaps=_MISHAPS,
            )
            for name, header in {"filings": HEADER, **HEADERS}.items()
        }
        for case in history.cases:
            if case.steps[0].updated_on <= period.last:
                course = follow(case, rng)
                for number, litigant in enumerate(
                    _parties(case, course.sealed_on, history, desk, sheets["filings"]), start=1
                ):
                    _write(course, case, litigant, sheets, first=number == 1)
    return extract


def case_no(case: Case) -> str:
    """The number that the court gives a case."""
    return f"{case.filed_on:%y}H00SP{case.number:06d}"


def _parties(case: Case, sealed: date | None, history: History, desk: Desk, sheet: Sheet) -> Iterator[str]:
    """Write who is sued.

    Yields:
        The court's numbers of them.
    """
    sued = [person for person in history.together(case.household, case.filed_on) if person.adult]
    for number, person in enumerate(sued, start=1):
        litigant = desk.number(person)
        role = "occupant" if number > 1 and desk.clerk.often(_OCCUPANT) else "defendant"
        who: Row = {"litigant_id": litigant, "role": role, **desk.who(person, case.filed_on)}
        who["middle_name"] = str(who["middle_name"])[:1]
        if desk.clerk.often(0.5):  # half of it comes from an older system, in capitals
            who |= {name: str(who[name]).upper() for name in ("first_name", "last_name")}
        key: Row = {"case_no": case_no(case), "party_no": number}
        wrong: Row = {"amount_claimed": "1.00"} if case.amount else {"case_type": "cause"}
        if sheet.record(partial(dict, key), [*_states(case, who, sealed)], wrong=wrong):
            yield litigant


def _states(case: Case, who: Row, sealed: date | None) -> Iterator[State]:
    """What the docket says of a case and a party, each time that it changes."""
    about: Row = {
        **who,
        "case_type": case.kind,
        "filed_on": case.filed_on,
        "amount_claimed": None if case.amount is None else f"{case.amount:.2f}",
    }
    status, day = "", case.filed_on
    for step in case.steps:
        if step.status != status:
            status, day = step.status, step.updated_on
            yield day, {**about, "status": status}
            about = {}
    if sealed is not None:
        yield max(sealed, day), {"sealed_on": sealed}


def _write(course: Course, case: Case, litigant: str, sheets: dict[str, Sheet], *, first: bool) -> None:
    """Write the course of a case as it concerns one litigant; a mistake is made once, for the first of them."""
    whose: Row = {"case_no": case_no(case), "litigant_id": litigant}
    for name, records in course.records():
        for id, states, wrong in records:
            key: Row = {HEADERS[name][0]: id, **whose}
            sheets[name].record(partial(dict, key), states, wrong=wrong if first else None)
