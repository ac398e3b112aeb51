"""The log's tables, in the ledger's own database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Engine, Integer, LargeBinary, String, Table, Text, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite

from governance.database import metadata, reading

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(64), nullable=False, index=True),
    Column("topic", String(160), nullable=False, index=True),
    Column("once", String(240), nullable=True),
    Column("leaf", LargeBinary(32), nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("once"),
    info={"database": "ledger"},
)
ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    info={"database": "ledger"},
)
ledger_checkpoint = Table(
    "ledger_checkpoint",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    info={"database": "ledger"},
)
ledger_cosignature = Table(
    "ledger_cosignature",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("witness", String(160), primary_key=True),
    Column("line", Text, nullable=False),
    info={"database": "ledger"},
)
HEAD = select(ledger_head).where(ledger_head.c.id == 1)
"""The head's one row. A second one would be somebody's invention: `verify` looks for it."""

HELD = HEAD.with_for_update()
ADD = ledger_entry.insert()
MOVE = ledger_head.update().where(ledger_head.c.id == 1)
"""What each append says to the database, made once: to make them anew took a quarter of an append."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Read inside this block as of one instant, however many statements it takes.

    PostgreSQL has to be told: each statement would else see what was appended since the one before, and a sound log
    would look longer than its head. SQLite never reads otherwise.
    """
    with reading(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def first_insert(connection: Connection, values: dict[str, Any]) -> None:
    """Put the head's one row in place, unless somebody else just did.

    Args:
        connection: of the transaction that is about to append.
        values: the row.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(ledger_head).values(**values).on_conflict_do_nothing())
