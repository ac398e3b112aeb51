"""What a family texts. A no acts before anything else is looked at, and needs nobody's permission."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from alerts.keyword import Meaning, meaning
from alerts.message import Kind
from alerts.outbox import Received, is_taken_in, take_in
from governance.clock import Clock
from governance.consent import Consents
from governance.contact import Contacts
from governance.database import reading, transaction
from governance.ids import ContactId, MessageId
from governance.ledger import Ledger
from governance.opened import Opened

_ANSWERS = {Meaning.STOP: Kind.STOPPED, Meaning.HELP: Kind.HELP, Meaning.OTHER: Kind.UNKNOWN_REPLY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was made of a text: what it means, and the answer that is due (None where none is)."""

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
        clock: when.
        contacts: telephones.
        consents: their yes and no.
    """

    engine: Engine
    ledger: Ledger
    clock: Clock
    contacts: Contacts
    consents: Consents

    def hear(self, phone: str, body: str, received_at: datetime, *, door: Opened | None = None) -> Heard:
        """Act on a text: no, yes, a question, or something for a person to read. The same text twice acts once.

        Args:
            phone: who texted, in any way of writing.
            body: the words.
            received_at: when; aware.
            door: to contact, for keeping the words sealed; without one they are not kept.

        Raises:
            Misconfigured: `PHONE_INVALID`.
        """
        contact = self.contacts.id_of(phone)
        id = inbound_id(contact, body, received_at)
        meant = meaning(body)
        with reading(self.engine) as connection:
            if is_taken_in(connection, id):
                return Heard(id=id, contact=contact, meaning=meant, answer=None, new=False)
        answer = self._act(contact, id, meant)
        self.contacts.heard(contact, message=id)
        sealed = door.seal(body.encode(), inbound_context(id)) if door is not None else None
        received = Received(id=id, contact=contact, meaning=meant, body_sealed=sealed, received_at=received_at)
        with transaction(self.engine) as connection:
            take_in(connection, received)
        return Heard(id=id, contact=contact, meaning=meant, answer=answer)

    def _act(self, contact: ContactId, id: MessageId, meant: Meaning) -> Kind | None:
        proof = f"message {id}"
        if meant is Meaning.STOP:
            self.consents.revoke(contact, how="keyword", proof=proof, by="family")
        if meant is Meaning.YES:
            agreed = self.consents.confirm(contact, how="keyword", proof=proof, by="family")
            return Kind.CONFIRMED if agreed else None
        return _ANSWERS[meant]


def inbound_id(contact: ContactId, body: str, received_at: datetime) -> MessageId:
    """The id of a text that came: the same text of the same instant is the same."""
    parts = f"{contact}|{received_at.isoformat()}|{body}"
    return MessageId(f"m-in-{hashlib.sha256(parts.encode()).hexdigest()[:24]}")


def inbound_context(id: MessageId) -> str:
    """What the sealed words of a text are bound to."""
    return f"inbound {id}"
