"""Subjects: the ledger commits to whom a use was about; the index tells, and can be erased."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert

from governance.database import metadata, transaction
from governance.ids import HouseholdId
from governance.subject import Subjects, commitment, subject_use
from tests.governance.doors import doors
from tests.governance.papers import use_of

ONE, TWO = HouseholdId("hh-1111"), HouseholdId("hh-2222")


@pytest.fixture
def subjects(engine: Engine) -> Subjects:
    metadata.create_all(engine, tables=[subject_use])
    return Subjects(engine)


def test_a_commitment_stands_for_its_households_and_each_is_another(subjects: Subjects) -> None:
    first, second = subjects.commit(frozenset({ONE, TWO})), subjects.commit(frozenset({ONE, TWO}))
    assert first != second
    assert subjects.households_of({first, "ff" * 32}) == {first: {ONE, TWO}}
    assert subjects.uses_of(ONE) == {first, second}
    assert subjects.holds(first)


def test_what_was_erased_stands_for_nobody_and_the_others_stay(subjects: Subjects) -> None:
    both, alone = subjects.commit(frozenset({ONE, TWO})), subjects.commit(frozenset({TWO}))
    assert subjects.erase(ONE) == 1
    assert subjects.uses_of(ONE) == frozenset()
    assert subjects.households_of({both, alone}) == {both: {TWO}, alone: {TWO}}
    assert not subjects.holds(both) and subjects.holds(alone)


def test_a_household_is_found_and_erased_under_all_of_its_names_at_once(subjects: Subjects) -> None:
    first, second = subjects.commit(frozenset({ONE})), subjects.commit(frozenset({TWO}))
    assert subjects.uses_of(ONE, TWO) == {first, second}
    assert subjects.uses_of() == frozenset()
    assert subjects.erase(ONE, TWO) == 2
    assert subjects.uses_of(ONE, TWO) == frozenset()


def test_nobody_can_be_put_in_behind_a_commitment(engine: Engine, subjects: Subjects) -> None:
    made = subjects.commit(frozenset({ONE}))
    with transaction(engine) as connection:
        connection.execute(insert(subject_use).values(commitment=made, household=TWO, salt=b"s" * 16))
    assert not subjects.holds(made)


def test_the_ledger_says_no_more_than_the_commitment_and_erasing_leaves_it_whole(
    tmp_path: Path, subjects: Subjects
) -> None:
    house = doors(tmp_path)
    gate = replace(house.gate, subjects=subjects)
    grant = gate.request(use_of(about={ONE, TWO}))
    (entry,) = house.ledger.entries(kind="grant.issued")
    assert entry.body["subjects"] == grant.subjects
    assert ONE not in str(entry.body)
    assert subjects.households_of({grant.subjects}) == {grant.subjects: {ONE, TWO}}
    with gate.open(grant):
        pass
    subjects.erase(ONE)
    subjects.erase(TWO)
    assert house.ledger.verify().verified
    assert subjects.households_of({grant.subjects}) == {}


@given(st.binary(min_size=16, max_size=16), st.frozensets(st.from_regex(r"hh-[0-9a-f]{4}", fullmatch=True), min_size=1))
def test_a_commitment_is_the_same_in_any_order_and_hides_nothing_behind_another_salt(
    salt: bytes, about: frozenset[str]
) -> None:
    assert commitment(salt, sorted(about)) == commitment(salt, sorted(about, reverse=True))
    assert commitment(salt, about) != commitment(bytes([salt[0] ^ 1]) + salt[1:], about)
