"""Accounting: looks at one household, and runs over everybody's rows, told apart and in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from governance.accounting import AT_ITS_WISH, UNSTATED, Accounting
from governance.database import metadata
from governance.errors import Refused
from governance.gate import Gate
from governance.ids import HouseholdId
from governance.subject import Subjects, subject_use
from governance.use import Action, Actor
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, KNOWN, MEALS, NOW, SNAP, use_of

ONE, TWO = HouseholdId("hh-1111111111111111"), HouseholdId("hh-2222222222222222")
FLOW = Actor(id="hearthline", role="flow", organisation="EOHHS")
STATEMENT = "Offer voluntary help to families before a crisis."


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    made = doors(tmp_path)
    metadata.create_all(made.engine, tables=[subject_use])
    keeping = Subjects(made.engine)
    made.gate = Gate(made.register, made.ledger, made.vault, made.clock, KNOWN, subjects=keeping)
    return made


def accounting(house: Doors) -> Accounting:
    return Accounting(house.ledger, house.register.papers())


def commitments(house: Doors, *names: HouseholdId) -> frozenset[str]:
    return Subjects(house.engine).uses_of(*names)


def test_a_look_says_who_when_what_and_what_for_in_plain_words(house: Doors) -> None:
    grant = house.gate.request(use_of(about={ONE, TWO}))
    (look,) = accounting(house).looks(commitments(house, ONE))
    assert (look.actor, look.role, look.action, look.purpose) == ("worker-1", "caseworker", "score", grant.purpose)
    assert (look.did, look.for_what) == ("worked out who should be offered help", STATEMENT)
    assert (look.at, look.dataset, look.agreement, look.permitted) == (NOW, CASES, SNAP, True)
    assert house.ledger.get(look.entry).topic == grant.id


def test_a_look_that_was_refused_is_told_as_well(house: Doors) -> None:
    with pytest.raises(Refused):
        house.gate.request(use_of(about={ONE}, purpose="marketing"))
    (look,) = accounting(house).looks(commitments(house, ONE))
    assert (look.permitted, look.dataset, look.for_what) == (False, CASES, UNSTATED)


def test_looks_at_others_are_nobody_elses_business(house: Doors) -> None:
    house.gate.request(use_of(about={TWO}))
    house.gate.request(use_of())
    assert accounting(house).looks(commitments(house, ONE)) == []
    assert accounting(house).looks(frozenset()) == []


def test_looks_under_an_older_name_are_told_with_the_others(house: Doors) -> None:
    house.gate.request(use_of(about={ONE}))
    house.gate.request(use_of(about={TWO}))
    assert len(accounting(house).looks(commitments(house, ONE, TWO))) == 2


def test_a_look_at_its_own_wish_is_told_as_that(house: Doors) -> None:
    house.gate.request(use_of(about={ONE}, purpose="prevention.outreach.subject_access"))
    (look,) = accounting(house).looks(commitments(house, ONE))
    assert look.for_what == AT_ITS_WISH


def test_runs_over_everybody_are_told_once_a_day_with_how_often(house: Doors) -> None:
    for _ in range(3):
        house.gate.request(use_of(actor=FLOW))
    house.gate.request(use_of(actor=FLOW, action=Action.TRAIN))
    house.clock.advance(timedelta(days=1))
    house.gate.request(use_of(actor=FLOW))
    runs = accounting(house).runs({CASES: NOW})
    assert [(run.day, run.action, run.times) for run in runs] == [
        (NOW.date(), "score", 3),
        (NOW.date(), "train", 1),
        (NOW.date() + timedelta(days=1), "score", 1),
    ]
    assert {run.for_what for run in runs} == {STATEMENT}


def test_an_analysts_use_of_the_whole_dataset_is_a_run_though_no_program_made_it(house: Doors) -> None:
    house.gate.request(use_of())
    (run,) = accounting(house).runs({CASES: NOW})
    assert (run.actor, run.role) == ("worker-1", "caseworker")


@pytest.mark.parametrize("since", [{}, {MEALS: NOW}, {CASES: NOW + timedelta(seconds=1)}])
def test_a_run_before_the_first_row_came_or_over_other_datasets_did_not_concern_it(
    house: Doors, since: dict[str, datetime]
) -> None:
    house.gate.request(use_of(actor=FLOW))
    assert accounting(house).runs(since) == []  # type: ignore[arg-type]


def test_a_look_at_one_household_is_not_a_run_over_all(house: Doors) -> None:
    house.gate.request(use_of(actor=FLOW, about={TWO}))
    assert accounting(house).runs({CASES: NOW}) == []
