"""Opting out: a no is kept by person, tells nobody who said it, and is there until it is taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, delete, select

from governance.clock import FixedClock
from governance.database import metadata, reading, transaction
from governance.errors import Misconfigured
from governance.keystore import MemoryKeyStore
from governance.ledger import Ledger
from governance.opt_out import OptOuts, opt_out
from governance.vault import Vault
from tests.governance.papers import KEY

ANA = ("edfi.student:1", "hmis.client:7")


@pytest.fixture
def ledger(engine: Engine, clock: FixedClock) -> Ledger:
    metadata.create_all(engine, tables=[opt_out, *(t for t in metadata.sorted_tables if t.info.get("database"))])
    return Ledger(engine, key=KEY, origin="test.example/ledger", clock=clock)


@pytest.fixture
def outs(engine: Engine, ledger: Ledger) -> OptOuts:
    vault = Vault(MemoryKeyStore())
    vault.prepare()
    return OptOuts(engine, vault, ledger)


def test_a_no_covers_every_number_of_the_person_and_nobody_else(outs: OptOuts) -> None:
    receipt = outs.record(ANA, by="worker-1", how="in person")
    assert receipt.persons == 2
    assert outs.out_of([*ANA, "edfi.student:2"]) == set(ANA)
    assert outs.current() == outs.digests(ANA)


def test_nobody_is_out_who_said_nothing(outs: OptOuts) -> None:
    assert outs.out_of(ANA) == frozenset()
    assert outs.current() == frozenset()


def test_neither_table_nor_ledger_names_who_said_no(outs: OptOuts, engine: Engine, ledger: Ledger) -> None:
    outs.record(ANA, by="worker-1", how="in person", subjects="c" * 64)
    with reading(engine) as connection:
        rested = str(connection.execute(select(opt_out)).all())
    said = str([(entry.topic, entry.body) for entry in ledger.entries()])
    assert not any(part in rested + said for number in ANA for part in (number, number.partition(":")[0]))


def test_a_no_taken_back_with_its_receipt_is_over_and_another_one_stands(outs: OptOuts) -> None:
    first = outs.record(ANA, by="worker-1", how="in person")
    second = outs.record(ANA[:1], by="worker-1", how="by letter")
    outs.withdraw(first.number, by="worker-1")
    outs.withdraw(first.number, by="worker-1")
    assert outs.out_of(ANA) == {ANA[0]}
    outs.withdraw(second.number, by="worker-1")
    assert outs.current() == frozenset()


def test_the_receipt_says_when_and_where_in_the_ledger(outs: OptOuts, ledger: Ledger, clock: FixedClock) -> None:
    receipt = outs.record(ANA, by="worker-1", how="in person")
    entry = ledger.get(receipt.entry)
    assert (entry.kind, entry.topic, entry.at) == ("subject.opted_out", receipt.number, clock.now())
    assert (receipt.at, entry.body["by"], entry.body["persons"]) == (clock.now(), "worker-1", 2)


def test_what_stands_is_found_by_whom_it_is_about(outs: OptOuts) -> None:
    mine = outs.record(ANA, by="worker-1", how="in person", subjects="a" * 64)
    outs.record(["edfi.student:2"], by="worker-1", how="in person", subjects="b" * 64)
    assert outs.standing({"a" * 64}) == (mine.number,)
    outs.withdraw(mine.number, by="worker-1")
    assert outs.standing({"a" * 64}) == ()


def test_a_no_that_an_older_copy_of_the_database_lost_is_told(outs: OptOuts, engine: Engine) -> None:
    kept = outs.record(ANA, by="worker-1", how="in person")
    gone = outs.record(["edfi.student:2"], by="worker-1", how="in person")
    back = outs.record(["edfi.student:3"], by="worker-1", how="in person")
    outs.withdraw(back.number, by="worker-1")
    assert outs.lost() == ()
    with transaction(engine) as connection:
        connection.execute(delete(opt_out).where(opt_out.c.receipt == gone.number))
    assert outs.lost() == (gone.number,)
    assert outs.out_of(ANA) == set(ANA)
    assert kept.number not in outs.lost()


@pytest.mark.parametrize(("persons", "by"), [((), "worker-1"), (ANA, " ")])
def test_a_no_needs_who_says_it_and_who_writes_it_down(
    outs: OptOuts, ledger: Ledger, persons: tuple[str, ...], by: str
) -> None:
    with pytest.raises(Misconfigured) as refused:
        outs.record(persons, by=by, how="in person")
    assert refused.value.code == "OPT_OUT_EMPTY"
    assert ledger.size() == 0


def test_an_unknown_receipt_takes_nothing_back(outs: OptOuts, ledger: Ledger) -> None:
    with pytest.raises(Misconfigured) as refused:
        outs.withdraw("x-0123", by="worker-1")
    assert refused.value.code == "OPT_OUT_UNKNOWN"
    assert ledger.size() == 0
