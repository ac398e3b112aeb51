"""Pairs that linkage is not sure of: who is asked about, how likely they are, and in which words."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from signals.linkage.build import Linked
from tests.signals.linkage.people import SCHOOLS, SHELTER, link, same_person, someone

ANA: dict[str, Any] = {"first_name": "Ana", "last_name": "Dyer", "born_on": date(2012, 3, 4)}
PUPIL, CLIENT, OTHER = "edfi.student:1", "hmis:7", "hmis:8"


def crowd(size: int = 400) -> list[dict[str, Any]]:
    """Pupils who have nothing to do with anybody: so many that a name says something."""
    return [
        someone(
            f"edfi.student:{number}",
            first_name=f"N{number % 90}",
            last_name=f"L{number % 70}",
            born_on=date(2000 + number % 10, 1 + number % 12, 1 + number % 28),
            ssn=f"2195{number:05}",
            phone=f"617-555-{number:04}",
        )
        for number in range(100, 100 + size)
    ]


def asked(linked: Linked, left: str = PUPIL, right: str = CLIENT) -> dict[str, Any]:
    (row,) = linked.uncertain.filter(pl.col("left") == left, pl.col("right") == right).to_dicts()
    return row


def words(row: dict[str, Any]) -> set[str]:
    return {each["what"] for each in row["reasons"]}


def test_a_key_that_fits_two_is_put_before_a_person_who_sees_that_it_is_one_of_two_at_most() -> None:
    linked = link(*crowd(), someone(PUPIL, **ANA), someone(CLIENT, SHELTER, **ANA), someone(OTHER, SHELTER, **ANA))
    both = [asked(linked), asked(linked, right=OTHER)]
    assert [row["why"] for row in both] == ["several_fit"] * 2
    assert sum(row["probability"] for row in both) <= 1.0
    assert min(row["probability"] for row in both) > 0.4
    assert "another person of that agency fits as well" in words(both[0])
    assert (both[0]["left_agreement"], both[0]["right_agreement"]) == (SCHOOLS, SHELTER)
    assert linked.counts["uncertain"] == 2


def test_what_contradicts_is_said_in_words_and_weighs_against() -> None:
    own = {**ANA, "phone": "617-555-0142"}
    linked = link(*crowd(), someone(PUPIL, **own), someone(CLIENT, SHELTER, **{**own, "born_on": date(2012, 4, 3)}))
    row = asked(linked)
    assert row["why"] == "contradict"
    assert {"same first name", "same telephone", "month and day of birth are exchanged"} <= words(row)
    assert row["weight"] == pytest.approx(sum(each["weight"] for each in row["reasons"]))


@pytest.mark.parametrize(
    ("own", "said", "sign"),
    [
        ("219-55-0101", "social security numbers differ by one digit", 1),
        ("219-66-7788", "social security numbers differ", -1),
    ],
)
def test_a_number_but_for_one_digit_speaks_for_a_pair_and_another_number_against(
    own: str, said: str, sign: int
) -> None:
    linked = link(*crowd(), someone(PUPIL, **ANA, ssn="219-55-0201"), someone(CLIENT, SHELTER, **ANA, ssn=own))
    (reason,) = [each for each in asked(linked)["reasons"] if each["what"] == said]
    assert reason["weight"] * sign > 0
    assert not same_person(linked, PUPIL, CLIENT)


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    common: dict[str, Any] = {"first_name": "N5", "last_name": "L5", "born_on": date(2012, 3, 4)}
    weights = []
    for facts in (ANA, common):
        rows = [someone(PUPIL, **facts, middle_name="K"), someone(CLIENT, SHELTER, **facts, middle_name="O")]
        weights.append(asked(link(*crowd(), *rows))["weight"])
    assert weights[0] > weights[1] + 3


def test_a_surname_weighs_little_beside_an_equal_home_for_housemates_share_it() -> None:
    home = {"street": "12 Main St", "postcode": "02139", "phone": "617-555-0142"}
    father: dict[str, Any] = {"born_on": date(1960, 5, 1)}
    son: dict[str, Any] = {"born_on": date(1990, 7, 3)}
    both = {"first_name": "Max", "last_name": "Dyer", **home}
    linked = link(*crowd(), someone(PUPIL, **both, **father), someone(CLIENT, SHELTER, **both, **son))
    for row in linked.uncertain.iter_rows(named=True):  # if they are asked about at all
        reasons = {each["what"]: each["weight"] for each in row["reasons"]}
        assert reasons["same last name"] <= 1.0
        assert 0.0 in {reasons["same telephone"], reasons["same address"]}


def test_a_pair_that_may_not_be_one_person_at_all_is_nobodys_work() -> None:
    both: dict[str, Any] = {"first_name": "N5", "last_name": "L5", "phone": "617-555-0142"}
    father: dict[str, Any] = {"born_on": date(1950, 5, 1), "name_suffix": "Sr", "middle_name": "Karl"}
    son: dict[str, Any] = {"born_on": date(2011, 9, 9), "name_suffix": "Jr", "middle_name": "Otto"}
    rows = [someone(PUPIL, **both, **father), someone(CLIENT, SHELTER, **both, **son)]
    assert link(*crowd(), *rows).uncertain.height == 0


def test_an_uncertain_pair_is_linked_nowhere() -> None:
    linked = link(*crowd(), someone(PUPIL, **ANA), someone(CLIENT, SHELTER, **ANA), someone(OTHER, SHELTER, **ANA))
    homes = linked.persons.join(linked.households, on="person").filter(
        pl.col("person_key").is_in([PUPIL, CLIENT, OTHER])
    )
    assert homes["household"].n_unique() == 3
    assert not {PUPIL, CLIENT, OTHER} & {*linked.edges["left"], *linked.edges["right"]}
