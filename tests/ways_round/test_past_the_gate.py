"""Ways round the gate that do not ask it: files, databases, keys, another process, a moved clock, an edited paper."""

from __future__ import annotations

import ast
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from governance.archive import agreement_document
from governance.clock import FixedClock
from governance.database import connect, metadata, sqlite_url, transaction
from governance.document import dump
from governance.errors import GrantExpired, GrantUnknown, Misconfigured, NotActive, Refused
from governance.gate import Gate
from governance.keystore import FileKeyStore, MemoryKeyStore
from governance.ledger import Ledger
from governance.opened import FOOTER, Opened
from governance.register import Register
from governance.retention import Retention
from governance.use import Action
from governance.vault import Vault
from signals.sealed_file import sealed_file
from signals.store import Store
from tests.architecture.tree import dotted, modules, scoped
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, KNOWN, NOW, SNAP, WORKER, lunch, mou, signed, snap, use_of
from tests.signals.test_store import ALL, AUGUST, SECRET
from tests.signals.test_store import fill as take_in

READ = ["certification_end_on"]


def fill(house: Doors, folder: Path) -> Store:
    """A store with rows of two months, taken in through the gate."""
    metadata.create_all(house.engine, tables=[sealed_file])
    store = Store(folder / "sealed", house.engine)
    take_in(house, store)
    return store


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    return doors(tmp_path)


@pytest.fixture
def store(house: Doors, tmp_path: Path) -> Store:
    return fill(house, tmp_path)


# -- the files ------------------------------------------------------------------------------------------------------


def sealed(folder: Path) -> list[Path]:
    return sorted((folder / "sealed").rglob("*.parquet"))


def test_a_sealed_file_tells_no_other_program_anything(store: Store, tmp_path: Path) -> None:
    for file in sealed(tmp_path):
        with pytest.raises(pl.exceptions.PolarsError):
            pl.read_parquet(file)
        with pytest.raises((OSError, pyarrow.ArrowException)):
            pyarrow.parquet.read_table(file)
        with pytest.raises(duckdb.Error):
            duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(file)]).fetchall()


def test_neither_files_nor_databases_hold_a_value_in_clear(house: Doors, store: Store, tmp_path: Path) -> None:
    with house.gate.open(
        house.gate.request(use_of(fields={"first_name"}, action=Action.MATCH, zone="enclave"))
    ) as door:
        assert any(SECRET in frame["first_name"] for frame in store.read(door, CASES, ["first_name"], AUGUST))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".parquet", ".db"}
    assert [path.name for path in files if SECRET.encode() in path.read_bytes()] == []


def test_a_file_moved_under_another_files_name_does_not_open(house: Doors, store: Store, tmp_path: Path) -> None:
    first, second = sealed(tmp_path)
    second.write_bytes(first.read_bytes())
    with house.gate.open(house.gate.request(use_of())) as opened, pytest.raises(pl.exceptions.ComputeError):
        list(store.read(opened, CASES, READ, AUGUST))


# -- the keys -------------------------------------------------------------------------------------------------------


def test_a_stolen_key_file_opens_nothing_without_the_installations_own(tmp_path: Path) -> None:
    keystore = FileKeyStore(tmp_path / "vault")
    vault = Vault(keystore)
    vault.prepare()
    keys = vault.write_keys(SNAP, CASES, "2026-08", [*READ, FOOTER])
    thief = FileKeyStore(tmp_path / "stolen")
    ring = keystore.get(f"keyring/{SNAP}")
    assert ring is not None
    assert not any(key in ring or key.hex().encode() in ring for key in keys.values())
    thief.put(f"keyring/{SNAP}", ring)
    with pytest.raises(Misconfigured):
        Vault(thief).read_keys(SNAP, CASES, "2026-08", READ)
    thief.put("master", os.urandom(32))
    with pytest.raises(Misconfigured):
        Vault(thief).read_keys(SNAP, CASES, "2026-08", READ)


def test_keys_are_asked_for_only_behind_an_open_door() -> None:
    keeper = {"governance/opened.py", "governance/vault.py"}
    asks = {"read_keys", "write_keys", "make_keys", "digest_key", "unseal"}
    found = [
        f"{module.path}:{node.lineno} {dotted(node.func)}"
        for module in modules()
        if module.path not in keeper
        for _, node in scoped(module.tree)
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in asks
        if "vault" in dotted(node.func)
    ]
    assert found == []


def test_a_door_is_made_by_the_gate_alone() -> None:
    makers = [
        module.path
        for module in modules()
        for _, node in scoped(module.tree)
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in {"Opened", "Grant"}
    ]
    assert set(makers) == {"governance/gate.py"}


def test_a_door_that_somebody_made_by_hand_is_checked_like_any_other(house: Doors, store: Store) -> None:
    grant = house.gate.request(use_of())
    wide = replace(grant, fields=frozenset(ALL))
    with pytest.raises(GrantUnknown), house.gate.open(wide):
        pass
    kept = Retention(today=house.clock.today())
    own = Opened(grant, house.vault, lambda lineage: house.gate._recheck(grant, lineage), kept)
    house.register.suspend(SNAP, by="officer-1")
    with pytest.raises(NotActive):
        list(store.read(own, CASES, READ, AUGUST))


# -- the database ---------------------------------------------------------------------------------------------------


def test_a_grant_written_into_the_database_is_no_grant(house: Doors, store: Store) -> None:
    grant = house.gate.request(use_of())
    engine = connect(sqlite_url(Path(str(house.ledger._engine.url.database))))
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_entry WHERE kind = 'grant.issued'")
    with pytest.raises(Refused), house.gate.open(grant) as opened:
        list(store.read(opened, CASES, READ, AUGUST))
    assert not house.ledger.verify().verified


def test_an_agreement_edited_in_the_database_permits_nothing_to_the_next_process(house: Doors) -> None:
    wider = dump(signed(snap(title="Anything for anybody")))
    with transaction(house.engine) as connection:
        connection.execute(update(agreement_document).where(agreement_document.c.id == SNAP).values(text=wider))
    again = Gate(Register(house.engine, house.ledger, house.clock), house.ledger, house.vault, house.clock, KNOWN)
    with pytest.raises(NotActive):
        again.request(use_of())


def test_an_agreement_file_edited_on_disk_changes_nothing_that_is_on_file(tmp_path: Path) -> None:
    house = doors(tmp_path)
    wider = signed(snap(users={"roles": ["flow", "caseworker", "analyst", "anybody"]}))
    with pytest.raises(Misconfigured):
        house.register.adopt(wider, by="hearthline init")
    assert "anybody" not in house.register.get(SNAP).agreement.users.roles
    with pytest.raises(Refused):
        house.gate.request(use_of(actor=replace(WORKER, role="anybody")))


# -- time -----------------------------------------------------------------------------------------------------------


def test_a_clock_moved_back_makes_no_old_grant_young_and_no_expired_agreement_valid(house: Doors) -> None:
    grant = house.gate.request(use_of())
    house.clock.advance(timedelta(hours=-1))
    with pytest.raises(GrantExpired), house.gate.open(grant):
        pass


# -- another process ------------------------------------------------------------------------------------------------


def _reads(folder: Path, vault: Path, key: bytes, pipe: Pipe) -> None:
    """In another process: open a door, say so, wait, read on."""
    engine, ledger_engine = connect(sqlite_url(folder / "operational.db")), connect(sqlite_url(folder / "ledger.db"))
    clock = FixedClock(NOW)
    signer = Ed25519PrivateKey.from_private_bytes(key)
    ledger = Ledger(ledger_engine, key=signer, origin="test.example/ledger", clock=clock)
    gate = Gate(Register(engine, ledger, clock), ledger, Vault(FileKeyStore(vault)), clock, KNOWN)
    store = Store(folder / "sealed", engine)
    try:
        with gate.open(gate.request(use_of())) as opened:
            frames: Iterator[pl.DataFrame] = iter(store.read(opened, CASES, READ, AUGUST))
            pipe.send(next(frames).height)
            pipe.recv()
            pipe.send(sum(frame.height for frame in frames))
    except NotActive as refused:
        pipe.send(refused.code)


def test_a_suspension_here_stops_a_read_that_is_under_way_in_another_process(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    house = _doors_on_disk(tmp_path, key)
    fill(house, tmp_path)
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    child = multiprocessing.get_context("spawn").Process(
        target=_reads, args=(tmp_path, tmp_path / "vault", key.private_bytes_raw(), theirs)
    )
    child.start()
    try:
        assert ours.poll(60) and ours.recv() > 0
        house.register.suspend(SNAP, by="officer-1")
        ours.send("go on")
        assert ours.poll(60) and ours.recv() == "NOT_ACTIVE"
    finally:
        child.join(30)
        child.kill()
    closed = list(house.ledger.entries(kind="grant.closed"))
    assert closed[-1].body["outcome"] == "broken off"


def _doors_on_disk(folder: Path, key: Ed25519PrivateKey) -> Doors:
    engine = connect(sqlite_url(folder / "operational.db"))
    ledger_engine = connect(sqlite_url(folder / "ledger.db"), durable=True)
    metadata.create_all(engine, tables=[agreement_document])
    metadata.create_all(ledger_engine, tables=[t for t in metadata.sorted_tables if t.info.get("database") == "ledger"])
    clock = FixedClock(NOW)
    ledger = Ledger(ledger_engine, key=key, origin="test.example/ledger", clock=clock)
    register = Register(engine, ledger, clock)
    for paper in (mou(), signed(snap()), signed(lunch())):
        register.adopt(paper, by="steward-1")
    vault = Vault(FileKeyStore(folder / "vault"))
    vault.prepare()
    return Doors(Gate(register, ledger, vault, clock, KNOWN), ledger, register, vault, clock, engine)


def test_another_vault_does_not_open_what_this_one_sealed(house: Doors, store: Store) -> None:
    other = Vault(MemoryKeyStore())
    other.prepare()
    stranger = Gate(house.register, house.ledger, other, house.clock, KNOWN)
    with stranger.open(stranger.request(use_of())) as opened, pytest.raises(Misconfigured):
        list(store.read(opened, CASES, READ, AUGUST))
