"""Verification reports whatever somebody made of the log, never raises for it, and raises no false alarm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, text

from governance.database import LEDGER_SCHEMA, connect, sqlite_url, transaction
from governance.errors import LedgerBroken
from governance.ledger import Ledger, merkle, verify_export
from governance.ledger.table import snapshot
from governance.ledger.verification import MOST_PROBLEMS, stored, verify_log
from tests.governance.ledger.logs import filled, ledger_on

# What SQLite lets anybody write into a column, whatever its type: (statement, what the report says of it).
STRANGE = {
    "bytes for a text": ("UPDATE ledger_entry SET text = CAST(text AS BLOB) WHERE number = 2", "Entry 2 is not"),
    "no UTF-8": ("UPDATE ledger_entry SET text = CAST(x'ff' AS TEXT) WHERE number = 2", "cannot be read"),
    "half a text": ("UPDATE ledger_entry SET text = substr(text, 1, 20) WHERE number = 2", "Entry 2 is not"),
    "a text for a hash": ("UPDATE ledger_entry SET leaf = 'abc' WHERE number = 2", "Entry 2: its text"),
    "a number for a kind": ("UPDATE ledger_entry SET kind = 7 WHERE number = 2", "Entry 2: the columns"),
    "a list for a kind": (
        """UPDATE ledger_entry SET text = replace(text, '"thing.happened"', '[1]') WHERE number = 2""",
        "Entry 2: its text",
    ),
    "a text for a root": ("UPDATE ledger_head SET root = 'abc'", "The head's columns"),
    "bytes for a note": ("UPDATE ledger_head SET note = CAST(note AS BLOB)", "not a text"),
    "no head": ("DELETE FROM ledger_head", "no signed head"),
    "two heads": ("INSERT INTO ledger_head SELECT 2, size, root, frontier, note FROM ledger_head", "2 heads"),
    "no entries": ("DELETE FROM ledger_entry", "speaks of 5 entries; there are 0"),
    "no table": ("DROP TABLE ledger_entry", "cannot be read"),
    "a checkpoint's size": ("UPDATE ledger_checkpoint SET size = 3", "kept for 3 entries speaks of 5"),
    "a checkpoint's bytes": ("UPDATE ledger_checkpoint SET note = CAST(note AS BLOB)", "not a text"),
}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = filled(connect(sqlite_url(tmp_path / "ledger.db")), 5)
    made.checkpoint()
    return made


@pytest.mark.parametrize(("statement", "telling"), STRANGE.values(), ids=STRANGE)
def test_a_strange_value_is_reported_and_stops_nothing(ledger: Ledger, statement: str, telling: str) -> None:
    with transaction(ledger._engine) as connection:
        connection.execute(text(statement.replace(":", "\\:")))
    found = ledger.verify()
    assert not found.verified
    assert any(telling in problem for problem in found.problems), found.problems


def test_nesting_without_end_is_reported(ledger: Ledger) -> None:
    with transaction(ledger._engine) as connection:
        connection.execute(text("UPDATE ledger_entry SET text = :deep"), {"deep": "[" * 100_000})
    assert "Entry 4 is not an entry." in ledger.verify().problems


def test_a_report_of_everything_has_an_end(tmp_path: Path) -> None:
    engine = connect(sqlite_url(tmp_path / "ledger.db"))
    ledger = filled(engine, 3 * MOST_PROBLEMS)
    with transaction(engine) as connection:
        connection.execute(text("UPDATE ledger_entry SET kind = 'x'"))
    assert len(ledger.verify().problems) == MOST_PROBLEMS


def test_a_lost_head_is_not_made_anew_over_the_entries(engine: Engine) -> None:
    ledger = filled(engine, 2)
    with transaction(engine) as connection:
        connection.execute(text("DELETE FROM ledger_head"))
    for one in (ledger, ledger_on(engine)):
        with pytest.raises(LedgerBroken):
            one.append("a", "b", {})
    assert not ledger.verify().verified


def test_what_is_appended_while_the_log_is_checked_raises_no_alarm(engine: Engine) -> None:
    ledger = filled(engine, 5)
    with snapshot(engine) as connection:
        log = stored(connection)  # the head is read; the entries are not yet
        ledger.append("more", "t", {})
        found = verify_log(log, ledger.verifier_key)
    assert (found.verified, found.size, ledger.verify().size) == (True, 5, 6)


def test_the_ledger_lives_in_a_schema_of_its_own_on_postgresql(postgres_url: str) -> None:
    engine = connect(postgres_url, durable=True, schema=LEDGER_SCHEMA)
    with transaction(engine) as connection:
        connection.execute(text(f"CREATE SCHEMA {LEDGER_SCHEMA}"))
    ledger = filled(engine, 3)
    assert ledger.append_once("grant.opened", "g-1", {}) is not None
    assert ledger.verify().verified
    plain = connect(postgres_url)
    with transaction(plain) as connection:
        where = connection.execute(text("SELECT schemaname FROM pg_tables WHERE tablename LIKE 'ledger_%'"))
        assert set(where.scalars()) == {LEDGER_SCHEMA}
    engine.dispose()
    plain.dispose()


def test_an_export_says_what_is_wrong_with_it(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    ledger.export(folder)
    entries, checkpoints = folder / "entries.jsonl", folder / "checkpoints.json"
    whole, kept = entries.read_bytes(), checkpoints.read_bytes()
    lines = whole.splitlines(keepends=True)
    swapped = b"".join([lines[1], lines[0], *lines[2:]])
    for broken in (b"", whole[:-1][:-9], b"".join(lines[:-1]), whole + b"{}\n", whole + lines[0], swapped, b"\xff"):
        entries.write_bytes(broken)
        assert not verify_export(folder, ledger.verifier_key).verified
    entries.write_bytes(whole)
    for wrong in (b"", b"[]", b'{"5": ""}', b'{"x": "y"}', json.dumps({"4": json.loads(kept)["5"]}).encode()):
        checkpoints.write_bytes(wrong)
        assert not verify_export(folder, ledger.verifier_key).verified
    checkpoints.write_bytes(kept)
    (folder / "key.txt").unlink()  # never believed, never needed
    assert verify_export(folder, ledger.verifier_key).verified
    (folder / "checkpoint").unlink()
    found = verify_export(folder, ledger.verifier_key)
    assert (found.verified, found.signed) == (False, False)


def test_a_log_that_another_key_signed_is_not_ours(ledger: Ledger) -> None:
    other = ledger_on(ledger._engine, key=Ed25519PrivateKey.generate())
    assert not other.verify().verified
    with pytest.raises(LedgerBroken, match="not signed by this ledger's key"):
        other.append("a", "b", {})
    assert ledger.head().root != merkle.EMPTY_ROOT
    assert ledger.verify().verified
