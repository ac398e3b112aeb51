"""Outreach: whom to text what. A text is drafted without a number, cleared at the moment of sending, and then sent.

Each text has an id of its own that follows from what it is for, so that running anything again sends nothing twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from alerts.message import Kind, Messages, Office, Text
from alerts.outbox import cooling
from alerts.sending import ALREADY, SENT, Outcome, Sending
from governance.clearance import ContactAsk, Held, TextKind
from governance.clearing import Clearing
from governance.consent import RANK, SMS
from governance.contact import Contact
from governance.database import reading
from governance.ids import AgreementId, ContactId, HouseholdId, MessageId, RunId, TaskId
from governance.opened import Opened

__all__ = ["ALREADY", "SENT", "Drafted", "Offer", "Outcome", "Outreach", "message_id"]

COOLDOWN_DAYS = 14
"""Days after an offer before the same household is sent another."""
SOON_DAYS = 7
"""Days before its due day from which on an offer asks to call soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A task whose family is to be offered help, and the agreements that the task was derived from."""

    task: TaskId
    household: HouseholdId
    tier: int
    due_on: date
    lineage: frozenset[AgreementId]
    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A text as it would leave, to whom; or why there is none (`held`). Governance has not been asked."""

    id: MessageId
    contact: ContactId | None = None
    text: Text | None = None
    held: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """Says whom to text what, asks for leave, and hands over what may be sent.

    Args:
        sending: the way out.
        clearing: who says whether a family may be texted.
        messages: reviewed texts.
        office: who sends.
        purpose: what for.
        dry: weigh and clear, but send nothing.
    """

    sending: Sending
    clearing: Clearing
    messages: Messages
    office: Office
    purpose: str
    dry: bool = False

    def draft(self, offer: Offer) -> Drafted:
        """The text of an offer, without a number: in the language of the contact that said most, and said it last.

        Args:
            offer: what for.
        """
        id = message_id("offer", offer.task)
        before = self.sending.before(id)
        if before is not None:
            return Drafted(id=id, held=before.reason)
        with reading(self.sending.engine) as connection:
            if cooling(connection, offer.household, self.sending.clock.now(), COOLDOWN_DAYS, but=id):
                return Drafted(id=id, held="COOLDOWN")
        soon = (offer.due_on - self.sending.clock.today()).days <= SOON_DAYS
        kind = Kind.OFFER_SOON if soon else Kind.OFFER
        contact = self._best(offer.household, self.messages[kind].topic)
        if contact is None:
            return Drafted(id=id, held="NO_CONTACT")
        text, held = self._text(kind, contact.language)
        return Drafted(id=id, contact=contact.id, text=text, held=held)

    def offer(self, door: Opened, offer: Offer) -> Outcome:
        """Send a household its offer, once a task.

        Args:
            door: to contact.
            offer: what for.

        Raises:
            Refused: the family's no, or an agreement's end, came between clearing and sending.
        """
        drafted = self.draft(offer)
        if drafted.text is None or drafted.contact is None:
            return self._held(drafted.id, drafted.held, task=offer.task)
        ask = ContactAsk(
            contact=drafted.contact,
            household=offer.household,
            channel=SMS,
            topic=drafted.text.topic,
            language=drafted.text.language,
            purpose=self.purpose,
            task=offer.task,
            template=drafted.text.template,
            lineage=offer.lineage,
        )
        return self._clear(door, ask, drafted.text, drafted.id, run=offer.run)

    def invite(self, door: Opened, contact: Contact, *, asked: int) -> Outcome:
        """Ask a contact that signed up to say yes again, once for each time that it signed up.

        Args:
            door: to contact.
            contact: which.
            asked: the ledger's entry of its first yes.

        Raises:
            Refused: as for an offer.
        """
        id = message_id("invite", contact.id, str(asked))
        before = self.sending.before(id)
        if before is not None:
            return before
        text, held = self._text(Kind.INVITE, contact.language)
        if text is None:
            return self._held(id, held)
        return self._clear(door, self._ask(contact.id, text, TextKind.INVITE), text, id)

    def reply(self, door: Opened, contact: ContactId, kind: Kind, *, to: MessageId, language: str) -> Outcome:
        """Answer what a family just texted, at any hour.

        Args:
            door: to contact.
            contact: who texted.
            kind: of the answer.
            to: the message that it answers.
            language: in which.

        Raises:
            Refused: as for an offer.
        """
        id = message_id("reply", to)
        before = self.sending.before(id)
        if before is not None:
            return before
        text, held = self._text(kind, language)
        if text is None:
            return self._held(id, held)
        return self._clear(door, self._ask(contact, text, TextKind.REPLY, in_reply_to=to), text, id)

    def _best(self, household: HouseholdId, topic: str) -> Contact | None:
        """The contact of a household that said most about a topic, and of these the one that said it last."""
        found = self.sending.contacts.of_household(household)
        return max(found, key=lambda each: (*self._standing(each.id, topic), each.id), default=None)

    def _standing(self, id: ContactId, topic: str) -> tuple[int, int]:
        said = self.sending.consents.about(id, topic=topic)
        return RANK.index(said.state), said.history[-1].entry if said.history else -1

    def _text(self, kind: Kind, language: str) -> tuple[Text | None, str]:
        """A text that may be used, or why there is none: then a caseworker calls. Never another language instead."""
        text = self.messages.text(kind, language, self.office)
        if text is None:
            return None, "NO_REVIEWED_TEXT"
        if self.sending.is_stopped(text.template):
            return None, "TEMPLATE_STOPPED"
        return text, ""

    def _ask(self, contact: ContactId, text: Text, kind: TextKind, *, in_reply_to: str = "") -> ContactAsk:
        return ContactAsk(
            contact=contact,
            household=None,
            channel=SMS,
            topic=text.topic,
            language=text.language,
            purpose=self.purpose,
            task="",
            template=text.template,
            kind=kind,
            in_reply_to=in_reply_to,
        )

    def _clear(self, door: Opened, ask: ContactAsk, text: Text, id: MessageId, *, run: RunId | None = None) -> Outcome:
        answer = self.clearing.ask(door, ask)
        if isinstance(answer, Held):
            return self._held(id, *(reason.code for reason in answer.reasons), task=ask.task)
        if self.dry:
            return Outcome(reason=SENT)
        return self.sending.send(door, answer, text, id, run=run)

    def _held(self, id: MessageId, *reasons: str, task: str = "") -> Outcome:
        """A text that stays here; the ledger says why, unless it went out before."""
        if not self.dry and reasons != (ALREADY,):
            self.sending.ledger.append("message.held", id, {"task": task, "reasons": list(reasons)})
        return Outcome(reason=reasons[0], message=id)


def message_id(*parts: str) -> MessageId:
    """The id of a text, from what it is for."""
    return MessageId(f"m-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:24]}")
