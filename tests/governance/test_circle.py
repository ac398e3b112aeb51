"""Circles: noted by keyed digest, found again by who holds the key."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from governance.circle import Circles, Relation, staff_circle
from governance.database import metadata, reading
from governance.errors import Misconfigured
from governance.ids import HouseholdId
from tests.governance.doors import Doors, doors

HOME, AUNT, OTHER = HouseholdId("hh-1111"), HouseholdId("hh-2222"), HouseholdId("hh-3333")


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    return doors(tmp_path)


@pytest.fixture
def circles(house: Doors, engine: Engine) -> Circles:
    metadata.create_all(engine, tables=[staff_circle])
    return Circles(engine, house.vault, house.ledger)


def test_a_circle_is_found_among_households_and_only_what_is_in_it(circles: Circles) -> None:
    assert not circles.declared()
    circles.declare("worker-1", HOME, Relation.OWN, by="worker-1")
    circles.declare("worker-1", AUNT, Relation.FAMILY, by="officer-1")
    assert circles.declared()
    assert circles.among([HOME, AUNT, OTHER]) == {"worker-1": {HOME: "own", AUNT: "family"}}
    assert circles.among([OTHER]) == {}


def test_declaring_again_changes_what_it_is_and_withdrawing_takes_it_out(circles: Circles) -> None:
    circles.declare("worker-1", AUNT, Relation.NEIGHBOUR, by="officer-1")
    circles.declare("worker-1", AUNT, Relation.FAMILY, by="officer-1")
    assert circles.among([AUNT]) == {"worker-1": {AUNT: "family"}}
    circles.withdraw("worker-1", AUNT, by="officer-1")
    circles.withdraw("worker-1", AUNT, by="officer-1")
    assert circles.among([AUNT]) == {}


def test_neither_table_nor_ledger_names_the_household(house: Doors, engine: Engine, circles: Circles) -> None:
    circles.declare("worker-1", HOME, Relation.OWN, by="worker-1")
    with reading(engine) as connection:
        assert HOME not in str(connection.execute(select(staff_circle)).all())
    assert HOME not in str([entry.body for entry in house.ledger.entries()])


def test_a_circle_is_somebodys_and_somebody_declares_it(circles: Circles) -> None:
    for staff, by in (("", "officer-1"), ("worker-1", "")):
        with pytest.raises(Misconfigured, match="STAFF_NEEDED"):
            circles.declare(staff, HOME, Relation.OWN, by=by)
