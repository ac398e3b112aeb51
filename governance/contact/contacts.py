"""Contacts: telephones that families may be reached at. Known by a keyed digest; the number itself rests sealed."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from governance.clock import Clock
from governance.contact import record
from governance.contact.record import FORBIDDING, Contact, ContactFlag, unknown_contact
from governance.database import reading, transaction
from governance.errors import ActionNotGranted
from governance.ids import ContactId, HouseholdId
from governance.ledger import Ledger
from governance.ledger.log import Draft
from governance.opened import Opened
from governance.telephone import telephone
from governance.use import Action
from governance.vault import Vault

__all__ = ["FORBIDDING", "Contact", "ContactFlag", "Contacts", "Registration", "unknown_contact"]

SECRET = "contact"  # noqa: S105 (its name, not the secret)
"""The secret that contacts' ids are made with."""

PHONE = "phone"
"""The field that a door must have been granted for before a number is sealed or opened behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A telephone to register. The number is in clear: it goes no further than to where it is sealed."""

    phone: str
    language: str
    household: HouseholdId | None = None
    flags: frozenset[ContactFlag] = frozenset()


class Contacts:
    """The telephones of families who signed up.

    Args:
        engine: the operational database.
        vault: has the secret that ids are made with.
        ledger: where every registration and flag is written first.
        clock: the time.
    """

    def __init__(self, engine: Engine, vault: Vault, ledger: Ledger, clock: Clock) -> None:
        self._engine = engine
        self._vault = vault
        self._ledger = ledger
        self._clock = clock
        self._key = b""

    def id_of(self, phone: str) -> ContactId:
        """The contact that a number is: the same number gives the same contact, however it was written.

        Source: HMAC-SHA-256 (RFC 2104) of the number as E.164, cut to 128 bits.

        Raises:
            Misconfigured: `PHONE_INVALID`.
        """
        return self._id(telephone(phone))

    def register(
        self,
        door: Opened,
        phone: str,
        *,
        language: str,
        household: HouseholdId | None,
        flags: Collection[ContactFlag] = frozenset(),
    ) -> Contact:
        """Take a telephone in. Again: its language and household are brought up to date, and flags are added.

        Args:
            door: of a grant to contact that names the phone; the number rests sealed under its agreement.
            phone: the number, as somebody wrote it.
            language: in which the family wants to be written to, as a code (`es`).
            household: where it rings; None leaves what is known.
            flags: what was said with it (`safe_to_text: no`). They stay until `flag` takes them away.

        Raises:
            Misconfigured: `PHONE_INVALID`.
            Refused: the door is not one to contact, or is shut.
        """
        wanted = Registration(phone=phone, language=language, household=household, flags=frozenset(flags))
        return self.register_all(door, [wanted])[0]

    def register_all(self, door: Opened, wanted: Iterable[Registration]) -> list[Contact]:
        """`register` for many at once: all of them or none. One number twice: the later one counts.

        Returns:
            The contacts, in the order of `wanted`.
        """
        self.check(door)
        numbers = [(telephone(each.phone), each) for each in wanted]
        ids = [self._id(number) for number, _ in numbers]
        with reading(self._engine) as connection:
            known = record.stored(connection, ids)
        made: dict[ContactId, Contact] = {}
        drafts: list[Draft] = []
        for id, (_, each) in zip(ids, numbers, strict=True):
            before = made.get(id, known.get(id))
            made[id] = _merged(id, before, each)
            drafts += _registered(door, before, made[id])
        self._ledger.append_many(drafts)
        clear = dict(zip(ids, (number for number, _ in numbers), strict=True))
        with transaction(self._engine) as connection:
            for id, after in made.items():
                if id not in known:
                    record.add(connection, after, door.seal(clear[id].encode(), _context(id)))
                elif after != known[id]:
                    record.renew(connection, known[id], after)
        return [made[id] for id in ids]

    def place(self, homes: Mapping[ContactId, HouseholdId | None]) -> None:
        """Say anew in which households contacts are, as linkage has it tonight.

        Those that linkage placed before and does not now are in none. Those that a worker placed stay.

        Args:
            homes: of each contact of tonight's sign-ups its household; None where that is not known.
        """
        with transaction(self._engine) as connection:
            record.place(connection, homes)

    def get(self, id: ContactId) -> Contact | None:
        """The contact, or None where it was never registered."""
        with reading(self._engine) as connection:
            return record.stored(connection, [id]).get(id)

    def all(self) -> tuple[Contact, ...]:
        """Every contact, by id."""
        with reading(self._engine) as connection:
            return tuple(record.every(connection))

    def of_household(self, household: HouseholdId) -> tuple[Contact, ...]:
        """The contacts that ring in a household, by id."""
        with reading(self._engine) as connection:
            return tuple(record.ringing_in(connection, [household]))

    def flag(self, id: ContactId, flag: ContactFlag, *, on: bool, by: str) -> Contact:
        """Put a flag on a contact, or take it away. Needs no grant.

        Args:
            id: the contact.
            flag: which.
            on: put on, or taken away.
            by: who says so: a staff id.

        Raises:
            Misconfigured: `CONTACT_UNKNOWN`.
        """
        found = self._one(id)
        if (flag in found.flags) is on and (flag in record.flags_of(self._ledger.entries(topic=id))) is on:
            return found
        self._ledger.append("contact.flagged", id, record.flagged(flag, on=on, by=by))
        after = replace(found, flags=found.flags | {flag} if on else found.flags - {flag})
        with transaction(self._engine) as connection:
            record.renew(connection, found, after)
        return after

    def heard(self, id: ContactId, *, message: str) -> None:
        """Note that a contact has just texted: it may be answered once, at any hour, for a few minutes.

        Args:
            id: the contact; it need not be registered.
            message: the text's id, never its words.
        """
        self._ledger.append("contact.heard", id, {"message": message})

    def phone(self, door: Opened, id: ContactId) -> str:
        """A contact's number (E.164). For `Clearing` alone: whoever texts redeems a clearance.

        Args:
            door: of a grant to contact, under the agreement that the number rests under.
            id: the contact.

        Raises:
            Misconfigured: `CONTACT_UNKNOWN`.
            Refused: the door is not one to contact, or is shut.
        """
        self.check(door)
        with reading(self._engine) as connection:
            sealed = record.sealed_phone(connection, id)
        if sealed is None:
            raise unknown_contact()
        number = door.unseal(sealed, _context(id)).decode()
        door.count(1)
        return number

    def check(self, door: Opened) -> None:
        """Make sure that behind a door somebody may be contacted, now.

        Raises:
            Refused: it was opened for something else, or is shut, or its agreement has stopped.
        """
        if door.grant.action is not Action.CONTACT:
            what = f"Grant {door.grant.id} is to {door.grant.action}, not to contact."
            refused = ActionNotGranted(what, "Ask for a grant to contact.")
            reasons = [{"code": each.code, "clause": "use.action", "detail": each.detail} for each in refused.reasons]
            body = {**door.grant.body(), "grant": door.grant.id, "reasons": reasons}
            self._ledger.append("use.refused", door.grant.dataset, body)
            raise refused
        door.sees({PHONE})
        door.recheck()

    def _id(self, number: str) -> ContactId:
        if not self._key:
            self._key = self._vault.secret(SECRET)
        return ContactId("c-" + hmac.digest(self._key, number.encode(), "sha256").hex()[:32])

    def _one(self, id: ContactId) -> Contact:
        found = self.get(id)
        if found is None:
            raise unknown_contact()
        return found


def _merged(id: ContactId, before: Contact | None, wanted: Registration) -> Contact:
    if before is None:
        return Contact(id=id, household=wanted.household, language=wanted.language, flags=wanted.flags)
    return Contact(
        id=id,
        household=wanted.household or before.household,
        language=wanted.language,
        flags=before.flags | wanted.flags,
    )


def _registered(door: Opened, before: Contact | None, after: Contact) -> list[Draft]:
    """What the ledger says of a registration: nothing where nothing is new but household or language."""
    by = {"grant": door.grant.id, "agreement": door.grant.agreement, "by": door.grant.actor}
    new = after.flags - (before.flags if before else frozenset())
    drafts: list[Draft] = [("contact.registered", after.id, by)] if before is None else []
    return drafts + [
        ("contact.flagged", after.id, record.flagged(flag, on=True, by=door.grant.actor)) for flag in sorted(new)
    ]


def _context(id: ContactId) -> str:
    return f"contact {id}"
