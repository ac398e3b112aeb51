"""What a family texts. A no acts before anything else is looked at, and needs nobody's permission."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from alerts.inbox import Received, is_taken_in, take_in
from alerts.keyword import Meaning, meaning
from alerts.message import Kind
from governance.consent import Consents
from governance.contact import Contacts
from governance.database import reading, transaction
from governance.ids import ContactId, MessageId
from governance.ledger import Ledger
from governance.opened import Opened

_ANSWERS = {
    Meaning.STOP: Kind.STOPPED,
    Meaning.STOP_AND_MORE: Kind.STOPPED,
    Meaning.HELP: Kind.HELP,
    Meaning.OTHER: Kind.UNKNOWN_REPLY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was made of a text: what it means, and the answer that is due (None where it was heard before)."""

    id: MessageId
    contact: ContactId
    meaning: Meaning
    answer: Kind | None
    new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """Hears what families text.

    Args:
        engine: the operational database.
        ledger: where that something came is written down.
        contacts: telephones.
        consents: their yes and no.
    """

    engine: Engine
    ledger: Ledger
    contacts: Contacts
    consents: Consents

    def hear(
        self, phone: str, body: str, received_at: datetime, *, carrier_id: str = "", door: Opened | None = None
    ) -> Heard:
        """Act on a text: no, yes, a question, or something for a person to read. The same text twice acts once.

        Args:
            phone: who texted, in any way of writing.
            body: the words.
            received_at: when; aware.
            carrier_id: the carrier's own name for the text, where it has one.
            door: to contact, for keeping the words sealed; without one they are not kept.

        Raises:
            Misconfigured: `PHONE_INVALID`.
            Refused: the door was shut meanwhile. What was said has been acted on; heard again without it, it is kept.
        """
        contact = self.contacts.id_of(phone)
        id = inbound_id(contact, body, received_at, carrier_id)
        meant = meaning(body)
        with reading(self.engine) as connection:
            if is_taken_in(connection, id):
                return Heard(id=id, contact=contact, meaning=meant, answer=None, new=False)
        meant, answer = self._act(contact, id, meant)
        sealed = door.seal(body.encode(), inbound_context(id)) if door is not None else None
        self.ledger.append("message.received", id, {"contact": contact, "meaning": str(meant)})
        self.contacts.heard(contact, message=id)
        received = Received(id=id, contact=contact, meaning=meant, body_sealed=sealed, received_at=received_at)
        with transaction(self.engine) as connection:
            new = take_in(connection, received)
        return Heard(id=id, contact=contact, meaning=meant, answer=answer if new else None, new=new)

    def _act(self, contact: ContactId, id: MessageId, meant: Meaning) -> tuple[Meaning, Kind]:
        """Do what was said. A yes that nobody waited for says something else: a person should read it."""
        proof = f"message {id}"
        if meant.is_no:
            self.consents.revoke(contact, how="keyword", proof=proof, by="family")
        if meant in {Meaning.YES, Meaning.START}:
            if self._agrees(contact, proof):
                return meant, Kind.CONFIRMED
            meant = Meaning.OTHER
        return meant, _ANSWERS[meant]

    def _agrees(self, contact: ContactId, proof: str) -> bool:
        """Whether a yes confirmed something: now, or just before, when hearing this very text broke off."""
        if self.consents.confirm(contact, how="keyword", proof=proof, by="family"):
            return True
        return any(each.history[-1].proof == proof for each in self.consents.show(contact))


def inbound_id(contact: ContactId, body: str, received_at: datetime, carrier_id: str = "") -> MessageId:
    """The id of a text that came: by the carrier's name for it, or else by its words and its instant."""
    parts = f"{contact}|{carrier_id}" if carrier_id else f"{contact}|{received_at.isoformat()}|{body}"
    return MessageId(f"m-in-{hashlib.sha256(parts.encode()).hexdigest()[:24]}")


def inbound_context(id: MessageId) -> str:
    """What the sealed words of a text are bound to."""
    return f"inbound {id}"
