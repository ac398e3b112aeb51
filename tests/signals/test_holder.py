"""What signals let go of: files and what knows of them, in every folder, whoever's rows they say the households of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from governance.database import metadata, reading, transaction
from governance.holder import Covers
from governance.ids import AgreementId, DatasetId, DeliveryId
from signals.delivery import delivery, quarantined_row
from signals.holder import SignalHolder
from signals.linkage.run import link_run
from signals.profile import delivery_profile
from signals.sealed_file import ATTRIBUTION, QUARANTINE, SIGNAL, SealedFile, sealed_file
from signals.store import Store

MINE, OTHER = AgreementId("DULA-1"), AgreementId("DULA-2")
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def home(engine: Engine) -> Engine:
    metadata.create_all(engine, tables=[sealed_file, link_run, delivery, quarantined_row, delivery_profile])
    return engine


@pytest.fixture
def holder(home: Engine, tmp_path: Path) -> SignalHolder:
    return SignalHolder(home, Store(tmp_path / "sealed", home), tmp_path / "sealed")


def put(home: Engine, folder: Path, id: str, agreement: AgreementId, kind: str, *lineage: AgreementId) -> Path:
    """A file on record and on disk."""
    file = SealedFile(
        id=id,
        kind=kind,
        agreement=agreement,
        dataset=DatasetId("a.b"),
        delivery=DeliveryId(f"d-{agreement}"),
        month="2026-05",
        part=0,
        link="l-1" if kind == ATTRIBUTION else "",
        rows=4,
        columns=("x",),
        lineage=lineage,
    )
    store = Store(folder / "sealed", home)
    with transaction(home) as connection:
        store.record(connection, [file])
    path = store.path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PARE sealed")
    return path


def furnish(home: Engine, folder: Path) -> dict[str, Path]:
    """Files of two agreements, deliveries of both, and a link run of both."""
    with transaction(home) as connection:
        for agreement in (MINE, OTHER):
            row = {
                "id": f"d-{agreement}",
                "dataset": "a.b",
                "agreement": agreement,
                "version": 1,
                "grant_id": "g-1",
                "known_on": None,
                "delivered": 5,
                "kept": 4,
                "unlinkable": 0,
                "quarantine_counts": {"date": 1},
                "not_taken": [],
                "other": {},
                "taken_on": date(2026, 6, 1),
                "taken_at": AT,
            }
            connection.execute(delivery.insert(), row)
            bad = {"delivery": f"d-{agreement}", "row": 3, "check": "date", "detail": "no day"}
            connection.execute(quarantined_row.insert(), bad)
            counts = {"rows": 5, "missing": {"x": 1}, "codes": {}, "unlisted": {}, "unnamed": {}}
            connection.execute(delivery_profile.insert(), {"delivery": f"d-{agreement}", **counts})
        for id, agreements in (("l-1", [MINE, OTHER]), ("l-2", [OTHER])):
            run = {"id": id, "as_of": date(2026, 6, 1), "run": None, "made_at": AT, "counts": {"rows": 8}}
            connection.execute(link_run.insert(), {**run, "refused": [], "agreements": agreements, "fields": {}})
    return {
        "f-1": put(home, folder, "f-1", MINE, SIGNAL),
        "f-2": put(home, folder, "f-2", MINE, QUARANTINE),
        "f-3": put(home, folder, "f-3", MINE, ATTRIBUTION, MINE, OTHER),
        "f-4": put(home, folder, "f-4", OTHER, ATTRIBUTION, MINE, OTHER),
        "f-5": put(home, folder, "f-5", OTHER, ATTRIBUTION, OTHER),
        "f-6": put(home, folder, "f-6", OTHER, SIGNAL),
    }


def test_the_inventory_follows_lineage_into_other_agreements_folders(
    home: Engine, holder: SignalHolder, tmp_path: Path
) -> None:
    furnish(home, tmp_path)
    found = {each.id: each for each in holder.inventory(MINE)}
    assert found.keys() == {"f-1", "f-2", "f-3", "f-4", "l-1", f"d-{MINE}"}
    assert {found[id].covers for id in ("f-3", "f-4", "l-1")} == {Covers.CROSSWALK}
    assert {found[id].covers for id in ("f-1", "f-2")} == {Covers.SEALED}
    assert found[f"d-{MINE}"].covers == Covers.RAW
    assert "1 rows in quarantine" in found[f"d-{MINE}"].detail


def test_what_goes_is_gone_and_the_rest_is_untouched(home: Engine, holder: SignalHolder, tmp_path: Path) -> None:
    files = furnish(home, tmp_path)
    listed = list(holder.inventory(MINE))
    assert sorted(holder.erase(MINE), key=str) == sorted(listed, key=str)
    assert {id for id, path in files.items() if path.exists()} == {"f-5", "f-6"}
    assert not (tmp_path / "sealed" / MINE).exists()
    with reading(home) as connection:
        assert {row.id for row in connection.execute(select(sealed_file))} == {"f-5", "f-6"}
        assert {row.id for row in connection.execute(select(delivery))} == {f"d-{OTHER}"}
        assert {row.delivery for row in connection.execute(select(quarantined_row))} == {f"d-{OTHER}"}
        assert {row.delivery for row in connection.execute(select(delivery_profile))} == {f"d-{OTHER}"}
        assert {row.id for row in connection.execute(select(link_run))} == {"l-2"}
    assert list(holder.erase(MINE)) == list(holder.remains(MINE)) == []


def test_broken_off_between_file_and_record_it_is_done_the_next_time(
    home: Engine, holder: SignalHolder, tmp_path: Path
) -> None:
    files = furnish(home, tmp_path)
    going = holder.erase(MINE)
    next(going)
    files["f-2"].unlink()
    assert {each.id for each in holder.inventory(MINE)} >= {"f-2", "f-3", "f-4"}
    assert {each.id for each in holder.erase(MINE)} >= {"f-2", "f-3", "f-4"}
    assert list(holder.remains(MINE)) == []


def test_a_file_that_nobody_has_on_record_is_found_and_goes_too(
    home: Engine, holder: SignalHolder, tmp_path: Path
) -> None:
    furnish(home, tmp_path)
    stray = tmp_path / "sealed" / MINE / "a.b" / "2026-05" / "f-9.0a1b2c.new"
    stray.write_bytes(b"PARE")
    assert "stray file" in {each.kind for each in holder.remains(MINE)}
    assert ("stray file", stray.name) in {(each.kind, each.id) for each in holder.erase(MINE)}
    assert not stray.exists()
