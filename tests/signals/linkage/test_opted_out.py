"""People who opted out: found by whatever number an agency gives them, and left out of everything that follows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from governance.ids import HouseholdId
from governance.opt_out import OptOuts
from signals.linkage.build import Linked, build
from signals.linkage.dwelling import FAMILY
from signals.linkage.link import Linker
from tests.signals.linkage.enclave import ABSENCES, CLIENTS, CONTACTS, FILINGS, STUDENTS, TIES, Enclave, enclave
from tests.signals.linkage.people import ACTIVE, KEY, link, someone, table, ties
from tests.signals.linkage.test_build_laws import Crowd, crowds
from tests.signals.linkage.test_link import ANA, EVA, HOME, fill

ANAS = ("edfi.student:1", "hmis.client:7")


@pytest.fixture
def house(tmp_path: Path) -> Enclave:
    made = fill(enclave(tmp_path))
    outs = OptOuts(made.linker.engine, made.linker.vault, made.ledger)
    made.linker = replace(made.linker, opt_outs=outs)
    return made


def say_no(house: Enclave, *persons: str) -> str:
    assert house.linker.opt_outs is not None
    return house.linker.opt_outs.record(persons, by="worker-1", how="in person").number


def family(house: Enclave, link: str) -> list[str | None]:
    """The households of the two absences of Ana's, and of a child's who has nothing to do with her."""
    return house.households(ABSENCES, {"student_id"}, link).sort("_row")["_household"].to_list()


def test_rows_of_somebody_who_opted_out_have_no_household_and_the_ledger_counts_them(house: Enclave) -> None:
    say_no(house, ANAS[0])
    report = house.linker.link()
    ana, again, other = family(house, report.id)
    assert (ana, again) == (None, None)
    assert other is not None
    assert report.counts["opted_out"] == 1
    removed = [entry.body["removed"] for entry in house.ledger.entries(kind="grant.closed")]
    counted = [each["opted_out"] for each in removed if isinstance(each, dict) and "opted_out" in each]
    assert sorted(counted, key=str) == [1, 1, 1, 1, 2]  # a student, a tie, a client, a stay, two absences


def test_the_same_person_is_out_under_every_number_of_every_agency(house: Enclave) -> None:
    say_no(house, ANAS[0])
    linked = house.linker.persons()
    assert linked.out == set(ANAS)
    assert not set(ANAS) & set(linked.persons["person_key"])


def test_a_number_that_an_agency_gives_later_does_not_lose_a_no(tmp_path: Path) -> None:
    house = enclave(tmp_path)
    house.linker = replace(house.linker, opt_outs=OptOuts(house.linker.engine, house.linker.vault, house.ledger))
    house.put(STUDENTS, {"student_id": "1", **ANA})
    say_no(house, "edfi.student:1")
    house.put(CLIENTS, {"client_id": "7", **ANA})
    report = house.linker.link()
    assert house.households(CLIENTS, {"client_id"}, report.id)["_household"].to_list() == [None]


def test_who_lives_with_them_is_not_out_and_stays_a_household(house: Enclave) -> None:
    before = house.linker.persons()
    say_no(house, ANAS[0])
    after = house.linker.persons()
    left = set(before.persons["person_key"]) - set(ANAS)
    assert set(after.persons["person_key"]) == left
    mother = after.persons.filter(pl.col("person_key").is_in(["edfi.contact:P1", "docket.party:L1"]))
    assert mother["person"].n_unique() == 1


def test_once_it_is_taken_back_everything_is_as_it_was(house: Enclave) -> None:
    before = house.linker.link()
    receipt = say_no(house, *ANAS)
    without = house.linker.link()
    assert house.linker.link().id == without.id != before.id
    assert house.linker.opt_outs is not None
    house.linker.opt_outs.withdraw(receipt, by="worker-1")
    assert house.linker.link() == before


def test_neither_ledger_nor_report_says_who_opted_out(house: Enclave) -> None:
    say_no(house, *ANAS)
    report = house.linker.link()
    said = str([entry.body for entry in house.ledger.entries()]) + str(report)
    assert not any(secret in said for secret in ("edfi.student:", "hmis.client:", "Dyer", "hh-"))


def test_one_of_many_at_an_address_who_says_no_makes_no_family_of_the_rest() -> None:
    people = [
        someone(f"docket.party:{number}", first_name=f"N{number}", last_name="Dyer" + "abcdefghi"[number], **HOME)
        for number in range(FAMILY + 1)
    ]
    every = [str(each["person"]) for each in people]
    linked = link(*people, out=every[:1])
    assert linked.households.height == linked.households["household"].n_unique() == FAMILY
    assert linked.counts["set_aside"] == 1


def test_two_who_lived_with_somebody_who_says_no_still_live_together() -> None:
    people = [
        someone(f"docket.party:{number}", first_name=name, last_name="Dyer", **HOME)
        for number, name in enumerate(("Ana", "Eva", "Max"))
    ]
    linked = link(*people, out=["docket.party:0"])
    assert linked.households["household"].n_unique() == 1
    assert linked.households.height == 2


@given(crowds, st.data())
def test_nobody_who_is_out_is_anywhere_and_everybody_else_is_who_they_were(crowd: Crowd, data: st.DataObject) -> None:
    whole = _linked(crowd)
    keys = sorted(whole.persons["person_key"].unique())
    out = data.draw(st.sets(st.sampled_from(keys), max_size=3)) if keys else set[str]()
    left = _linked(crowd, out)
    gone = whole.persons.filter(pl.col("person_key").is_in(sorted(out)))["person"].unique()
    same_people = whole.persons.filter(pl.col("person").is_in(gone.implode()))["person_key"]
    assert out <= left.out
    assert left.out >= set(same_people)
    kept = whole.persons.filter(~pl.col("person_key").is_in(sorted(left.out)))
    assert_frame_equal(left.persons, kept)
    assert not left.out & {*left.edges["left"], *left.edges["right"]}
    assert set(left.households["person"]) == set(kept["person"])
    assert set(left.lineage["household"]) == set(left.households["household"])


@given(crowds, st.data())
def test_a_no_never_joins_two_who_did_not_live_together(crowd: Crowd, data: st.DataObject) -> None:
    whole = _linked(crowd)
    keys = sorted(whole.persons["person_key"].unique())
    left = _linked(crowd, data.draw(st.sets(st.sampled_from(keys), max_size=3)) if keys else set())
    both = left.households.join(whole.households, on="person", suffix="_whole")
    assert (both.group_by("household").agg(pl.col("household_whole").n_unique())["household_whole"] == 1).all()


def _linked(crowd: Crowd, out: set[str] | None = None) -> Linked:
    return build(table(crowd[0]), ties(*crowd[1]), ACTIVE, key=KEY, out=out or ())


def test_a_household_is_found_by_the_name_that_it_had_before_somebody_joined(tmp_path: Path) -> None:
    house = enclave(tmp_path)
    house.put(FILINGS, {"party_id": "L1", **EVA, **HOME})
    old = _only(house.linker)
    house.put(CONTACTS, {"contact_ref": "P1", **EVA, **HOME})
    house.put(STUDENTS, {"student_id": "1", **ANA})
    house.put(TIES, {"student_id": "1", "contact_ref": "P1", "lives_with": True})
    new = _only(house.linker)
    assert new != old or len(house.linker.persons().persons) == 3
    found = house.linker.whose([old, new, HouseholdId("hh-ffffffffffffffff")])
    assert set(found) == {old, new}
    assert found[old] == found[new]
    assert {old, new} <= found[old].names
    assert found[old].household == new
    assert set(found[old].person_keys) == {"docket.party:L1", "edfi.contact:P1", "edfi.student:1"}


def test_names_of_one_household_lead_to_no_other(house: Enclave) -> None:
    linked = house.linker.persons()
    names = {HouseholdId(each) for each in linked.households["household"]}
    found = house.linker.whose(names)
    assert set(found) == names
    assert {name: each.household for name, each in found.items()} == {name: name for name in names}
    every = [name for each in found.values() for name in each.names]
    assert len(every) == len(set(every))


def _only(linker: Linker) -> HouseholdId:
    (home,) = linker.persons().households["household"].unique()
    return HouseholdId(home)
