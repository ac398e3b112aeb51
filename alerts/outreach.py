"""Outreach: a text is drafted without a number, cleared at the moment of sending, written down, and only then sent.

Each text has an id of its own that follows from what it is for, so that running anything again sends nothing twice. A
text whose sending broke off is sent again only where its channel makes sure that nobody gets it twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from alerts.channels.channel import Channel, Receipt
from alerts.channels.outcome import Act
from alerts.message import Kind, Messages, Office, Text
from alerts.message_table import Status
from alerts.outbox import cooling, drafted, has_left, keep, settle
from governance.clearance import Clearance, ContactAsk, Held, TextKind
from governance.clearing import Clearing
from governance.clock import Clock
from governance.consent import RANK, SMS, Consents, ConsentState
from governance.contact import Contact, ContactFlag, Contacts
from governance.database import reading, transaction
from governance.ids import AgreementId, ContactId, HouseholdId, MessageId, RunId, TaskId
from governance.ledger import Ledger
from governance.opened import Opened

COOLDOWN_DAYS = 14
"""Days after an offer before the same household is sent another."""
SOON_DAYS = 7
"""Days before its due day from which on an offer says that now is a good time."""

SENT = "SENT"
ALREADY = "SENT_BEFORE"


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
class Outcome:
    """What became of one offer or answer: `SENT`, `SENT_BEFORE`, or why not; and its message, where there is one."""

    reason: str
    message: MessageId | None = None
    act: Act = Act.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """Sends what may be sent.

    Args:
        engine: the operational database.
        ledger: what was sent is written there.
        clock: when.
        contacts: telephones.
        consents: what they said.
        clearing: who says whether one may be texted.
        messages: reviewed texts.
        office: who sends.
        channel: the way out.
        purpose: what for.
        dry: weigh and clear, but send nothing.
    """

    engine: Engine
    ledger: Ledger
    clock: Clock
    contacts: Contacts
    consents: Consents
    clearing: Clearing
    messages: Messages
    office: Office
    channel: Channel
    purpose: str
    dry: bool = False

    def offer(self, door: Opened, offer: Offer) -> Outcome:
        """Send a household its offer, once a task.

        Args:
            door: to contact.
            offer: what for.

        Raises:
            Refused: the family's no, or an agreement's end, came between clearing and sending.
        """
        id = message_id("offer", offer.task)
        with reading(self.engine) as connection:
            if self._done(has_left(connection, [id]).get(id)):
                return Outcome(reason=ALREADY, message=id)
            if cooling(connection, offer.household, self.clock.now(), COOLDOWN_DAYS):
                return Outcome(reason="COOLDOWN")
        contact = self._best(offer.household)
        if contact is None:
            return Outcome(reason="NO_CONTACT")
        soon = (offer.due_on - self.clock.today()).days <= SOON_DAYS
        text = self._text(Kind.OFFER_SOON if soon else Kind.OFFER, contact.language)
        if text is None:
            return Outcome(reason="NO_REVIEWED_TEXT")
        ask = ContactAsk(
            contact=contact.id,
            household=offer.household,
            channel=SMS,
            topic=text.topic,
            language=text.language,
            purpose=self.purpose,
            task=offer.task,
            template=text.template,
            lineage=offer.lineage,
        )
        return self._clear(door, ask, text, id, run=offer.run)

    def invite(self, door: Opened, contact: Contact, *, asked: int) -> Outcome:
        """Ask a contact that signed up to say yes again, once for each time that it signed up.

        Args:
            door: to contact.
            contact: which.
            asked: the ledger's entry of its first yes.
        """
        id = message_id("invite", contact.id, str(asked))
        with reading(self.engine) as connection:
            if self._done(has_left(connection, [id]).get(id)):
                return Outcome(reason=ALREADY, message=id)
        text = self._text(Kind.INVITE, contact.language)
        if text is None:
            return Outcome(reason="NO_REVIEWED_TEXT")
        return self._clear(door, self._ask(contact.id, text, TextKind.INVITE), text, id)

    def reply(self, door: Opened, contact: ContactId, kind: Kind, *, to: MessageId, language: str) -> Outcome:
        """Answer what a family just texted.

        Args:
            door: to contact.
            contact: who texted.
            kind: of the answer.
            to: the message that it answers.
            language: in which; English where there is no reviewed text of it, since a no must be acknowledged.
        """
        text = self._text(kind, language) or self._text(kind, "en")
        if text is None:
            return Outcome(reason="NO_REVIEWED_TEXT")
        ask = self._ask(contact, text, TextKind.REPLY, in_reply_to=to)
        return self._clear(door, ask, text, message_id("reply", to))

    def _done(self, status: Status | None) -> bool:
        """Whether a text left or may have left, so that it is not sent again."""
        return status is not None and not (status is Status.SENDING and self.channel.repeatable)

    def _best(self, household: HouseholdId) -> Contact | None:
        """The contact of a household that said most, and of these the one that said it last."""
        found = [(self._standing(each.id), each) for each in self.contacts.of_household(household)]
        return max(found, key=lambda pair: (*pair[0], pair[1].id), default=(None, None))[1]

    def _standing(self, id: ContactId) -> tuple[int, int]:
        said = [each for each in self.consents.show(id) if each.history]
        if not said:
            return RANK.index(ConsentState.NONE), -1
        return max((RANK.index(each.state), each.history[-1].entry) for each in said)

    def _text(self, kind: Kind, language: str) -> Text | None:
        return self.messages.text(kind, language, self.office)

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
            return Outcome(reason=answer.reasons[0].code)
        if self.dry:
            return Outcome(reason=SENT)
        return self._send(door, answer, text, id, run)

    def _send(self, door: Opened, clearance: Clearance, text: Text, id: MessageId, run: RunId | None) -> Outcome:
        """Write the text down as leaving, let it leave, write down what became of it."""
        now = self.clock.now()
        draft = drafted(
            id, clearance, body=text.body, segments=text.size.segments, channel=self.channel.name, run=run, at=now
        )
        with transaction(self.engine) as connection:
            keep(connection, draft)
        receipt: Receipt | None = None
        try:
            receipt = self.channel.send(door, clearance, text, id)
        finally:
            if receipt is None:  # refused at the last moment: it did not leave, and may be asked for anew
                self._settle(id, Receipt(status=Status.HELD))
        body = {"clearance": clearance.id, "channel": self.channel.name, "status": str(receipt.status)}
        kind = "message.sent" if receipt.status is Status.SENT else "message.failed"
        self.ledger.append(kind, id, {**body, "code": receipt.code})
        self._settle(id, receipt)
        self._act(clearance.ask.contact, receipt, id)
        reason = SENT if receipt.status is Status.SENT else f"CARRIER_{receipt.code or 'UNKNOWN'}"
        return Outcome(reason=reason, message=id, act=receipt.act)

    def _settle(self, id: MessageId, receipt: Receipt) -> None:
        with transaction(self.engine) as connection:
            now = self.clock.now()
            settle(connection, id, receipt.status, at=now, provider_id=receipt.provider_id, code=receipt.code)

    def _act(self, contact: ContactId, receipt: Receipt, id: MessageId) -> None:
        """What a carrier's answer asks for, at once."""
        act(self.contacts, self.consents, contact, receipt.act, proof=f"message {id}")


def act(contacts: Contacts, consents: Consents, contact: ContactId, what: Act, *, proof: str) -> None:
    """Do what a carrier's code asks for about a telephone.

    Args:
        contacts: where it is flagged.
        consents: where its no is written down.
        contact: whose.
        what: to do; what concerns more than one telephone is left to the caller.
        proof: where that can be looked up.
    """
    if what is Act.REVOKE:
        consents.revoke(contact, how="carrier", proof=proof, by="carrier")
    elif what is Act.DO_NOT_TEXT:
        contacts.flag(contact, ContactFlag.DO_NOT_TEXT, on=True, by="carrier")


def message_id(*parts: str) -> MessageId:
    """The id of a text, from what it is for."""
    return MessageId(f"m-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:24]}")


def counted(reasons: Iterable[str]) -> list[dict[str, str | int]]:
    """Why texts were held, and how many for each reason, most first."""
    counts: dict[str, int] = {}
    for reason in reasons:
        counts[reason] = counts.get(reason, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"reason": reason, "count": count} for reason, count in ordered]
