"""Both databases, on SQLite and on PostgreSQL: the revisions make exactly the tables that the code declares."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from flows.migrations import Which, configuration, migrate, pending, version_table
from flows.migrations.scope import database, declare, drift
from governance.database import LEDGER_SCHEMA, connect, metadata, transaction
from governance.errors import Misconfigured
from signals.sealed_file import listed

BOTH = get_args(Which)


@pytest.fixture
def engines(database_url: str) -> Iterator[dict[Which, Engine]]:
    """Both databases, empty: two files, or two schemas of one server."""
    made: dict[Which, Engine] = {
        "operational": connect(database_url),
        "ledger": connect(database_url.replace("test.db", "ledger.db"), durable=True, schema=LEDGER_SCHEMA),
    }
    yield made
    for engine in made.values():
        engine.dispose()


def test_an_empty_database_has_every_revision_ahead_of_it(engines: dict[Which, Engine]) -> None:
    for which in BOTH:
        ahead = pending(engines[which], which)
        assert ahead[0] == "0001"
        assert migrate(engines[which], which) == ahead
        assert pending(engines[which], which) == ()


def test_the_revisions_make_the_tables_that_the_code_declares(engines: dict[Which, Engine]) -> None:
    for which in BOTH:
        migrate(engines[which], which)
    for which in BOTH:
        assert drift(engines[which], which) == []


def test_migrating_again_changes_nothing(engines: dict[Which, Engine]) -> None:
    for which in BOTH:
        migrate(engines[which], which)
        assert migrate(engines[which], which) == ()


def test_each_table_is_in_the_database_that_it_belongs_to(engines: dict[Which, Engine]) -> None:
    declare()
    for which in BOTH:
        migrate(engines[which], which)
    for which in BOTH:
        found = _tables(engines[which], which)
        declared = {table.name for table in metadata.tables.values() if database(table) == which}
        assert declared
        assert found == declared | {version_table(which)}


def test_going_all_the_way_back_leaves_nothing_behind(engines: dict[Which, Engine]) -> None:
    for which in BOTH:
        migrate(engines[which], which)
        with transaction(engines[which]) as connection:
            command.downgrade(configuration(which, connection), "base")
        assert len(pending(engines[which], which)) > 0
        assert migrate(engines[which], which)
        assert drift(engines[which], which) == []


def test_a_database_of_a_newer_program_is_left_alone(engines: dict[Which, Engine]) -> None:
    for which in BOTH:
        migrate(engines[which], which)
        with transaction(engines[which]) as connection:
            connection.execute(text(f"UPDATE {version_table(which)} SET version_num = '9999'"))
        for ask in (migrate, pending):
            with pytest.raises(Misconfigured) as newer:
                ask(engines[which], which)
            assert newer.value.code == "DATABASE_NEWER"


def test_two_processes_that_migrate_at_once_go_one_after_the_other(engines: dict[Which, Engine]) -> None:
    for which in BOTH:
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda _, which=which: migrate(engines[which], which), range(4)))
        assert sorted(map(len, done))[:3] == [0, 0, 0]
        assert pending(engines[which], which) == ()


def test_a_revision_that_breaks_off_leaves_the_database_as_it_was(engines: dict[Which, Engine]) -> None:
    declare()
    for which in BOTH:
        engine = engines[which]
        with transaction(engine) as connection:
            if engine.dialect.name == "postgresql" and which == "ledger":
                connection.execute(text(f"CREATE SCHEMA {LEDGER_SCHEMA}"))
            last = max(name for name, table in metadata.tables.items() if database(table) == which)
            connection.execute(text(f'CREATE TABLE "{last}" (in_the_way INTEGER)'))
        with pytest.raises(Exception, match=last):
            migrate(engine, which)
        assert pending(engine, which)[0] == "0001"
        assert _tables(engine, which) == {last}


def _tables(engine: Engine, which: Which) -> set[str]:
    schema = LEDGER_SCHEMA if which == "ledger" else "public"
    return set(inspect(engine).get_table_names(schema=schema if engine.dialect.name == "postgresql" else None))


def test_households_on_record_name_from_then_on_the_files_whose_rows_they_are_about(
    engines: dict[Which, Engine],
) -> None:
    engine = engines["operational"]
    ahead = pending(engine, "operational")
    with engine.connect() as connection:
        before = ahead[ahead.index("0008") - 1]
        command.upgrade(configuration("operational", connection), before)
        connection.commit()
    insert = (
        "insert into sealed_file"
        " (id, kind, agreement, dataset, delivery, month, part, place, link, rows, columns, lineage)"
        " values (:id, :kind, 'A', 'd', :delivery, :month, 0, 0, '', 1, '[]', '[]')"
    )
    files = [
        ("f-1", "signal", "d-1", "2026-01"),
        ("f-2", "signal", "d-1", "2026-02"),
        ("f-3", "signal", "d-2", "2026-01"),
    ]
    files += [("f-4", "attribution", "d-1", "2026-01"), ("f-5", "quarantine", "d-1", "2026-01")]
    with transaction(engine) as connection:
        for file in files:
            row = dict(zip(("id", "kind", "delivery", "month"), file, strict=True))
            connection.execute(text(insert), row)
    migrate(engine, "operational")
    with transaction(engine) as connection:
        found = {file.id: file.sources for file in listed(connection)}
    assert found == {"f-1": (), "f-2": (), "f-3": (), "f-4": ("f-1",), "f-5": ()}
