"""Ways round the ledger: editing, dropping, swapping and appending entries by hand, with the database open."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from governance.database import connect, transaction
from governance.ledger import Ledger, merkle
from governance.ledger import entry as form
from governance.ledger.merkle import leaf_hash
from governance.ledger.table import ledger_checkpoint, ledger_entry, ledger_head
from tests.governance.ledger.logs import NOW, filled, ledger_on

SIZES = st.integers(min_value=2, max_value=12)


def fresh(count: int) -> tuple[Engine, Ledger]:
    engine = connect("sqlite://")
    return engine, filled(engine, count)


def rows(engine: Engine) -> list[dict[str, Any]]:
    with transaction(engine) as connection:
        return [row._asdict() for row in connection.execute(select(ledger_entry).order_by(ledger_entry.c.number))]


def forged(number: int) -> dict[str, Any]:
    """An entry that is well formed in every way, but was never appended."""
    text = form.write(index=number, at=NOW, kind="use.permitted", topic="t", body={"forged": True})
    return {"number": number, "kind": "use.permitted", "topic": "t", "leaf": leaf_hash(text.encode()), "text": text}


def assert_found(ledger: Ledger) -> None:
    found = ledger.verify()
    assert not found.verified
    assert found.problems


@given(SIZES, st.data())
def test_an_edited_entry_is_found_even_where_its_hash_is_edited_too(count: int, data: st.DataObject) -> None:
    engine, ledger = fresh(count)
    number = data.draw(st.integers(0, count - 1))
    with transaction(engine) as connection:
        connection.execute(ledger_entry.update().where(ledger_entry.c.number == number).values(**forged(number)))
    assert_found(ledger)


@given(SIZES, st.data())
def test_an_edited_entry_is_found_even_where_everything_that_hangs_on_it_is_edited_too(
    count: int, data: st.DataObject
) -> None:
    """Text, hash, and the head's own columns: all but the signature, for which it takes the key."""
    engine, ledger = fresh(count)
    number = data.draw(st.integers(0, count - 1))
    frontier: list[bytes] = []
    for row in rows(engine):
        leaf = forged(number)["leaf"] if row["number"] == number else row["leaf"]
        frontier = merkle.extend(frontier, row["number"], leaf)
    with transaction(engine) as connection:
        connection.execute(ledger_entry.update().where(ledger_entry.c.number == number).values(**forged(number)))
        connection.execute(ledger_head.update().values(root=merkle.root(frontier), frontier=b"".join(frontier)))
    assert_found(ledger)


@given(SIZES, st.data(), st.sampled_from(["kind", "topic", "leaf", "text"]))
def test_a_single_edited_column_is_found(count: int, data: st.DataObject, column: str) -> None:
    engine, ledger = fresh(count)
    number = data.draw(st.integers(0, count - 1))
    value: object = b"\x00" * 32 if column == "leaf" else "edited"
    with transaction(engine) as connection:
        connection.execute(ledger_entry.update().where(ledger_entry.c.number == number).values({column: value}))
    assert_found(ledger)


@given(SIZES, st.data())
def test_a_dropped_entry_is_found_the_last_one_too(count: int, data: st.DataObject) -> None:
    engine, ledger = fresh(count)
    number = data.draw(st.integers(0, count - 1))
    with transaction(engine) as connection:
        connection.execute(ledger_entry.delete().where(ledger_entry.c.number == number))
    assert_found(ledger)


@given(SIZES, st.data())
def test_a_dropped_entry_is_found_where_the_later_ones_close_up(count: int, data: st.DataObject) -> None:
    engine, ledger = fresh(count)
    dropped = data.draw(st.integers(0, count - 1))
    kept = [row for row in rows(engine) if row["number"] != dropped]
    with transaction(engine) as connection:
        connection.execute(ledger_entry.delete())
        connection.execute(ledger_entry.insert(), [{**row, "number": place} for place, row in enumerate(kept)])
    assert_found(ledger)


@given(SIZES, st.data())
def test_two_swapped_entries_are_found(count: int, data: st.DataObject) -> None:
    engine, ledger = fresh(count)
    one, other = data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
    swap = {one: other, other: one}
    moved = [{**row, "number": swap.get(row["number"], row["number"])} for row in rows(engine)]
    with transaction(engine) as connection:
        connection.execute(ledger_entry.delete())
        connection.execute(ledger_entry.insert(), sorted(moved, key=lambda row: row["number"]))
    assert_found(ledger)


@given(SIZES)
def test_an_entry_appended_by_hand_is_found(count: int) -> None:
    engine, ledger = fresh(count)
    with transaction(engine) as connection:
        connection.execute(ledger_entry.insert(), forged(count))
    assert_found(ledger)


@given(SIZES)
def test_a_head_moved_back_with_the_last_entry_is_found_where_a_checkpoint_was_kept(count: int) -> None:
    engine, ledger = fresh(count - 1)
    before = ledger.head()
    ledger.append("use.refused", "t", {})
    ledger.checkpoint()
    with transaction(engine) as connection:
        connection.execute(ledger_entry.delete().where(ledger_entry.c.number == count - 1))
        connection.execute(ledger_head.update().values(size=before.size, root=before.root, note=before.note))
    assert_found(ledger)


@given(SIZES)
def test_a_dropped_head_is_found(count: int) -> None:
    engine, ledger = fresh(count)
    with transaction(engine) as connection:
        connection.execute(ledger_head.delete())
    assert_found(ledger)


@given(SIZES)
def test_a_log_written_anew_under_another_key_is_found(count: int) -> None:
    engine, ledger = fresh(count)
    with transaction(engine) as connection:
        for table in (ledger_entry, ledger_head, ledger_checkpoint):
            connection.execute(table.delete())
    thief = ledger_on(engine, key=Ed25519PrivateKey.generate())
    thief.append_many([("thing.happened", "t", {})] * count)
    assert thief.verify().verified
    assert_found(ledger)
