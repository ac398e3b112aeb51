"""Who cannot be one person: numbers, promises and middle initials."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from signals.linkage.likely.guard import BORNE, Guard, guard, near
from signals.linkage.likely.promise import promise


def of(*records: dict[str, Any], once: bool = False) -> Guard:
    """A guard of some records, each of a file of its own unless it says so."""
    spaces = pl.Series([each.get("file", str(place)) for place, each in enumerate(records)])
    told = pl.DataFrame(records, schema=dict.fromkeys(BORNE, pl.String))
    return guard(promise(spaces, pl.repeat(once, len(records), eager=True)), told)


def parted(keeps: Guard, mine: list[int], theirs: list[int], *, named: bool = True, twice: bool = False) -> bool:
    return keeps.parted(mine, theirs, named=named, twice=twice)


def test_two_numbers_that_two_records_bear_each_are_two_people_whatever_they_are_called() -> None:
    one, other = {"ssn": "219551234", "first": "ana"}, {"ssn": "219559876", "first": "ana"}
    keeps = of(one, one, other, other)
    assert parted(keeps, [0, 1], [2, 3])


def test_a_number_that_one_record_bears_does_not_part_it_from_somebody_whose_number_is_sure() -> None:
    sure, slip = {"ssn": "219551234", "first": "ana"}, {"ssn": "219559876", "first": "ana"}
    assert not parted(of(sure, sure, slip), [0, 1], [2])


@pytest.mark.parametrize(("name", "two"), [("ana", False), ("anna", True), (None, False)])
def test_two_numbers_borne_once_part_whoever_has_another_first_name(name: str | None, two: bool) -> None:
    keeps = of({"ssn": "219551234", "first": "ana"}, {"ssn": "219559876", "first": name})
    assert parted(keeps, [0], [1]) is two


def test_a_slip_of_one_digit_parts_nobody() -> None:
    keeps = of({"ssn": "219551234", "first": "ana"}, {"ssn": "219551284", "first": "anna"})
    assert not parted(keeps, [0], [1])


def test_a_shared_number_outweighs_a_lone_one_but_not_another_that_two_bear() -> None:
    one, other = {"ssn": "219551234", "first": "ana"}, {"ssn": "219559876", "first": "ben"}
    assert not parted(of(one, one, other), [0], [1, 2])
    assert parted(of(one, one, other, other), [0, 2], [1, 3])


@pytest.mark.parametrize("field", ["birth", "first", "last"])
def test_two_numbers_in_one_file_are_two_people_as_soon_as_anything_else_differs(field: str) -> None:
    one = {"file": "tax", "ssn": "219551234", "birth": "20010203", "first": "ana", "last": "quill"}
    assert parted(of(one, {**one, "ssn": "219559876", field: "else"}), [0], [1])
    assert not parted(of(one, {**one, "ssn": "219559876"}), [0], [1])


def test_a_file_that_has_everybody_once_keeps_two_apart_unless_they_agree_in_name_and_birth() -> None:
    keeps = of({"file": "census"}, {"file": "census"}, once=True)
    assert parted(keeps, [0], [1])
    assert not parted(keeps, [0], [1], twice=True)


def test_another_first_name_joins_nobody_whose_initials_are_all_others() -> None:
    keeps = of({"initial": "j"}, {"initial": "m"}, {"initial": "j"}, {"initial": None})
    assert parted(keeps, [0], [1], named=False)
    assert not parted(keeps, [0], [1], named=True)
    assert not parted(keeps, [0], [1, 2], named=False)
    assert not parted(keeps, [0], [3], named=False)


def test_what_no_file_says_parts_nobody() -> None:
    files = promise(pl.Series(["a", "b"]), pl.Series([False, False]))
    assert not parted(guard(files, pl.DataFrame()), [0], [1], named=False)


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        (219551234, 219551234, True),
        (219551234, 219551284, True),
        (219551234, 219552134, True),
        (219551234, 219551287, False),
        (19551234, 119551234, True),
        (219551234, 432155912, False),
    ],
)
def test_numbers_are_near_by_one_digit_or_one_swap(one: int, other: int, is_near: bool) -> None:
    assert near(one, other) is is_near
