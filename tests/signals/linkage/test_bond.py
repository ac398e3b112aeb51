"""What a steward decided binds: one person, or two, whatever the passes find."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.linkage.bond import Bond
from signals.linkage.build import Linked, build
from tests.signals.linkage.people import (
    ACTIVE,
    ALL,
    COURT,
    KEY,
    SCHOOLS,
    SHELTER,
    link,
    same_person,
    someone,
    table,
    ties,
)
from tests.signals.linkage.test_build_laws import Crowd, crowds, same

ANA: dict[str, Any] = {"first_name": "Ana", "last_name": "Dyer", "born_on": date(2012, 3, 4)}
PUPIL, CLIENT, OTHER, PARTY = "edfi.student:1", "hmis:7", "hmis:8", "docket:1"
BOND = Bond(left=PUPIL, left_agreement=SCHOOLS, right=CLIENT, right_agreement=SHELTER)
AGREEMENT = {"edfi.student": SCHOOLS, "edfi.contact": SCHOOLS, "hmis": SHELTER, "docket": COURT}


def bond(left: str, right: str, *, despite_numbers: bool = False) -> Bond:
    under = [AGREEMENT.get(key.partition(":")[0], "") for key in (left, right)]
    return Bond(
        left=left, left_agreement=under[0], right=right, right_agreement=under[1], despite_numbers=despite_numbers
    )


def namesakes() -> list[dict[str, Any]]:
    """A pupil who fits two clients of one shelter."""
    return [someone(PUPIL, **ANA), someone(CLIENT, SHELTER, **ANA), someone(OTHER, SHELTER, **ANA)]


def test_an_accepted_pair_is_one_person_although_the_key_fits_two() -> None:
    assert not same_person(link(*namesakes()), PUPIL, CLIENT)
    linked = link(*namesakes(), together=[BOND])
    assert same_person(linked, PUPIL, CLIENT)
    assert not same_person(linked, PUPIL, OTHER)
    (edge,) = linked.edges.to_dicts()
    assert edge == {"left": PUPIL, "right": CLIENT, "pass": "steward", "agreements": [SCHOOLS, SHELTER]}
    assert linked.counts["pairs_by_steward"] == 1


def test_two_social_security_numbers_are_joined_only_where_the_steward_knew_of_both() -> None:
    rows = [someone(PUPIL, **ANA, ssn="219-55-1234"), someone(CLIENT, SHELTER, **ANA, ssn="219-55-4321")]
    assert not same_person(link(*rows, together=[BOND]), PUPIL, CLIENT)
    assert same_person(link(*rows, together=[bond(PUPIL, CLIENT, despite_numbers=True)]), PUPIL, CLIENT)


def test_two_numbers_do_not_meet_through_a_third_record_either() -> None:
    rows = [
        someone(PUPIL, **ANA, ssn="219-55-1234"),
        someone(CLIENT, SHELTER, first_name="Anna"),
        someone(PARTY, COURT, first_name="Annie", ssn="219-55-4321"),
    ]
    linked = link(*rows, together=[bond(PUPIL, CLIENT), bond(CLIENT, PARTY)])
    assert not same_person(linked, PUPIL, PARTY)
    assert linked.counts["pairs_by_steward"] == 1


@pytest.mark.parametrize("stopped", [SCHOOLS, SHELTER])
def test_an_accepted_pair_dies_with_either_agreement(stopped: str) -> None:
    active = {agreement: named for agreement, named in ACTIVE.items() if agreement != stopped}
    assert link(*namesakes(), together=[BOND], active=active).edges.height == 0


def test_an_accepted_pair_joins_nothing_once_its_row_stands_under_another_agreement_only() -> None:
    rows = [someone(PUPIL, **ANA), someone(CLIENT, COURT, first_name="Max")]
    assert not same_person(link(*rows, together=[BOND]), PUPIL, CLIENT)


def test_agreements_that_do_not_name_each_other_are_not_joined_by_a_steward() -> None:
    rows = [someone(PUPIL, **ANA), someone(CLIENT, SHELTER, **ANA)]
    apart = {SCHOOLS: frozenset({SCHOOLS}), SHELTER: ALL}
    assert link(*rows, together=[BOND], active=apart).edges.height == 0


def test_who_opted_out_is_out_under_the_key_that_a_steward_found_too_and_leaves_no_link() -> None:
    linked = link(*namesakes(), together=[BOND], out=[PUPIL])
    assert linked.out == {PUPIL, CLIENT}
    assert linked.edges.height == 0
    assert not {PUPIL, CLIENT} & {*linked.uncertain["left"], *linked.uncertain["right"]}


def test_a_rejected_pair_is_two_although_everything_agrees() -> None:
    rows = [someone(PUPIL, **ANA), someone(CLIENT, SHELTER, **ANA)]
    assert same_person(link(*rows), PUPIL, CLIENT)
    linked = link(*rows, apart=[(PUPIL, CLIENT)])
    assert not same_person(linked, PUPIL, CLIENT)
    assert linked.uncertain.height == 0  # it was decided: nobody is asked again


def test_a_rejected_pair_does_not_meet_through_a_third_record_and_the_weakest_link_goes() -> None:
    home = {"phone": "617-555-0142"}
    rows = [
        someone(PUPIL, **ANA, **home),
        someone(CLIENT, SHELTER, **ANA, ssn="219-55-1234"),
        someone(PARTY, COURT, first_name="Ana", last_name="Dyer", **home, ssn="219-55-1234"),
    ]
    whole = link(*rows)
    assert same_person(whole, PUPIL, CLIENT, PARTY)
    linked = link(*rows, apart=[(PUPIL, PARTY)])
    assert not same_person(linked, PUPIL, PARTY)
    assert same_person(linked, CLIENT, PARTY)  # a number and a name hold better than a name and a day of birth
    assert linked.edges.filter(pl.col("pass") == "ssn_and_last_name").height == 1


def test_a_no_outweighs_two_yeses_around_it() -> None:
    rows = [someone(PUPIL, **ANA), someone(CLIENT, SHELTER, first_name="Max"), someone(PARTY, COURT, first_name="Eva")]
    linked = link(*rows, together=[bond(PUPIL, CLIENT), bond(CLIENT, PARTY)], apart=[(PUPIL, PARTY)])
    assert not same_person(linked, PUPIL, PARTY)
    assert linked.counts["pairs_by_steward"] == 1


decisions = st.lists(
    st.tuples(
        st.sampled_from([f"{space}:{number}" for space in AGREEMENT for number in range(3)]),
        st.sampled_from([f"{space}:{number}" for space in AGREEMENT for number in range(3)]),
    ).filter(lambda pair: pair[0] < pair[1]),
    max_size=4,
    unique=True,
)


def steered(crowd: Crowd, yes: list[tuple[str, str]], no: list[tuple[str, str]]) -> Linked:
    return build(table(crowd[0]), ties(*crowd[1]), ACTIVE, key=KEY, together=[bond(*pair) for pair in yes], apart=no)


@given(crowds, decisions, decisions)
@settings(max_examples=60, deadline=None)
def test_whatever_is_accepted_no_rejected_pair_is_one_person(
    crowd: Crowd, yes: list[tuple[str, str]], no: list[tuple[str, str]]
) -> None:
    linked = steered(crowd, yes, no)
    known = set(linked.persons["person_key"])
    assert not any(same_person(linked, *pair) for pair in no if known.issuperset(pair))
    asked = set(linked.uncertain.select("left", "right").iter_rows())
    assert not asked & {tuple(sorted(pair)) for pair in no}
    for left, right in asked:
        assert not same_person(linked, left, right)


@given(crowds, decisions, decisions, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_and_decisions_does_not_matter(
    crowd: Crowd, yes: list[tuple[str, str]], no: list[tuple[str, str]], chance: random.Random
) -> None:
    shuffled = (chance.sample(crowd[0], len(crowd[0])), chance.sample(crowd[1], len(crowd[1])))
    same(steered(crowd, yes, no), steered(shuffled, yes[::-1], no[::-1]))
