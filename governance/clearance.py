"""A clearance: leave to send one text to one contact. Once, and within minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from governance.errors import Reason
from governance.ids import AgreementId, ClearanceId, ContactId, GrantId, HouseholdId
from governance.ledger.entry import canonical


class TextKind(StrEnum):
    """Why a family is texted.

    An offer needs a yes that was confirmed, and keeps to the hours and the week's number. An invite asks a family that
    signed up to say yes again: once for each time that it signed up, in the hours of the day. A reply answers what the
    family has just texted: once, at any hour, also after a no (that is how a STOP is acknowledged).
    """

    OFFER = "offer"
    INVITE = "invite"
    REPLY = "reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAsk:
    """One text that is to be sent: to whom, what about, why, and what it rests on. Its words are not in it.

    `household` and `task` are what an offer is for; an invite and a reply may have none. `template` names the text and
    its version. `lineage` are the agreements that the task was derived from. `in_reply_to` is the message that a reply
    answers, as `Contacts.heard` was told of it.
    """

    contact: ContactId
    household: HouseholdId | None
    channel: str
    topic: str
    language: str
    purpose: str
    task: str
    template: str
    lineage: frozenset[AgreementId] = frozenset()
    kind: TextKind = TextKind.OFFER
    in_reply_to: str = ""

    def body(self) -> dict[str, Any]:
        """The ask as part of a ledger entry's body. The household is in it only as part of the digest."""
        open_ = {
            "contact": self.contact,
            "channel": self.channel,
            "about": self.topic,
            "purpose": self.purpose,
            "task": self.task,
            "template": self.template,
            "lineage": sorted(self.lineage),
            "kind": str(self.kind),
            "in_reply_to": self.in_reply_to,
        }
        whole = {**open_, "household": self.household, "language": self.language}
        return {**open_, "sha256": hashlib.sha256(canonical(whole).encode()).hexdigest()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """What `Clearing` issued. The object proves nothing: when it is redeemed, it is looked up in the ledger.

    `grant` opened the door behind which it was issued. `consent_entry` is the ledger's number of the act that it rests
    on: the confirmed yes of an offer, the sign-up of an invite; a reply rests on none.
    """

    id: ClearanceId
    ask: ContactAsk
    grant: GrantId
    consent_entry: int | None
    issued_at: datetime
    expires_at: datetime

    def body(self) -> Mapping[str, Any]:
        """The clearance as a ledger entry's body."""
        return {
            **self.ask.body(),
            "grant": self.grant,
            "consent_entry": self.consent_entry,
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A text that may not be sent now, and everything that stands against it."""

    reasons: tuple[Reason, ...]
