"""The sealed store: what lies on disk is ciphertext, and a grant opens its own fields and no others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet
import pytest
from polars.testing import assert_frame_equal

from governance.database import metadata, transaction
from governance.errors import FieldNotListed, LineageInactive, NotActive
from governance.ids import DeliveryId
from governance.use import Action
from signals import attribution
from signals.sealed_file import QUARANTINE, SIGNAL, sealed_file
from signals.store import Store
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, LUNCH, SNAP, use_of

ONE = DeliveryId("d-1")
ALL = {"first_name", "certification_end_on", "household_size"}
SECRET = "Zanzibar"


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    made = doors(tmp_path)
    metadata.create_all(made.engine, tables=[sealed_file])
    return made


@pytest.fixture
def store(house: Doors, tmp_path: Path) -> Store:
    return Store(tmp_path / "sealed", house.engine)


def rows(*known: date) -> pl.DataFrame:
    """A row per day it became known on."""
    return pl.DataFrame(
        {
            "_row": pl.Series(range(1, len(known) + 1), dtype=pl.UInt32),
            "_delivery": [ONE] * len(known),
            "_person": [f"dta:{number}" for number in range(len(known))],
            "_occurred_on": list(known),
            "_known_on": list(known),
            "_record": [f"r{number}" for number in range(len(known))],
            "_deleted_on": pl.Series([None] * len(known), dtype=pl.Date),
            "first_name": [SECRET] * len(known),
            "certification_end_on": list(known),
            "household_size": [number + 1 for number in range(len(known))],
        }
    )


JULY, AUGUST = date(2026, 7, 4), date(2026, 8, 5)


def fill(house: Doors, store: Store, *, count: bool = True) -> None:
    use = use_of(action=Action.INGEST, fields=ALL, zone="enclave", purpose="prevention.outreach")
    with house.gate.open(house.gate.request(use)) as opened:
        files = store.write(opened, dataset=CASES, delivery=ONE, part=0, frame=rows(JULY, AUGUST))
    if count:
        with transaction(house.engine) as connection:
            store.record(connection, files)


def look(house: Doors, store: Store, as_of: date = AUGUST, **more: object) -> pl.DataFrame:
    with house.gate.open(house.gate.request(use_of())) as opened:
        return pl.concat(store.read(opened, CASES, ["certification_end_on"], as_of, **more))  # type: ignore[arg-type]


def test_what_was_granted_is_read_back(house: Doors, store: Store) -> None:
    fill(house, store)
    expected = rows(JULY, AUGUST).select(
        "_row", "_delivery", "_occurred_on", "_known_on", "_record", "_deleted_on", "certification_end_on"
    )
    assert_frame_equal(look(house, store), expected)


def test_without_the_vault_no_stored_file_yields_a_value(house: Doors, store: Store) -> None:
    fill(house, store)
    for file in store.files(CASES, kind=SIGNAL):
        path = store.path(file)
        assert SECRET.encode() not in path.read_bytes()
        with pytest.raises(pl.exceptions.ComputeError):
            pl.read_parquet(path)
        with pytest.raises(OSError, match="encrypted"):
            pyarrow.parquet.read_table(path)
        with pytest.raises(duckdb.Error, match="encrypted"):
            duckdb.execute(f"select * from '{path}'").fetchall()


def test_a_row_known_later_is_not_there_yet(house: Doors, store: Store) -> None:
    fill(house, store)
    assert look(house, store, JULY)["_known_on"].to_list() == [JULY]
    assert look(house, store, date(2026, 7, 3)).height == 0


def test_each_known_month_is_a_file_of_its_own(house: Doors, store: Store) -> None:
    fill(house, store)
    assert [file.month for file in store.files(CASES, kind=SIGNAL)] == ["2026-07", "2026-08"]


def test_files_that_no_transaction_recorded_are_not_seen(house: Doors, store: Store) -> None:
    fill(house, store, count=False)
    with pytest.raises(ValueError, match="empty"):
        look(house, store)


def test_writing_the_same_again_changes_nothing(house: Doors, store: Store) -> None:
    fill(house, store)
    fill(house, store)
    assert look(house, store).height == 2


def test_a_field_outside_the_grant_is_refused_selected_or_in_a_predicate(house: Doors, store: Store) -> None:
    fill(house, store)
    with house.gate.open(house.gate.request(use_of())) as opened:
        with pytest.raises(FieldNotListed):
            list(store.read(opened, CASES, ["certification_end_on", "first_name"], AUGUST))
        with pytest.raises(FieldNotListed):
            list(store.read(opened, CASES, ["certification_end_on"], AUGUST, where=pl.col("household_size") > 1))
        with pytest.raises(FieldNotListed):
            list(store.read(opened, CASES, ["_person"], AUGUST))


def test_a_predicate_on_a_granted_field_filters(house: Doors, store: Store) -> None:
    fill(house, store)
    assert look(house, store, where=pl.col("certification_end_on") > JULY).height == 1


def test_a_grant_on_one_dataset_does_not_open_another(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened, pytest.raises(FieldNotListed):
        list(store.read(opened, "dese.meals", ["certification_end_on"], AUGUST))  # type: ignore[arg-type]


def test_a_suspension_is_noticed_before_the_next_file(house: Doors, store: Store) -> None:
    fill(house, store)
    with house.gate.open(house.gate.request(use_of())) as opened:
        files = store.read(opened, CASES, ["certification_end_on"], AUGUST)
        next(files)
        house.register.suspend(SNAP, by="officer-1")
        with pytest.raises(NotActive):
            next(files)


def test_a_file_swapped_for_another_does_not_open(house: Doors, store: Store) -> None:
    fill(house, store)
    july, august = (store.path(file) for file in store.files(CASES, kind=SIGNAL))
    august.write_bytes(july.read_bytes())
    with pytest.raises(pl.exceptions.ComputeError):
        look(house, store)


def test_a_column_that_a_file_does_not_have_reads_as_unknown(house: Doors, store: Store) -> None:
    use = use_of(action=Action.INGEST, fields=ALL, zone="enclave", purpose="prevention.outreach")
    with house.gate.open(house.gate.request(use)) as opened:
        frame = rows(JULY).drop("certification_end_on")
        files = store.write(opened, dataset=CASES, delivery=ONE, part=0, frame=frame)
    with transaction(house.engine) as connection:
        store.record(connection, files)
    assert look(house, store)["certification_end_on"].to_list() == [None]
    assert look(house, store, where=pl.col("certification_end_on") > JULY).height == 0


def test_quarantined_rows_are_sealed_like_the_others(house: Doors, store: Store) -> None:
    use = use_of(action=Action.INGEST, fields=ALL, zone="enclave", purpose="prevention.outreach")
    raw = pl.DataFrame({"_row": [1], "_raw": [SECRET], "_known_on": [JULY]})
    with house.gate.open(house.gate.request(use)) as opened:
        (file,) = store.write(opened, dataset=CASES, delivery=ONE, part=0, frame=raw, kind=QUARANTINE)
    assert SECRET.encode() not in store.path(file).read_bytes()


def test_households_come_with_the_rows_while_all_that_made_them_are_active(house: Doors, store: Store) -> None:
    fill(house, store)
    use = use_of(action=Action.MATCH, fields={"first_name"}, zone="enclave", purpose="prevention.outreach")
    found = rows(JULY, AUGUST).select(
        "_delivery",
        "_row",
        "_known_on",
        pl.lit("hh-1").alias("_household"),
        pl.lit(f"{LUNCH},{SNAP}").alias("_lineage"),
    )
    with house.gate.open(house.gate.request(use)) as opened:
        of = store.files(CASES, kind=SIGNAL)
        parts = zip(of, found.partition_by("_known_on", maintain_order=True), strict=True)
        made = [attribution.write(store, opened, file, part, link="l-1") for file, part in parts]
        files = [file for several in made for file in several]
    with transaction(house.engine) as connection:
        store.record(connection, files)
    assert look(house, store, link="l-1")["_household"].to_list() == ["hh-1", "hh-1"]
    assert look(house, store, link="l-2")["_household"].to_list() == [None, None]
    house.register.suspend(LUNCH, by="officer-1")
    with pytest.raises(LineageInactive):
        look(house, store, link="l-1")
