"""A mailroom for tests: intake with the packaged agreements in force, real ledger, gate, vault and store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from governance.adoption import adopt
from governance.archive import agreement_document
from governance.clock import FixedClock
from governance.database import connect, metadata, sqlite_url
from governance.gate import Gate
from governance.ids import AgreementId, DatasetId
from governance.keystore import FileKeyStore
from governance.ledger import Ledger
from governance.policy import load_policy
from governance.register import Register
from governance.use import Action, Actor, Use
from governance.vault import Vault
from signals.delivery import delivery, quarantined_row
from signals.feed import Feeds, load_feeds
from signals.intake import Delivered, Intake, take
from signals.profile import delivery_profile
from signals.sealed_file import sealed_file
from signals.store import Store

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FLOW = Actor(id="hearthline", role="flow", organisation="EOHHS")
SCHOOLS, SHELTER = AgreementId("DULA-2026-001"), AgreementId("DULA-2026-002")
FEEDS: Feeds
"""The packaged ones, read when asked for: reading starts polars' threads, and a process that forks has none."""
PACKAGED = load_policy()


@dataclass(slots=True)
class Mailroom:
    """Intake, and what it works with."""

    intake: Intake
    register: Register
    store: Store
    ledger: Ledger
    gate: Gate
    engine: Engine
    folder: Path

    def take(self, dataset: str, file: Path | str, *, known_on: date | None = None) -> Delivered:
        path = file if isinstance(file, Path) else FIXTURES / file
        return take(self.intake, DatasetId(dataset), path, known_on=known_on)

    def text(self, dataset: str, text: str, *, known_on: date | None = None) -> Delivered:
        """Take a file with this text."""
        file = self.folder / f"given.{len(list(self.folder.iterdir()))}"
        file.write_bytes(text.encode())
        return self.take(dataset, file, known_on=known_on)

    def read(self, dataset: str, fields: Iterable[str], as_of: date = date(2030, 1, 1)) -> pl.DataFrame:
        """Every version of a dataset's rows, as linkage sees them."""
        name, wanted = DatasetId(dataset), frozenset(fields)
        use = Use.of(
            actor=FLOW,
            action=Action.MATCH,
            purpose="prevention.outreach",
            dataset=name,
            fields=wanted - {"_person"},
            zone="enclave",
        )
        with self.gate.open(self.gate.request(use)) as opened:
            frames = list(self.store.read(opened, name, sorted(wanted), as_of))
        return pl.concat(frames) if frames else pl.DataFrame()

    def kinds(self) -> list[str]:
        """What the ledger says about deliveries."""
        return [entry.kind for entry in self.ledger.entries(kind="delivery")]

    def sealed(self) -> list[Path]:
        """The sealed files on disk."""
        return sorted(self.folder.parent.glob("sealed/**/*.parquet"))


def __getattr__(name: str) -> Feeds:
    if name == "FEEDS":
        return _packaged()
    raise AttributeError(name)


@cache
def _packaged() -> Feeds:
    return load_feeds()


def mailroom(folder: Path, *, engine: Engine | None = None, feeds: Feeds | None = None) -> Mailroom:
    """A mailroom in a folder; a second one in the same folder is another process's view of it.

    Args:
        folder: where its files are.
        engine: an empty operational database; one in the folder where it is left out.
        feeds: the packaged ones where they are left out.
    """
    feeds = _packaged() if feeds is None else feeds
    engine = engine or connect(sqlite_url(folder / "operational.db"))
    ledger_engine = connect(sqlite_url(folder / "ledger.db"))
    metadata.create_all(engine, tables=[agreement_document, sealed_file, delivery, quarantined_row, delivery_profile])
    metadata.create_all(ledger_engine, tables=[t for t in metadata.sorted_tables if t.info.get("database") == "ledger"])
    clock = FixedClock(NOW)
    vault = Vault(FileKeyStore(folder / "vault"))
    vault.prepare()
    key = Ed25519PrivateKey.from_private_bytes(vault.secret("ledger"))
    ledger = Ledger(ledger_engine, key=key, origin="test.example/ledger", clock=clock)
    register = Register(engine, ledger, clock)
    adopt(register, PACKAGED, by="steward-1")
    gate = Gate(register, ledger, vault, clock, frozenset(feeds))
    store = Store(folder / "sealed", engine)
    intake = Intake(
        engine=engine,
        gate=gate,
        register=register,
        ledger=ledger,
        feeds=feeds,
        store=store,
        clock=clock,
        actor=FLOW,
        purpose="prevention.outreach",
    )
    given = folder / "given"
    given.mkdir(exist_ok=True)
    return Mailroom(intake, register, store, ledger, gate, engine, given)


def balanced(taken: Delivered) -> bool:
    """Whether every row of a file is accounted for."""
    return taken.delivered == taken.kept + taken.unlinkable + sum(taken.quarantine_counts.values()) + taken.undeclared


def take_in(folder: Path, file: Path) -> Delivered:
    """Take a file of exits in a mailroom that stands already: what another process does."""
    return mailroom(folder).take("hmis.exit", file)
