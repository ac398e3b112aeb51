"""A ledger for tests, on any database."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from governance.clock import FixedClock
from governance.database import metadata
from governance.ledger import Ledger

KEY = Ed25519PrivateKey.from_private_bytes(b"not a secret: a key for tests !!")
ORIGIN = "test.example/ledger"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def ledger_on(engine: Engine, *, key: Ed25519PrivateKey = KEY) -> Ledger:
    """A ledger on a database; its tables are made where they are missing."""
    metadata.create_all(engine, tables=[t for t in metadata.sorted_tables if t.info.get("database") == "ledger"])
    return Ledger(engine, key=key, origin=ORIGIN, clock=FixedClock(NOW))


def filled(engine: Engine, count: int) -> Ledger:
    """A ledger with some entries."""
    ledger = ledger_on(engine)
    ledger.append_many([("thing.happened", f"topic-{number}", {"number": number}) for number in range(count)])
    return ledger
