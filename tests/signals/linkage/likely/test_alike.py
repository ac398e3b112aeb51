"""Links by likeness, through the same door as all linkage: what they add, what they leave to a person, and what not."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
import pytest

from signals.linkage.alike import ALIKE, LINK_FROM
from signals.linkage.build import Linked
from signals.linkage.likely.splink_backend import DuckDBBackend
from tests.signals.linkage.likely.town import town, truly
from tests.signals.linkage.people import SCHOOLS, SHELTER, link, same_person, someone

BACKEND = DuckDBBackend(memory="500MB", threads=1)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return town()


@pytest.fixture(scope="module")
def linked(rows: list[dict[str, Any]]) -> Linked:
    return link(*rows, backend=BACKEND)


def right_and_wrong(linked: Linked) -> tuple[int, int]:
    """Pairs of keys that linkage takes for one person: those that are, and those that are not."""
    both = linked.persons.join(linked.persons, on="person", suffix="_other")
    pairs = both.filter(pl.col("person_key") < pl.col("person_key_other")).select("person_key", "person_key_other")
    said = [truly(one) == truly(other) for one, other in pairs.iter_rows()]
    return sum(said), len(said) - sum(said)


def test_likeness_finds_people_that_the_passes_miss_and_hardly_ever_a_wrong_one(
    rows: list[dict[str, Any]], linked: Linked
) -> None:
    true = sum(1 for row in rows if row["agreement"] == SHELTER)
    by_passes, _ = right_and_wrong(link(*rows))
    right, wrong = right_and_wrong(linked)
    assert right > 1.2 * by_passes
    assert wrong <= 0.01 * true
    asked = sum(truly(one) == truly(other) for one, other in linked.uncertain.select("left", "right").iter_rows())
    assert right + asked >= 0.97 * true


def test_the_order_of_rows_changes_nothing(rows: list[dict[str, Any]], linked: Linked) -> None:
    other = list(rows)
    random.Random(3).shuffle(other)
    again = link(*other, backend=BACKEND)
    assert again.persons.equals(linked.persons)
    assert again.told.equals(linked.told)


def test_each_link_by_likeness_keeps_its_probability_and_a_waterfall_that_adds_up(linked: Linked) -> None:
    by_likeness = linked.edges.filter(pl.col("pass") == ALIKE)
    told = by_likeness.join(linked.told, on=["left", "right"], how="left")
    assert by_likeness.height > 0
    assert told["probability"].null_count() == 0
    assert (told["probability"] >= LINK_FROM).all()
    for row in told.iter_rows(named=True):
        assert row["weight"] == pytest.approx(sum(each["weight"] for each in row["reasons"]), abs=0.05)
        assert all(each["what"] for each in row["reasons"])


def test_a_pair_that_is_likely_but_not_enough_is_put_before_a_person_and_linked_nowhere(linked: Linked) -> None:
    asked = linked.uncertain
    assert asked.height > 0
    for left, right in asked.select("left", "right").iter_rows():
        assert not same_person(linked, left, right)


def test_two_social_security_numbers_are_two_people_however_alike(rows: list[dict[str, Any]]) -> None:
    facts: dict[str, Any] = {
        "first_name": "Ines",
        "last_name": "Quill",
        "born_on": date(2001, 2, 3),
        "street": "5 Birch Way",
        "postcode": "02101",
    }
    twins = [
        someone("edfi.student:99001", SCHOOLS, **facts, ssn="219551234"),
        someone("hmis:99001", SHELTER, **{**facts, "first_name": "Inez"}, ssn="219559876"),
    ]
    found = link(*rows, *twins, backend=BACKEND)
    assert not same_person(found, "edfi.student:99001", "hmis:99001")


def test_what_a_steward_keeps_apart_stays_apart(rows: list[dict[str, Any]], linked: Linked) -> None:
    left, right = linked.edges.filter(pl.col("pass") == ALIKE).select("left", "right").row(0)
    found = link(*rows, apart=[(left, right)], backend=BACKEND)
    assert not same_person(found, left, right)


def test_rows_that_may_not_meet_are_not_compared(rows: list[dict[str, Any]]) -> None:
    alone = {SCHOOLS: frozenset({SCHOOLS}), SHELTER: frozenset({SHELTER})}
    found = link(*rows, active=alone, backend=BACKEND)
    agreements = found.persons.group_by("person").agg(pl.col("agreement").n_unique())
    assert agreements["agreement"].max() == 1


def test_one_record_or_none_is_linked_with_nobody() -> None:
    assert link(backend=BACKEND).persons.height == 0
    assert link(someone("hmis:1", SHELTER, first_name="Ana"), backend=BACKEND).persons.height == 1
