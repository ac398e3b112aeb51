"""Household numbers of one space: the same number means the same household, whichever dataset it comes from."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.signals.linkage.people import COURT, LONER, SHELTER, link, same_household, someone, ties

MEMBERS, FAMILIES = {"dataset": "snap.members"}, {"dataset": "tanf.families"}
CASES = {"space": "dta.case"}
EARLY, LATE = date(2025, 1, 1), date(2025, 6, 1)


def lives(person: str, case: str, **more: Any) -> dict[str, Any]:
    """A person under a case number."""
    return {"left": person, "shared": case, **more}


def test_a_number_joins_two_datasets_of_one_space() -> None:
    linked = link(
        relations=ties(lives("snap:1", "25", **MEMBERS, **CASES), lives("tanf.case:25", "25", **FAMILIES, **CASES))
    )
    assert same_household(linked, "snap:1", "tanf.case:25")


def test_without_a_space_a_number_means_something_in_its_own_dataset_only() -> None:
    linked = link(relations=ties(lives("snap:1", "25", **MEMBERS), lives("tanf.case:25", "25", **FAMILIES)))
    assert not same_household(linked, "snap:1", "tanf.case:25")


def test_numbers_of_two_spaces_are_two_numbers() -> None:
    other = {"space": "court.case"}
    linked = link(relations=ties(lives("snap:1", "25", **MEMBERS, **CASES), lives("docket:1", "25", **other)))
    assert not same_household(linked, "snap:1", "docket:1")


def test_a_number_joins_nobody_across_agreements_that_do_not_name_each_other() -> None:
    one, other = (
        lives("snap:1", "25", **CASES, agreement=SHELTER),
        lives("tanf.case:25", "25", **CASES, agreement=LONER),
    )
    active = {SHELTER: frozenset({SHELTER, COURT}), LONER: frozenset({LONER})}
    assert not same_household(link(relations=ties(one, other), active=active), "snap:1", "tanf.case:25")


def test_of_a_persons_numbers_in_a_space_the_newest_holds_whichever_dataset_has_it() -> None:
    moved = [
        lives("snap:1", "25", **MEMBERS, **CASES, since=EARLY),
        lives("snap:1", "31", **FAMILIES, **CASES, since=LATE),
        lives("snap:2", "25", **MEMBERS, **CASES, since=EARLY),
        lives("snap:3", "31", **MEMBERS, **CASES, since=EARLY),
    ]
    linked = link(*(someone(f"snap:{number}") for number in (1, 2, 3)), relations=ties(*moved))
    assert same_household(linked, "snap:1", "snap:3")
    assert not same_household(linked, "snap:1", "snap:2")


def test_a_number_in_another_space_outdates_none() -> None:
    both = [
        lives("snap:1", "25", **MEMBERS, **CASES, since=EARLY),
        lives("snap:1", "h-7", dataset="hmis.enrollment", since=LATE),
        lives("snap:2", "25", **MEMBERS, **CASES, since=EARLY),
    ]
    assert same_household(link(relations=ties(*both)), "snap:1", "snap:2")
