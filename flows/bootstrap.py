"""The composition root: the one place that builds things and puts them together."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from alerts.channels.channel import Channel
from alerts.channels.outbox import LocalOutbox
from alerts.message import Messages, Office, load_messages
from alerts.programme import Programme, load_programmes
from flows.demo_clock import clock_of
from flows.migrations import Which, migrate, pending
from governance.adoption import adopt
from governance.clearing import Clearing
from governance.clock import Clock
from governance.consent import Consents
from governance.contact import SECRET as CONTACT
from governance.contact import Contacts
from governance.contact_hours import ContactHours
from governance.database import LEDGER_SCHEMA, connect
from governance.errors import Misconfigured
from governance.gate import Gate
from governance.keystore import FileKeyStore, KeyStore
from governance.ledger import Ledger
from governance.policy import Policy, load_policy
from governance.register import Register
from governance.settings import Settings
from governance.use import Actor
from governance.vault import Vault
from rules.indicator import Indicator, load_indicators
from rules.outcome import Outcome, load_outcomes
from rules.rulebook import Rulebook, load_rulebook
from signals.feed import Feeds, load_feeds
from signals.store import Store

ENCLAVE = "enclave"
"""The secret that linkage makes pseudonyms with."""

MARK = "HEARTHLINE"
"""The file that says that a folder is a home, and that setting it up came to its end."""

ORIGIN = "hearthline.example/ledger"
"""The ledger's name in its signed checkpoints (C2SP tlog-checkpoint's origin line)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that a command needs, built once and handed down."""

    settings: Settings
    clock: Clock
    engine: Engine
    ledger_engine: Engine
    ledger: Ledger
    vault: Vault
    register: Register
    policy: Policy
    gate: Gate
    feeds: Feeds
    store: Store
    indicators: dict[str, Indicator]
    rulebook: Rulebook
    outcomes: dict[str, Outcome]
    programmes: dict[str, Programme]
    contacts: Contacts
    consents: Consents
    clearing: Clearing
    messages: Messages
    channel: Channel

    @property
    def flow(self) -> Actor:
        """The actor that a scheduled run is."""
        return Actor(id="hearthline", role="flow", organisation=self.settings.organisation)

    @property
    def policy_hash(self) -> str:
        """A digest of everything a person decided that a night follows: papers, feeds, rules, programmes, capacity.

        The same hash means the same rules; a night under another one is another night.
        """
        written = {
            "agreements": self.policy.hash,
            "feeds": {id: feed.model_dump(mode="json") for id, feed in self.feeds.items()},
            "rules": self.rulebook.sha256,
            "indicators": {id: each.model_dump(mode="json") for id, each in self.indicators.items()},
            "outcomes": {id: each.model_dump(mode="json") for id, each in self.outcomes.items()},
            "programmes": {id: each.model_dump(mode="json") for id, each in self.programmes.items()},
            "messages": {kind: each.model_dump(mode="json") for kind, each in self.messages.items()},
            "capacity": [list(self.settings.workers), self.settings.tasks_per_worker],
            "purpose": self.settings.purpose,
        }
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()

    @property
    def office(self) -> Office:
        """Who texts families."""
        return Office(name=self.settings.office_name, phone=self.settings.office_phone)

    @property
    def databases(self) -> dict[Which, Engine]:
        """Both databases, as migrations call them."""
        return {"operational": self.engine, "ledger": self.ledger_engine}

    def person(self, id: str, role: str = "caseworker") -> Actor:
        """A member of this agency's staff as an actor; somebody unknown is somebody untrained."""
        trained = self.settings.staff.get(id)
        return Actor(id=id, role=role, organisation=self.settings.organisation, trained_until=trained)


def read_settings(home: Path | None = None) -> Settings:
    """The settings of this run: the environment's, with the home that was given; read here and nowhere else.

    Args:
        home: the installation's folder; the environment's where it is left out.
    """
    return Settings() if home is None else Settings(home=home)


def build(settings: Settings, *, clock: Clock | None = None, keystore: KeyStore | None = None) -> Services:
    """Everything, for an installation that was set up before.

    Args:
        settings: the installation's.
        clock: for tests; the machine's clock where it is left out, or the demonstration's own.
        keystore: for tests and key services; files in home where it is left out.

    Raises:
        Misconfigured: `HOME_MISSING` where nothing was set up, `MIGRATION_NEEDED` where it is older than this program.
    """
    if not (settings.home / MARK).exists():
        raise Misconfigured(
            f"{settings.home} is not a Hearthline home.", "Run `hearthline init` first.", code="HOME_MISSING"
        )
    house = _assemble(settings, clock or clock_of(settings), keystore or FileKeyStore(settings.vault))
    for which, engine in house.databases.items():
        if pending(engine, which):
            raise Misconfigured(
                f"The {which} database is older than this program.", "Run `hearthline init`.", code="MIGRATION_NEEDED"
            )
    return house


def initialise(settings: Settings, *, clock: Clock | None = None, keystore: KeyStore | None = None) -> Services:
    """Set an installation up, or bring it up to date; running it again changes nothing.

    Makes the home, both databases and the keys, and puts the policy's agreements on file. Those whose signatures fit
    their text come into force; the others wait for theirs.

    Args:
        settings: the installation's.
        clock: for tests.
        keystore: for tests and key services.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = keystore or FileKeyStore(settings.vault)
    vault = Vault(keys)
    vault.prepare()
    for name in (ENCLAVE, CONTACT):  # made now, so that a copy of this home gives the same pseudonyms
        vault.secret(name)
    migrate(connect(settings.operational_url), "operational")
    migrate(connect(settings.ledger_url, durable=True, schema=LEDGER_SCHEMA), "ledger")
    house = _assemble(settings, clock or clock_of(settings), keys)
    adopt(house.register, house.policy, by="hearthline init")
    (settings.home / MARK).write_text("A Hearthline home. Keep vault/ apart from its backups.\n", encoding="utf-8")
    return house


def _assemble(settings: Settings, clock: Clock, keystore: KeyStore) -> Services:
    engine = connect(settings.operational_url)
    ledger_engine = connect(settings.ledger_url, durable=True, schema=LEDGER_SCHEMA)
    vault = Vault(keystore)
    key = Ed25519PrivateKey.from_private_bytes(vault.secret("ledger"))
    ledger = Ledger(ledger_engine, key=key, origin=ORIGIN, clock=clock)
    register = Register(engine, ledger, clock, settings.timezone)
    contacts = Contacts(engine, vault, ledger, clock)
    clearing = Clearing(
        contacts=contacts,
        ledger=ledger,
        register=register,
        clock=clock,
        hours=ContactHours(settings.contact_opens, settings.contact_closes, settings.timezone),
        weekly_cap=settings.texts_per_week,
    )
    feeds = load_feeds(_part(settings.policy, "feeds"))
    indicators = load_indicators(_part(settings.policy, "rules", "indicators"), feeds)
    return Services(
        settings=settings,
        clock=clock,
        engine=engine,
        ledger_engine=ledger_engine,
        ledger=ledger,
        vault=vault,
        register=register,
        policy=load_policy(settings.policy),
        gate=Gate(register, ledger, vault, clock, frozenset(feeds), settings.grant_minutes),
        feeds=feeds,
        store=Store(settings.sealed, engine),
        indicators=indicators,
        rulebook=load_rulebook(_part(settings.policy, "rules", "rulebook"), indicators),
        outcomes=_outcomes(settings.policy, feeds),
        programmes=load_programmes(_part(settings.policy, "programmes")),
        contacts=contacts,
        consents=Consents(engine, ledger, clock),
        clearing=clearing,
        messages=load_messages(_part(settings.policy, "messages")),
        channel=_channel(settings, clearing),
    )


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
