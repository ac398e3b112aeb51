"""Clearing: whether a text may be sent. Asked when it is drafted, and again by the channel at the moment of sending."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import NoReturn

from governance import objection
from governance.clearance import Clearance, ContactAsk, Held
from governance.clock import Clock
from governance.contact import Contacts
from governance.contact.hours import ContactHours
from governance.errors import ClearanceExpired, ClearanceSpent, ClearanceUnknown, Reason, Refused, refusal
from governance.ids import ClearanceId
from governance.ledger import Entry, Ledger
from governance.ledger.entry import Json
from governance.objection import Matter
from governance.opened import Opened
from governance.register import Register

MINUTES = 5
"""How long a clearance may wait to be redeemed."""

_ASK_AGAIN = "Ask for a new clearance: the family may have changed its mind."


class Clearing:
    """Says whether a contact may be texted, and hands out its number once if so.

    Args:
        contacts: the telephones.
        ledger: everything that a contact has said and been sent is read from it; every answer is written to it first.
        register: where agreements stand.
        clock: the time.
        hours: when offers may be sent.
        weekly_cap: offers that a contact may get in any seven days.
    """

    def __init__(
        self,
        *,
        contacts: Contacts,
        ledger: Ledger,
        register: Register,
        clock: Clock,
        hours: ContactHours,
        weekly_cap: int,
    ) -> None:
        self._contacts = contacts
        self._ledger = ledger
        self._register = register
        self._clock = clock
        self._hours = hours
        self._weekly_cap = weekly_cap

    def ask(self, door: Opened, ask: ContactAsk) -> Clearance | Held:
        """Ask for leave to send one text. The answer stands in the ledger before it is given.

        Args:
            door: of a grant to contact, open.
            ask: the text.

        Returns:
            A clearance, to be redeemed once, within minutes, behind the same door; or every reason against it.

        Raises:
            Refused: the door is not one to contact, or is shut.
        """
        self._contacts.check(door)
        matter = self._matter(door, ask)
        reasons = objection.objections(matter)
        if reasons:
            self._ledger.append("clearance.held", ask.contact, {**ask.body(), "reasons": _plain(reasons)})
            return Held(reasons=reasons)
        now = self._clock.now()
        clearance = Clearance(
            id=ClearanceId(f"k-{secrets.token_hex(12)}"),
            ask=ask,
            grant=door.grant.id,
            consent_entry=objection.rests_on(matter),
            issued_at=now,
            expires_at=now + timedelta(minutes=MINUTES),
        )
        self._ledger.append("clearance.issued", clearance.id, clearance.body())
        return clearance

    def redeem(self, door: Opened, clearance: Clearance) -> str:
        """Spend a clearance, at the moment of sending, and get the number to send to.

        Everything is asked again. Then it is marked as spent, and everything is asked once more as it stood at that
        entry of the ledger: a no that was written down before it holds, and of several texts at once only as many
        pass as may.

        Args:
            door: the one behind which it was issued, still open.
            clearance: as it was issued.

        Returns:
            The number, as E.164.

        Raises:
            ClearanceUnknown: it was not issued here, or was changed, or another door is open.
            ClearanceSpent: it was redeemed before.
            ClearanceExpired: it waited too long.
            Refused: what stands against the text now, with every reason.
        """
        self._admit(door, clearance)
        ask = clearance.ask
        self._contacts.check(door)
        self._object(clearance, objection.objections(self._matter(door, ask)))
        if self._ledger.append_once("clearance.redeemed", clearance.id, {"contact": ask.contact}) is None:
            self._refuse(clearance, ClearanceSpent(f"Clearance {clearance.id} was redeemed before.", _ASK_AGAIN))
        body = {"clearance": clearance.id, "kind": str(ask.kind), "in_reply_to": ask.in_reply_to}
        sent = self._ledger.append("contact.texted", ask.contact, body)
        self._object(clearance, objection.objections(self._matter(door, ask, before=sent)))
        return self._contacts.phone(door, ask.contact)

    def _admit(self, door: Opened, clearance: Clearance) -> None:
        issued = next(iter(self._ledger.entries(kind="clearance.issued", topic=clearance.id)), None)
        if issued is None or dict(issued.body) != clearance.body():
            what = f"Clearance {clearance.id} was not issued here as it stands."
            self._refuse(clearance, ClearanceUnknown(what, _ASK_AGAIN))
        if door.grant.id != clearance.grant:
            what = f"Clearance {clearance.id} was issued behind another door."
            self._refuse(clearance, ClearanceUnknown(what, _ASK_AGAIN))
        if any(self._ledger.entries(kind="clearance.redeemed", topic=clearance.id)):
            self._refuse(clearance, ClearanceSpent(f"Clearance {clearance.id} was redeemed before.", _ASK_AGAIN))
        if not clearance.issued_at <= self._clock.now() < clearance.expires_at:
            what = f"Clearance {clearance.id} is past its {MINUTES} minutes."
            self._refuse(clearance, ClearanceExpired(what, _ASK_AGAIN))

    def _matter(self, door: Opened, ask: ContactAsk, *, before: Entry | None = None) -> Matter:
        entries = list(self._ledger.entries(topic=ask.contact))
        return Matter(
            ask=ask,
            purpose=door.grant.purpose,
            contact=self._contacts.get(ask.contact),
            entries=tuple(entry for entry in entries if before is None or entry.index < before.index),
            register=self._register,
            hours=self._hours,
            weekly_cap=self._weekly_cap,
            now=self._clock.now(),
        )

    def _object(self, clearance: Clearance, reasons: Sequence[Reason]) -> None:
        if reasons:
            self._refuse(clearance, refusal(reasons, "Nothing was sent."))

    def _refuse(self, clearance: Clearance, refused: Refused) -> NoReturn:
        body: dict[str, Json] = {"contact": clearance.ask.contact, "reasons": _plain(refused.reasons)}
        self._ledger.append("clearance.refused", clearance.id, body)
        raise refused


def _plain(reasons: Sequence[Reason]) -> list[Json]:
    return [{"code": each.code, "clause": each.clause, "detail": each.detail} for each in reasons]
