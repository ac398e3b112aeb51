"""Breach: declaring freezes at once, everybody is told in time, and nothing resumes before it is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.breach import Breaches
from governance.breach.duty import Told, duties, regimes_of
from governance.breach.record import Breach
from governance.errors import Misconfigured, NotActive, SelfReview
from governance.ids import DatasetId
from governance.lifecycle import Status
from governance.officer import Officers
from governance.register import Register
from governance.role import Role
from governance.use import Actor
from tests.governance.doors import Doors, doors
from tests.governance.papers import (
    CASES,
    LUNCH,
    MEALS,
    MOU,
    NOW,
    SNAP,
    Office,
    agreement,
    lunch,
    mou,
    office,
    signed,
    snap,
    use_of,
    usual,
)

PO = "privacy-officer"
STATE = (Told.ATTORNEY_GENERAL, Told.CONSUMER_AFFAIRS, Told.TECHNOLOGY_SERVICES, Told.PUBLIC_RECORDS)


def breaches(house: Office) -> Breaches:
    return Breaches(house.ledger, house.register, house.clock)


def declared(house: Office, **changes: object) -> Breach:
    plain = {"agreements": [SNAP], "noticed_at": NOW, "by": PO, "what": "A laptop was stolen."}
    return breaches(house).declare(**{**plain, **changes})  # type: ignore[arg-type]


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Misconfigured) as found:
        act()
    return found.value.code


def told(house: Office, breach: Breach) -> None:
    """Everybody who waits is told."""
    for kept in breach.kept:
        if kept.notice is None:
            breaches(house).notify(breach.reference, kept.duty.to, by=PO, agency=kept.duty.agency)


# -- declared and frozen ------------------------------------------------------------------------------------------


def test_declaring_suspends_the_agreements_concerned_in_the_same_breath() -> None:
    house = usual()
    before = house.ledger.size()
    breach = declared(house)
    kinds = [entry.kind for entry in house.ledger.entries(after=before - 1)]
    assert kinds == ["breach.declared", "agreement.frozen", "agreement.suspended"]
    assert house.standing().status is Status.SUSPENDED
    assert house.standing(LUNCH).status is Status.ACTIVE
    assert house.codes() == ["NOT_ACTIVE"]
    assert breach.agreements == (SNAP,)


def test_a_dataset_brings_in_every_agreement_that_covers_it() -> None:
    house = usual()
    breach = declared(house, agreements=[], datasets=[CASES, MEALS])
    assert breach.agreements == (LUNCH, SNAP)
    assert house.standing(LUNCH).status is Status.SUSPENDED


def test_an_open_read_stops_at_the_next_file(tmp_path: Path) -> None:
    house = doors(tmp_path)
    grant = house.gate.request(use_of())
    Breaches(house.ledger, house.register, house.clock).declare(
        agreements=[SNAP], noticed_at=NOW, by=PO, what="A laptop was stolen."
    )
    with pytest.raises(NotActive), house.gate.open(grant):
        pass


def test_what_is_frozen_is_not_resumed_nor_amended_before_every_breach_is_closed() -> None:
    house = usual()
    first, second = declared(house), declared(house)
    assert code(lambda: house.register.resume(SNAP, by=PO)) == "BREACH_OPEN"
    for breach in (first, second):
        told(house, breach)
        breaches(house).review(breach.reference, by="counsel", why="Disks are encrypted now.")
    breaches(house).close(first.reference, by=PO)
    assert code(lambda: house.register.resume(SNAP, by=PO)) == "BREACH_OPEN"
    assert any(second.reference in step for step in house.register.next_steps(SNAP))
    breaches(house).close(second.reference, by=PO)
    assert house.standing().status is Status.SUSPENDED
    house.register.resume(SNAP, by=PO)
    assert house.codes() == []


def test_what_is_suspended_already_is_frozen_all_the_same() -> None:
    house = usual()
    house.register.suspend(SNAP, by=PO)
    breach = declared(house)
    assert house.standing().breaches == {breach.reference}
    assert code(lambda: house.register.resume(SNAP, by=PO)) == "BREACH_OPEN"


def test_an_expired_agreement_is_frozen_so_that_no_new_version_lets_the_data_go_on() -> None:
    house = usual()
    house.register.expire(SNAP, by=PO)
    declared(house)
    assert code(lambda: house.register.amend(signed(snap(version=2)), by="steward-1")) == "BREACH_OPEN"
    assert house.standing().status is Status.EXPIRED


def test_another_process_sees_the_freeze() -> None:
    house = usual()
    other = house.again()
    breach = declared(house)
    assert other.get(SNAP).breaches == {breach.reference}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"what": "Stolen."}, "REASON_NEEDED"),
        ({"by": " "}, "AGREEMENT_BY"),
        ({"agreements": []}, "BREACH_INCOMPLETE"),
        ({"agreements": [], "datasets": [DatasetId("dta.unheard_of")]}, "BREACH_INCOMPLETE"),
        ({"agreements": ["DULA-2026-999"]}, "AGREEMENT_UNKNOWN"),
        ({"noticed_at": NOW + timedelta(minutes=1)}, "BREACH_INCOMPLETE"),
        ({"since": NOW + timedelta(minutes=1)}, "BREACH_INCOMPLETE"),
    ],
)
def test_a_breach_that_makes_no_sense_freezes_nothing(changes: dict[str, object], wrong: str) -> None:
    house = usual()
    size = house.ledger.size()
    assert code(lambda: declared(house, **changes)) == wrong
    assert house.ledger.size() == size


def test_declaring_and_closing_are_an_office() -> None:
    house = usual()
    register = Register(house.engine, house.ledger, house.clock, officers=Officers({"u-1": [Role.DATA_STEWARD]}))
    own = Breaches(house.ledger, register, house.clock)
    plain = {"agreements": [SNAP], "noticed_at": NOW, "what": "A laptop was stolen."}
    assert code(lambda: own.declare(**plain, by="worker-1")) == "MOVE_NOT_YOURS"  # type: ignore[arg-type]
    breach = own.declare(**plain, by="u-1")  # type: ignore[arg-type]
    assert code(lambda: own.notify(breach.reference, Told.SUBJECTS, by="u-1")) == "MOVE_NOT_YOURS"
    assert code(lambda: own.close(breach.reference, by="u-1")) == "MOVE_NOT_YOURS"
    assert [entry.topic for entry in house.ledger.entries(kind="move.refused")] == ["breach", *[breach.reference] * 2]


# -- notices ------------------------------------------------------------------------------------------------------


def test_the_owner_is_told_within_the_fewest_hours_that_floor_or_agreement_allow() -> None:
    house = usual()
    owner = declared(house).kept[0].duty
    assert (owner.key, owner.due_at) == ("owner:DTA", NOW + timedelta(hours=24))
    quick = agreement(snap(breach={"notify_owner_hours": 4, "contacts": ["x"]}))
    slow = agreement(snap(breach={"notify_owner_hours": 72, "contacts": ["x"]}))
    floor = mou().floor
    (first, *_) = duties([quick, slow], floor, NOW, [])
    assert (first.due_at, first.source) == (NOW + timedelta(hours=4), f"{SNAP} breach.notify_owner_hours")
    (first, *_) = duties([slow], floor, NOW, [])
    assert (first.due_at, first.source) == (NOW + timedelta(hours=24), "the memorandum's floor")
    (first, *_) = duties([slow], None, NOW, [])
    assert first.due_at == NOW + timedelta(hours=72)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=5), st.integers(1, 200))
def test_no_owner_waits_longer_than_any_paper_says(hours: list[int], floor_hours: int) -> None:
    papers = [agreement(snap(breach={"notify_owner_hours": each, "contacts": ["x"]})) for each in hours]
    floor = mou().floor.model_copy(update={"breach_notice_hours": floor_hours})
    owners = [duty for duty in duties(papers, floor, NOW, []) if duty.to is Told.OWNER]
    assert [duty.due_at for duty in owners] == [NOW + timedelta(hours=min(*hours, floor_hours))]


def test_each_owner_is_told_and_the_state_and_the_people() -> None:
    papers = [agreement(snap()), agreement(lunch())]
    found = duties(papers, mou().floor, NOW, regimes_of(papers, ()))
    assert {duty.key for duty in found} == {"owner:DTA", "owner:DESE", *STATE, "subjects"}
    assert all(duty.source for duty in found)
    assert [duty.fixed for duty in found if duty.to in STATE] == [False] * 4


def test_health_records_are_told_to_the_secretary_too() -> None:
    found = {duty.to: duty for duty in duties([agreement(snap())], None, NOW, ["SNAP", "PART2"])}
    assert found[Told.HEALTH_SECRETARY].due_at == NOW + timedelta(days=60)
    assert "164.404" in found[Told.SUBJECTS].source


def test_only_the_regimes_of_the_data_concerned_count() -> None:
    assert regimes_of([agreement(snap()), agreement(lunch())], [MEALS]) == {"FERPA"}
    assert regimes_of([agreement(snap()), agreement(lunch())], []) == {"FERPA", "SNAP"}


def test_a_notice_is_late_after_its_time_and_stays_late() -> None:
    house = usual()
    breach = declared(house)
    assert breaches(house).overdue() == ()
    house.clock.advance(timedelta(hours=24))
    assert breaches(house).overdue() == ()
    house.clock.advance(timedelta(seconds=1))
    assert breaches(house).remind(by="hearthline") == (f"{breach.reference} owner:DTA",)
    assert breaches(house).remind(by="hearthline") == ()
    late = breaches(house).notify(breach.reference, Told.OWNER, by=PO, agency="DTA", how="By telephone.")
    assert late.kept[0].late(house.clock.now())
    assert late.kept[0].notice is not None and late.kept[0].notice.said == "By telephone."


def test_a_later_amendment_gives_nobody_more_time() -> None:
    house = office(mou(), signed(snap(breach={"notify_owner_hours": 72, "contacts": ["x"]})))
    due = declared(house).kept[0].duty.due_at
    assert due == NOW + timedelta(hours=24)
    house.register.amend(
        mou({**MOU, "version": 4, "floor": {**MOU["floor"], "breach_notice_hours": 72}}), by="steward-1"
    )
    standing = house.register.mou()
    assert standing is not None and (standing.version, standing.mou.floor.breach_notice_hours) == (4, 72)
    (breach,) = breaches(house).all()
    assert breach.kept[0].duty.due_at == due


def test_a_notice_that_is_not_owed_is_excused_and_stays_on_the_list_but_an_owner_is_always_told() -> None:
    house = usual()
    breach = declared(house)
    excuse = breaches(house).excuse
    found = excuse(breach.reference, Told.SUBJECTS, by="counsel", why="The disk was encrypted.")
    (kept,) = [each for each in found.kept if each.duty.to is Told.SUBJECTS]
    assert kept.notice is not None and kept.notice.excused and kept.notice.said == "The disk was encrypted."
    assert not kept.late(NOW + timedelta(days=400))
    known = "They know it already."
    assert code(lambda: excuse(breach.reference, Told.OWNER, by="counsel", agency="DTA", why=known)) == "BREACH_DUTY"
    assert code(lambda: excuse(breach.reference, Told.PUBLIC_RECORDS, by="counsel", why="No.")) == "REASON_NEEDED"


@pytest.mark.parametrize(("to", "agency"), [("owner", ""), ("owner", "DESE"), ("subjects", "DTA"), ("press", "")])
def test_nobody_else_is_recorded_as_told(to: str, agency: str) -> None:
    house = usual()
    breach = declared(house)
    assert code(lambda: breaches(house).notify(breach.reference, to, by=PO, agency=agency)) == "BREACH_DUTY"  # type: ignore[arg-type]
    breaches(house).notify(breach.reference, Told.SUBJECTS, by=PO)
    assert code(lambda: breaches(house).notify(breach.reference, Told.SUBJECTS, by=PO)) == "BREACH_DUTY"


# -- reviewed and closed ------------------------------------------------------------------------------------------


def test_it_is_closed_once_everybody_was_told_and_somebody_else_reviewed_it() -> None:
    house = usual()
    breach = declared(house)
    assert breach.state == "declared"

    def close() -> Breach:
        return breaches(house).close(breach.reference, by=PO)

    assert code(close) == "BREACH_UNFINISHED"
    told(house, breach)
    assert breaches(house).breach(breach.reference).state == "notified"
    assert code(close) == "BREACH_UNFINISHED"
    with pytest.raises(SelfReview):
        breaches(house).review(breach.reference, by=PO, why="Nothing was wrong.")
    assert [entry.body["actor"] for entry in house.ledger.entries(kind="use.refused")] == [PO]
    reviewed = breaches(house).review(breach.reference, by="counsel", why="Disks are encrypted now.")
    assert (reviewed.state, reviewed.reviews[0].by) == ("reviewed", "counsel")
    assert close().state == "closed"
    assert house.standing().breaches == frozenset()
    assert code(close) == "BREACH_CLOSED"
    assert code(lambda: breaches(house).notify(breach.reference, Told.SUBJECTS, by=PO)) == "BREACH_CLOSED"
    assert code(lambda: breaches(house).breach("br-0")) == "BREACH_UNKNOWN"


# -- scope --------------------------------------------------------------------------------------------------------


def read(
    house: Doors, actor: str, rows: int = 0, *, opened: bool = True, lineage: frozenset[str] = frozenset()
) -> None:
    """Somebody asks for a field, and reads it unless told otherwise."""
    who = Actor(id=actor, role="caseworker", organisation="EOHHS", trained_until=NOW.date())
    grant = house.gate.request(use_of(actor=who, lineage=lineage))
    if opened:
        with house.gate.open(grant) as door:
            door.tally.rows += rows


def test_every_use_in_its_time_is_listed_with_what_was_read(tmp_path: Path) -> None:
    house = doors(tmp_path)
    read(house, "worker-1", 7)
    house.clock.advance(timedelta(hours=2))
    since = house.clock.now()
    read(house, "worker-2", 5)
    read(house, "worker-3", opened=False)
    other = use_of(dataset=MEALS, fields={"missed_meals"})
    house.gate.request(other)
    house.clock.advance(timedelta(hours=1))
    own = Breaches(house.ledger, house.register, house.clock)
    breach = own.declare(agreements=[SNAP], noticed_at=house.clock.now(), since=since, by=PO, what="An open export.")
    scope = own.scope(breach)
    assert [(use.actor, use.rows) for use in scope.uses] == [("worker-2", 5), ("worker-3", 0)]
    assert (scope.actors, scope.rows, scope.unknown) == (("worker-2", "worker-3"), 5, 0)
    assert scope.whole_files and scope.commitments == ()
    everything = own.scope(own.declare(agreements=[SNAP], noticed_at=house.clock.now(), by=PO, what="An open export."))
    assert [use.actor for use in everything.uses] == ["worker-1", "worker-2", "worker-3"]


def test_a_use_of_what_was_derived_from_it_is_affected_too(tmp_path: Path) -> None:
    house = doors(tmp_path)
    read(house, "worker-1", 1, lineage=frozenset({LUNCH}))
    own = Breaches(house.ledger, house.register, house.clock)
    breach = own.declare(agreements=[LUNCH], noticed_at=NOW, by=PO, what="An open export.")
    (use,) = own.scope(breach).uses
    assert use.derived and use.agreement == SNAP
    only = own.declare(agreements=[SNAP], datasets=[MEALS], noticed_at=NOW, by=PO, what="Another open export.")
    assert own.scope(only).uses == ()


def test_a_use_whose_end_is_not_known_is_said_to_be_so(tmp_path: Path) -> None:
    house = doors(tmp_path)
    grant = house.gate.request(use_of())
    house.ledger.append_once("grant.opened", grant.id, {"dataset": grant.dataset})
    own = Breaches(house.ledger, house.register, house.clock)
    scope = own.scope(own.declare(agreements=[SNAP], noticed_at=NOW, by=PO, what="A machine vanished."))
    assert scope.unknown == 1 and scope.uses[0].rows is None
