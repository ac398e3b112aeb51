"""The lifecycle: which moves there are, and what any sequence of ledger entries comes to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.expiry_warning import warning
from governance.ids import AgreementId
from governance.ledger import Entry
from governance.lifecycle import IN_FORCE, MOVES, Life, Status

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ID = AgreementId("DULA-2026-014")
FULL = ["submitted", "approved", "sent", "signed", "executed", "activated"]


def entry(index: int, move: str, version: Any = 1, **more: Any) -> Entry:
    body = {"version": version, "by": "x", "why": "", "sha256": f"{version}", "party": "owner", **more}
    return Entry(index=index, at=NOW, kind=f"agreement.{move}", topic=ID, body=body, leaf=b"")


def lived(*moves: str | tuple[str, int]) -> Life:
    life = Life(id=ID, sort="agreement")
    for index, move in enumerate(moves):
        name, version = (move, 1) if isinstance(move, str) else move
        life.apply(entry(index, name, version))
    return life


def test_the_way_to_active_and_back() -> None:
    assert lived("drafted", *FULL).editions[1].status is Status.ACTIVE
    assert lived(*FULL, "suspended").editions[1].status is Status.SUSPENDED
    assert lived(*FULL, "suspended", "resumed").editions[1].status is Status.ACTIVE


def test_the_way_to_closed() -> None:
    life = lived(*FULL, "terminated", "destruction_pending", "destroyed", "closed")
    assert life.editions[1].status is Status.CLOSED
    assert life.next_version() is None


@pytest.mark.parametrize("skipped", FULL[:3] + FULL[4:5])
def test_no_step_can_be_left_out(skipped: str) -> None:
    life = lived(*(move for move in FULL if move != skipped))
    assert life.current is None


def test_a_new_version_takes_over_only_when_the_old_one_is_amended() -> None:
    second: list[tuple[str, int]] = [(move, 2) for move in FULL]
    early = lived(*FULL, *second)
    assert early.current == 1
    life = lived(*FULL, *second[:-1], ("amended", 1), second[-1])
    assert life.current == 2
    assert life.editions[1].status is Status.AMENDED


def test_an_amendment_cannot_lift_a_suspension() -> None:
    second: list[tuple[str, int]] = [(move, 2) for move in FULL]
    life = lived(*FULL, *second[:-1], "suspended", ("amended", 1), second[-1])
    assert life.current == 1
    assert life.editions[1].status is Status.SUSPENDED


def test_a_suspension_reaches_the_version_that_is_in_force_when_it_arrives() -> None:
    second: list[tuple[str, int]] = [(move, 2) for move in FULL]
    life = lived(*FULL, *second[:-1], ("amended", 1), second[-1], ("suspended", 1))
    assert life.editions[2].status is Status.SUSPENDED


def test_a_version_number_is_used_once() -> None:
    life = lived(*FULL)
    assert not life.accepts(1)
    assert not life.accepts(3)
    assert life.accepts(2)


def test_a_revised_text_wipes_nothing_but_its_own_version() -> None:
    life = lived("submitted")
    assert life.apply(entry(5, "submitted", 1, sha256="other"))
    assert life.editions[1].sha256 == "other"
    assert not lived("submitted", "approved").apply(entry(5, "submitted", 1))


@pytest.mark.parametrize("body", [{}, {"version": "1"}, {"version": None}, {"version": 1.5}])
def test_an_entry_that_says_too_little_changes_nothing(body: dict[str, Any]) -> None:
    odd = Entry(index=9, at=NOW, kind="agreement.submitted", topic=ID, body=body, leaf=b"")
    life = Life(id=ID, sort="agreement")
    assert not life.apply(odd)
    assert not life.editions


MOVE = st.tuples(st.sampled_from([*MOVES, "invented"]), st.integers(0, 4))


@given(st.lists(MOVE, max_size=60))
def test_whatever_is_in_the_log_one_version_at_most_is_in_force(moves: list[tuple[str, int]]) -> None:
    life = Life(id=ID, sort="agreement")
    for index, (move, version) in enumerate(moves):
        before = {number: edition.status for number, edition in life.editions.items()}
        taken = life.apply(entry(index, move, version))
        after = {number: edition.status for number, edition in life.editions.items()}
        assert taken or before == after
        assert sum(status in IN_FORCE for status in after.values()) <= 1
    assert [step.entry for step in life.steps] == sorted(step.entry for step in life.steps)


@given(st.lists(MOVE, max_size=40))
def test_a_version_in_force_was_approved_sent_and_executed(moves: list[tuple[str, int]]) -> None:
    life = Life(id=ID, sort="agreement")
    for index, (move, version) in enumerate(moves):
        life.apply(entry(index, move, version))
    for number, edition in life.editions.items():
        if edition.status is Status.ACTIVE:
            made = [step.move for step in life.steps if step.version == number]
            assert {"submitted", "approved", "sent", "executed", "activated"} <= set(made)


HELD = [
    "mediation_raised",
    "mediation_heard",
    "mediation_settled",
    "frozen",
    "thawed",
    "resumed",
    "approved",
    "activated",
]


@given(st.lists(MOVE | st.tuples(st.sampled_from(HELD), st.integers(1, 2)), max_size=60))
def test_nothing_is_approved_resumed_or_activated_while_it_is_held(moves: list[tuple[str, int]]) -> None:
    life = Life(id=ID, sort="agreement")
    for index, (move, version) in enumerate(moves):
        mediated, frozen = life.holds.mediation is not None, bool(life.holds.breaches)
        taken = life.apply(entry(index, move, version, breach=f"br-{version}", days=7, vote="for", sha256="x"))
        assert not (taken and mediated and move in {"approved", "activated"})
        assert not (taken and frozen and move in {"resumed", "activated"})


def test_two_breaches_freeze_it_until_both_are_closed() -> None:
    life = lived(*FULL)
    for index, (move, breach) in enumerate([("frozen", "a"), ("suspended", ""), ("frozen", "b"), ("thawed", "a")]):
        assert life.apply(entry(10 + index, move, breach=breach))
    assert not life.apply(entry(20, "resumed"))
    assert not life.apply(entry(21, "thawed", breach="a"))
    assert life.apply(entry(22, "thawed", breach="b"))
    assert life.apply(entry(23, "resumed"))


def test_a_warning_is_given_once() -> None:
    life = lived(*FULL)
    assert life.apply(entry(10, "warned", days=90))
    assert not life.apply(entry(11, "warned", days=90))
    assert not life.apply(entry(12, "warned", days="30"))
    assert life.apply(entry(13, "warned", days=30))
    assert [step.said for step in life.steps if step.move == "warned"] == ["90", "30"]


@pytest.mark.parametrize(
    ("left", "due"), [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (1, 7), (0, None), (-5, None)]
)
def test_expiry_is_announced_at_ninety_thirty_and_seven_days(left: int, due: int | None) -> None:
    today = date(2026, 9, 1)
    assert warning(today + timedelta(days=left), today) == due
