from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from signals.linkage.build import build
from signals.linkage.mutual import circles
from tests.signals.linkage.people import (
    ACTIVE,
    ALL,
    COURT,
    KEY,
    LONER,
    SCHOOLS,
    SHELTER,
    homes,
    link,
    same_household,
    same_person,
    someone,
    table,
    ties,
)

ANA: dict[str, Any] = {"first_name": "Ana", "last_name": "García-López", "born_on": date(2012, 3, 4)}


def test_name_and_day_of_birth_find_the_same_child_in_two_agencies() -> None:
    linked = link(someone("edfi.student:1", **ANA), someone("hmis:7", SHELTER, **{**ANA, "last_name": "GARCIA LOPEZ"}))
    assert same_person(linked, "edfi.student:1", "hmis:7")
    assert linked.edges.to_dicts() == [
        {"left": "edfi.student:1", "right": "hmis:7", "pass": "name_and_birth", "agreements": [SCHOOLS, SHELTER]}
    ]
    assert linked.lineage["agreements"].to_list() == [[SCHOOLS, SHELTER]]


@pytest.mark.parametrize("last", ["Garcia", "Lopez", "lópez-garcía"[:5], "GARCIALOPEZ"])
def test_one_half_of_a_double_name_is_enough_beside_first_name_and_birth(last: str) -> None:
    linked = link(someone("edfi.student:1", **ANA), someone("hmis:7", SHELTER, **{**ANA, "last_name": last}))
    assert same_person(linked, "edfi.student:1", "hmis:7")


def test_twins_stay_two() -> None:
    eva = {**ANA, "first_name": "Eva"}
    linked = link(
        someone("edfi.student:1", **ANA),
        someone("edfi.student:2", **eva),
        someone("hmis:7", SHELTER, **ANA),
        someone("hmis:8", SHELTER, **eva),
    )
    assert same_person(linked, "edfi.student:1", "hmis:7")
    assert same_person(linked, "edfi.student:2", "hmis:8")
    assert linked.counts["persons"] == 2


def test_housemates_with_one_name_and_phone_stay_two() -> None:
    home: dict[str, Any] = {"street": "12 Main St", "postcode": "02139", "phone": "617-555-0142", "last_name": "Dyer"}
    linked = link(
        someone("edfi.contact:1", first_name="Max", **home), someone("docket:1", COURT, first_name="Rosa", **home)
    )
    assert not same_person(linked, "edfi.contact:1", "docket:1")
    assert same_household(linked, "edfi.contact:1", "docket:1")


@pytest.mark.parametrize(
    ("father", "son"),
    [
        ({"born_on": date(1960, 5, 1)}, {"born_on": date(1990, 7, 3)}),
        ({"last_name": "Dyer Sr."}, {"last_name": "Dyer Jr."}),
        ({"name_suffix": "Sr"}, {"name_suffix": "II"}),
        ({"middle_name": "Karl"}, {"middle_name": "Otto"}),
        ({"ssn": "219-55-1234"}, {"ssn": "219-55-4321"}),
    ],
)
def test_father_and_son_with_one_name_at_one_address_stay_two(father: dict[str, Any], son: dict[str, Any]) -> None:
    both: dict[str, Any] = {
        "first_name": "Max",
        "last_name": "Dyer",
        "street": "12 Main St",
        "postcode": "02139",
        "phone": "617-555-0142",
    }
    linked = link(someone("edfi.contact:1", **{**both, **father}), someone("docket:1", COURT, **{**both, **son}))
    assert not same_person(linked, "edfi.contact:1", "docket:1")
    assert same_household(linked, "edfi.contact:1", "docket:1")


def test_a_day_of_birth_that_differs_by_a_slip_does_not_outweigh_a_number_and_a_name() -> None:
    one, other = someone("hmis:1", SHELTER, ssn="219551234", last_name="Dyer", born_on=date(1980, 3, 9)), "docket:1"
    for day, same in ((date(1980, 9, 3), True), (date(1980, 3, 19), True), (date(1955, 11, 30), False)):
        linked = link(one, someone(other, COURT, ssn="219551234", last_name="Dyer", born_on=day))
        assert same_person(linked, "hmis:1", other) is same


def test_a_number_alone_links_nobody() -> None:
    linked = link(
        someone("hmis:1", SHELTER, ssn="219551234", last_name="Dyer", born_on=date(1980, 3, 9)),
        someone("docket:1", COURT, ssn="219551234", last_name="Hess", born_on=date(1991, 8, 2)),
    )
    assert linked.edges.is_empty()


def test_a_key_that_names_two_persons_of_a_space_links_nobody() -> None:
    linked = link(someone("edfi.student:1", **ANA), someone("edfi.student:2", **ANA), someone("hmis:7", SHELTER, **ANA))
    assert linked.edges.is_empty()
    assert linked.counts["ambiguous_keys"] > 0


def test_two_of_one_space_are_not_brought_together_through_a_third() -> None:
    linked = link(
        someone("edfi.student:1", first_name="Max", last_name="Dyer", born_on=date(2010, 1, 2), phone="6175550142"),
        someone("hmis:1", SHELTER, first_name="Max", last_name="Dyer", phone="6175550142"),
        someone("docket:1", COURT, first_name="Max", last_name="Dyer", born_on=date(2010, 1, 2)),
        someone("hmis:2", SHELTER, first_name="Max", last_name="Dyer", street="1 Elm Rd", postcode="02139"),
        someone("docket:2", COURT, first_name="Max", last_name="Dyer", street="1 Elm Rd", postcode="02139"),
    )
    assert same_person(linked, "edfi.student:1", "docket:1")
    assert not same_person(linked, "hmis:1", "hmis:2")


def test_a_contradiction_further_along_takes_the_link_back() -> None:
    linked = link(
        someone("edfi.contact:1", first_name="Max", last_name="Dyer", phone="6175550142", born_on=date(1960, 5, 1)),
        someone(
            "docket:1",
            COURT,
            first_name="Max",
            last_name="Dyer",
            phone="6175550142",
            street="1 Elm Rd",
            postcode="02139",
        ),
        someone(
            "hmis:1",
            SHELTER,
            first_name="Max",
            last_name="Dyer",
            street="1 Elm Rd",
            postcode="02139",
            born_on=date(1990, 1, 2),
        ),
    )
    assert same_person(linked, "edfi.contact:1", "docket:1")
    assert not same_person(linked, "hmis:1", "docket:1")
    assert linked.counts["taken_back"] == 1


def test_a_space_that_has_one_person_twice_is_believed_when_number_and_birth_say_so() -> None:
    max_: dict[str, Any] = {"first_name": "Max", "last_name": "Dyer", "born_on": date(2010, 1, 2)}
    linked = link(
        someone("hmis:1", SHELTER, ssn="219551234", **max_),
        someone("hmis:2", SHELTER, phone="6175550142", **max_),
        someone("docket:1", COURT, ssn="219551234", phone="6175550142", **max_),
    )
    assert same_person(linked, "hmis:1", "hmis:2", "docket:1")


def test_group_quarters_are_no_household() -> None:
    elm = {"street": "300 Elm Street", "postcode": "02139"}
    shelter = [someone(f"hmis:{n}", SHELTER, last_name=f"Guest{'abcdefghi'[n]}", **elm) for n in range(9)]
    family = [someone(f"docket:{n}", COURT, street="301 Elm Street", postcode="02139") for n in range(8)]
    linked = link(*shelter, *family)
    assert linked.counts["households"] == 9 + 1
    assert linked.counts["set_aside"] == 1


def test_a_known_shelter_is_set_aside_however_few_live_there() -> None:
    rows = [someone(f"hmis:{n}", SHELTER, street="300 Elm Street", postcode="02139") for n in range(2)]
    assert same_household(link(*rows), "hmis:0", "hmis:1")
    linked = link(*rows, quarters=[("300 elm st", "02139")])
    assert not same_household(linked, "hmis:0", "hmis:1")
    assert linked.counts["set_aside"] == 1


def test_two_units_of_one_house_are_two_households() -> None:
    linked = link(
        someone("docket:1", COURT, street="12 Main St", unit="1", postcode="02139"),
        someone("docket:2", COURT, street="12 Main St Apt 2", postcode="02139"),
        someone("hmis:3", SHELTER, street="12 Main Street, #2", postcode="02139"),
    )
    assert not same_household(linked, "docket:1", "docket:2")
    assert same_household(linked, "docket:2", "hmis:3")


def test_who_moved_lives_at_the_newest_address() -> None:
    linked = link(
        someone("docket:1", COURT, street="12 Main St", postcode="02139", known_on=date(2024, 1, 1)),
        someone("docket:1", COURT, street="9 Elm Rd", postcode="02139", known_on=date(2025, 1, 1)),
        someone("hmis:2", SHELTER, street="12 Main St", postcode="02139"),
        someone("hmis:3", SHELTER, street="9 Elm Rd", postcode="02139"),
    )
    assert not same_household(linked, "docket:1", "hmis:2")
    assert same_household(linked, "docket:1", "hmis:3")


def test_a_child_lives_with_whom_the_school_says() -> None:
    tie = ties({"left": "edfi.student:1", "right": "edfi.contact:P1"}, {"left": "edfi.student:2", "right": None})
    linked = link(someone("edfi.student:1", **ANA), someone("edfi.contact:P1", first_name="Eva"), relations=tie)
    assert same_household(linked, "edfi.student:1", "edfi.contact:P1")
    assert linked.counts["households"] == 2


def test_a_shared_number_is_a_household_unless_a_crowd_has_it() -> None:
    family = [{"left": f"hmis:{n}", "shared": "h-1"} for n in range(4)]
    crowd = [{"left": f"hmis:{n}", "shared": "0"} for n in range(100, 121)]
    linked = link(relations=ties(*family, *crowd, agreement=SHELTER))
    assert linked.counts["households"] == 1 + 21
    assert same_household(linked, "hmis:0", "hmis:3")


def test_who_lives_with_somebody_else_since_no_longer_lives_with_the_first() -> None:
    before = [{"left": f"hmis:{n}", "shared": "h-2015", "since": date(2015, 3, 1)} for n in (1, 2)]
    since = [{"left": f"hmis:{n}", "shared": "h-2022", "since": date(2022, 3, 1)} for n in (2, 3)]
    linked = link(relations=ties(*before, *since, agreement=SHELTER))
    assert same_household(linked, "hmis:2", "hmis:3")
    assert not same_household(linked, "hmis:1", "hmis:2")


def test_a_number_without_a_day_gives_way_to_one_that_has_a_day() -> None:
    undated = [{"left": f"hmis:{n}", "shared": "h-?"} for n in (1, 2)]
    dated = [{"left": f"hmis:{n}", "shared": "h-2022", "since": date(2022, 3, 1)} for n in (2, 3)]
    linked = link(relations=ties(*undated, *dated, agreement=SHELTER))
    assert same_household(linked, "hmis:2", "hmis:3")
    assert not same_household(linked, "hmis:1", "hmis:2")


def test_one_family_known_to_three_agencies_is_one_household_with_all_their_agreements() -> None:
    mother: dict[str, Any] = {"first_name": "Eva", "last_name": "Garcia", "born_on": date(1985, 2, 3)}
    linked = link(
        someone("edfi.student:1", **ANA),
        someone("hmis:1", SHELTER, **ANA),
        someone("hmis:2", SHELTER, **mother),
        someone("docket:5", COURT, **mother),
        relations=ties({"left": "hmis:1", "shared": "h"}, {"left": "hmis:2", "shared": "h"}, agreement=SHELTER),
    )
    assert linked.counts["persons"] == 2
    assert linked.lineage["agreements"].to_list() == [[SCHOOLS, SHELTER, COURT]]


def test_rows_of_agreements_that_do_not_name_each_other_never_meet() -> None:
    one_sided = {**ACTIVE, LONER: ALL | {LONER}}
    rows = [someone("edfi.student:1", **ANA), someone("other:1", LONER, **ANA, street="1 Elm Rd", postcode="02139")]
    at_home = someone("docket:9", COURT, street="1 Elm Rd", postcode="02139")
    linked = link(*rows, at_home, active=one_sided)
    assert linked.edges.is_empty()
    assert linked.counts["households"] == 3


def test_one_person_key_under_agreements_that_do_not_name_each_other_is_two_pseudonyms() -> None:
    apart = {SCHOOLS: frozenset[str](), LONER: frozenset[str]()}
    linked = link(someone("edfi.student:1", **ANA), someone("edfi.student:1", LONER, **ANA), active=apart)
    assert homes(linked)["person"].n_unique() == 2
    assert homes(linked)["household"].n_unique() == 2
    joined = link(someone("edfi.student:1", **ANA), someone("edfi.student:1", COURT, **ANA))
    assert homes(joined)["household"].n_unique() == 1


def test_a_middle_man_does_not_join_two_strangers() -> None:
    named = {"A": frozenset("B"), "B": frozenset("AC"), "C": frozenset("B")}
    assert circles("CBA", named) == {"A": 0, "B": 0, "C": 1}
    rows = [someone("a:1", "A", **ANA), someone("b:1", "B", **ANA), someone("c:1", "C", **ANA)]
    linked = link(*rows, active=named)
    assert same_person(linked, "a:1", "b:1")
    assert not same_person(linked, "b:1", "c:1")


def test_without_the_enclaves_key_nobody_can_say_whose_pseudonym_it_is() -> None:
    rows = table([someone("edfi.student:1", **ANA)])
    one, other = (build(rows, ties(), ACTIVE, key=key) for key in (KEY, b"o" * 32))
    assert set(one.persons["person"]).isdisjoint(other.persons["person"])
    assert one.persons["person"][0].startswith("p-")
    assert one.households["household"][0].startswith("hh-")


def test_nothing_gives_nothing() -> None:
    linked = link()
    assert linked.counts["persons"] == linked.counts["households"] == 0
    assert linked.persons.columns == ["person_key", "agreement", "person"]
    assert_frame_equal(linked.households, pl.DataFrame(schema={"person": pl.String, "household": pl.String}))
    assert linked.lineage.schema == {"household": pl.String, "agreements": pl.List(pl.String)}
