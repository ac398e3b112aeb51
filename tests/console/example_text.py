"""Invented texts: telephones, what was sent to them, what came back, and what one of them rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from console.view import (
    OutboxView,
    ReasonView,
    TextLine,
    Thread,
    TracedAgreement,
    TracedClearance,
    TracedEntry,
    TracedGrant,
    TracedSignature,
    TracedTask,
    TraceView,
)
from governance.consent import ConsentMove, ConsentState
from governance.errors import Misconfigured
from governance.ids import AgreementId, ClearanceId, ContactId, DatasetId, GrantId, HouseholdId, MessageId, TaskId

MORNING = datetime(2026, 5, 29, 14, 5, tzinfo=UTC)
"""10:05 in the morning where the families live."""
CONTACT = ContactId("c-7be1a04d92f3c6581d0e4f7a2b9c3d60")
HOME = HouseholdId("hh-3f9c21d07ab84e65")
OFFER = MessageId("m-5f2fbf4c62222ff4971af02f")
REPLY = MessageId("m-0c11d2e3f405162738495a6b")

INVITE = (
    "Family Help Line: You asked to hear from us when help may be there for your household. Reply YES to agree, "
    "STOP to say no, HELP for help. Rates may apply."
)
CONFIRMED = (
    "Family Help Line: Thank you. We text only when there may be help for your household. Saying no changes nothing "
    "for you. STOP at any time, HELP for help."
)
OFFERED = (
    "Family Help Line: There may be help for your household. Now is a good time to call: (413) 555-0100. Nothing "
    "changes if you do not. STOP to end, HELP for help."
)
INVITE_ES = (
    "Family Help Line: Nos dijo que quiere saber cuando haya ayuda para su hogar. Responda SI para aceptar, ALTO para "
    "no, AYUDA si tiene dudas. Puede tener costo."
)
STOPPED_ES = (
    "Family Help Line: Ya no le vamos a escribir. Nada cambia para usted. Si alguna vez lo desea, llame al "
    "(413) 555-0100."
)


def line(
    number: int, before: timedelta, body: str, *, status: str = "delivered", outgoing: bool = True, traced: bool = False
) -> TextLine:
    id = OFFER if traced else MessageId(f"m-{'' if outgoing else 'in-'}{number:024x}")
    return TextLine(message=id, at=MORNING - before, outgoing=outgoing, body=body, status=status, is_traced=traced)


ASKED = timedelta(days=11)
LINES = (
    line(1, ASKED, INVITE),
    line(2, ASKED - timedelta(minutes=14), "Yes please", status="yes", outgoing=False),
    line(3, ASKED - timedelta(minutes=14), CONFIRMED),
    line(4, timedelta(0), OFFERED, status="sent", traced=True),
)
STOPPED = (
    line(5, timedelta(days=3), INVITE_ES),
    line(6, timedelta(days=2, hours=5), "", status="stop", outgoing=False),
    line(7, timedelta(days=2, hours=5), STOPPED_ES),
)
FAILED = (line(8, timedelta(days=6), INVITE, status="failed"),)
THREADS = (
    Thread(contact=CONTACT, household=HOME, language="en", lines=LINES, consent="granted"),
    Thread(contact=ContactId("c-21" + "b4" * 15), household=None, language="es", lines=STOPPED, consent="revoked"),
    Thread(
        contact=ContactId("c-90" + "5d" * 15),
        household=HouseholdId("hh-35e5a7c19d0b2f46"),
        language="pt",
        lines=FAILED,
        consent="asked",
    ),
)
SAID = (
    ConsentMove(
        state=ConsentState.ASKED,
        how="form",
        proof="delivery d-51c0, row 4021",
        wording="signup-3-en",
        by="flow",
        at=MORNING - timedelta(days=12),
        entry=1566,
    ),
    ConsentMove(
        state=ConsentState.GRANTED,
        how="keyword",
        proof="message m-in-000000000000000000000002",
        wording="",
        by="family",
        at=MORNING - ASKED + timedelta(minutes=14),
        entry=2467,
    ),
)


def outbox(contact: ContactId | None) -> OutboxView:
    by_contact = {each.contact: each for each in THREADS}
    if contact is not None and contact not in by_contact:
        raise Misconfigured("No telephone is registered for that.", code="CONTACT_UNKNOWN")
    return OutboxView(
        threads=THREADS,
        chosen=by_contact[contact] if contact else None,
        held=(("NO_CONTACT", 30), ("NO_REVIEWED_TEXT", 3), ("CONSENT_NOT_CONFIRMED", 1), ("CARRIER_30005", 1)),
        contacts=943,
        sent=6,
    )


def trace(reasons: tuple[ReasonView, ...], message: MessageId) -> TraceView:
    if message not in {OFFER, REPLY}:
        raise Misconfigured("There is no offer by that id.", code="MESSAGE_UNKNOWN")
    facts = tuple(fact for reason in reasons for fact in reason.facts)
    grants = {fact.grant: fact for fact in facts}
    return TraceView(
        text=LINES[-1],
        contact=CONTACT,
        household=HOME,
        language="en",
        template="offer_soon@1",
        topic="family_support",
        channel="outbox",
        clearance=TracedClearance(
            id=ClearanceId("k-a8720c06cc5a61a58d5586fe"),
            grant=GrantId("g-5595090e511bda200dce89b1"),
            consent_entry=2467,
            issued_at=MORNING,
            redeemed_at=MORNING + timedelta(seconds=1),
        ),
        said=SAID if message == OFFER else (),
        task=_task() if message == OFFER else None,
        reasons=reasons,
        grants=tuple(_grant(id, str(fact.dataset), fact.agreement) for id, fact in grants.items()),
        agreements=tuple(_agreement(id) for id in sorted({fact.agreement for fact in facts})),
        entries=tuple(
            TracedEntry(index=index, kind=kind, topic=topic, at=MORNING - before)
            for index, kind, topic, before in (
                (1566, "consent.asked", CONTACT, timedelta(days=12)),
                (2467, "consent.granted", CONTACT, ASKED),
                (9120, "grant.issued", "g-4f0d3a7b92c45e8116d0c2b4", timedelta(minutes=3)),
                (9980, "clearance.issued", "k-a8720c06cc5a61a58d5586fe", timedelta(0)),
                (9981, "clearance.redeemed", "k-a8720c06cc5a61a58d5586fe", timedelta(0)),
                (9983, "message.sent", OFFER, timedelta(0)),
            )
        ),
        missing=() if message == OFFER else ("the ledger's clearance.redeemed",),
    )


def _task() -> TracedTask:
    day = date(2026, 5, 29)
    return TracedTask(
        id=TaskId("t-0"),
        tier=1,
        due_on=day + timedelta(days=4),
        owner="worker-1",
        opened_on=day - timedelta(days=2),
        as_of=day,
    )


def _grant(id: GrantId, dataset: str, agreement: AgreementId) -> TracedGrant:
    return TracedGrant(
        id=id,
        agreement=agreement,
        version=2,
        dataset=DatasetId(dataset),
        fields=("hearing_on", "kind", "outcome"),
        action="score",
        purpose="prevention.outreach",
        actor="nightly",
        entry=9120,
    )


def _agreement(id: AgreementId) -> TracedAgreement:
    signed = (("Ines Carvalho", "data steward", "owner"), ("Ruth Lindqvist", "privacy officer", "recipient"))
    return TracedAgreement(
        id=id,
        title="Signals for prevention outreach",
        version=2,
        status="active",
        sha256="9b74c9897bac770ffc029102a200c5de" * 2,
        needed_for=("the reasons",),
        signatures=tuple(
            TracedSignature(name=name, role=role, party=party, signed_on=date(2026, 1, 12))
            for name, role, party in signed
        ),
    )
