"""Assembly: the services of one installation, each made from those below it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from alerts.channels.channel import Channel
from alerts.channels.outbox import LocalOutbox
from alerts.message import load_messages
from alerts.programme import load_programmes
from flows.services import Services
from governance.break_glass import BreakGlass
from governance.circle import Circles
from governance.clearing import Clearing
from governance.clock import Clock
from governance.consent import Consents
from governance.contact import Contacts
from governance.contact.hours import ContactHours
from governance.correction import Corrections
from governance.correction_row import CorrectionRows
from governance.council import Council
from governance.database import LEDGER_SCHEMA, connect
from governance.destruction.tombstone import Tombstones
from governance.errors import Misconfigured
from governance.gate import Gate
from governance.keystore import KeyStore
from governance.ledger import Ledger
from governance.officer import Officers
from governance.opt_out import OptOuts
from governance.policy import load_policy
from governance.register import Register
from governance.review import Reviews
from governance.role import Role
from governance.second_opinion import SecondOpinion
from governance.settings import Settings
from governance.subject import Subjects
from governance.vault import Vault
from rules.indicator import load_indicators
from rules.outcome import Outcome, load_outcomes
from rules.rulebook import load_rulebook
from signals.feed import Feeds, load_feeds
from signals.linkage.memory import Memory
from signals.store import Store

ORIGIN = "hearthline.example/ledger"
"""The ledger's name in its signed checkpoints (C2SP tlog-checkpoint's origin line)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What everything else stands on."""

    engine: Engine
    ledger_engine: Engine
    vault: Vault
    ledger: Ledger
    register: Register
    contacts: Contacts

    @classmethod
    def of(cls, settings: Settings, clock: Clock, keystore: KeyStore) -> _Ground:
        engine = connect(settings.operational_url)
        ledger_engine = connect(settings.ledger_url, durable=True, schema=LEDGER_SCHEMA)
        key = Ed25519PrivateKey.from_private_bytes(Vault(keystore).secret("ledger"))
        ledger = Ledger(ledger_engine, key=key, origin=ORIGIN, clock=clock)
        vault = Vault(keystore, Tombstones(ledger))  # what was destroyed stays so, whatever is put back in the store
        return cls(
            engine=engine,
            ledger_engine=ledger_engine,
            vault=vault,
            ledger=ledger,
            register=_register(settings, engine, ledger, clock),
            contacts=Contacts(engine, vault, ledger, clock),
        )


def assemble(settings: Settings, clock: Clock, keystore: KeyStore) -> Services:
    """Build every service, lowest floor first; whether the installation is up to date is the caller's question."""
    ground = _Ground.of(settings, clock, keystore)
    clearing = _clearing(settings, ground, clock)
    feeds = load_feeds(_part(settings.policy, "feeds"))
    indicators = load_indicators(_part(settings.policy, "rules", "indicators"), feeds)
    return Services(
        settings=settings,
        clock=clock,
        engine=ground.engine,
        ledger_engine=ground.ledger_engine,
        ledger=ground.ledger,
        vault=ground.vault,
        register=ground.register,
        policy=load_policy(settings.policy),
        gate=_gate(settings, ground, clock, feeds),
        feeds=feeds,
        store=Store(settings.sealed, ground.engine),
        indicators=indicators,
        rulebook=load_rulebook(_part(settings.policy, "rules", "rulebook"), indicators),
        outcomes=_outcomes(settings.policy, feeds),
        programmes=load_programmes(_part(settings.policy, "programmes")),
        contacts=ground.contacts,
        consents=Consents(ground.engine, ground.ledger, clock),
        clearing=clearing,
        break_glass=BreakGlass(ground.ledger, clock),
        reviews=Reviews(ground.ledger),
        circles=Circles(ground.engine, ground.vault, ground.ledger),
        subjects=Subjects(ground.engine),
        corrections=Corrections(ground.ledger),
        correction_rows=CorrectionRows(ground.engine),
        opt_outs=OptOuts(ground.engine, ground.vault, ground.ledger),
        link_memory=Memory.of(ground.engine, ground.vault, ground.ledger),
        messages=load_messages(_part(settings.policy, "messages")),
        channel=_channel(settings, clearing),
    )


def _register(settings: Settings, engine: Engine, ledger: Ledger, clock: Clock) -> Register:
    officers = Officers(settings.officers)
    members = settings.council or officers.holding(Role.COUNCIL_CHAIR, Role.COUNCIL_MEMBER)
    council = Council(members=members, quorum=settings.council_quorum)
    return Register(engine, ledger, clock, settings.timezone, officers, council)


def _gate(settings: Settings, ground: _Ground, clock: Clock, feeds: Feeds) -> Gate:
    return Gate(
        ground.register,
        ground.ledger,
        ground.vault,
        clock,
        frozenset(feeds),
        settings.grant_minutes,
        second=_second_opinion(settings),
        subjects=Subjects(ground.engine),
    )


def _clearing(settings: Settings, ground: _Ground, clock: Clock) -> Clearing:
    return Clearing(
        contacts=ground.contacts,
        ledger=ground.ledger,
        register=ground.register,
        clock=clock,
        hours=ContactHours(settings.contact_opens, settings.contact_closes, settings.timezone),
        weekly_cap=settings.texts_per_week,
    )


def _second_opinion(settings: Settings) -> SecondOpinion | None:
    """The other evaluator, where the settings ask for one."""
    if not settings.second_opinion:
        return None
    from governance.cedar import CedarOpinion  # its library is native code, which most commands need not load

    return CedarOpinion()


def _channel(settings: Settings, clearing: Clearing) -> Channel:
    """The way out that the settings name."""
    if settings.channel == "outbox":
        return LocalOutbox(clearing=clearing)
    from alerts.channels.account import twilio_channel  # its client takes half a second to import

    return twilio_channel(
        clearing,
        account=settings.twilio_account_sid,
        token=settings.twilio_auth_token.get_secret_value(),
        service=settings.twilio_messaging_service_sid,
        public_url=settings.public_url,
    )


def _outcomes(policy: Path | None, feeds: Feeds) -> dict[str, Outcome]:
    """What models may learn to foresee; a policy that declares nothing has rules and no model."""
    file = policy / "rules" / "outcomes.yaml" if policy else None
    return {} if file is not None and not file.exists() else load_outcomes(file, feeds)


def _part(policy: Path | None, *names: str) -> Path | None:
    """A folder of the agency's own policy; None means the packaged example."""
    if policy is None:
        return None
    folder = policy.joinpath(*names)
    if not folder.is_dir():
        raise Misconfigured(
            f"The policy folder has no {'/'.join(names)}.",
            "HEARTHLINE_POLICY must hold agreements/ feeds/ rules/indicators/ rules/rulebook/ programmes/ messages/.",
            code="POLICY_INCOMPLETE",
        )
    return folder
