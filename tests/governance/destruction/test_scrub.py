"""What was deleted is not in the database's file any more; what was not is. On both databases it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, delete, select

from governance.database import connect, reading, sqlite_url, transaction
from governance.destruction.scrub import scrub
from governance.errors import Busy

WORDS = "the words of a family "


def note(engine: Engine) -> Table:
    table = Table("note", MetaData(), Column("id", Integer, primary_key=True), Column("text", String(200)))
    table.create(engine)
    rows = [{"id": number, "text": f"{WORDS}{number:04d}"} for number in range(400)]
    with transaction(engine) as connection:
        connection.execute(table.insert(), rows)
    return table


def test_what_was_not_deleted_stays(engine: Engine) -> None:
    table = note(engine)
    with transaction(engine) as connection:
        connection.execute(delete(table).where(table.c.id >= 10))
    assert scrub(engine) == 1
    with reading(engine) as connection:
        assert len(connection.execute(select(table)).all()) == 10


def test_a_deleted_row_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    engine = connect(sqlite_url(tmp_path / "a.db"))
    table = note(engine)
    with transaction(engine) as connection:
        connection.execute(delete(table).where(table.c.id != 7))
    there = [f"{WORDS}{number:04d}".encode() for number in range(400)]

    def found() -> list[bytes]:
        raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        return [text for text in there if text in raw]

    assert len(found()) > 300
    scrub(engine)
    assert found() == [f"{WORDS}0007".encode()]


def test_while_another_process_writes_it_waits_for_another_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sqlite_url(tmp_path / "a.db")
    engine, other = connect(url), connect(url)
    note(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    monkeypatch.setattr(engine, "raw_connection", lambda: _impatient(engine))
    with transaction(other) as writing:
        writing.exec_driver_sql("DELETE FROM note WHERE id = 1")
        with pytest.raises(Busy):
            scrub(engine)


def _impatient(engine: Engine) -> object:
    connection = engine.pool.connect()
    connection.cursor().execute("PRAGMA busy_timeout=50")
    return connection
