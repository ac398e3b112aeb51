"""The one `MetaData`, engines, and transactions. Tables stand in the package that owns them.

A table belongs to the operational database, or to the ledger's own (`info={"database": "ledger"}`), so that a refusal
outlives the rollback of whatever was refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from governance.errors import Misconfigured

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RESTED_SECONDS = 1.0
"""How long a connection to a server may have lain unused to be taken as it is."""

_RESTS = "hearthline_rests_since"

LEDGER_SCHEMA = "hearthline_ledger"
"""The schema that holds the ledger on PostgreSQL; on SQLite it has a file of its own."""


def connect(url: str, *, durable: bool = False, schema: str | None = None) -> Engine:
    """An engine for a database URL.

    SQLite gets write-ahead logging, foreign keys and a patient lock; transactions that write begin at once
    (`BEGIN IMMEDIATE`), so that two processes queue instead of failing half-way.

    Args:
        url: SQLAlchemy URL; `sqlite:///file` or `postgresql+psycopg://…`.
        durable: wait for the disk at each commit (SQLite `synchronous=FULL`); for the ledger.
        schema: on PostgreSQL, the schema that unqualified names mean.

    Returns:
        An engine; nothing is connected yet.
    """
    dialect = make_url(url).get_backend_name()
    if dialect == "sqlite":
        return _sqlite(url, durable=durable)
    return _postgresql(url, {"options": f"-csearch_path={schema},public"} if schema else {})


def sqlite_url(file: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite:///{file}"


def _sqlite(url: str, *, durable: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 60})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # SQLAlchemy's BEGIN is sent by _begin below, not guessed by the driver
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
        connection.exec_driver_sql(mode)

    return engine


def _postgresql(url: str, arguments: dict[str, Any]) -> Engine:
    """An engine that asks a rested connection whether it is still there before it hands it out.

    SQLAlchemy's own `pool_pre_ping` asks each time, which takes three round trips: a fifth of a durable append.
    """
    engine = create_engine(url, connect_args=arguments)

    @event.listens_for(engine, "checkin")
    def _rest(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS] = monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        if monotonic() - record.info.get(_RESTS, monotonic()) < RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise DisconnectionError from None  # the pool takes another one

    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Write inside this block: all of it is saved at the end, or none of it.

    Raises:
        Misconfigured: `DISK_FULL` where there is no room left; nothing was saved.
    """
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except DatabaseError as error:
        if not _is_full(error):
            raise
        what = "The database's disk is full. Nothing of this was written."
        raise Misconfigured(what, "Make room, then run the same command again.", code="DISK_FULL") from None


def _is_full(error: DatabaseError) -> bool:
    """Whether a database says that there is no room: SQLITE_FULL, or PostgreSQL's class 53100."""
    cause = error.orig
    return "database or disk is full" in str(cause) or getattr(cause, "sqlstate", None) == "53100"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Read inside this block: one consistent view, nothing is saved."""
    with engine.connect() as connection:
        yield connection
