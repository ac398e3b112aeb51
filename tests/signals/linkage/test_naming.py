"""Names that last: a person or household is called what most of its people were called before."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from polars.testing import assert_frame_equal
from sqlalchemy import select

from governance.database import reading
from governance.ids import AgreementId, HouseholdId
from signals.linkage.build import Linked, build
from signals.linkage.name_record import NameRecord, link_name
from signals.linkage.naming import BEFORE_SCHEMA
from tests.governance.papers import NOW
from tests.signals.linkage.enclave import CLIENTS, CONTACTS, FILINGS, STUDENTS, TIES, Enclave, enclave
from tests.signals.linkage.people import ACTIVE, COURT, KEY, SCHOOLS, SHELTER, homes, link, someone, table, ties
from tests.signals.linkage.test_build_laws import Crowd, crowds
from tests.signals.linkage.test_link import ANA, EVA, HOME

LIVES = {"street": "12 Main St", "postcode": "02139"}
FLAT = {"street": "9 Elm Rd", "postcode": "02139"}


def after(linked: Linked, earlier: pl.DataFrame | None = None) -> pl.DataFrame:
    """What a run leaves for the next one, as the record would have it."""
    now = homes(linked).with_columns(pl.lit(NOW).alias("since"), pl.lit(value=True).alias("current"))
    fresh = now.select(BEFORE_SCHEMA.keys()).cast(pl.Schema(BEFORE_SCHEMA))
    if earlier is None:
        return fresh
    ends = ["person_key", "agreement"]
    known = earlier.with_columns(current=pl.lit(value=False)).join(fresh, on=[*ends, "person", "household"], how="anti")
    absent = earlier.join(fresh, on=ends, how="anti")
    past = known.join(fresh, on=ends, how="semi")
    return pl.concat([fresh, past, absent])


def household(linked: Linked, key: str) -> str:
    (name,) = homes(linked).filter(pl.col("person_key") == key)["household"].unique()
    return str(name)


def neighbours(*numbers: int, **where: str) -> list[dict[str, Any]]:
    return [
        someone(f"docket:{number}", COURT, first_name=f"N{number}", last_name="Dyer", **where) for number in numbers
    ]


def changes(linked: Linked, scope: str = "household") -> list[tuple[Any, ...]]:
    wanted = linked.changes.filter(pl.col("scope") == scope)
    return list(wanted.select("kind", "old", "new", "keys").iter_rows())


def test_who_joins_does_not_change_what_a_household_is_called_even_with_a_smaller_key() -> None:
    first = link(*neighbours(5, 6, **LIVES))
    second = link(*neighbours(1, 5, 6, **LIVES), before=after(first))
    assert household(second, "docket:1") == household(first, "docket:5")
    assert changes(second) == []


def test_a_household_that_splits_leaves_its_name_to_the_larger_part() -> None:
    first = link(*neighbours(1, 2, 3, **LIVES))
    second = link(*neighbours(1, **FLAT), *neighbours(2, 3, **LIVES), before=after(first))
    old = household(first, "docket:1")
    assert household(second, "docket:2") == old
    assert household(second, "docket:1") != old  # although the name once came of its key
    assert changes(second) == [("split", old, household(second, "docket:1"), 1)]


def test_two_households_that_become_one_are_called_as_most_of_them_were() -> None:
    first = link(*neighbours(1, **FLAT), *neighbours(2, 3, **LIVES))
    second = link(*neighbours(1, 2, 3, **LIVES), before=after(first))
    assert household(second, "docket:1") == household(first, "docket:2")
    assert changes(second) == [("merged", household(first, "docket:1"), household(first, "docket:2"), 1)]


def test_what_was_merged_and_is_parted_again_gets_its_own_name_back() -> None:
    first = link(*neighbours(1, **FLAT), *neighbours(2, 3, **LIVES))
    second = link(*neighbours(1, 2, 3, **LIVES), before=after(first))
    third = link(*neighbours(1, **FLAT), *neighbours(2, 3, **LIVES), before=after(second, after(first)))
    assert household(third, "docket:1") == household(first, "docket:1")
    assert household(third, "docket:2") == household(first, "docket:2")


def test_a_name_is_never_given_to_others_while_its_people_are_out_of_sight() -> None:
    first = link(*neighbours(1, 2, 3, **LIVES))
    second = link(*neighbours(1, **FLAT), *neighbours(2, 3, **LIVES), before=after(first))
    third = link(*neighbours(1, **FLAT), before=after(second, after(first)))
    assert household(third, "docket:1") == household(second, "docket:1") != household(first, "docket:1")


def test_a_person_keeps_the_name_when_another_agency_knows_them_too() -> None:
    ana: dict[str, Any] = {"first_name": "Ana", "last_name": "Dyer", "born_on": date(2012, 3, 4)}
    first = link(someone("hmis:7", SHELTER, **ana))
    second = link(someone("hmis:7", SHELTER, **ana), someone("edfi.student:1", SCHOOLS, **ana), before=after(first))
    assert set(second.persons["person"]) == set(first.persons["person"])
    assert changes(second, "person") == []


def linked(crowd: Crowd, before: pl.DataFrame | None = None) -> Linked:
    return build(table(crowd[0]), ties(*crowd[1]), ACTIVE, key=KEY, before=before)


@given(crowds)
@settings(max_examples=40, deadline=None)
def test_the_same_rows_again_get_the_same_names(crowd: Crowd) -> None:
    first = linked(crowd)
    again = linked(crowd, after(first))
    assert_frame_equal(again.persons, first.persons)
    assert_frame_equal(again.households, first.households)
    assert again.changes.height == 0


@given(crowds, crowds)
@settings(max_examples=60, deadline=None)
def test_names_stay_with_most_and_nobody_else_ever_gets_them(one: Crowd, other: Crowd) -> None:
    first = linked(one)
    second = linked((one[0] + other[0], one[1] + other[1]), after(first))
    now, old = homes(second), homes(first)
    for scope in ("person", "household"):
        both = old.join(now, on=["person_key", "agreement"], suffix="_now")
        shared = both.group_by(scope, f"{scope}_now").agg(pl.col("person_key").n_unique().alias("n"))
        for name in set(now[scope]) & set(old[scope]):
            own = shared.filter(pl.col(scope) == name, pl.col(f"{scope}_now") == name)
            assert own.height == 1  # a name of before is borne by somebody who bore it
        untouched = shared.filter(
            pl.len().over(scope) == 1, pl.len().over(f"{scope}_now") == 1, pl.col(scope) != pl.col(f"{scope}_now")
        )
        assert untouched.height == 0  # who neither joined nor parted is called as before
        moved = shared.filter(pl.col(scope) != pl.col(f"{scope}_now"))
        told = second.changes.filter(pl.col("scope") == scope)
        assert set(told.select("old", "new").iter_rows()) == set(moved.select(scope, f"{scope}_now").iter_rows())


def record(house: Enclave) -> NameRecord:
    assert house.linker.memory is not None
    return house.linker.memory.names


def only(house: Enclave, key: str) -> HouseholdId:
    (name,) = homes(house.linker.persons()).filter(pl.col("person_key") == key)["household"].unique()
    return HouseholdId(name)


def parted(folder: Path) -> tuple[Enclave, HouseholdId, HouseholdId]:
    """A mother in court and her daughter in school, two households until the school says that they live together."""
    house = enclave(folder)
    house.put(FILINGS, {"party_id": "L1", **EVA, **HOME})
    house.put(STUDENTS, {"student_id": "1", **ANA})
    house.linker.link()
    return house, only(house, "docket.party:L1"), only(house, "edfi.student:1")


def join(house: Enclave) -> None:
    house.put(CONTACTS, {"contact_ref": "P1", **EVA, **HOME})
    house.put(TIES, {"student_id": "1", "contact_ref": "P1", "lives_with": True})


def test_a_merge_is_an_event_with_history_and_the_ledger_names_nobody(tmp_path: Path) -> None:
    house, mother, daughter = parted(tmp_path)
    join(house)
    report = house.linker.link()
    now = only(house, "docket.party:L1")
    (gone,) = {mother, daughter} - {now}
    assert now in {mother, daughter}
    (change,) = [row for row in record(house).changes() if row.scope == "household"]
    assert (change.kind, change.old, change.new, change.link) == ("merged", gone, now, report.id)
    (entry,) = house.ledger.entries(kind="link.merged")
    assert entry.body == {"link": report.id, "persons": 0, "households": 1}
    house.linker.link()
    assert len(list(house.ledger.entries(kind="link.merged"))) == 1
    assert record(house).today([mother, daughter]) == {gone: now}
    found = house.linker.whose([mother, daughter])
    assert {each.household for each in found.values()} == {now}
    assert {mother, daughter} <= found[gone].names


def test_names_on_record_tell_nobody_who_it_is_and_are_written_once(tmp_path: Path) -> None:
    house, _, _ = parted(tmp_path)
    with reading(house.linker.engine) as connection:
        rows = connection.execute(select(link_name)).all()
        house.linker.link()
        assert connection.execute(select(link_name)).all() == rows
    assert len(rows) == 2
    assert not any(secret in str(rows) for secret in ("Dyer", "docket.party", "edfi.student"))


def test_names_of_before_an_agreement_was_suspended_come_back_with_it(tmp_path: Path) -> None:
    house, _, _ = parted(tmp_path)
    join(house)
    house.put(CLIENTS, {"client_id": "7", **ANA})
    first = house.linker.link()
    before = homes(house.linker.persons())
    house.register.suspend(AgreementId(SCHOOLS), by="officer-1")
    house.linker.link()
    house.register.resume(AgreementId(SCHOOLS), by="officer-1")
    assert house.linker.link() == first
    assert_frame_equal(homes(house.linker.persons()), before)


def test_a_run_that_is_made_again_gives_the_same_names(tmp_path: Path) -> None:
    house, _, _ = parted(tmp_path)
    join(house)
    report = house.linker.link()
    before = homes(house.linker.persons())
    for file in house.store.files(FILINGS, link=report.id, kind="attribution"):
        house.store.path(file).unlink()
    assert house.linker.link() == report
    assert_frame_equal(homes(house.linker.persons()), before)


def test_names_are_forgotten_with_their_agreement(tmp_path: Path) -> None:
    house, _, _ = parted(tmp_path)
    join(house)
    house.linker.link()
    for agreement, left in ((COURT, {SCHOOLS}), (SCHOOLS, set[str]())):
        held = list(record(house).inventory(AgreementId(agreement)))
        assert list(record(house).erase(AgreementId(agreement))) == held != []
        assert list(record(house).remains(AgreementId(agreement))) == []
        with reading(house.linker.engine) as connection:
            assert set(connection.execute(select(link_name.c.agreement)).scalars()) == left
    assert record(house).changes() == []
