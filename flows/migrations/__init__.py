"""Every change to the tables, in order, for both databases: the operational one and the ledger's own.

Alembic does the work and is called from here only; there is no `alembic.ini`. Each database has its own revisions
(`versions/operational`, `versions/ledger`) and its own record of those it has had, so that both fit on one PostgreSQL
server. A new revision is written by `python -m flows.migrations WHICH MESSAGE`, then read and corrected by a person.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection, Engine, text

from governance.database import LEDGER_SCHEMA, reading, transaction
from governance.errors import Misconfigured

Which = Literal["operational", "ledger"]
"""The database that is meant."""

_HERE = Path(__file__).parent
_LOCK = 0x4845415254480000
"""PostgreSQL advisory lock ("HEARTH"): two processes that migrate at once go one after the other."""


def migrate(engine: Engine, which: Which) -> tuple[str, ...]:
    """Bring a database up to date. All of it in one transaction: done, or as before.

    Args:
        engine: of that database.
        which: whose revisions to apply.

    Returns:
        The revisions that were applied, oldest first; empty when there was nothing to do.

    Raises:
        Misconfigured: `DATABASE_NEWER`, the database has had a revision that this program does not know.
    """
    with transaction(engine) as connection:
        _prepare(connection, which)
        missing = _missing(connection, which)
        if missing:
            command.upgrade(configuration(which, connection), "head")
    return missing


def pending(engine: Engine, which: Which) -> tuple[str, ...]:
    """The revisions that a database has not had yet, oldest first; for `hearthline doctor`.

    Args:
        engine: of that database.
        which: whose revisions to look for.

    Raises:
        Misconfigured: `DATABASE_NEWER`, as for `migrate`.
    """
    with reading(engine) as connection:
        return _missing(connection, which)


def configuration(which: Which, connection: Connection | None = None) -> Config:
    """What Alembic is told: where the revisions are, and over which connection to work.

    Args:
        which: the database.
        connection: an open one, inside a transaction; none where only the scripts are looked at.
    """
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("version_locations", str(_HERE / "versions" / which).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")  # a folder's name may hold what other separators are made of
    config.attributes.update(connection=connection, which=which)
    return config


def version_table(which: Which) -> str:
    """The table in which a database remembers the revisions it has had."""
    return f"{which}_revision"


def _prepare(connection: Connection, which: Which) -> None:
    if connection.dialect.name != "postgresql":
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if which == "ledger":
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {LEDGER_SCHEMA}"))
        connection.execute(text(f"SET LOCAL search_path TO {LEDGER_SCHEMA}, public"))


def _missing(connection: Connection, which: Which) -> tuple[str, ...]:
    scripts = ScriptDirectory.from_config(configuration(which))
    context = MigrationContext.configure(connection, opts={"version_table": version_table(which)})
    had = context.get_current_heads()
    try:
        revisions = list(scripts.iterate_revisions("heads", had or "base"))
    except RevisionError as unknown:
        raise Misconfigured(
            f"The {which} database has had revision {', '.join(had)}, which this program does not know.",
            "Install the version of Hearthline that wrote it, or a newer one.",
            code="DATABASE_NEWER",
        ) from unknown
    return tuple(revision.revision for revision in reversed(revisions))
