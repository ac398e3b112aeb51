"""Scrubbing: a deleted row stays in a database's file until it is written over. This writes the file anew.

Source: SQLite, "VACUUM"; PostgreSQL, "VACUUM FULL": both rebuild a table without what was deleted from it.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import Engine, inspect

from governance.errors import Busy


def scrub(engine: Engine) -> int:
    """Write a database's files anew, without anything that was deleted.

    Args:
        engine: the database. Nobody else may be in the middle of something.

    Returns:
        How many tables it has.

    Raises:
        Busy: another process uses the database.
    """
    tables = inspect(engine).get_table_names()
    if engine.dialect.name == "sqlite":
        _rebuild(engine)
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.exec_driver_sql(f'VACUUM FULL "{table}"')
    return len(tables)


def _rebuild(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what was deleted stood in the log of changes too
        cursor.close()
    except sqlite3.OperationalError:
        what = "Another process uses the database, which cannot be written anew meanwhile."
        raise Busy(what, "Wait for it, then run this again.") from None
    finally:
        connection.close()
