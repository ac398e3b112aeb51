"""The SNAP case file of the Department of Transitional Assistance: who is in a case, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import numpy as np

from signals.simulator.clerk import Habits
from signals.simulator.history import Certification, History
from signals.simulator.period import Period
from signals.simulator.population import Person
from signals.simulator.writer.desk import Desk
from signals.simulator.writer.dta import case_number
from signals.simulator.writer.file import Extract, csv_file
from signals.simulator.writer.sheet import Row, Sheet, State
from signals.simulator.writer.snap_case import CaseFile

HEADER = (
    "case_no", "member_no", "client_id", "relationship", "first_name", "middle_name", "last_name", "born_on", "ssn",
    "phone", "language", "street", "unit", "city", "postcode", "updated_on", "deleted_on",
)  # fmt: skip
_HABITS = Habits(plain=0.4, nickname=0.02, typo=0.015, halved=0.1, no_middle=0.5, no_birth=0.01, no_phone=0.12)
_FLAWS: tuple[Row, ...] = ({"client_id": ""}, {"relationship": "cousin"}, {"born_on": "2026-02-30"}, {"last_name": ""})
_NO_SSN, _WRONG_SSN = 0.06, 0.01
_ASKED_AGAIN = 0.3
"""Chance that a recertification brings another telephone number or address."""
_TOLD = 0.6
"""Chance that the office hears that somebody moved out."""
_TOLD_AFTER = 35
_BORN_AFTER = 14


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the case file, as far as it had been entered by the last day.

    Args:
        folder: an existing one.
        history: what happened.
        period: when.
        rng: where chance comes from.
    """
    extract = Extract()
    desk = Desk("snap", _HABITS, history, rng, extract)
    cases: dict[int, list[Certification]] = {}
    for each in history.certifications:
        cases.setdefault(each.household, []).append(each)
    with ExitStack() as open_files:
        file = open_files.enter_context(csv_file(folder / "snap_members.csv", HEADER, extract.files))
        members = _Members(Sheet(file, rng, until=period.last, flaws=_FLAWS), desk, history, rng)
        case_file = CaseFile(folder, extract, rng, period.last, open_files)
        for household in sorted(cases):
            certified = sorted(cases[household], key=lambda each: each.number)
            if head := members.write(household, certified):
                case_file.write(case_number(household), head, certified)
    return extract


class _Members:
    """Writes who is in a case."""

    def __init__(self, sheet: Sheet, desk: Desk, history: History, rng: np.random.Generator) -> None:
        self._sheet, self._desk, self._history, self._rng = sheet, desk, history, rng

    def write(self, household: int, certified: list[Certification]) -> str:
        """The members of a case.

        Returns:
            The number of its head; nothing where nobody is entered yet.
        """
        since, case = certified[0].start_on, case_number(household)
        members = self._history.together(household, since)
        children = [each for each in self._history.population.members(household) if each.born_on > since]
        numbers, head, home = count(1), "", self._desk.home(members[0], since)
        for person in [*members, *children]:
            client = self._desk.number(person)
            relationship = _relationship(person, members[0])
            fixed: Row = {"client_id": client, "relationship": relationship, "language": members[0].language, **home}
            entered = self._sheet.record(
                lambda: {"case_no": case, "member_no": next(numbers)},
                [*self._states(person, fixed, since, certified)],
                wrong={"relationship": "other"} if relationship != "head" else {"language": None},
            )
            if person is members[0] and entered:
                head = client
        return head

    def _states(self, person: Person, fixed: Row, since: date, certified: list[Certification]) -> Iterator[State]:
        """A member from the first day in the case on: asked again now and then, taken out after moving out."""
        begin = since if person.born_on <= since else person.born_on + timedelta(days=_BORN_AFTER)
        moved = self._history.apart.get(person.number)
        left = moved.on + timedelta(days=_TOLD_AFTER) if moved and self._desk.clerk.often(_TOLD) else date.max
        who: Row = {**self._desk.name(person), "born_on": self._desk.clerk.born_on(person), "ssn": self._ssn(person)}
        yield begin, {**who, "phone": self._desk.clerk.phone(person), **fixed}
        for each in certified[1:]:
            if begin < each.start_on < left and person.adult and self._desk.clerk.often(_ASKED_AGAIN):
                phone = self._desk.clerk.phone(person)
                yield each.start_on, {"phone": phone, **self._desk.home(person, each.start_on)}
        if left < date.max and left > begin:
            yield left, {"deleted_on": left}

    def _ssn(self, person: Person) -> str:
        missing, wrong = self._rng.random(2).tolist()
        if missing < _NO_SSN:
            return ""
        own = person.ssn
        return own[:-2] + own[-1] + own[-2] if wrong < _WRONG_SSN else own


def _relationship(person: Person, head: Person) -> str:
    if person is head:
        return "head"
    return "spouse" if person.adult else "child"
