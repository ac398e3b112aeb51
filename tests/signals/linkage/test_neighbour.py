"""Neighbours: the same number or a few further on, on the same street; never oneself, never another street's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from governance.ids import HouseholdId
from signals.linkage.build import Linked
from signals.linkage.neighbour import NUMBERS_AWAY, neighbours
from tests.signals.linkage.enclave import CONTACTS, STUDENTS, TIES, enclave
from tests.signals.linkage.people import homes, link, someone, table

STREET: dict[str, Any] = {"postcode": "02139", "born_on": date(1980, 1, 1)}
ASKING = someone("edfi:1", first_name="Ana", last_name="Dyer", street="12 Main Street", **STREET)


def home_of(linked: Linked, key: str) -> HouseholdId:
    return HouseholdId(homes(linked).filter(person_key=key)["household"][0])


@pytest.mark.parametrize(
    ("street", "postcode", "near"),
    [
        ("12 Main St Apt 4", "02139", True),
        ("14 MAIN ST.", "02139", True),
        (f"{12 + NUMBERS_AWAY} Main St", "02139", True),
        (f"{13 + NUMBERS_AWAY} Main St", "02139", False),
        ("14 Maine St", "02139", False),
        ("14 Main St", "01103", False),
        ("Main St", "02139", False),
    ],
)
def test_who_is_a_neighbour(street: str, postcode: str, near: bool) -> None:
    other = someone("edfi:2", first_name="Max", last_name="Ito", street=street, postcode=postcode)
    linked = link(ASKING, other)
    me = home_of(linked, "edfi:1")
    found = neighbours(table([ASKING, other]), linked, lambda every: [me])
    assert found == ({me: frozenset([home_of(linked, "edfi:2")])} if near else {})


def test_nobody_is_asked_about_who_was_not_chosen() -> None:
    other = someone("edfi:2", first_name="Max", last_name="Ito", street="14 Main St", postcode="02139")
    offered: list[HouseholdId] = []

    def none(every: Collection[HouseholdId]) -> Collection[HouseholdId]:
        offered.extend(every)
        return ()

    assert neighbours(table([ASKING, other]), link(ASKING, other), none) == {}
    assert len(offered) == 2


def test_neighbours_are_looked_up_under_grants_for_matching(tmp_path: Path) -> None:
    house = enclave(tmp_path)
    plain = {"phone": "617-555-0142", "postcode": "02139"}
    house.put(STUDENTS, {"student_id": "1", "first_name": "Ana", "last_name": "Dyer", "born_on": date(2012, 3, 4)})
    house.put(
        CONTACTS,
        {"contact_ref": "P1", "first_name": "Eva", "last_name": "Dyer", **plain, "street": "12 Main St"},
        {"contact_ref": "P2", "first_name": "Max", "last_name": "Ito", **plain, "phone": None, "street": "14 Main St"},
    )
    house.put(TIES, {"student_id": "1", "contact_ref": "P1", "lives_with": True})
    found = house.linker.neighbours(lambda every: every)
    assert sorted(len(each) for each in found.values()) == [1, 1]
    granted = {str(entry.body["action"]) for entry in house.ledger.entries(kind="grant.issued")}
    assert granted == {"ingest", "match"}
