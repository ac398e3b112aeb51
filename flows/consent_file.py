"""Consents that were kept elsewhere until now, taken in from a file: good rows are kept, the others are named."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import StringConstraints, ValidationError

from flows.bootstrap import Services
from flows.consenting import door_to_contact, is_known
from governance.consent import Asking, Consent, ConsentMove, Consents, ConsentState
from governance.contact import Contact, Registration
from governance.errors import ContractBroken
from governance.ids import ContactId, HouseholdId
from governance.proof import is_reference
from governance.telephone import is_telephone
from governance.written import Written, problems

NEEDED = ("phone", "topic", "language", "how", "proof", "wording", "given_at")
ALLOWED = frozenset(NEEDED) | {"household", "confirmed_proof"}
LONGEST_CELL = 200

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Line(Written):
    """One row: a telephone, what its owner said, how and when, and where both acts can be looked up."""

    phone: str
    household: str = ""
    topic: Word
    language: Language
    how: Annotated[str, StringConstraints(pattern=r"^(form|worker|phone|import)$")]
    proof: str
    wording: str
    given_at: str
    confirmed_proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowNotTaken:
    """A row that was left out, by its number (the first below the head is 1), and why. None of its cells is in it."""

    row: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTaken:
    """A row that was taken, and how that telephone's consent stands now."""

    row: int
    contact: ContactId
    state: ConsentState
    channel: str
    topic: str
    history: list[ConsentMove]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a file."""

    rows: int
    taken: list[RowTaken]
    not_taken: list[RowNotTaken]


def take_consents(house: Services, file: Path, *, worker: str) -> Imported:
    """Take a file of consents in.

    Args:
        house: the services.
        file: CSV, UTF-8, with a head: phone, topic, language, how, proof, wording, given_at; household and
            confirmed_proof may be there too.
        worker: who takes it in: a staff id.

    Raises:
        ContractBroken: `FILE_UNREADABLE`, `FILE_ENCODING`, `FILE_HEADER`; nothing was kept.
        Refused: this worker may contact nobody; nothing was kept.
    """
    good: dict[int, Line] = {}
    bad: list[RowNotTaken] = []
    for row, cells in _rows(file):
        line, problem = _line(house, row, cells)
        bad += [problem] if problem else []
        good |= {row: line} if line else {}
    taken, refused = _taken(house, good, worker) if good else ([], [])
    not_taken = sorted([*bad, *refused], key=lambda each: each.row)
    return Imported(rows=len(good) + len(bad), taken=taken, not_taken=not_taken)


def _taken(house: Services, good: Mapping[int, Line], worker: str) -> tuple[list[RowTaken], list[RowNotTaken]]:
    """Write rows down; those that a later no stands against are not taken."""
    consents = house.consents
    wanted = [
        Registration(phone=line.phone, language=line.language, household=HouseholdId(line.household or "") or None)
        for line in good.values()
    ]
    with door_to_contact(house, worker) as door:
        contacts = house.contacts.register_all(door, wanted)
    asked = [_asking(house, line, contact) for line, contact in zip(good.values(), contacts, strict=True)]
    consents.ask_all(asked, by=worker)
    found = [
        _settled(consents, row, line, contact.id, worker)
        for (row, line), contact in zip(good.items(), contacts, strict=True)
    ]
    taken = [each for each in found if isinstance(each, RowTaken)]
    return taken, [each for each in found if isinstance(each, RowNotTaken)]


def _settled(consents: Consents, row: int, line: Line, id: ContactId, worker: str) -> RowTaken | RowNotTaken:
    """A row once its first act was written down: its second one too, if it names one."""
    now = consents.about(id, topic=line.topic)
    if now.state is ConsentState.REVOKED:
        what = "The family has said no, and given no newer yes."
        return RowNotTaken(row=row, code="CONSENT_REVOKED", detail=what)
    if line.confirmed_proof and now.state is ConsentState.ASKED:
        if line.confirmed_proof == now.history[-1].proof:
            what = "confirmed_proof: the first yes rests on it already"
            return RowNotTaken(row=row, code="PROOF_REPEATED", detail=what)
        consents.confirm(id, how=line.how, proof=line.confirmed_proof, by=worker, topic=line.topic)
        now = consents.about(id, topic=line.topic)
    return _shown(row, now)


def _line(house: Services, row: int, cells: Mapping[str, str]) -> tuple[Line | None, RowNotTaken | None]:
    """A row, or what is wrong with it."""
    try:
        line = Line.model_validate({name: cell for name, cell in cells.items() if cell})
    except ValidationError as error:
        return None, RowNotTaken(row=row, code="ROW_INVALID", detail="; ".join(problems(error)))
    given = given_at(house, line.given_at)
    faults = {
        "PHONE_INVALID": None if is_telephone(line.phone) else "phone: not a number that can be reached",
        "PROOF_INVALID": next((f"{name}: not a reference" for name in _not_references(line)), None),
        "PROOF_REPEATED": "confirmed_proof: the same as proof" if line.proof == line.confirmed_proof else None,
        "ROW_INVALID": "given_at: not a day or an instant until now" if given is None else None,
        "HOUSEHOLD_UNKNOWN": None if _is_home(house, line) else "household: there never was a task for it",
    }
    found = [RowNotTaken(row=row, code=code, detail=detail) for code, detail in faults.items() if detail]
    return (None, found[0]) if found else (line, None)


def given_at(house: Services, text: str) -> datetime | None:
    """The instant that a day or an instant stands for, if that is not in the future: a day begins where we work."""
    zone = ZoneInfo(house.settings.timezone)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    instant = instant if instant.tzinfo else instant.replace(tzinfo=zone)
    return instant if instant <= house.clock.now() else None


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file with their numbers; an empty line is none."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.reader(lines, strict=True)
            head = [name.strip() for name in next(table, [])]
            _check_head(head)
            for row, cells in enumerate((cells for cells in table if any(cells)), start=1):
                named = zip(head, cells, strict=False)
                yield row, {name: cell.strip()[:LONGEST_CELL] for name, cell in named}
    except OSError as error:
        what = f"The file cannot be read: {error.strerror}."
        raise ContractBroken(what, "Check its path, and who may read it.", code="FILE_UNREADABLE") from None
    except UnicodeDecodeError:
        raise ContractBroken("The file is not UTF-8 text.", "Export it again.", code="FILE_ENCODING") from None
    except csv.Error:
        what = "The file's rows cannot be told apart."
        raise ContractBroken(what, "Export it again as plain CSV.", code="FILE_QUOTES") from None


def _check_head(head: list[str]) -> None:
    missing = [name for name in NEEDED if name not in head]
    if missing or len(set(head)) != len(head) or not set(head) <= ALLOWED:
        raise ContractBroken(
            f"The file's head is not what it must be; missing: {', '.join(missing) or 'nothing'}.",
            f"Columns: {', '.join([*NEEDED, 'household', 'confirmed_proof'])}, each once and no others.",
            code="FILE_HEADER",
        )


def _asking(house: Services, line: Line, contact: Contact) -> Asking:
    return Asking(
        contact=contact.id,
        topic=line.topic,
        language=line.language,
        how=line.how,
        proof=line.proof,
        wording=line.wording,
        given_at=given_at(house, line.given_at),
    )


def _not_references(line: Line) -> list[str]:
    proofs = {"proof": line.proof, "wording": line.wording, "confirmed_proof": line.confirmed_proof or line.proof}
    return [name for name, text in proofs.items() if not is_reference(text)]


def _is_home(house: Services, line: Line) -> bool:
    return not line.household or is_known(house, HouseholdId(line.household))


def _shown(row: int, now: Consent) -> RowTaken:
    return RowTaken(
        row=row, contact=now.contact, state=now.state, channel=now.channel, topic=now.topic, history=list(now.history)
    )
