"""A contact as it is kept: what is known of a telephone, and its row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from governance.contact.table import contact
from governance.errors import Misconfigured
from governance.ids import ContactId, HouseholdId
from governance.ledger import Entry

PAGE = 500
"""Ids that one question to the database names."""


class ContactFlag(StrEnum):
    """What is known of a telephone that a text must respect. All but a shared one forbid it."""

    DO_NOT_TEXT = "do_not_text"
    PROTECTED = "protected"
    SHARED_PHONE = "shared_phone"
    MINOR = "minor"
    DECEASED = "deceased"


FORBIDDING = frozenset(ContactFlag) - {ContactFlag.SHARED_PHONE}
"""Flags that no text goes past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A telephone: the household it rings in, as far as that is known, and the language to write in."""

    id: ContactId
    household: HouseholdId | None
    language: str
    flags: frozenset[ContactFlag]


def stored(connection: Connection, ids: Sequence[ContactId]) -> dict[ContactId, Contact]:
    """Those of these contacts that are registered."""
    found: dict[ContactId, Contact] = {}
    for start in range(0, len(ids), PAGE):
        query = select(contact).where(contact.c.id.in_(ids[start : start + PAGE]))
        found |= {ContactId(row.id): _contact(row) for row in connection.execute(query)}
    return found


def every(connection: Connection) -> list[Contact]:
    """All contacts, by id."""
    return [_contact(row) for row in connection.execute(select(contact).order_by(contact.c.id))]


def ringing_in(connection: Connection, households: Sequence[HouseholdId]) -> list[Contact]:
    """The contacts of these households, by id."""
    found: list[Contact] = []
    for start in range(0, len(households), PAGE):
        query = select(contact).where(contact.c.household.in_(households[start : start + PAGE]))
        found += [_contact(row) for row in connection.execute(query)]
    return sorted(found, key=lambda each: each.id)


def sealed_phone(connection: Connection, id: ContactId) -> bytes | None:
    """A contact's number as it rests."""
    return connection.execute(select(contact.c.phone_sealed).where(contact.c.id == id)).scalar()


def add(connection: Connection, each: Contact, phone_sealed: bytes) -> None:
    """Keep a new contact."""
    row = {"id": each.id, "household": each.household, "linked": False, "language": each.language}
    connection.execute(contact.insert(), {**row, "flags": sorted(each.flags), "phone_sealed": phone_sealed})


def renew(connection: Connection, before: Contact, after: Contact) -> None:
    """Keep what has changed of a contact. A household that was given by hand is no longer linkage's to take back."""
    values: dict[str, Any] = {"language": after.language, "flags": sorted(after.flags)}
    if after.household != before.household:
        values |= {"household": after.household, "linked": False}
    connection.execute(update(contact).where(contact.c.id == before.id).values(**values))


def place(connection: Connection, homes: Mapping[ContactId, HouseholdId | None]) -> None:
    """Put contacts where linkage has them. What it placed before and does not now is in no household."""
    for row in connection.execute(select(contact.c.id, contact.c.household, contact.c.linked)).all():
        id = ContactId(row.id)
        linked = row.linked or id in homes
        home = homes.get(id) if linked else row.household
        if (home, linked) != (row.household, row.linked):
            connection.execute(update(contact).where(contact.c.id == id).values(household=home, linked=linked))


def flags_of(entries: Iterable[Entry]) -> frozenset[ContactFlag]:
    """The flags of a contact, as the ledger has them.

    Args:
        entries: everything about the contact, in its order.
    """
    flags: set[ContactFlag] = set()
    for entry in entries:
        if entry.kind == "contact.flagged":
            flag = {ContactFlag(str(entry.body["flag"]))}
            flags = flags | flag if entry.body["on"] else flags - flag
    return frozenset(flags)


def flagged(flag: ContactFlag, *, on: bool, by: str) -> dict[str, Any]:
    """The body of the ledger's entry about a flag."""
    return {"flag": flag.value, "on": on, "by": by}


def known_flags(flags: Collection[str]) -> frozenset[ContactFlag]:
    """Flags by their names."""
    return frozenset(ContactFlag(flag) for flag in flags)


def unknown_contact() -> Misconfigured:
    """The error for a contact, or a household's contact, that there is none of."""
    return Misconfigured(
        "No telephone is registered for that.",
        "Register one with `hearthline consent grant`, or take the sign-ups in.",
        code="CONTACT_UNKNOWN",
    )


def _contact(row: Row[Any]) -> Contact:
    return Contact(id=ContactId(row.id), household=row.household, language=row.language, flags=known_flags(row.flags))
