"""The ledger: durable appends one by one, in batches, and the replay that recomputes and checks all of it.

    python benchmarks/ledger.py --n 2000
    python benchmarks/ledger.py --n 2000 --url postgresql+psycopg://user@host/database

Bodies are like those of real entries (a grant's). Each append is its own transaction, on disk and signed before it
returns. `--url` measures a PostgreSQL database: one made for this, for the ledger's tables are dropped at the end.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from governance.clock import SystemClock
from governance.database import connect, metadata, sqlite_url
from governance.ledger import Json, Ledger

BATCH = 100
REPLAYED = 25
"""Batches' entries for one single append: replay is measured over more than can be appended one by one in a moment."""


def body(number: int) -> dict[str, Json]:
    """What a grant's entry says."""
    return {
        "dataset": "hmis.enrollment",
        "fields": ["enrollment_id", "entry_on", "living_situation"],
        "action": "score",
        "purpose": "prevention.outreach.housing",
        "actor": f"flow-{number % 7}",
        "run": "2026-07-01-1a2b3c4d",
    }


def measure(engine: Engine, count: int) -> list[tuple[str, int, float]]:
    """What was done, how many entries, and in how many seconds."""
    ledger = Ledger(engine, key=Ed25519PrivateKey.generate(), origin="benchmark.example", clock=SystemClock())
    ledger.append("bench.begun", "-", {})  # the first one opens the connection
    begun = perf_counter()
    for number in range(count):
        ledger.append("grant.issued", f"g-{number:016x}", body(number))
    singles = perf_counter() - begun
    batches = max(1, count * REPLAYED // BATCH)
    begun = perf_counter()
    for batch in range(batches):
        ledger.append_many([("grant.issued", f"g-{batch:08x}-{place}", body(place)) for place in range(BATCH)])
    batched = perf_counter() - begun
    begun = perf_counter()
    found = ledger.verify()
    replayed = perf_counter() - begun
    assert found.verified, found.problems
    return [
        ("durable appends, one by one", count, singles),
        (f"in batches of {BATCH}", batches * BATCH, batched),
        ("replay (verify)", found.size, replayed),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=2_000, help="single appends; 25 times as many in batches")
    parser.add_argument("--url", help="SQLAlchemy URL of a PostgreSQL database; SQLite where it is left out")
    given = parser.parse_args()
    tables = [table for table in metadata.sorted_tables if table.info.get("database") == "ledger"]
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(given.url or sqlite_url(Path(folder) / "ledger.db"), durable=True)
        metadata.create_all(engine, tables=tables, checkfirst=False)  # a database that has them is somebody's
        try:
            rows = measure(engine, given.n)
        finally:
            metadata.drop_all(engine, tables=tables)
            engine.dispose()
    print(f"Ledger on {engine.dialect.name}, {len(os.sched_getaffinity(0))} cores")
    for name, count, seconds in rows:
        print(f"  {name:28} {count:9,} entries {seconds:8.2f} s {count / seconds:10,.0f} entries/s")


if __name__ == "__main__":
    main()
