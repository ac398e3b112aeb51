"""The composition root: the one place that builds things and puts them together."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from alerts.programme import Programme, load_programmes
from flows.migrations import Which, migrate, pending
from governance.adoption import adopt
from governance.clock import Clock, SystemClock
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
    programmes: dict[str, Programme]

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
            "programmes": {id: each.model_dump(mode="json") for id, each in self.programmes.items()},
            "capacity": [list(self.settings.workers), self.settings.tasks_per_worker],
            "purpose": self.settings.purpose,
        }
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()

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
        clock: for tests; the machine's clock where it is left out.
        keystore: for tests and key services; files in home where it is left out.

    Raises:
        Misconfigured: `HOME_MISSING` where nothing was set up, `MIGRATION_NEEDED` where it is older than this program.
    """
    if not (settings.home / MARK).exists():
        raise Misconfigured(
            f"{settings.home} is not a Hearthline home.", "Run `hearthline init` first.", code="HOME_MISSING"
        )
    house = _assemble(settings, clock or SystemClock(settings.timezone), keystore or FileKeyStore(settings.vault))
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
    vault.secret(ENCLAVE)  # made now, so that a copy of this home gives households the same pseudonyms
    migrate(connect(settings.operational_url), "operational")
    migrate(connect(settings.ledger_url, durable=True, schema=LEDGER_SCHEMA), "ledger")
    house = _assemble(settings, clock or SystemClock(settings.timezone), keys)
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
        programmes=load_programmes(_part(settings.policy, "programmes")),
    )


def _part(policy: Path | None, *names: str) -> Path | None:
    """A folder of the agency's own policy; None means the packaged example."""
    if policy is None:
        return None
    folder = policy.joinpath(*names)
    if not folder.is_dir():
        raise Misconfigured(
            f"The policy folder has no {'/'.join(names)}.",
            "HEARTHLINE_POLICY must hold agreements/, feeds/, rules/indicators/, rules/rulebook/ and programmes/.",
            code="POLICY_INCOMPLETE",
        )
    return folder
