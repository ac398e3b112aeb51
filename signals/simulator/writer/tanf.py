"""The federal TANF data report of the Department of Transitional Assistance: a file for each quarter and section.

A month is reported 45 days after its end; what would be sent after the last day of the data is not there. The report
has no day of entry: a correction is the same record again, further down in the file. Sex, race and disability are not
invented.

Source: ACF-199, TANF Data Report, Sections One and Two; 45 CFR 265.4 (45 days).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path

import numpy as np

from signals.simulator.clerk import Clerk, Habits, NowAndThen
from signals.simulator.history import Assistance, Certification, History
from signals.simulator.period import Period
from signals.simulator.place import Address
from signals.simulator.population import Person
from signals.simulator.writer import tanf_layout as layout
from signals.simulator.writer.dta import case_number
from signals.simulator.writer.file import Extract, Written
from signals.simulator.writer.tanf_record import (
    REASONS,
    child,
    closed_case,
    closed_person,
    family,
    grown_up,
    months_counted,
)

_HABITS = Habits(plain=1.0, wrong_birth=0.008)
_KNOWN_AFTER = timedelta(days=75)
"""Days after the first of a month on which it is reported."""
_NO_SSN, _UNKNOWN = 0.02, "999999999"
_ADULT = 18


@dataclass(frozen=True, slots=True)
class _Report:
    """One family in one month."""

    spell: Assistance
    month: date
    members: list[Person]


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the reports of all quarters, as far as they were sent by the last day.

    Args:
        folder: an existing one; reports of an earlier run are removed.
        history: what happened.
        period: when.
        rng: where chance comes from.
    """
    for old in folder.glob("ADS.E2J.FTP*"):
        old.unlink()
    extract, office = Extract(), _Office(history, rng)
    spells = sorted(history.assistance, key=lambda each: (each.household, each.began_on))
    for months in _quarters(period):
        name = f"TS25.{months[0].year}Q{(months[0].month + 2) // 3}"
        active = [report for month in months for report in _active(spells, history, month)]
        closed = [report for month in months for report in _closed(spells, history, month)]
        lines = office.families(active, extract)
        _file(folder / f"ADS.E2J.FTP1.{name}", layout.header(months[0], "A"), lines, extract)
        lines = office.closures(closed, extract)
        _file(folder / f"ADS.E2J.FTP2.{name}", layout.header(months[0], "C"), lines, extract)
    return extract


def _quarters(period: Period) -> Iterator[list[date]]:
    """The months that were reported by the last day, by quarter."""
    month, quarter = period.first.replace(day=1), list[date]()
    while month + _KNOWN_AFTER <= period.last:
        quarter.append(month)
        following = (month + timedelta(days=31)).replace(day=1)
        if following.month % 3 == 1 or following + _KNOWN_AFTER > period.last:
            yield quarter
            quarter = []
        month = following


def _active(spells: list[Assistance], history: History, month: date) -> Iterator[_Report]:
    """Families on assistance in a month: up to the month before the one in which their case is closed."""
    end = (month + timedelta(days=31)).replace(day=1)
    for spell in spells:
        if spell.began_on < end and (spell.ended_on is None or spell.ended_on >= end):
            yield _Report(spell, month, history.together(spell.household, end - timedelta(days=1)))


def _closed(spells: list[Assistance], history: History, month: date) -> Iterator[_Report]:
    end = (month + timedelta(days=31)).replace(day=1)
    for spell in spells:
        if spell.ended_on is not None and month <= spell.ended_on < end:
            yield _Report(spell, month, history.together(spell.household, spell.ended_on))


class _Office:
    """Writes reports, some of their lines wrong first, twice, or broken."""

    def __init__(self, history: History, rng: np.random.Generator) -> None:
        self._history, self._rng, self._clerk = history, rng, Clerk(_HABITS, rng)
        self._known: dict[int, tuple[str, str]] = {}
        self._used: dict[str, int] = {}
        self._certified: dict[int, list[Certification]] = {}
        for each in history.certifications:
            self._certified.setdefault(each.household, []).append(each)
        self._corrected = NowAndThen(rng, first=10, every=60)
        self._twice = NowAndThen(rng, first=15, every=150)
        self._broken = {record: NowAndThen(rng, first=10, every=250) for record in ("T1", "T2", "T3", "T4", "T5")}

    def families(self, reports: list[_Report], extract: Extract) -> Iterator[str]:
        """T1, T2 and T3 lines."""
        for report in reports:
            start, spell = self._start(report, extract), report.spell
            sanctioned = any(day.replace(day=1) == report.month for day in spell.sanctioned)
            food = self._food(report)
            cells = family(spell, self._address(report), len(report.members), sanctioned=sanctioned, food=food)
            if self._corrected.due():
                yield self._line("T1", {**start, **cells, "CASH_AMOUNT": spell.monthly + 50})
            yield from self._lines("T1", {**start, **cells}, {"CASH_AMOUNT": "0 12"})
            grown, young = _by_age(report)
            for order, person in enumerate(grown):
                cells = {
                    **start,
                    **grown_up(order, person, months_counted(spell, report.month)),
                    **self._who(person, extract),
                }
                yield from self._lines("T2", cells, {"DATE_OF_BIRTH": "19800230"})
            cared_for = [child(each, report.month) | self._who(each, extract) for each in young]
            for first, second in zip_longest(cared_for[::2], cared_for[1::2]):
                yield from self._children(start, first, second)

    def closures(self, reports: list[_Report], extract: Extract) -> Iterator[str]:
        """T4 and T5 lines."""
        for report in reports:
            start, reason = self._start(report, extract), REASONS.get(report.spell.ended_by, "99")
            cells = {**start, **closed_case(self._address(report), reason)}
            if self._corrected.due():
                yield self._line("T4", {**cells, "CLOSURE_REASON": "99"})
            yield from self._lines("T4", cells, {"CASE_NUMBER": ""})
            counted = months_counted(report.spell, report.month)
            for order, person in enumerate(report.members):
                cells = {**start, **closed_person(order, person, report.month, counted), **self._who(person, extract)}
                yield from self._lines("T5", cells, {"DATE_OF_BIRTH": "20100230"})

    def _start(self, report: _Report, extract: Extract) -> layout.Cells:
        """What every line of a family begins with; a case without a name stands for its payee, the first adult."""
        case = case_number(report.spell.household)
        extract.keys.setdefault(f"tanf.case:{case}", report.members[0].number)
        return {"RPT_MONTH_YEAR": f"{report.month:%Y%m}", "CASE_NUMBER": case}

    def _who(self, person: Person, extract: Extract) -> layout.Cells:
        """A birth date and a number, as the office has them month after month."""
        known = self._known.get(person.number)
        if known is None:
            born = self._clerk.born_on(person) or person.born_on
            taken = self._used.setdefault(person.ssn, person.number) != person.number
            ssn = _UNKNOWN if taken or self._clerk.often(_NO_SSN) else person.ssn
            known = self._known[person.number] = f"{born:%Y%m%d}", ssn
            if ssn != _UNKNOWN:
                extract.keys[f"tanf.person:{ssn}"] = person.number
        return {"DATE_OF_BIRTH": known[0], "SSN": known[1]}

    def _children(self, start: layout.Cells, first: layout.Cells, second: layout.Cells | None) -> Iterator[str]:
        flaw: layout.Cells = {"DATE_OF_BIRTH": "20150230"} if self._broken["T3"].due() else {}
        found = layout.children({**start, "RecordType": "T3"}, {**first, **flaw}, second)
        for _ in range(2 if self._twice.due() else 1):
            yield found

    def _lines(self, record: str, cells: layout.Cells, flaw: layout.Cells) -> Iterator[str]:
        """A record: once, twice, or broken."""
        if self._broken[record].due():
            yield self._line(record, {**cells, **flaw})
            return
        for _ in range(2 if self._twice.due() else 1):
            yield self._line(record, cells)

    def _food(self, report: _Report) -> int:
        """Dollars of SNAP in the month of a report."""
        certified = self._certified.get(report.spell.household, [])
        running = (each for each in certified if each.start_on <= report.month <= (each.closed_on or each.end_on))
        return next((each.benefit for each in running), 0)

    def _address(self, report: _Report) -> Address:
        return self._history.population.households[report.spell.household].address

    @staticmethod
    def _line(record: str, cells: layout.Cells) -> str:
        return layout.line(record, {"RecordType": record, **cells})


def _by_age(report: _Report) -> tuple[list[Person], list[Person]]:
    """Who is grown up in the month of a report, and who is not."""
    grown = [person for person in report.members if person.age(report.month) >= _ADULT]
    return grown, [person for person in report.members if person not in grown]


def _file(path: Path, header: str, lines: Iterator[str], extract: Extract) -> None:
    rows = 0
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.write(f"{header}\n")
        for line in lines:
            file.write(f"{line}\n")
            rows += 1
        file.write(f"{layout.trailer(rows)}\n")
    extract.files.append(Written(path, rows))
