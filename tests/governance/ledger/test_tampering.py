"""Whoever writes to the database without the key is noticed, whichever entry they touch, however they hide it.

A law, on both databases: edit, drop (the last one too), swap or append an entry by hand, with or without making the
unsigned columns beside it fit again, and `verify` says so, and where. Appending afterwards does not sign it over.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from governance.database import transaction
from governance.errors import LedgerBroken
from governance.ledger import Ledger, entry, merkle
from governance.ledger.table import ledger_checkpoint, ledger_entry, ledger_head
from tests.governance.ledger.logs import ledger_on

SIZE = 7
AWAY = 1_000_000
words = st.text("abcdefgh.-", min_size=1, max_size=20)
characters = st.characters(codec="utf-8", exclude_characters="\0")  # PostgreSQL stores any other

Tampering = Callable[[Connection, st.DataObject], str]
"""Does it, and gives back what a problem must then say."""


def fresh(engine: Engine) -> Ledger:
    """A log of seven entries, one of them written once, with a checkpoint kept on the way."""
    ledger = ledger_on(engine)
    with transaction(engine) as connection:
        for table in (ledger_entry, ledger_head, ledger_checkpoint):
            connection.execute(table.delete())
    ledger.append_many([("use.refused", f"dataset-{number}", {"fields": ["a", "ä"]}) for number in range(3)])
    ledger.checkpoint()
    ledger.append_once("grant.opened", "g-1", {"dataset": "hmis.exit"})
    ledger.append_many([("grant.closed", f"g-{number}", {"rows": number}) for number in range(3)])
    assert ledger.verify().verified
    return ledger


def edit_column(connection: Connection, data: st.DataObject) -> str:
    number, name = data.draw(st.integers(0, SIZE - 1)), data.draw(st.sampled_from(["kind", "topic", "once", "leaf"]))
    column = ledger_entry.c[name]
    old = connection.execute(select(column).where(ledger_entry.c.number == number)).scalar()
    values = {"leaf": st.binary(min_size=32, max_size=32), "once": st.one_of(st.none(), words)}
    new = data.draw(values.get(name, words).filter(lambda value: value != old))
    connection.execute(ledger_entry.update().where(ledger_entry.c.number == number).values({name: new}))
    return f"Entry {number}: "


def edit_text(connection: Connection, data: st.DataObject) -> str:
    number = data.draw(st.integers(0, SIZE - 1))
    text = _text(connection, number)
    place = data.draw(st.integers(0, len(text) - 1))
    with_other = data.draw(st.one_of(st.just(""), characters.filter(lambda other: other != text[place])))
    _set(connection, number, text=text[:place] + with_other + text[place + 1 :])
    return f"Entry {number}"


def rewrite(connection: Connection, data: st.DataObject) -> str:
    """A sound entry in another one's place: text, hash and columns fit each other."""
    number = data.draw(st.integers(0, SIZE - 1))
    text = _written(number, data.draw(words))
    leaf = merkle.leaf_hash(text.encode())
    _set(connection, number, text=text, leaf=leaf, kind="grant.closed", topic="g-9", once=None)
    return f"At {SIZE} entries the root is"


def drop(connection: Connection, data: st.DataObject) -> str:
    number = data.draw(st.integers(0, SIZE - 1))
    connection.execute(ledger_entry.delete().where(ledger_entry.c.number == number))
    return f"speaks of {SIZE} entries; there are {SIZE - 1}"


def swap(connection: Connection, data: st.DataObject) -> str:
    one, other = data.draw(st.lists(st.integers(0, SIZE - 1), min_size=2, max_size=2, unique=True))
    for old, new in ((one, AWAY), (other, one), (AWAY, other)):
        _set(connection, old, number=new)
    return f"Entry {one}: it calls itself {other}."


def move(connection: Connection, data: st.DataObject) -> str:
    number, to = data.draw(st.integers(0, SIZE - 1)), data.draw(st.sampled_from([-1, SIZE, AWAY]))
    _set(connection, number, number=to)
    return f"it is stored as {to}; one is missing or was moved"


def append(connection: Connection, data: st.DataObject) -> str:
    number = SIZE + data.draw(st.integers(0, 3))
    text = _written(number, data.draw(words))
    row = {"number": number, "kind": "grant.closed", "topic": "g-9", "leaf": merkle.leaf_hash(text.encode())}
    connection.execute(ledger_entry.insert(), {**row, "text": text})
    return f"stand behind the signed head, from entry {SIZE} on"


def edit_head(connection: Connection, data: st.DataObject) -> str:
    name, value = data.draw(
        st.one_of(
            st.tuples(st.just("size"), st.integers(0, 20).filter(lambda size: size != SIZE)),
            st.tuples(st.sampled_from(["root", "frontier"]), st.binary(max_size=96)),
        )
    )
    connection.execute(ledger_head.update().values({name: value}))
    return "The head's columns"


def edit_note(connection: Connection, data: st.DataObject) -> str:
    """In the head, or in the checkpoint that was kept."""
    table = data.draw(st.sampled_from([ledger_head, ledger_checkpoint]))
    note = str(connection.execute(select(table.c.note)).scalar_one())
    place = data.draw(st.integers(0, len(note) - 1))
    with_other = data.draw(st.one_of(st.just(""), characters.filter(lambda other: other != note[place])))
    connection.execute(table.update().values(note=note[:place] + with_other + note[place + 1 :]))
    return "A signed head does not hold"


ALL: list[Tampering] = [edit_column, edit_text, rewrite, drop, swap, move, append, edit_head, edit_note]


def make_fit(connection: Connection) -> None:
    """What a careful forger does next: every column that bears no signature is made to fit the entries as they are."""
    frontier: list[bytes] = []
    rows = connection.execute(select(ledger_entry).order_by(ledger_entry.c.number)).all()
    for size, row in enumerate(rows):
        leaf = merkle.leaf_hash(row.text.encode())
        _set(connection, row.number, leaf=leaf)
        frontier = merkle.extend(frontier, size, leaf)
    root = merkle.root(frontier)
    connection.execute(ledger_head.update().values(size=len(rows), root=root, frontier=b"".join(frontier)))


@pytest.mark.parametrize("tamper", ALL, ids=lambda tamper: tamper.__name__)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_touched_log_does_not_verify_and_says_where(engine: Engine, tamper: Tampering, data: st.DataObject) -> None:
    ledger = fresh(engine)
    with transaction(engine) as connection:
        telling = tamper(connection, data)
    found = ledger.verify()
    assert not found.verified
    assert any(telling in problem for problem in found.problems), (telling, found.problems)


@pytest.mark.parametrize("tamper", [edit_text, rewrite, drop, swap, append], ids=lambda tamper: tamper.__name__)
@pytest.mark.parametrize("restarted", [True, False], ids=["restarted", "running"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_later_append_signs_a_forgery_over(
    engine: Engine, tamper: Tampering, restarted: bool, data: st.DataObject
) -> None:
    ledger = fresh(engine)
    with transaction(engine) as connection:
        tamper(connection, data)
        make_fit(connection)
    assert not ledger.verify().verified
    later = ledger_on(engine) if restarted else ledger
    with pytest.raises(LedgerBroken):
        later.append("night.started", "run", {})
    assert not ledger.verify().verified


@pytest.mark.parametrize("tamper", ALL, ids=lambda tamper: tamper.__name__)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_log_that_goes_on_after_being_touched_never_verifies_again(
    engine: Engine, tamper: Tampering, data: st.DataObject
) -> None:
    fresh(engine)
    with transaction(engine) as connection:
        tamper(connection, data)
    ledger = ledger_on(engine)
    with suppress(LedgerBroken):
        ledger.append("night.started", "run", {})
    assert not ledger.verify().verified


def test_a_rolled_back_log_is_noticed_by_who_saw_it_and_by_the_checkpoint_that_was_kept(engine: Engine) -> None:
    ledger = fresh(engine)
    with transaction(engine) as connection:
        before = dict(connection.execute(select(ledger_head)).mappings().one())
    ledger.append("use.refused", "dataset-1", {})
    ledger.checkpoint()
    with transaction(engine) as connection:
        connection.execute(ledger_entry.delete().where(ledger_entry.c.number == SIZE))
        connection.execute(ledger_head.update().values(**before))
    assert not ledger.verify().verified
    with pytest.raises(LedgerBroken, match="older"):
        ledger.append("night.started", "run", {})


def test_clearing_the_mark_of_what_happens_once_does_not_let_it_happen_again(engine: Engine) -> None:
    ledger = fresh(engine)
    with transaction(engine) as connection:
        connection.execute(ledger_entry.update().values(once=None))
    assert ledger.append_once("grant.opened", "g-1", {}) is None
    assert not ledger.verify().verified


def _text(connection: Connection, number: int) -> str:
    return str(connection.execute(select(ledger_entry.c.text).where(ledger_entry.c.number == number)).scalar_one())


def _set(connection: Connection, place: int, **values: object) -> None:
    connection.execute(ledger_entry.update().where(ledger_entry.c.number == place).values(values))


def _written(number: int, word: str) -> str:
    at = datetime(2026, 7, 1, tzinfo=UTC)
    return entry.write(index=number, at=at, kind="grant.closed", topic="g-9", body={"by": word})
