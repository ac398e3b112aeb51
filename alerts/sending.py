"""Sending: a text that was cleared is written down, and only then leaves. What became of it is written down too.

A text has an id of its own that follows from what it is for. Of all who would send it one does, and it is sent again
only where it is certain that it did not leave. Where sending broke off, the ledger says how far it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from alerts.channels.channel import Channel, Receipt
from alerts.channels.outcome import Act, News, act_on, may_repeat
from alerts.message import Text
from alerts.message_table import LEFT, Status
from alerts.outbox import StoredMessage, by_provider, claim, drafted, find_message, settle
from governance.clearance import Clearance
from governance.clearing import MINUTES
from governance.clock import Clock
from governance.consent import Consents
from governance.contact import ContactFlag, Contacts
from governance.database import reading, transaction
from governance.ids import MessageId, RunId
from governance.ledger import Ledger
from governance.opened import Opened

SENT = "SENT"
ALREADY = "SENT_BEFORE"
_KINDS = {
    Status.SENT: "message.sent",
    Status.DELIVERED: "message.delivered",
    Status.FAILED: "message.failed",
    Status.UNKNOWN: "message.unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one text: `SENT`, `SENT_BEFORE`, or why not; and its message, where there is one."""

    reason: str
    message: MessageId | None = None
    act: Act = Act.NOTHING

    @property
    def must_pause(self) -> bool:
        """Whether what the carrier said concerns every text: its line, or the account."""
        return self.act is Act.PAUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Sends what was cleared, and does what a carrier's answer asks for.

    Args:
        engine: the operational database.
        ledger: what was sent is written there.
        clock: when.
        contacts: telephones.
        consents: what they said.
        channel: the way out.
    """

    engine: Engine
    ledger: Ledger
    clock: Clock
    contacts: Contacts
    consents: Consents
    channel: Channel

    def before(self, id: MessageId) -> Outcome | None:
        """What became of a text earlier, so that it is not sent again; None where it may be."""
        with reading(self.engine) as connection:
            stored = find_message(connection, id)
        if stored is None:
            return None
        status = stored.status
        waited = stored.at + timedelta(minutes=MINUTES) <= self.clock.now()
        if status is Status.SENDING and (waited or self.channel.repeatable):  # nobody can be at it any more
            status = self._mend(stored)
        if status in LEFT:
            return Outcome(reason=ALREADY, message=id)
        if status is Status.FAILED and not may_repeat(stored.code, times=self._failures(id)):
            return Outcome(reason=_carrier(stored.code), message=id)
        return None

    def is_stopped(self, template: str) -> bool:
        """Whether carriers take a template for spam: then nothing of it is sent until it is a new version."""
        return any(self.ledger.entries(kind="template.stopped", topic=template, limit=1))

    def send(self, door: Opened, clearance: Clearance, text: Text, id: MessageId, *, run: RunId | None) -> Outcome:
        """Write a text down as leaving, let it leave, write down what became of it.

        Args:
            door: the one behind which it was cleared.
            clearance: for this text.
            text: the words.
            id: of the message.
            run: the night that it belongs to.

        Raises:
            Refused: the family's no, or an agreement's end, came between clearing and sending: nothing left.
        """
        draft = drafted(
            id,
            clearance,
            body=text.body,
            segments=text.size.segments,
            channel=self.channel.name,
            run=run,
            at=self.clock.now(),
        )
        with transaction(self.engine) as connection:
            mine = claim(connection, draft)
        if not mine:
            return Outcome(reason=ALREADY, message=id)
        receipt: Receipt | None = None
        try:
            receipt = self.channel.send(door, clearance, text, id)
        finally:
            if receipt is None:
                self._mend(draft)
        return self._sent(draft, receipt)

    def told(self, news: News, id: MessageId | None = None) -> bool:
        """Take in what a carrier says became of a text. The same news twice changes nothing.

        Args:
            news: what it says.
            id: the message, as we told the carrier; found by the carrier's own name where it is left out.

        Returns:
            Whether it was news of a text of ours.
        """
        with reading(self.engine) as connection:
            stored = by_provider(connection, news.provider_id)
            named = find_message(connection, id) if stored is None and id is not None else None
        if named is not None and named.provider_id is None and named.channel == self.channel.name:
            stored = named  # the news overtook our own note of it, or the line broke before we were told its name
        if stored is None:
            return False
        receipt = Receipt(status=news.status, provider_id=news.provider_id, code=news.code)
        if stored.status is not news.status:
            self._do(stored, act_on(news.code, times=self._failures(stored.id) + 1), news.code)
        if not self._settle(stored, receipt):
            return False
        self._note(stored, receipt)
        if news.status is Status.DELIVERED:
            self.channel.forget(news.provider_id)
        return True

    def _sent(self, draft: StoredMessage, receipt: Receipt) -> Outcome:
        act = Act.PAUSE if receipt.status is Status.UNKNOWN else Act.NOTHING
        if receipt.status is Status.FAILED:
            act = act_on(receipt.code, times=self._failures(draft.id) + 1)
            self._do(draft, act, receipt.code)
        self._note(draft, receipt)
        self._settle(draft, receipt)
        reason = SENT if receipt.status is Status.SENT else _carrier(receipt.code)
        return Outcome(reason=reason, message=draft.id, act=act)

    def _do(self, stored: StoredMessage, act: Act, code: str | None) -> None:
        """What a carrier's code asks for, at once; doing it again changes nothing."""
        if act is Act.REVOKE:
            self.consents.revoke(stored.contact, how="carrier", proof=f"message {stored.id}", by="carrier")
        elif act is Act.DO_NOT_TEXT and self.contacts.get(stored.contact) is not None:
            self.contacts.flag(stored.contact, ContactFlag.DO_NOT_TEXT, on=True, by="carrier")
        elif act is Act.STOP_TEMPLATE:
            self.ledger.append_once("template.stopped", stored.template, {"message": stored.id, "code": code})

    def _mend(self, stored: StoredMessage) -> Status:
        """Settle a text whose sending broke off, by what the ledger says of it.

        Before its clearance was redeemed nobody had the number: it did not leave. After that it may have, except where
        the channel keeps it here.
        """
        found = self._noted(stored)
        if found is None and self._has("clearance.refused", stored):
            found = Receipt(status=Status.HELD)
        if found is None and self._has("clearance.redeemed", stored):
            here = self.channel.repeatable and stored.channel == self.channel.name
            found = Receipt(status=Status.SENT if here else Status.UNKNOWN)
            self._note(stored, found)
        found = found or Receipt(status=Status.HELD)
        self._settle(stored, found)
        return found.status

    def _noted(self, stored: StoredMessage) -> Receipt | None:
        """What was noted of this sending before it broke off."""
        noted = [
            entry.body
            for entry in self.ledger.entries(kind="message", topic=stored.id)
            if entry.kind in _KINDS.values() and entry.body["clearance"] == stored.clearance
        ]
        if not noted:
            return None
        provider, code = noted[-1]["provider"], noted[-1]["code"]
        return Receipt(
            status=Status(str(noted[-1]["status"])),
            provider_id=None if provider is None else str(provider),
            code=None if code is None else str(code),
        )

    def _has(self, kind: str, stored: StoredMessage) -> bool:
        return any(self.ledger.entries(kind=kind, topic=stored.clearance, limit=1))

    def _failures(self, id: MessageId) -> int:
        return sum(1 for _ in self.ledger.entries(kind="message.failed", topic=id))

    def _note(self, stored: StoredMessage, receipt: Receipt) -> None:
        body = {
            "clearance": stored.clearance,
            "channel": stored.channel,
            "status": str(receipt.status),
            "provider": receipt.provider_id,
            "code": receipt.code,
        }
        self.ledger.append(_KINDS[receipt.status], stored.id, body)

    def _settle(self, stored: StoredMessage, receipt: Receipt) -> bool:
        now = self.clock.now()
        with transaction(self.engine) as connection:
            return settle(
                connection, stored.id, receipt.status, at=now, provider_id=receipt.provider_id, code=receipt.code
            )


def _carrier(code: str | None) -> str:
    return f"CARRIER_{code or 'UNKNOWN'}"
