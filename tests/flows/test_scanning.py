"""The scan finds what nobody has on record: a copy of a file, a sealed value in a table of somebody else's."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, String, Table

from flows.scanning import FileScanner, TableScanner
from governance.database import transaction
from governance.destruction.inventory import Item
from governance.holder import Covers, Holding
from governance.ids import AgreementId
from governance.keystore import MemoryKeyStore
from governance.vault import Vault

MINE, OTHER = AgreementId("DULA-1"), AgreementId("DULA-2")
GONE = Item(holder="signals", holding=Holding(covers=Covers.SEALED, kind="signal file", id="f-12"))


def test_a_copy_of_a_file_is_known_wherever_it_lies(tmp_path: Path) -> None:
    scanner = FileScanner(tmp_path)
    for name in ("aside/f-12.parquet", "f-12.parquet.old", f"backup/sealed/{MINE}/x", "sealed/DULA-2/f-13.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"PARE")
    tombstone = tmp_path / "vault" / "tombstone" / f"{MINE}.key"
    tombstone.parent.mkdir(parents=True)
    tombstone.write_bytes(b"destroyed")
    scanned = scanner.scan(MINE, [GONE])
    assert sorted(item.holding.id for item in scanned.found) == ["f-12.parquet", "f-12.parquet.old", "x"]
    assert scanned.looked == {"files": 5}


def test_a_sealed_value_is_known_by_its_head_in_whatever_table_it_stands(engine: Engine) -> None:
    vault = Vault(MemoryKeyStore())
    vault.prepare()
    columns = (Column("id", Integer, primary_key=True), Column("name", String(9)), Column("value", LargeBinary))
    table = Table("somebody_elses", MetaData(), *columns)
    table.create(engine)
    values = [
        vault.seal(b"x", [MINE, OTHER], "here"),
        vault.seal(b"x", [OTHER], "here"),
        None,
        b"",
        b"{}",
        b"\x00\x00\x00\x02{}",
    ]
    with transaction(engine) as connection:
        connection.execute(table.insert(), [{"id": n, "name": "a", "value": value} for n, value in enumerate(values)])
    scanned = TableScanner(engine, "operational").scan(MINE, [])
    assert [(item.holder, item.holding.id) for item in scanned.found] == [("operational", "somebody_elses.value")]
    assert scanned.looked == {"tables": 1, "values": 5}
    assert TableScanner(engine, "operational").scan(AgreementId("DULA-3"), []).found == ()
