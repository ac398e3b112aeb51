"""Signing: a paper is signed with a key, the signatory's own or one that this installation keeps for them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from flows.services import Services
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.lifecycle import Status, Step
from governance.mou import Mou
from governance.signing import Mark, SigningKey
from governance.signing.custody import kept_key
from governance.signing.embedded import agencies_of
from governance.signing.signatory import known
from governance.standing import Newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A signature under a paper, as it is shown: `kind` is keyed, envelope or recorded; `custody` whose key it was."""

    party: str
    agency: str
    name: str
    kind: str
    custody: str
    signed_at: str
    entry: int


def sign_with_key(
    house: Services,
    id: AgreementId,
    *,
    party: str,
    name: str,
    by: str,
    agency: str = "",
    key: SigningKey | None = None,
    why: str = "",
) -> Mark:
    """Sign a paper's newest text.

    Args:
        house: the services.
        id: the paper.
        party: `owner`, `recipient` or `processor`; for the memorandum, the agency.
        name: the signatory.
        by: who writes it down.
        agency: for which they sign; may be left out where the party is a single agency.
        key: their own; None for the one that the vault keeps for them, made and registered when it is first needed.
        why: why, for the log.

    Raises:
        Misconfigured: `AGREEMENT_PARTY` where the agency is not clear; `SIGNATORY_UNKNOWN` where their own key is not
            registered; what `Register.sign` raises.
    """
    newest = house.register.newest(id)
    agency = agency or _agency(newest, party)
    signatories = house.register.signatories
    signing = key or kept_key(house.vault, signatories, agency, name, by=by)
    mark = signing.sign(party=party, agency=agency, name=name, sha256=newest.sha256, at=house.clock.now())
    if isinstance(newest.paper, Mou) and newest.status is Status.ACTIVE:
        house.register.join(id, agency, name, by=by, why=why, mark=mark)
    else:
        house.register.sign(id, party, name, by=by, why=why, mark=mark)
    return mark


def make_key(
    house: Services, *, agency: str, name: str, file: Path, by: str, password: str | None = None, why: str = ""
) -> SigningKey:
    """Make a key for a signatory, write the private half to a file that nobody else may read, register the public.

    Args:
        house: the services.
        agency: for which the name signs.
        name: the signatory.
        file: where the private half goes; it must not exist. This installation keeps no copy.
        by: who registers it.
        password: what to encrypt the file under; None for no encryption.
        why: why, for the log.

    Raises:
        Misconfigured: `SIGNING_KEY_EXISTS` where the file is there already; `SIGNATORY_KNOWN`.
    """
    if house.register.signatories.find(agency, name) is not None:
        raise known(agency)
    key = SigningKey.generate()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        what = "There is a file of that name already, and a key is never overwritten."
        raise Misconfigured(what, "Name another file.", code="SIGNING_KEY_EXISTS") from None
    with os.fdopen(handle, "wb") as out:
        out.write(key.pem(password))
        out.flush()
        os.fsync(out.fileno())
    house.register.signatories.register(agency, name, key.public, by=by, why=why)
    return key


def read_key(file: Path, password: str | None = None) -> SigningKey:
    """A signatory's own key.

    Raises:
        Misconfigured: `SIGNING_KEY_UNREADABLE`.
    """
    try:
        pem = file.read_bytes()
    except OSError:
        pem = b""
    return SigningKey.read(pem, password)


def signatures(house: Services, id: AgreementId, version: int) -> list[Shown]:
    """The signatures under a version of a paper that count, in the order in which they were written down.

    Args:
        house: the services.
        id: the paper.
        version: of it.
    """
    newest = house.register.newest(id)
    custody = {(each.agency, each.name): each.custody for each in house.register.signatories.all()}
    found = []
    for step in _history(house, id):
        if step.move not in {"signed", "joined"} or step.version != version:
            continue
        mark = Mark.of(house.ledger.get(step.entry).body)
        agency = mark.agency or _only(agencies_of(newest.paper, mark.party))
        kept = custody.get((agency, mark.name), "") if mark.kind == "keyed" else ""
        found.append(
            Shown(
                party=mark.party,
                agency=agency,
                name=mark.name,
                kind=mark.kind,
                custody=kept,
                signed_at=mark.signed_at or step.at.isoformat(),
                entry=step.entry,
            )
        )
    return found


def _history(house: Services, id: AgreementId) -> tuple[Step, ...]:
    mou = house.register.mou()
    return mou.history if mou is not None and mou.mou.id == id else house.register.get(id).history


def _agency(newest: Newest, party: str) -> str:
    found = _only(agencies_of(newest.paper, party))
    if not found:
        what = f"The {party} of {newest.paper.id} is not a single agency."
        raise Misconfigured(what, "Say for which one is signed: `--agency`.", code="AGREEMENT_PARTY")
    return found


def _only(agencies: frozenset[str]) -> str:
    """The agency, where there is one; empty where it is not clear which."""
    return next(iter(agencies)) if len(agencies) == 1 else ""
