"""Engines: a connection that a server closed while it rested is not handed out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from governance import database
from governance.database import connect, reading, transaction


@pytest.fixture
def server(postgres_url: str) -> Iterator[Engine]:
    engine = connect(postgres_url)
    yield engine
    engine.dispose()


def closed_by_the_server(engine: Engine, url: str) -> None:
    """Have a connection rest in the pool, and close it from the server's side, as a restart does."""
    with reading(engine) as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = connect(url)
    with transaction(other) as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    other.dispose()


def test_a_connection_that_the_server_closed_while_it_rested_is_replaced(
    server: Engine, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTED_SECONDS", 0.0)
    closed_by_the_server(server, postgres_url)
    with transaction(server) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_one_that_was_just_used_is_taken_as_it_is_and_the_next_try_has_another(
    server: Engine, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTED_SECONDS", 3600.0)
    closed_by_the_server(server, postgres_url)
    with pytest.raises(OperationalError), transaction(server) as connection:
        connection.execute(text("SELECT 1"))
    with transaction(server) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
