"""The analytic zone: a folder of frames for analysts. A frame enters with an attestation, and goes when that ends."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.attesting import attestations_of
from flows.frame_source import Asked
from flows.services import Services
from governance.attestation.attestation import Attestation
from governance.errors import ContractBroken
from governance.fact import Facts
from governance.holder import Covers, Holding
from governance.ids import AgreementId, DatasetId
from governance.use import Action, Use
from signals.attestation.frame import digest, open_frame

FOLDER = "analytic"
"""The zone's folder in a home."""

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class InZone:
    """One frame in the zone: its file, whose, and whether it may be there: `in force`, or why it must go."""

    file: Path
    agreement: AgreementId
    dataset: DatasetId
    frame: str
    status: str


def admit(house: Services, asked: Asked, file: Path, *, by: str, role: str = "analyst") -> Path:
    """Let a frame into the zone, if the ledger has an attestation of these very bytes.

    Args:
        house: the installation.
        asked: under which agreement, of which dataset.
        file: the frame.
        by: who wants to use it.
        role: as what.

    Returns:
        The file in the zone.

    Raises:
        Refused: `UNATTESTED`, or whatever else stands against the use; it stands in the ledger.
        ContractBroken: `FRAME_UNREADABLE`; `FRAME_CHANGED` where the file is another one than a moment ago.
    """
    frame = open_frame(file)
    attested = [each for each in attestations_of(house).of_frame(frame.sha256) if _of(each, asked)]
    fields = attested[-1].statement.fields if attested else asked.terms.sources
    use = Use.of(
        actor=house.person(by, role=role),
        action=Action.EXPORT,
        purpose=house.settings.purpose,
        dataset=asked.dataset,
        fields=fields,
        zone="analytic",
        facts=Facts(frame=frame.sha256),
    )
    place = house.settings.home / FOLDER / asked.standing.id / asked.dataset
    with house.gate.open(house.gate.request(use)) as opened:
        kept = _copy(file, place, frame.sha256)
        opened.count(attested[-1].statement.rows if attested else 0)
    return kept


def in_zone(house: Services) -> Iterator[InZone]:
    """Every file in the zone, and whether it may be there. One that is not as it was attested may not."""
    known = attestations_of(house)
    for file in _files(house.settings.home / FOLDER):
        found = digest(file)
        agreement, dataset = AgreementId(file.parent.parent.name), DatasetId(file.parent.name)
        mine = [each for each in known.of_frame(found) if each.statement.agreement == agreement]
        yield InZone(file=file, agreement=agreement, dataset=dataset, frame=found, status=_status(house, mine))


def sweep(house: Services) -> list[InZone]:
    """Take every frame out of the zone that may not be there any more. What went stands in the ledger."""
    gone = [each for each in in_zone(house) if each.status != "in force"]
    for each in gone:
        each.file.unlink(missing_ok=True)
        house.ledger.append("zone.swept", each.agreement, {"frame": each.frame, "status": each.status})
    return gone


class ZoneHolder:
    """Answers for the frames in the zone.

    Args:
        home: the installation's folder.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    @property
    def name(self) -> str:
        """`analytic zone`."""
        return "analytic zone"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """Every frame of an agreement in the zone."""
        for file in _files(self._folder / agreement):
            yield Holding(covers=Covers.EXPORTS, kind="frame", id=file.stem, detail=file.parent.name)

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Delete them."""
        for file in _files(self._folder / agreement):
            file.unlink(missing_ok=True)
            yield Holding(covers=Covers.EXPORTS, kind="frame", id=file.stem, detail=file.parent.name)

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """Those that are still there."""
        yield from self.inventory(agreement)


def _status(house: Services, known: list[Attestation]) -> str:
    """Whether a frame may be in the zone now, by its attestations."""
    if not known:
        return "never attested as it is"
    now, agreement = house.clock.now(), known[-1].statement.agreement
    objection = house.register.objection(agreement, now)
    if objection is not None:
        return f"its agreement is not in force: {objection.code}"
    text = house.register.get(agreement).sha256
    states = [
        each.status(now) if each.statement.agreement_sha256 == text else "its agreement was amended" for each in known
    ]
    return "in force" if "in force" in states else states[-1]


def _of(each: Attestation, asked: Asked) -> bool:
    return (each.statement.agreement, each.statement.dataset) == (asked.standing.id, asked.dataset)


def _copy(file: Path, place: Path, expected: str) -> Path:
    """Copy a file into the zone, hashing what is copied: it counts only where that is what was attested."""
    place.mkdir(parents=True, exist_ok=True)
    beside = place / f".{secrets.token_hex(6)}.new"
    hashed = hashlib.sha256()
    with file.open("rb") as source, beside.open("wb") as kept:
        while chunk := source.read(_CHUNK):
            hashed.update(chunk)
            kept.write(chunk)
        kept.flush()
        os.fsync(kept.fileno())
    if hashed.hexdigest() != expected:
        beside.unlink()
        what = "The frame was changed between the decision and the copy; nothing of it is in the zone."
        raise ContractBroken(what, "Have it attested as it is now.", code="FRAME_CHANGED")
    beside.chmod(0o440)
    return beside.replace(place / f"{expected}.csv")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
