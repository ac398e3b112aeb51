"""Those who signed up for texts: registered as contacts, placed in their households, waiting to say yes again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from flows.bootstrap import Services
from flows.intaking import linker_of
from governance.consent import Asking, ConsentState
from governance.contact import Contact, ContactFlag, Registration
from governance.ids import ContactId, DatasetId, HouseholdId
from governance.opened import Opened
from governance.telephone import is_telephone
from governance.use import Action, Use
from signals.sealed_file import SIGNAL
from signals.signal import current

SIGNED_UP = DatasetId("outreach.signups")
"""The feed of sign-ups; its agreement alone lets families be contacted."""

FIELDS = frozenset({"phone", "language", "topic", "how", "wording", "safe_to_text", "signed_on"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What the sign-ups came to. `unreachable` gave no telephone that anybody can be called by."""

    contacts: int = 0
    asked: int = 0
    withdrawn: int = 0
    unreachable: int = 0


def place_contacts(house: Services, link: str | None = None) -> Placed:
    """Take every sign-up as it stands now: register its telephone, place it, and note its first yes.

    A sign-up that was withdrawn is a no. Running this again changes nothing.

    Args:
        house: the services.
        link: the link run that says which household a sign-up belongs to; linked now where it is left out.

    Raises:
        Refused: sign-ups may not be read for contacting now.
    """
    if not house.store.files(SIGNED_UP, kind=SIGNAL):
        return Placed()
    linked = link or linker_of(house).link().id
    use = Use.of(
        actor=house.flow,
        action=Action.CONTACT,
        purpose=house.settings.purpose,
        dataset=SIGNED_UP,
        fields=FIELDS,
        zone="enclave",
    )
    with house.gate.open(house.gate.request(use)) as door:
        versions = _versions(house, door, linked)
        standing = current(versions, house.clock.today())
        reachable = standing.filter(_has_phone(standing))
        rows = list(reachable.iter_rows(named=True))
        contacts = house.contacts.register_all(door, [_registration(row) for row in rows])
        house.contacts.place({each.id: _home(row) for each, row in zip(contacts, rows, strict=True)})
        asked = house.consents.ask_all(
            [_asking(each.id, row) for each, row in zip(contacts, rows, strict=True)], by="sign-up"
        )
        withdrawn = _withdraw(house, versions, {each.id for each in contacts})
    return Placed(
        contacts=len({each.id for each in contacts}),
        asked=asked,
        withdrawn=withdrawn,
        unreachable=standing.height - reachable.height,
    )


def asked_contacts(house: Services) -> list[tuple[Contact, int]]:
    """Contacts that said yes once and wait to be asked again, each with the ledger's entry of that yes."""
    return [
        (contact, consent.history[-1].entry)
        for contact in house.contacts.all()
        for consent in house.consents.show(contact.id)
        if consent.state is ConsentState.ASKED
    ]


def agreed(house: Services) -> int:
    """How many contacts said yes twice, and not no since."""
    granted = (
        any(consent.state is ConsentState.GRANTED for consent in house.consents.show(contact.id))
        for contact in house.contacts.all()
    )
    return sum(granted)


def _versions(house: Services, door: Opened, link: str) -> pl.DataFrame:
    frames = list(house.store.read(door, SIGNED_UP, FIELDS, house.clock.today(), link=link))
    return pl.concat(frames, how="vertical_relaxed")


def _has_phone(rows: pl.DataFrame) -> pl.Series:
    return pl.Series([phone is not None and is_telephone(phone) for phone in rows["phone"]], dtype=pl.Boolean)


def _registration(row: dict[str, Any]) -> Registration:
    unsafe = row["safe_to_text"] != "yes"  # unknown is not yes
    flags = frozenset({ContactFlag.DO_NOT_TEXT}) if unsafe else frozenset[ContactFlag]()
    return Registration(phone=row["phone"], language=row["language"], household=_home(row), flags=flags)


def _home(row: dict[str, Any]) -> HouseholdId | None:
    return HouseholdId(row["_household"]) if row["_household"] else None


def _asking(contact: ContactId, row: dict[str, Any]) -> Asking:
    return Asking(
        contact=contact,
        topic=row["topic"],
        language=row["language"],
        how=row["how"],
        proof=f"{SIGNED_UP} {row['_delivery']} row {row['_row']}",
        wording=row["wording"],
        given_at=_midnight(row["signed_on"]),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _withdraw(house: Services, versions: pl.DataFrame, standing: set[ContactId]) -> int:
    """Telephones whose sign-ups were taken back, or are another number's by now: a no, once for each such row.

    A number that stands in another sign-up keeps what it said; so does one that said yes anew to a worker.
    """
    newest = versions.sort("_known_on", maintain_order=True).unique("_record", keep="last", maintain_order=True)
    rows = dict(newest.select("_record", pl.struct("_delivery", "_row")).iter_rows())
    numbers = versions.select("_record", "phone").unique(maintain_order=True)
    count = 0
    for record, phone in numbers.iter_rows():
        contact = house.contacts.id_of(phone) if phone is not None and is_telephone(phone) else None
        if contact is None or contact in standing or house.contacts.get(contact) is None:
            continue
        proof = f"{SIGNED_UP} {rows[record]['_delivery']} row {rows[record]['_row']}"
        if not any(
            each.move.proof == proof and each.state is ConsentState.REVOKED for each in house.consents.said(contact)
        ):
            house.consents.revoke(contact, how="form", proof=proof, by="sign-up")
            count += 1
    return count
