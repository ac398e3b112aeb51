"""Papers for tests: complete, signed, and easy to change in one place."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from governance.agreement import Agreement
from governance.archive import agreement_document
from governance.clock import FixedClock
from governance.database import connect, metadata
from governance.decision import Decision, decide
from governance.document import Paper, parse, sha256
from governance.ids import AgreementId, DatasetId
from governance.ledger import Ledger
from governance.ledger.table import ledger_checkpoint, ledger_cosignature, ledger_entry, ledger_head
from governance.mou import Mou
from governance.register import Register
from governance.standing import Standing
from governance.use import Action, Actor, Use

Document = dict[str, Any]
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
SNAP = AgreementId("DULA-2026-014")
LUNCH = AgreementId("DULA-2026-009")
CASES, MEALS = DatasetId("dta.snap_cases"), DatasetId("dese.meals")
KNOWN = frozenset({CASES, MEALS})

MOU: Document = {
    "id": "MOU-STATEWIDE",
    "version": 3,
    "text_sha256": "ab" * 32,
    "effective": "2024-01-01",
    "expires": None,
    "participants": [
        {"agency": agency, "coordinator": "Ada Invented", "signed_at": "2023-12-01T10:00:00-05:00"}
        for agency in ("DTA", "DESE", "EOHHS")
    ],
    "floor": {
        "prohibited_purposes": ["law_enforcement", "immigration_enforcement", "adverse_action", "commercial"],
        "prohibited_actions": ["reidentify", "publish_record_level", "export"],
        "min_cell": 11,
        "breach_notice_hours": 24,
    },
}

AGREEMENT: Document = {
    "id": SNAP,
    "version": 1,
    "mou": {"id": "MOU-STATEWIDE", "version": 3},
    "title": "SNAP lapse signal for prevention outreach",
    "question": "Which families are about to lose SNAP for paperwork reasons, early enough to help?",
    "parties": {
        "owner": {
            "agency": "DTA",
            "steward": "Bo Invented",
            "counsel": "Cy Invented",
            "security_contact": "security@dta.example",
        },
        "recipients": [
            {"agency": "EOHHS", "unit": "Prevention", "steward": "Di Invented", "privacy_officer": "Ed Invented"}
        ],
        "processors": [],
    },
    "users": {"roles": ["flow", "caseworker", "analyst"], "training": {"course": "FIPA", "valid_days": 365}},
    "purposes": [
        {
            "id": "prevention.outreach",
            "dpv": ["dpv:PublicBenefit"],
            "statement": "Offer voluntary help to families before a crisis.",
            "legal_basis": [
                {
                    "id": "snap-disclosure",
                    "citation": "7 CFR 272.1(c)(1)(i)",
                    "approved_by": "Cy Invented",
                    "approved_on": "2026-05-01",
                }
            ],
        }
    ],
    "datasets": [
        {
            "id": CASES,
            "population": {"geography": ["MA"], "excludes": ["sealed", "opted_out"]},
            "refresh_days": 7,
            "fields": [
                {
                    "name": "first_name",
                    "class": "direct_identifier",
                    "regime": "SNAP",
                    "zones": ["enclave"],
                    "actions": ["match"],
                },
                {
                    "name": "certification_end_on",
                    "class": "measure",
                    "regime": "SNAP",
                    "zones": ["enclave", "analytic"],
                    "retain_days": 730,
                    "actions": ["match", "score", "train", "explain", "view", "export"],
                },
                {
                    "name": "household_size",
                    "class": "measure",
                    "regime": "SNAP",
                    "zones": ["enclave", "analytic"],
                    "actions": ["score"],
                },
            ],
        }
    ],
    "linkage": {"with": [LUNCH]},
    "models": {"train": True, "score_purposes": ["prevention.outreach"], "retire_on_termination": True},
    "decisions": {"human_review": "required", "adverse_use": "prohibited"},
    "derived": {"inherits": "all"},
    "outputs": {"min_cell": 11, "zeros": "allowed", "complementary": "required", "interval_width": 11},
    "redisclosure": {"allowed_to": [], "legal_process": "notify_owner_and_subject_first"},
    "security": {"at_rest": "AES-256-GCM", "keys": "per_field", "accounts": "named"},
    "subject_rights": {
        "access_days": 10,
        "correction": "route_to_owner",
        "opt_out": "next_run",
        "accounting_years": 6,
    },
    "breach": {"notify_owner_hours": 24, "contacts": ["privacy@dta.example"]},
    "term": {"effective": "2026-07-01", "expires": "2027-06-30", "review_by": "2027-03-31"},
    "termination": {"notice_days": 30, "for_cause": "immediate_suspension"},
    "destruction": {"within_days": 30, "covers": ["raw", "sealed", "models"], "keeps": ["ledger"]},
}


def snap(**changes: Any) -> Document:
    """The SNAP agreement with some top-level keys replaced."""
    return {**deepcopy(AGREEMENT), **changes}


def lunch(**changes: Any) -> Document:
    """An agreement of another owner that may be joined with the SNAP agreement."""
    document = snap(id=LUNCH, title="School meals", linkage={"with": [SNAP]})
    document["parties"]["owner"]["agency"] = "DESE"
    document["purposes"][0]["legal_basis"][0]["id"] = "meals"
    document["datasets"][0]["id"] = MEALS
    document["datasets"][0]["fields"] = [field(name) for name in ("first_name", "missed_meals")]
    return {**document, **changes}


def field(name: str, **changes: Any) -> Document:
    """One field's terms."""
    plain = {
        "name": name,
        "class": "direct_identifier" if name.endswith("name") else "measure",
        "regime": "FERPA",
        "zones": ["enclave"] if name.endswith("name") else ["enclave", "analytic"],
        "actions": ["match"] if name.endswith("name") else ["match", "score"],
    }
    return {**plain, **changes}


def agreement(document: Document) -> Agreement:
    """A document as a model, as it stands."""
    (paper,) = parse({"agreement": document}, where="test")
    assert isinstance(paper, Agreement)
    return paper


def signed(document: Document, *parties: str) -> Agreement:
    """A document as a model, with signatures over its hash."""
    own = sha256(agreement(document))
    signatures = [
        {
            "party": party,
            "name": "Flo Invented",
            "role": "Commissioner",
            "signed_at": "2026-06-01T09:00:00-04:00",
            "document_sha256": own,
        }
        for party in parties or ("owner", "recipient")
    ]
    return agreement({**document, "signatures": signatures})


def mou(document: Document | None = None, over: str | None = None) -> Mou:
    """The memorandum, signed by every participant over its hash (or over another)."""
    plain = deepcopy(document or MOU)
    for participant in plain["participants"]:
        participant["document_sha256"] = over or "0" * 64
    (paper,) = parse({"mou": plain}, where="test")
    assert isinstance(paper, Mou)
    return paper if over else mou(plain, sha256(paper))


@dataclass(slots=True)
class Office:
    """A register with a ledger and a clock, and what is needed to ask it."""

    engine: Engine
    ledger: Ledger
    clock: FixedClock
    register: Register

    def standing(self, id: AgreementId = SNAP) -> Standing:
        return self.register.get(id)

    def again(self) -> Register:
        """The register as another process sees it."""
        return Register(self.engine, self.ledger, self.clock)

    def ask(self, use: Use | None = None, at: datetime | None = None) -> Decision:
        return decide(use or use_of(), self.register, KNOWN, at or self.clock.now())

    def codes(self, use: Use | None = None, at: datetime | None = None) -> list[str]:
        return [reason.code for reason in self.ask(use, at).reasons]


KEY = Ed25519PrivateKey.generate()


def office(*papers: Paper, engine: Engine | None = None) -> Office:
    """A register in which these papers are on file, and in force where they are signed.

    Args:
        papers: the memorandum first.
        engine: a database for everything; None means one in memory.
    """
    engine = engine or connect("sqlite://")
    metadata.create_all(
        engine, tables=[agreement_document, ledger_entry, ledger_head, ledger_checkpoint, ledger_cosignature]
    )
    clock = FixedClock(NOW)
    ledger = Ledger(engine, key=KEY, origin="test.example/ledger", clock=clock)
    register = Register(engine, ledger, clock)
    for paper in papers:
        register.adopt(paper, by="steward-1")
    return Office(engine, ledger, clock, register)


def usual() -> Office:
    """The memorandum, the SNAP agreement and the school meals agreement, all in force."""
    return office(mou(), signed(snap()), signed(lunch()))


WORKER = Actor(id="worker-1", role="caseworker", organisation="EOHHS", trained_until=NOW.date())


def use_of(**changes: Any) -> Use:
    """A use that the usual agreements permit, with some of its parts changed."""
    plain: Document = {
        "actor": WORKER,
        "action": Action.SCORE,
        "purpose": "prevention.outreach.food",
        "dataset": CASES,
        "fields": {"certification_end_on"},
    }
    return Use.of(**{**plain, **changes})
