"""Families for tests: an agreement that lets them be contacted, a telephone, and everything that clears a text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from governance.clearance import Clearance, ContactAsk, Held, TextKind
from governance.clearing import Clearing
from governance.clock import FixedClock
from governance.consent import Consents
from governance.consent.table import consent_move
from governance.contact import Contact, Contacts
from governance.contact.hours import ContactHours
from governance.contact.table import contact
from governance.database import metadata
from governance.gate import Gate
from governance.ids import AgreementId, ContactId, DatasetId, HouseholdId
from governance.ledger import Ledger
from governance.opened import Opened
from governance.register import Register
from governance.use import Action, Use
from tests.governance.doors import doors
from tests.governance.papers import CASES, KNOWN, SNAP, WORKER, Document, field, signed, snap

SIGNUPS = DatasetId("outreach.signups")
FAMILIES = AgreementId("DULA-2026-010")
PHONE = "617-555-0123"
OTHER_PHONE = "+1 (413) 555-0188"
HOME, ELSEWHERE = HouseholdId("hh-0123456789abcdef"), HouseholdId("hh-fedcba9876543210")
TOPIC = "family_support"
NOON = datetime(2026, 9, 1, 16, tzinfo=UTC)
"""Noon of a Tuesday where the agency works."""


def signups(**changes: Any) -> Document:
    """The agreement under which families may be contacted."""
    document = snap(id=FAMILIES, title="Sign-ups for texts", linkage={"with": []})
    document["parties"]["owner"]["agency"] = "EOHHS"
    document["datasets"][0]["id"] = SIGNUPS
    document["datasets"][0]["fields"] = [
        field("phone", **{"class": "direct_identifier", "zones": ["enclave"], "actions": ["match", "contact"]}),
        field("language", actions=["match", "contact", "view"]),
    ]
    return {**document, **changes}


@dataclass(slots=True)
class Families:
    """Everything that stands between a text and a family."""

    gate: Gate
    ledger: Ledger
    register: Register
    clock: FixedClock
    contacts: Contacts
    consents: Consents
    clearing: Clearing

    @contextmanager
    def door(self, **changes: Any) -> Iterator[Opened]:
        """A door behind which families may be contacted."""
        with self.gate.open(self.gate.request(contact_use(**changes))) as opened:
            yield opened

    def registered(self, phone: str = PHONE, **changes: Any) -> Contact:
        """A telephone, taken in."""
        with self.door() as door:
            return self.contacts.register(door, phone, **{"language": "es", "household": HOME, **changes})

    def asked(self, phone: str = PHONE, **changes: Any) -> ContactId:
        """A family that signed up."""
        id = self.registered(phone).id
        self.consents.ask(id, **{**SIGNED_UP, "given_at": self.clock.now(), **changes})
        return id

    def willing(self, phone: str = PHONE) -> ContactId:
        """A family that signed up, and said yes a second time."""
        id = self.asked(phone)
        assert self.consents.confirm(id, how="keyword", proof="m-0123456789abcdef", by="inbound")
        return id

    def cleared(self, door: Opened, id: ContactId, **changes: Any) -> Clearance:
        """A clearance for an offer."""
        answer = self.clearing.ask(door, offer(id, **changes))
        assert isinstance(answer, Clearance), answer
        return answer

    def held(self, door: Opened, ask: ContactAsk) -> list[str]:
        """The codes of everything that stands against a text."""
        answer = self.clearing.ask(door, ask)
        return [reason.code for reason in answer.reasons] if isinstance(answer, Held) else []

    def kinds(self, topic: str) -> list[str]:
        """What the ledger says happened about a topic."""
        return [entry.kind for entry in self.ledger.entries(topic=topic)]

    def codes(self, kind: str) -> list[str]:
        """The codes of all reasons in the ledger's entries of a kind."""
        found: list[Any] = [entry.body["reasons"] for entry in self.ledger.entries(kind=kind)]
        return [reason["code"] for reasons in found for reason in reasons]

    def written(self) -> str:
        """Everything that the ledger holds, as text."""
        return "\n".join(f"{entry.kind} {entry.topic} {entry.body}" for entry in self.ledger.entries())


SIGNED_UP: dict[str, Any] = {
    "topic": TOPIC,
    "language": "es",
    "how": "form",
    "proof": "signed form of 2026-08-03",
    "wording": "signup-family_support-es-1",
    "by": "worker-1",
}


def offer(id: ContactId, **changes: Any) -> ContactAsk:
    """An offer that nothing stands against, with some of its parts changed."""
    plain = ContactAsk(
        contact=id,
        household=HOME,
        channel="sms",
        topic=TOPIC,
        language="es",
        purpose="prevention.outreach",
        task="t-1",
        template="offer-es-1",
        lineage=frozenset({SNAP}),
    )
    return replace(plain, **changes)


def invite(id: ContactId, **changes: Any) -> ContactAsk:
    """An invitation to say yes a second time."""
    return offer(id, **{"kind": TextKind.INVITE, "task": "", "household": None, "lineage": frozenset(), **changes})


def reply(id: ContactId, message: str, **changes: Any) -> ContactAsk:
    """An answer to what a family texted."""
    return invite(id, **{"kind": TextKind.REPLY, "in_reply_to": message, **changes})


def contact_use(**changes: Any) -> Use:
    """The use that texting rests on."""
    plain: Document = {
        "actor": replace(WORKER, trained_until=date(2027, 1, 1)),
        "action": Action.CONTACT,
        "purpose": "prevention.outreach",
        "dataset": SIGNUPS,
        "fields": {"phone"},
        "zone": "enclave",
    }
    return Use.of(**{**plain, **changes})


def families(folder: Path, engine: Engine | None = None) -> Families:
    """A home for tests, at noon: the agreements in force, nobody registered.

    Args:
        folder: for its databases.
        engine: where contacts are kept, if not in the folder.
    """
    made = doors(folder)
    made.clock.at = NOON
    engine = engine or made.engine
    metadata.create_all(engine, tables=[contact, consent_move])
    made.register.adopt(signed(signups()), by="steward-1")
    contacts = Contacts(engine, made.vault, made.ledger, made.clock)
    clearing = Clearing(
        contacts=contacts,
        ledger=made.ledger,
        register=made.register,
        clock=made.clock,
        hours=ContactHours(),
        weekly_cap=2,
    )
    return Families(
        gate=Gate(made.register, made.ledger, made.vault, made.clock, KNOWN | {SIGNUPS, CASES}),
        ledger=made.ledger,
        register=made.register,
        clock=made.clock,
        contacts=contacts,
        consents=Consents(engine, made.ledger, made.clock),
        clearing=clearing,
    )
