"""A steward's office for tests: invented SNAP families with interviews, taken in and ready to be drawn a frame of."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from flows.attesting import attest
from flows.bootstrap import Services, initialise
from flows.frame_source import Asked, asked_of
from flows.intaking import intake_of
from governance.attestation.attestation import Attestation
from governance.clock import FixedClock
from governance.ids import AgreementId, DatasetId
from signals.attestation.canary import Canary
from signals.intake import take
from tests.flows import homes
from tests.signals.letters import letter

PAPER, INTERVIEWS = AgreementId("DULA-2026-005"), DatasetId("snap.interviews")
STEWARD, ANALYST = "steward-7", "analyst-1"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FAMILIES = 48
LAST_NAMES = ("Ashgrove", "Brackwater", "Cindermoor", "Dunhollow", "Elderquay", "Fennimarch")
FIRST_NAMES = ("Ottoline", "Peregrina", "Quillon", "Rosamunde", "Thaddea", "Umberto", "Vespera", "Wilhelmo")
ALIKE = 40
"""Families that had one initial interview in 2025; the others had what nobody else had."""


def office(folder: Path, clock: FixedClock | None = None) -> Services:
    """A house with the invented families' files taken in."""
    house = initialise(homes.settings(folder / "home"), clock=clock or FixedClock(NOW))
    give(house, "snap.members", (_member(number) for number in range(FAMILIES)))
    give(house, "snap.interviews", (row for number in range(FAMILIES) for row in _interviews(number)))
    return house


def give(house: Services, dataset: str, rows: Iterable[dict[str, str]]) -> None:
    """Take a file of good rows in."""
    number = len(list(house.settings.home.parent.glob("given.*")))
    file = house.settings.home.parent / f"given.{number}"
    file.write_text(letter(dataset, *rows), encoding="utf-8")
    taken = take(intake_of(house), DatasetId(dataset), file, known_on=None)
    assert taken.quarantine_counts == {}


def plant(house: Services, planted: Iterable[Canary]) -> None:
    """Plant canaries among the families, as the agency would."""
    for number, each in enumerate(planted):
        give(
            house,
            "snap.members",
            [
                {
                    **_member(900 + number),
                    "client_id": each.number,
                    "first_name": each.first_name,
                    "last_name": each.last_name,
                    "born_on": each.born_on,
                    "ssn": each.ssn,
                    "phone": each.phone,
                    "street": each.street,
                }
            ],
        )
        give(house, "snap.interviews", [{**row, "client_id": each.number} for row in _interviews(900 + number)[:1]])


def asked(house: Services) -> Asked:
    """What the packaged agreement asks of a frame of interviews."""
    return asked_of(house, PAPER, INTERVIEWS)


def frame(
    folder: Path, *lines: str | Sequence[str], name: str = "frame.csv", head: str = "kind,scheduled_in,status"
) -> Path:
    """A frame's file with these lines, each of a family of its own unless the head says whose they are."""
    rows = [head.split(","), *(line.split(",") if isinstance(line, str) else line for line in lines)]
    if "family" not in rows[0]:
        families = (hashlib.md5(f"{name}|{n}".encode(), usedforsecurity=False).hexdigest() for n in range(len(rows)))
        rows = [["family", *rows[0]], *([family, *row] for family, row in zip(families, rows[1:], strict=False))]
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return folder / name


def good_lines(count: int = 22) -> list[str]:
    """Lines with which nothing is wrong."""
    return [f"initial,2025,{('held', 'missed')[number % 2]}" for number in range(count)]


def attested(house: Services, file: Path, days: int | None = None) -> Attestation:
    """A frame's attestation; the frame must pass."""
    report, made = attest(house, asked(house), file, by=STEWARD, days=days)
    assert made is not None, report.findings
    return made


def _member(number: int) -> dict[str, str]:
    return {
        "case_no": f"25{number:07}",
        "member_no": "1",
        "client_id": f"48{number:04}",
        "relationship": "head",
        "first_name": FIRST_NAMES[number % 8],
        "last_name": LAST_NAMES[number % 6] + "abcdefgh"[number // 6 % 8],
        "born_on": f"{1950 + number % 40}-03-{1 + number % 28:02}",
        "street": f"{number + 1} Mossbarrow Pl",
        "city": "Chicopee",
        "postcode": "01013",
        "updated_on": "2026-01-05",
    }


def _interviews(number: int) -> list[dict[str, str]]:
    status = ("held", "missed")[number % 2]
    usual = _interview(number, 0, "initial", "2025-04-02", status)
    if number < ALIKE or number >= FAMILIES:
        return [usual]
    return [
        usual,
        *(_interview(number, year, "recertification", f"{2014 + year}-05-03", status) for year in (number % 8,)),
    ]


def _interview(number: int, again: int, kind: str, day: str, status: str) -> dict[str, str]:
    return {
        "interview_id": f"I{number:05}{again}",
        "case_no": f"25{number:07}",
        "client_id": f"48{number:04}",
        "kind": kind,
        "scheduled_on": day,
        "status": status,
        "updated_on": "2026-01-05",
    }
