"""The gate: what it lets through, what it refuses, and that it writes down first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from governance.decision import Decision
from governance.errors import (
    FieldNotListed,
    GrantExpired,
    GrantSpent,
    GrantUnknown,
    LineageInactive,
    Malformed,
    NotActive,
    PurposeNotListed,
    TermExpired,
    VersionMismatch,
)
from governance.ids import DatasetId, GrantId
from governance.use import Action, Ask
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, LUNCH, SNAP, signed, snap, use_of


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    return doors(tmp_path)


def test_a_permitted_use_is_granted_opened_and_closed_and_each_step_is_in_the_ledger(house: Doors) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        opened.count(3, deleted=1)
    assert house.kinds() == ["grant.issued", "grant.opened", "grant.closed"]
    *_, closed = house.ledger.entries(kind="grant.closed")
    assert closed.body == {"dataset": CASES, "outcome": "done", "rows": 3, "removed": {"deleted": 1}}


def test_a_refusal_is_in_the_ledger_before_it_is_raised_with_every_failing_clause(house: Doors) -> None:
    with pytest.raises(PurposeNotListed) as refused:
        house.gate.request(use_of(fields={"certification_end_on", "ssn"}, purpose="advertising"))
    codes = [reason.code for reason in refused.value.reasons]
    assert set(codes) >= {"FIELD_NOT_LISTED", "PURPOSE_NOT_LISTED"}
    assert house.refusals() == codes


def test_a_forged_grant_is_worth_nothing(house: Doors) -> None:
    grant = replace(house.gate.request(use_of()), id=GrantId("g-000000000000000000000000"))
    with pytest.raises(GrantUnknown), house.gate.open(grant):
        pytest.fail("it opened")
    assert house.refusals() == ["GRANT_UNKNOWN"]


def test_a_grant_that_was_edited_is_worth_nothing(house: Doors) -> None:
    grant = house.gate.request(use_of())
    for edited in (
        replace(grant, fields=grant.fields | {"first_name"}),
        replace(grant, expires_at=grant.expires_at + timedelta(days=1)),
        replace(grant, action=Action.MATCH),
        replace(grant, dataset=DatasetId("dese.meals")),
    ):
        with pytest.raises(GrantUnknown), house.gate.open(edited):
            pytest.fail("it opened")


def test_a_grant_opens_once(house: Doors) -> None:
    grant = house.gate.request(use_of())
    with house.gate.open(grant):
        pass
    with pytest.raises(GrantSpent), house.gate.open(grant):
        pytest.fail("it opened twice")


def test_a_grant_that_waited_too_long_does_not_open(house: Doors) -> None:
    grant = house.gate.request(use_of())
    house.clock.advance(timedelta(minutes=15))
    with pytest.raises(GrantExpired), house.gate.open(grant):
        pytest.fail("it opened")


def test_a_clock_that_is_moved_back_does_not_make_a_grant_young_again(house: Doors) -> None:
    grant = house.gate.request(use_of())
    house.clock.advance(timedelta(minutes=-1))
    with pytest.raises(GrantExpired), house.gate.open(grant):
        pytest.fail("it opened")


def test_an_amendment_between_asking_and_reading_voids_the_grant(house: Doors) -> None:
    grant = house.gate.request(use_of())
    house.register.amend(signed(snap(version=2, title="Renewed")), by="steward-1")
    with pytest.raises(VersionMismatch), house.gate.open(grant):
        pytest.fail("it opened")


def test_a_suspension_closes_a_door_that_stands_open(house: Doors) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        opened.recheck()
        house.register.suspend(SNAP, by="officer-1", why="an incident")
        with pytest.raises(NotActive):
            opened.read_keys("2026-08", ["certification_end_on"])
    assert house.refusals() == ["NOT_ACTIVE"]


def test_a_suspension_by_another_process_closes_the_door_too(house: Doors, tmp_path: Path) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        type(house.register)(house.engine, house.ledger, house.clock).suspend(SNAP, by="officer-1")
        with pytest.raises(NotActive):
            opened.recheck()


def test_the_end_of_the_term_closes_the_door(house: Doors) -> None:
    house.clock.advance(timedelta(days=400))
    with pytest.raises(TermExpired):
        house.gate.request(use_of())


def test_what_was_derived_from_a_stopped_agreement_is_not_opened(house: Doors) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        opened.recheck([LUNCH])
        house.register.suspend(LUNCH, by="officer-1")
        opened.recheck()
        with pytest.raises(LineageInactive):
            opened.recheck([LUNCH])


def test_a_grant_is_for_one_dataset(house: Doors) -> None:
    both = replace(
        use_of(), asks=tuple(Ask(dataset=each, fields=frozenset({"first_name"})) for each in (CASES, DatasetId("x.y")))
    )
    with pytest.raises(Malformed):
        house.gate.request(both)


def test_a_closed_door_gives_no_keys(house: Doors) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        pass
    with pytest.raises(GrantSpent):
        opened.read_keys("2026-08", ["certification_end_on"])


def test_an_open_door_gives_no_key_of_a_field_outside_the_grant(house: Doors) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        for outside in ("household_size", "first_name", "_person", "*", "certification_end_on.x"):
            with pytest.raises(FieldNotListed):
                opened.read_keys("2026-08", ["certification_end_on", outside])


def test_a_read_that_breaks_off_is_on_record_as_broken_off(house: Doors) -> None:
    with pytest.raises(RuntimeError, match="power"), house.gate.open(house.gate.request(use_of())):
        raise RuntimeError("power")
    *_, closed = house.ledger.entries(kind="grant.closed")
    assert closed.body["outcome"] == "broken off"


def test_asking_without_raising_gives_the_decision(house: Doors) -> None:
    answer = house.gate.ask(use_of(purpose="preventionx.outreach"))
    assert isinstance(answer, Decision) and not answer.permitted
    assert house.refusals()[0] == "PURPOSE_NOT_LISTED"


def test_attempting_a_use_records_the_decision_and_grants_nothing(house: Doors) -> None:
    assert house.gate.attempt(use_of()).permitted
    assert not house.gate.attempt(use_of(purpose="policing")).permitted
    assert house.kinds() == ["use.permitted", "use.refused"]


def test_a_refused_use_names_the_code_of_its_first_reason(house: Doors) -> None:
    with pytest.raises(PurposeNotListed) as refused:
        house.gate.request(use_of(purpose="prevention"))
    assert refused.value.code == "PURPOSE_NOT_LISTED"
    assert not refused.value.retryable
