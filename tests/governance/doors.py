"""A gate for tests: real ledger, real vault in memory, a clock that stands still, and the usual papers in force."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from governance.archive import agreement_document
from governance.clock import FixedClock
from governance.database import connect, metadata, sqlite_url
from governance.gate import Gate
from governance.keystore import MemoryKeyStore
from governance.ledger import Ledger
from governance.register import Register
from governance.vault import Vault
from tests.governance.papers import KNOWN, NOW, lunch, mou, signed, snap


@dataclass(slots=True)
class Doors:
    """A gate and everything behind it."""

    gate: Gate
    ledger: Ledger
    register: Register
    vault: Vault
    clock: FixedClock
    engine: Engine

    def kinds(self) -> list[str]:
        """What the ledger says happened, leaving out the papers."""
        return [entry.kind for entry in self.ledger.entries() if not entry.kind.startswith("agreement.")]

    def refusals(self) -> list[str]:
        """The codes of every refusal in the ledger."""
        refused = self.ledger.entries(kind="use.refused")
        return [reason["code"] for entry in refused for reason in entry.body["reasons"]]  # type: ignore[union-attr, index, misc, call-overload]


def doors(folder: Path) -> Doors:
    """A gate on databases in a folder."""
    engine = connect(sqlite_url(folder / "operational.db"))
    ledger_engine = connect(sqlite_url(folder / "ledger.db"), durable=True)
    metadata.create_all(engine, tables=[agreement_document])
    metadata.create_all(ledger_engine, tables=[t for t in metadata.sorted_tables if t.info.get("database") == "ledger"])
    clock = FixedClock(NOW)
    ledger = Ledger(ledger_engine, key=Ed25519PrivateKey.generate(), origin="test.example/ledger", clock=clock)
    register = Register(engine, ledger, clock)
    for paper in (mou(), signed(snap()), signed(lunch())):
        register.adopt(paper, by="steward-1")
    vault = Vault(MemoryKeyStore())
    vault.prepare()
    return Doors(Gate(register, ledger, vault, clock, KNOWN), ledger, register, vault, clock, engine)
