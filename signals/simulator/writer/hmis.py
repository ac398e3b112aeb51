"""The shelters' extract: five files of an HMIS CSV export.

Source: HUD HMIS CSV Format Specifications FY2026. Sex, race, health and violence are not invented: 99 or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from signals.simulator.clerk import Clerk, Habits, NowAndThen
from signals.simulator.history import History, Stay
from signals.simulator.period import Period
from signals.simulator.population import Person
from signals.simulator.writer import hmis_layout as layout
from signals.simulator.writer.file import Extract, Numbers, csv_file

Row = layout.Row

_HABITS = Habits(plain=0.7, nickname=0.06, typo=0.03, halved=0.15, no_birth=0.05, wrong_birth=0.02, no_middle=0.5)
_COCS = ("MA-500", "MA-504", "MA-506", "MA-516")
_SELF, _CHILD, _PARTNER = 1, 2, 3
_NOT_COLLECTED = 99
_BEFORE = ((410, 435, 336, 335, 314, 116, 101, 302, 8), (0.24, 0.1, 0.2, 0.16, 0.08, 0.07, 0.1, 0.03, 0.02))
_AFTER = (
    (410, 435, 422, 423, 312, 313, 314, 302, 101, 116, 206, 30, 99, 17),
    (0.24, 0.16, 0.05, 0.04, 0.08, 0.08, 0.04, 0.04, 0.06, 0.04, 0.01, 0.1, 0.05, 0.01),
)
"""Living situations and destinations with their shares, which are invented. Source of the codes: HUD HMIS Data
Standards, 3.12 and 3.917; 435 is a rental with a subsidy, which is then named (433: a housing choice voucher)."""
_SUBSIDISED, _VOUCHER = 435, 433
_LENGTHS = (10, 11, 2, 3, 4, 5)
_KNOWN_BEFORE = 0.92
"""Chance that a client who was there before is found under the number of then."""
_LATE = 0.08
_LAST_EPISODE = 4


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the shelters' files: what had been entered up to the last day.

    Args:
        folder: an existing one.
        history: what happened.
        period: when.
        rng: where chance comes from.
    """
    extract, desk = Extract(), _Desk(history, period, rng)
    for stay in history.stays:
        desk.receive(stay, extract)
    _write(folder / "Export.csv", layout.EXPORT, [layout.export(period)], extract)
    _write(folder / "Project.csv", layout.PROJECT, layout.projects(period), extract)
    for name, header, rows in (
        ("Client.csv", layout.CLIENT, _spoiled(desk.clients, {"DOBDataQuality": 7, "DOB": "unknown"}, rng)),
        ("Enrollment.csv", layout.ENROLLMENT, _spoiled(desk.enrollments, {"EntryDate": None}, rng)),
        ("Exit.csv", layout.EXIT, _spoiled(desk.exits, {"Destination": "friends"}, rng)),
    ):
        _write(folder / name, header, rows, extract)
    return extract


class _Desk:
    """Takes families in, and writes down what is asked."""

    def __init__(self, history: History, period: Period, rng: np.random.Generator) -> None:
        self._history, self._until, self._rng = history, period.last, rng
        self._clerk = Clerk(_HABITS, rng)
        self._numbers, self._next = Numbers(int(rng.integers(0, 800_000))), int(rng.integers(800_000, 810_000))
        self._known: dict[int, str] = {}
        self._in_error, self._corrected = NowAndThen(rng, first=5, every=60), NowAndThen(rng, first=6, every=40)
        self.clients: list[Row] = []
        self.enrollments: list[Row] = []
        self.exits: list[Row] = []

    def receive(self, stay: Stay, extract: Extract) -> None:
        """A family's stay, as far as it had been entered by the last day."""
        created = self._entered(stay.entered_on)
        if created > self._until:
            return
        told, in_error = self._told(stay), self._in_error.due()
        family = self._history.together(stay.household, stay.entered_on)
        clients = {each.number: self._client(each, created, extract) for each in family}
        deleted = created + timedelta(days=1 + int(self._rng.random() * 20))
        for erased in [deleted, None] if in_error and deleted <= self._until else [None]:
            household, left = f"s_{self._next + 1}", self._left(stay)
            for person in family:
                self._next += 1
                row = self._row(stay, created, told) | {
                    "PersonalID": clients[person.number],
                    "HouseholdID": household,
                    "RelationshipToHoH": _relation(person, family[0]),
                    "DateDeleted": erased and _at(erased, self._rng),
                }
                self.enrollments.extend(self._versions(row, created))
                if left and erased is None:
                    self.exits.append(self._exit(row, *left))

    def _entered(self, day: date) -> date:
        """The day on which something is entered: mostly at once, now and then weeks late."""
        late = self._rng.random() < _LATE
        return day + timedelta(days=10 + int(self._rng.random() * 30) if late else int(self._rng.random() * 3))

    def _client(self, person: Person, created: date, extract: Extract) -> str:
        """The number of a client: an old one, or a new one with a row in Client.csv."""
        known = self._known.get(person.number)
        if known is not None and self._clerk.often(_KNOWN_BEFORE):
            return known
        id = self._known[person.number] = str(self._numbers.new())
        extract.keys[f"hmis:{id}"] = person.number
        name, born, written = self._clerk.name(person), self._clerk.born_on(person), _at(created, self._rng)
        number, quality = self._ssn(person)
        self.clients.append(
            _unasked()
            | {
                "PersonalID": id,
                "FirstName": name.first,
                "MiddleName": name.middle,
                "LastName": name.last,
                "NameSuffix": name.suffix,
                "NameDataQuality": 1,
                "SSN": number,
                "SSNDataQuality": quality,
                "DOB": born,
                "DOBDataQuality": 1 if born else 8,
                **layout.stamp(written),
            }
        )
        return id

    def _ssn(self, person: Person) -> tuple[str, int]:
        """A number with its data quality: full, partial, not known or not collected."""
        chance = float(self._rng.random())
        if chance < 0.5:  # noqa: PLR2004 (invented)
            return person.ssn, 1
        return (f"xxxxx{person.ssn[5:]}", 2) if chance < 0.65 else ("", 8 if chance < 0.8 else _NOT_COLLECTED)  # noqa: PLR2004

    def _told(self, stay: Stay) -> Row:
        """What a family tells at the door."""
        situation = 410 if stay.put_out else 101 if stay.returning else self._one(*_BEFORE)
        episodes = min(stay.before + 1, _LAST_EPISODE)
        return {
            "LivingSituation": situation,
            "RentalSubsidyType": _VOUCHER if situation == _SUBSIDISED else None,
            "LengthOfStay": _LENGTHS[int(self._rng.random() * len(_LENGTHS))],
            "DateToStreetESSH": stay.entered_on,
            "TimesHomelessPastThreeYears": _NOT_COLLECTED if self._clerk.often(0.06) else episodes,
            "MonthsHomelessPastThreeYears": 100 + min(episodes * 2, 12),
            "DisablingCondition": _NOT_COLLECTED,
        }

    def _row(self, stay: Stay, created: date, told: Row) -> Row:
        return {
            **told,
            "EnrollmentID": str(self._next),
            "ProjectID": layout.project_id(stay.household),
            "EntryDate": stay.entered_on,
            "EnrollmentCoC": _COCS[stay.household % len(_COCS)],
            **layout.stamp(_at(created, self._rng)),
        }

    def _versions(self, row: Row, created: date) -> Iterator[Row]:
        """An enrolment; now and then first as it was before somebody corrected it."""
        later = created + timedelta(days=2 + int(self._rng.random() * 25))
        if self._corrected.due() and later <= self._until and not row["DateDeleted"]:
            yield row | {"LivingSituation": _NOT_COLLECTED, "RentalSubsidyType": None}
            row = row | {"DateUpdated": _at(later, self._rng)}
        yield row

    def _left(self, stay: Stay) -> tuple[date, int, date] | None:
        """When a family left, for where, and the day on which that was entered; None if it was not."""
        if stay.left_on is None:
            return None
        destination, created = self._one(*_AFTER), self._entered(stay.left_on)
        return (stay.left_on, destination, created) if created <= self._until else None

    def _exit(self, row: Row, left: date, destination: int, created: date) -> Row:
        return {
            "ExitID": row["EnrollmentID"],
            "EnrollmentID": row["EnrollmentID"],
            "PersonalID": row["PersonalID"],
            "ExitDate": left,
            "Destination": destination,
            "DestinationSubsidyType": _VOUCHER if destination == _SUBSIDISED else None,
            "OtherDestination": "not said" if destination == 17 else None,  # noqa: PLR2004 (HUD: other)
            **layout.stamp(_at(max(created, date.fromisoformat(str(row["DateCreated"])[:10])), self._rng)),
        }

    def _one(self, codes: Sequence[int], shares: Sequence[float]) -> int:
        return codes[int(self._rng.choice(len(codes), p=shares))]


def _relation(person: Person, head: Person) -> int:
    if person is head:
        return _SELF
    return _PARTNER if person.adult else _CHILD


def _unasked() -> Row:
    return {"RaceNone": _NOT_COLLECTED, "VeteranStatus": _NOT_COLLECTED, "Sex": _NOT_COLLECTED}


def _at(day: date, rng: np.random.Generator) -> str:
    """A moment of a working day."""
    second = 8 * 3600 + int(rng.random() * 9 * 3600)
    return f"{day} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _spoiled(rows: list[Row], flaw: Row, rng: np.random.Generator) -> Iterator[Row]:
    """The rows, some of them twice, some of them broken."""
    twice, broken = NowAndThen(rng, first=25, every=120), NowAndThen(rng, first=20, every=150)
    for row in rows:
        yield row | flaw if broken.due() else row
        if twice.due():
            yield row


def _write(path: Path, header: Sequence[str], rows: Iterator[Row] | list[Row], extract: Extract) -> None:
    with csv_file(path, header, extract.files) as file:
        for row in rows:
            file.add(row)
