"""The schools' extract: Ed-Fi Data Standard 5.2 bulk interchanges Student, Contact and StudentAttendance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signals.simulator.absence import Absence, absences
from signals.simulator.clerk import Clerk, Habits, NowAndThen
from signals.simulator.history import History
from signals.simulator.period import Period, session
from signals.simulator.place import TOWNS
from signals.simulator.population import Person
from signals.simulator.writer.file import Extract, Numbers, XmlFile, descriptor, element, parent, xml_file

_HABITS = Habits(plain=0.25, nickname=0.02, typo=0.01, halved=0.05, hyphenated=0.05, no_birth=0.005)
_MIDDLE_SCHOOL, _HIGH_SCHOOL = 11, 14
_REASONS = {
    "Unexcused Absence": "Absent unexcused",
    "Excused Absence": "Absent excused",
    "Tardy": "Tardy",
    "Partial": "Absent excused",
}
_CITIES = [city for city, _ in TOWNS]
_WHOLE_DAYS = frozenset({"Unexcused Absence", "Excused Absence"})
_NO_SUCH_DAY = "2026-02-30"
_LATE = 0.02
"""Share of absences that a school enters only a month later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Enrolled:
    """The schools' numbers of children and of their contacts, by the number of the person."""

    pupils: list[Person]
    adults: list[Person]
    ids: dict[int, str]


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the schools' files.

    Args:
        folder: an existing one.
        history: what happened.
        period: when; children who are of school age at its end go to school all through it.
        rng: where chance comes from.
    """
    extract, enrolled = Extract(), _enrol(history, period, rng)
    clerk = Clerk(_HABITS, rng)
    extract.keys.update({f"edfi.student:{enrolled.ids[each.number]}": each.number for each in enrolled.pupils})
    extract.keys.update({f"edfi.contact:{enrolled.ids[each.number]}": each.number for each in enrolled.adults})
    with xml_file(folder / "Student.xml", "InterchangeStudent", extract.files) as students:
        _students(students, enrolled, clerk, rng)
    with xml_file(folder / "Contact.xml", "InterchangeContact", extract.files) as contacts:
        _contacts(contacts, enrolled, history, clerk, rng)
        _associations(contacts, enrolled, history, clerk, rng)
    path = folder / "StudentSchoolAttendance.xml"
    with xml_file(path, "InterchangeStudentAttendance", extract.files) as attendance:
        _attendance(attendance, enrolled, absences(history, enrolled.pupils, period, rng), history, rng)
    return extract


def _enrol(history: History, period: Period, rng: np.random.Generator) -> _Enrolled:
    numbers = Numbers(int(rng.integers(0, 800_000)))
    pupils = history.population.pupils(period.last)
    households = dict.fromkeys(pupil.household for pupil in pupils)
    adults = [adult for household in households for adult in history.population.adults(household)]
    return _Enrolled(pupils=pupils, adults=adults, ids={each.number: str(numbers.new()) for each in [*pupils, *adults]})


def _students(file: XmlFile, enrolled: _Enrolled, clerk: Clerk, rng: np.random.Generator) -> None:
    corrected, broken = NowAndThen(rng, first=40, every=150), NowAndThen(rng, first=60, every=800)
    for pupil in enrolled.pupils:
        if corrected.due():
            file.add(_student(pupil, enrolled, clerk))
        file.add(_student(pupil, enrolled, clerk, without_last_name=broken.due()))


def _student(pupil: Person, enrolled: _Enrolled, clerk: Clerk, *, without_last_name: bool = False) -> list[str]:
    name, born = clerk.name(pupil), clerk.born_on(pupil)
    return parent(
        "Student",
        element("StudentUniqueId", enrolled.ids[pupil.number]),
        parent(
            "Name",
            element("FirstName", name.first),
            element("MiddleName", name.middle),
            element("LastSurname", "" if without_last_name else name.last),
            element("GenerationCodeSuffix", name.suffix),
        ),
        parent("BirthData", element("BirthDate", born.isoformat() if born else "")),
    )


def _contacts(file: XmlFile, enrolled: _Enrolled, history: History, clerk: Clerk, rng: np.random.Generator) -> None:
    broken = NowAndThen(rng, first=80, every=900)
    for adult in enrolled.adults:
        name = clerk.name(adult)
        id = enrolled.ids[adult.number]
        file.add(
            parent(
                "Contact",
                element("ContactUniqueId", id),
                parent(
                    "Name",
                    element("FirstName", "" if broken.due() else name.first),
                    element("MiddleName", name.middle),
                    element("LastSurname", name.last),
                ),
                _address(adult, history, clerk),
                _telephones(adult, clerk),
                _mail(id) if clerk.often(0.3) else [],
                id=f"PRNT_{id}",
            )
        )


def _address(adult: Person, history: History, clerk: Clerk) -> list[str]:
    """Where the school thinks that somebody lives; of those who moved out it mostly knows."""
    household, moved = history.population.households[adult.household], history.apart.get(adult.number)
    now = moved.address if moved and clerk.often(0.7) else household.address
    line = clerk.address(now, household.earlier)
    return parent(
        "Address",
        element("StreetNumberName", line.street),
        element("ApartmentRoomSuiteNumber", line.unit),
        element("City", line.city),
        descriptor("StateAbbreviation", "StateAbbreviation", "MA"),
        element("PostalCode", line.postcode),
        descriptor("AddressType", "AddressType", "Home"),
    )


def _telephones(adult: Person, clerk: Clerk) -> list[str]:
    """A number of one's own, and at times the one at work before it."""
    found: list[str] = []
    own = clerk.phone(adult)
    kinds = [("Work", "(617) 555-0100")] if clerk.often(0.05) else []
    for order, (kind, number) in enumerate([*kinds, *([("Mobile", own)] if own else [])], start=1):
        found += parent(
            "Telephone",
            element("TelephoneNumber", number),
            descriptor("TelephoneNumberType", "TelephoneNumberType", kind),
            element("OrderOfPriority", str(order)),
        )
    return found


def _mail(id: str) -> list[str]:
    return parent(
        "ElectronicMail",
        element("ElectronicMailAddress", f"family{id}@post.example"),
        descriptor("ElectronicMailType", "ElectronicMailType", "Home/Personal"),
    )


def _associations(file: XmlFile, enrolled: _Enrolled, history: History, clerk: Clerk, rng: np.random.Generator) -> None:
    broken, twice = NowAndThen(rng, first=90, every=900), NowAndThen(rng, first=60, every=300)
    for pupil in enrolled.pupils:
        for order, adult in enumerate(history.population.adults(pupil.household)):
            lives_with = "false" if adult.number in history.apart and clerk.often(0.7) else "true"
            lines = parent(
                "StudentContactAssociation",
                _student_reference("" if broken.due() else enrolled.ids[pupil.number]),
                [f'<ContactReference ref="PRNT_{enrolled.ids[adult.number]}"/>'],
                descriptor("Relation", "Relation", "Mother" if adult.female else "Father"),
                element("PrimaryContactStatus", "true" if order == 0 else "false"),
                element("LivesWith", "" if clerk.often(0.04) else lives_with),
                element("EmergencyContactStatus", "true"),
            )
            for _ in range(2 if twice.due() else 1):
                file.add(lines)


def _student_reference(id: str) -> list[str]:
    """Which student is meant; nothing where the number got lost."""
    return parent("StudentReference", parent("StudentIdentity", element("StudentUniqueId", id)))


def _attendance(
    file: XmlFile, enrolled: _Enrolled, months: Iterable[list[Absence]], history: History, rng: np.random.Generator
) -> None:
    """Each month's absences, and after them those of the month before that were entered late.

    What would have been entered after the last month is not in the file.
    """
    broken, twice = NowAndThen(rng, first=60, every=900), NowAndThen(rng, first=40, every=400)
    late: list[Absence] = []
    for month in months:
        held = rng.random(len(month)) < _LATE
        for absence in [*(each for each, is_late in zip(month, held, strict=True) if not is_late), *late]:
            for _ in range(2 if twice.due() else 1):
                id, school = enrolled.ids[absence.pupil.number], _school(absence, history)
                file.add(_event(absence, id, school, broken=broken.due()))
        late = [each for each, is_late in zip(month, held, strict=True) if is_late]


def _event(absence: Absence, id: str, school: str, *, broken: bool) -> Iterator[str]:
    name, year = session(absence.on)
    duration = "\n\t\t\t<EventDuration>1</EventDuration>" if absence.category in _WHOLE_DAYS else ""
    identity = f"<SchoolIdentity><SchoolId>{school}</SchoolId></SchoolIdentity>"
    yield f"""<StudentSchoolAttendanceEvent>
\t\t<AttendanceEvent>
\t\t\t<EventDate>{_NO_SUCH_DAY if broken else absence.on.isoformat()}</EventDate>
\t\t\t<AttendanceEventCategory>uri://ed-fi.org/AttendanceEventCategoryDescriptor#{absence.category}</AttendanceEventCategory>
\t\t\t<AttendanceEventReason>{_REASONS[absence.category]}</AttendanceEventReason>{duration}
\t\t</AttendanceEvent>
\t\t<StudentReference><StudentIdentity><StudentUniqueId>{id}</StudentUniqueId></StudentIdentity></StudentReference>
\t\t<SchoolReference>{identity}</SchoolReference>
\t\t<SessionReference>
\t\t\t<SessionIdentity>
\t\t\t\t<SessionName>{name}</SessionName>
\t\t\t\t<SchoolYear>{year}</SchoolYear>
\t\t\t\t<SchoolReference>{identity}</SchoolReference>
\t\t\t</SessionIdentity>
\t\t</SessionReference>
\t</StudentSchoolAttendanceEvent>"""


def _school(absence: Absence, history: History) -> str:
    """The school of a child: by the town and the age."""
    age = absence.pupil.age(absence.on)
    town = _CITIES.index(history.population.households[absence.pupil.household].address.city)
    return str(350_000_001 + town * 10 + (age >= _MIDDLE_SCHOOL) + (age >= _HIGH_SCHOOL))
