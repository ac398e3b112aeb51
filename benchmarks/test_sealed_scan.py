"""What sealing costs a scan: the same rows, the same question, as plain Parquet and through the store.

The door is opened without the gate, so that this measures keys and decryption and nothing else. `BENCH_ROWS` sets the
number of rows.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from governance.database import connect, sqlite_url, transaction
from governance.grant import Grant
from governance.ids import AgreementId, DatasetId, DeliveryId, GrantId
from governance.keystore import MemoryKeyStore
from governance.opened import Opened
from governance.retention import Retention
from governance.use import Action
from governance.vault import Vault
from signals.sealed_file import SIGNAL, sealed_file
from signals.store import Store

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
FIELDS = [f"field_{number}" for number in range(15)]
WANTED = FIELDS[:3]
DATASET = DatasetId("bench.rows")
AS_OF = date(2024, 12, 31)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """A year of rows: five integers, five measures, five short codes, known on any day of it."""
    chance = np.random.default_rng(7)
    days = pl.Series(chance.integers(0, 366, ROWS), dtype=pl.Int32) + 19_723  # days from 1970 to 2024-01-01
    columns = {name: _column(chance, number) for number, name in enumerate(FIELDS)}
    system = {
        "_row": pl.Series(range(1, ROWS + 1), dtype=pl.UInt32),
        "_delivery": pl.repeat("d-bench", ROWS, eager=True),
        "_occurred_on": days.cast(pl.Date),
        "_known_on": days.cast(pl.Date),
        "_record": pl.Series([f"{number:032x}" for number in range(ROWS)]),
        "_deleted_on": pl.repeat(None, ROWS, dtype=pl.Date, eager=True),
    }
    return pl.DataFrame({**columns, **system})


@pytest.fixture(scope="module")
def plain(rows: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows in clear, a file for each month."""
    folder = tmp_path_factory.mktemp("plain")
    months = rows.with_columns(pl.col("_known_on").dt.strftime("%Y-%m").alias("_month"))
    for (month,), part in months.partition_by("_month", as_dict=True, include_key=False).items():
        part.write_parquet(folder / f"{month}.parquet", compression="lz4")
    return folder


@pytest.fixture(scope="module")
def sealed(rows: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Vault]:
    """The rows in the store, a file for each month, a key for each column of each."""
    folder = tmp_path_factory.mktemp("sealed")
    engine = connect(sqlite_url(folder / "bench.db"))
    sealed_file.create(engine)
    store, vault = Store(folder, engine), Vault(MemoryKeyStore())
    vault.prepare()
    files = store.write(
        _door(vault, Action.INGEST), dataset=DATASET, delivery=DeliveryId("d-bench"), part=0, frame=rows, kind=SIGNAL
    )
    with transaction(engine) as connection:
        store.record(connection, files)
    return store, vault


def test_scan_in_clear(benchmark: BenchmarkFixture, plain: Path, rows: pl.DataFrame) -> None:
    """Three of the fields, with the system columns, where one of them is above its middle."""
    columns = [*WANTED, *(name for name in rows.columns if name.startswith("_"))]

    def scan() -> int:
        return sum(
            pl.scan_parquet(file).filter(_question()).select(columns).collect().height for file in plain.iterdir()
        )

    assert benchmark(scan) == rows.filter(_question()).height


def test_scan_sealed(benchmark: BenchmarkFixture, sealed: tuple[Store, Vault], rows: pl.DataFrame) -> None:
    """The same through the store: keys unwrapped for each file, only those of what is asked for."""
    store, vault = sealed

    def scan() -> int:
        frames = store.read(_door(vault, Action.SCORE), DATASET, WANTED, AS_OF, where=_question())
        return sum(frame.height for frame in frames)

    assert benchmark(scan) == rows.filter(_question()).height


def _question() -> pl.Expr:
    return pl.col("field_0") > 500_000


def _column(chance: np.random.Generator, number: int) -> pl.Series:
    if number % 3 == 0:
        return pl.Series(chance.integers(0, 1_000_000, ROWS))
    if number % 3 == 1:
        return pl.Series(chance.normal(size=ROWS))
    return pl.Series(chance.choice(["a1", "b2", "c3", "d4"], ROWS))


def _door(vault: Vault, action: Action) -> Opened:
    grant = Grant(
        id=GrantId("g-bench"),
        agreement=AgreementId("DULA-BENCH"),
        version=1,
        sha256="",
        dataset=DATASET,
        fields=frozenset(FIELDS),
        action=action,
        purpose="prevention.outreach",
        actor="bench",
        role="flow",
        zone="analytic",
        run=None,
        lineage=frozenset(),
        issued_at=datetime(2024, 12, 31, tzinfo=UTC),
        expires_at=datetime(2025, 12, 31, tzinfo=UTC),
    )
    return Opened(grant, vault, lambda _lineage: None, Retention(today=date(2024, 12, 31)))
