"""Which tables belong to which database, and how far the tables in the code have drifted from the revisions."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Table

import alerts
import console
import flows
import governance
import rules
import signals
from flows.migrations import Which, version_table
from governance.database import metadata, reading

PACKAGES = (governance, signals, rules, alerts, console, flows)
"""The floors, from the ground up."""


def database(table: Table) -> Which:
    """The database that a table belongs to."""
    return "ledger" if table.info.get("database") == "ledger" else "operational"


def scope(which: Which) -> Callable[[Any, str | None, str, bool, Any], bool]:
    """Alembic's `include_object` for one database: the other one's tables are not looked at.

    On PostgreSQL both can be seen over one connection; a table that no code declares is looked at by both.

    Args:
        which: the database.
    """

    def _include(_item: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:  # noqa: FBT001 Alembic calls it so
        if kind != "table":
            return True
        if str(name).endswith("_revision"):
            return False
        declared = metadata.tables.get(str(name))
        return declared is None or database(declared) == which

    return _include


def declare() -> None:
    """Import every module of ours, so that each table that the code declares is in the one `MetaData`."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(("__main__", ".env")):
                importlib.import_module(module.name)


def drift(engine: Engine, which: Which) -> list[Any]:
    """What a new revision would have to change, as Alembic's operations; empty when tables and revisions agree.

    Args:
        engine: of a database that has had every revision.
        which: the database.
    """
    declare()
    with reading(engine) as connection:
        options = {"version_table": version_table(which), "include_object": scope(which), "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))
