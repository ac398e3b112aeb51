"""The log: what was appended is there, once, in order, signed; on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from governance.errors import Misconfigured
from governance.ledger import merkle, verify_export
from governance.ledger.note import open_note
from tests.governance.ledger.logs import KEY, filled, ledger_on

ROOT = Path(__file__).resolve().parents[3]
WRITER = """
import sys
from governance.database import connect
from tests.governance.ledger.logs import ledger_on
ledger = ledger_on(connect(sys.argv[1]))
for number in range(40):
    ledger.append("thing.happened", f"{sys.argv[2]}-{number}", {})
    if ledger.append_once("thing.once", str(number), {"by": sys.argv[2]}):
        pass
"""


def test_entries_are_numbered_from_zero_and_read_back_as_written(engine: Engine) -> None:
    ledger = ledger_on(engine)
    written = [ledger.append("grant.issued", "g-1", {"fields": ["a"], "ä": None}), ledger.append("x", "g-2", {})]
    assert [entry.index for entry in written] == [0, 1]
    assert list(ledger.entries()) == written
    assert ledger.get(0) == written[0]
    assert ledger.size() == 2


def test_a_kind_covers_the_kinds_below_it_at_dots_only(engine: Engine) -> None:
    ledger = ledger_on(engine)
    for kind in ("grant", "grant.opened", "granted", "use.refused"):
        ledger.append(kind, "t", {})
    assert [entry.kind for entry in ledger.entries(kind="grant")] == ["grant", "grant.opened"]


def test_entries_can_be_asked_for_by_topic_and_place(engine: Engine) -> None:
    ledger = filled(engine, 30)
    assert [entry.index for entry in ledger.entries(topic="topic-7")] == [7]
    assert [entry.index for entry in ledger.entries(after=25)] == [26, 27, 28, 29]
    assert [entry.index for entry in ledger.entries(after=3, limit=2)] == [4, 5]


def test_once_is_once_for_a_kind_and_topic(engine: Engine) -> None:
    ledger = ledger_on(engine)
    assert ledger.append_once("grant.opened", "g-1", {}) is not None
    assert ledger.append_once("grant.opened", "g-1", {}) is None
    assert ledger.append_once("grant.opened", "g-2", {}) is not None
    assert ledger.size() == 2


def test_each_head_is_a_checkpoint_that_the_public_key_opens(engine: Engine) -> None:
    ledger = filled(engine, 5)
    head = ledger.head()
    opened = open_note(head.note, ledger.verifier_key)
    assert (opened.size, opened.root) == (5, head.root)
    with pytest.raises(ValueError, match="not signed"):
        open_note(head.note, ledger_on(engine, key=Ed25519PrivateKey.generate()).verifier_key)


def test_a_note_with_any_changed_line_does_not_open(engine: Engine) -> None:
    ledger = filled(engine, 5)
    note = ledger.head().note
    for edited in (note.replace("\n5\n", "\n6\n"), note.replace("test.example", "evil.example"), note.rstrip("\n")):
        with pytest.raises(ValueError, match="not"):
            open_note(edited, ledger.verifier_key)


def test_every_entry_can_be_proved_now_and_at_earlier_sizes(engine: Engine) -> None:
    ledger = filled(engine, 11)
    head = ledger.head()
    for index in range(11):
        leaf = ledger.get(index).leaf
        assert merkle.verify_inclusion(index, 11, leaf, ledger.prove(index), head.root)
    old = merkle.root_of([entry.leaf for entry in ledger.entries(limit=6)])
    assert merkle.verify_inclusion(2, 6, ledger.get(2).leaf, ledger.prove(2, 6), old)
    assert merkle.verify_consistency(6, 11, old, head.root, ledger.consistency(6))
    with pytest.raises(Misconfigured):
        ledger.prove(11)
    with pytest.raises(Misconfigured):
        ledger.consistency(0)


def test_a_number_that_json_does_not_have_is_refused_and_nothing_is_written(engine: Engine) -> None:
    ledger = filled(engine, 1)
    with pytest.raises(ValueError, match="not JSON compliant"):
        ledger.append_many([("a", "b", {}), ("a", "b", {"x": float("nan")})])
    assert ledger.size() == 1
    assert ledger.verify().verified


def test_an_empty_log_verifies(engine: Engine) -> None:
    found = ledger_on(engine).verify()
    assert (found.size, found.verified, found.root) == (0, True, merkle.EMPTY_ROOT)


def test_a_log_with_checkpoints_on_the_way_verifies(engine: Engine) -> None:
    ledger = filled(engine, 4)
    ledger.checkpoint()
    ledger.append("more", "t", {})
    ledger.checkpoint()
    ledger.checkpoint()
    assert ledger.verify().verified


def test_an_export_verifies_with_the_public_key_alone_and_no_changed_byte_does(engine: Engine, tmp_path: Path) -> None:
    ledger = filled(engine, 6)
    ledger.checkpoint()
    ledger.export(tmp_path)
    assert verify_export(tmp_path, ledger.verifier_key).verified
    for name in ("entries.jsonl", "checkpoint"):
        file = tmp_path / name
        whole = file.read_bytes()
        for place in range(0, len(whole), 7):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert not verify_export(tmp_path, ledger.verifier_key).verified
        file.write_bytes(whole)


def test_two_processes_that_append_at_once_lose_and_double_nothing(database_url: str, engine: Engine) -> None:
    ledger = ledger_on(engine)
    command = [sys.executable, "-c", WRITER, database_url]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("one", "two")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    topics = [entry.topic for entry in ledger.entries(kind="thing.happened")]
    assert sorted(topics) == sorted(f"{name}-{number}" for name in ("one", "two") for number in range(40))
    once = [entry.topic for entry in ledger.entries(kind="thing.once")]
    assert sorted(once, key=int) == [str(number) for number in range(40)]
    assert ledger.verify().verified


def test_the_key_for_tests_is_no_real_one() -> None:
    assert KEY.private_bytes_raw().startswith(b"not a secret")
