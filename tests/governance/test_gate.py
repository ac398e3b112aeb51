"""The gate: what it lets through, what it refuses, and that it writes down first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from governance.break_glass import BreakGlass
from governance.decision import Decision
from governance.errors import (
    BreakGlassSingle,
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
from governance.fact import Emergency, Facts
from governance.ids import AgreementId, DatasetId, GrantId
from governance.use import Action, Ask, ModelRef, Use
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, LUNCH, NOW, SNAP, WORKER, signed, snap, use_of


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


# -- what the ledger has of it ----------------------------------------------------------------------------------------


def test_what_a_permit_owes_stands_in_its_entry(house: Doors) -> None:
    house.gate.request(use_of())
    house.gate.attempt(use_of())
    (issued,) = house.ledger.entries(kind="grant.issued")
    (permitted,) = house.ledger.entries(kind="use.permitted")
    owing = house.gate.decide(use_of()).obligations
    assert owing is not None and owing.min_cell == 11
    assert issued.body["obligations"] == permitted.body["obligations"] == owing.body()


def test_what_was_known_and_which_model_was_applied_stand_in_the_entry(house: Doors) -> None:
    known = Facts(attested=True, oldest_known_on=NOW.date())
    use = use_of(model=ModelRef(id="model-7", purpose="prevention.outreach"), facts=known, recipient="DTA")
    house.gate.request(use)
    house.gate.attempt(replace(use, purpose="research"))
    (issued,) = house.ledger.entries(kind="grant.issued")
    (refused,) = house.ledger.entries(kind="use.refused")
    for entry in (issued, refused):
        assert entry.body["model"] == {"id": "model-7", "purpose": "prevention.outreach"}
        assert entry.body["facts"] == {"oldest_known_on": "2026-09-01"}, "a claimed attestation is not taken over"
        assert entry.body["recipient"] == "DTA"


def test_a_name_that_could_be_a_value_is_not_in_the_ledger(house: Doors) -> None:
    maria = "for Maria at 617-555-0101"
    ask = Ask(dataset=DatasetId(maria), fields=frozenset({maria}), basis=maria)
    odd = replace(use_of(purpose=maria, lineage={AgreementId(maria)}, recipient=maria), asks=(ask,))
    house.gate.attempt(replace(odd, model=ModelRef(id=maria, purpose=maria)))
    (entry,) = house.ledger.entries(kind="use.refused")
    assert "Maria" not in f"{entry.topic} {entry.body}"


def test_an_action_that_is_none_is_refused_and_written_down(house: Doors) -> None:
    assert not house.gate.attempt(use_of(action="score ")).permitted
    assert house.refusals() == ["MALFORMED"]


# -- whom it is about -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Index:
    """Keeps which households were committed to."""

    kept: list[frozenset[str]] = field(default_factory=list)

    def commit(self, about: frozenset[str]) -> str:
        self.kept.append(about)
        return f"{len(self.kept):064x}"


def test_whom_a_use_is_about_is_in_the_ledger_as_a_commitment_only(house: Doors) -> None:
    index = Index()
    gate = replace(house.gate, subjects=index)
    use = use_of(about={"hh-0123456789abcdef"})
    grant = gate.request(use)
    gate.attempt(use)
    gate.ask(replace(use, purpose="research"))
    entries = [
        entry for entry in house.ledger.entries() if entry.kind in {"grant.issued", "use.permitted", "use.refused"}
    ]
    assert [entry.body["subjects"] for entry in entries] == [f"{number:064x}" for number in (1, 2, 3)]
    assert index.kept == [use.about] * 3
    assert all("hh-" not in str(entry.body) for entry in house.ledger.entries())
    with gate.open(grant):
        pass
    with pytest.raises(GrantUnknown), gate.open(replace(grant, subjects="")):
        pytest.fail("it opened")


def test_a_use_about_nobody_commits_to_nobody(house: Doors) -> None:
    index = Index()
    assert replace(house.gate, subjects=index).request(use_of()).subjects == ""
    assert index.kept == []
    (issued,) = house.ledger.entries(kind="grant.issued")
    assert "subjects" not in issued.body


# -- emergencies ------------------------------------------------------------------------------------------------------


@pytest.fixture
def glass(house: Doors) -> BreakGlass:
    return BreakGlass(house.ledger, house.clock)


def in_emergency(reference: str, confirmed_by: str = "supervisor-1", **changes: Any) -> Use:
    """A view by somebody in a role that is not listed, who claims a whole emergency."""
    claimed = Emergency(
        asked_by="worker-1", confirmed_by=confirmed_by, until=NOW + timedelta(days=30), reference=reference
    )
    outsider = replace(WORKER, role="on_call")
    return use_of(**{"action": Action.VIEW, "actor": outsider, "facts": Facts(break_glass=claimed), **changes})


def test_an_emergency_counts_as_the_ledger_has_it(house: Doors, glass: BreakGlass) -> None:
    case = glass.ask(by="worker-1", why="A child is not where it should be")
    with pytest.raises(BreakGlassSingle):
        house.gate.request(in_emergency(case.reference))
    confirmed = glass.confirm(case.reference, by="supervisor-1")
    house.clock.advance(timedelta(hours=3, minutes=55))
    grant = house.gate.request(in_emergency(case.reference))
    assert grant.expires_at == confirmed.until
    house.clock.advance(timedelta(minutes=5))
    with pytest.raises(GrantExpired), house.gate.open(grant):
        pytest.fail("it opened")
    with pytest.raises(BreakGlassSingle):
        house.gate.request(in_emergency(case.reference))
    *_, issued = house.ledger.entries(kind="grant.issued")
    assert issued.body["facts"] == {"break_glass": case.reference}


def test_an_emergency_that_nobody_asked_for_or_that_ended_does_not_count(house: Doors, glass: BreakGlass) -> None:
    case = glass.ask(by="worker-1", why="A child is not where it should be")
    glass.confirm(case.reference, by="supervisor-1")
    assert house.gate.decide(in_emergency(case.reference)).permitted
    glass.end(case.reference, by="worker-1")
    for reference in (case.reference, "b-unheard-of"):
        assert "BREAK_GLASS_SINGLE" in [reason.code for reason in house.gate.attempt(in_emergency(reference)).reasons]


def test_an_emergency_can_be_supposed_but_nothing_is_granted_on_it(house: Doors) -> None:
    assert house.gate.attempt(in_emergency("b-supposed"), hypothetical=True).permitted
    with pytest.raises(BreakGlassSingle):
        house.gate.request(in_emergency("b-supposed"))


# -- at the door ------------------------------------------------------------------------------------------------------


def test_one_look_at_the_papers_is_enough_for_one_recheck(house: Doors) -> None:
    looks: list[str] = []

    def count(*args: object) -> None:
        looks.append(str(args[2]))

    with house.gate.open(house.gate.request(use_of(lineage={LUNCH}))) as opened:
        opened.recheck([LUNCH])  # what was written since is read once
        event.listen(house.ledger._engine, "before_cursor_execute", count)
        opened.recheck([LUNCH])
        event.remove(house.ledger._engine, "before_cursor_execute", count)
    assert len([look for look in looks if look.startswith("SELECT")]) == 1


def test_everything_that_closes_a_door_is_named(house: Doors) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        house.register.suspend(SNAP, by="officer-1")
        mou_id = AgreementId("MOU-STATEWIDE")
        house.register.leave(mou_id, "DTA", by="officer-1")
        with pytest.raises(NotActive) as refused:
            opened.recheck()
    assert [reason.code for reason in refused.value.reasons] == ["NOT_ACTIVE", "MOU_INACTIVE"]
