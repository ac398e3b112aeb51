"""The council: votes are entries, a quorum of votes for approves, whoever has a part does not vote."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.council import Council, Vote
from governance.errors import Misconfigured
from governance.ledger import Json
from governance.lifecycle import Status
from governance.mediation import Mediations
from governance.register import Register
from tests.governance.papers import SNAP, Office, agreement, mou, office, signed, snap

MEMBERS = ("m-1", "m-2", "m-3", "m-4", "m-5")


def seated(house: Office, quorum: int | None = None, members: tuple[str, ...] = MEMBERS) -> Register:
    return Register(house.engine, house.ledger, house.clock, council=Council(members=members, quorum=quorum))


def reviewed(quorum: int | None = None, by: str = "steward-1") -> tuple[Office, Register]:
    house = office(mou())
    register = seated(house, quorum)
    register.submit(agreement(snap()), by=by)
    return house, register


def status(register: Register) -> Status:
    return register.newest(SNAP).status


def test_the_vote_that_makes_the_majority_approves() -> None:
    _, register = reviewed()
    register.vote(SNAP, Vote.FOR, by="m-1")
    register.vote(SNAP, Vote.AGAINST, by="m-2")
    register.approve(SNAP, by="m-3")
    assert status(register) is Status.UNDER_REVIEW
    register.vote(SNAP, Vote.FOR, by="m-4")
    assert status(register) is Status.APPROVED


def test_a_member_who_votes_again_has_changed_their_vote() -> None:
    _, register = reviewed(quorum=2)
    for _ in range(3):
        register.vote(SNAP, Vote.FOR, by="m-1")
    assert register.tally(SNAP).in_favour == 1
    register.vote(SNAP, Vote.ABSTAIN, by="m-1")
    register.vote(SNAP, Vote.FOR, by="m-2")
    assert status(register) is Status.UNDER_REVIEW
    register.vote(SNAP, Vote.FOR, by="m-3")
    assert status(register) is Status.APPROVED


def test_a_text_that_is_handed_in_anew_is_voted_on_anew() -> None:
    _, register = reviewed(quorum=2)
    register.vote(SNAP, Vote.FOR, by="m-1")
    register.submit(agreement(snap(title="Revised")), by="steward-1")
    register.vote(SNAP, Vote.FOR, by="m-2")
    assert status(register) is Status.UNDER_REVIEW
    assert register.tally(SNAP).votes == {"m-2": Vote.FOR}


def test_whoever_wrote_it_does_not_vote_on_it() -> None:
    _, register = reviewed(by="m-1")
    with pytest.raises(Misconfigured) as found:
        register.vote(SNAP, Vote.FOR, by="m-1")
    assert found.value.code == "VOTE_CONFLICT"
    assert register.tally(SNAP).may_vote == MEMBERS[1:]
    assert register.tally(SNAP).needed == 3


def test_an_officer_of_a_party_does_not_vote_on_it() -> None:
    house = office(mou())
    register = seated(house, members=("Bo Invented", "Di Invented", "m-1"))
    register.submit(agreement(snap()), by="steward-1")
    for member in ("Bo Invented", "Di Invented"):
        with pytest.raises(Misconfigured) as found:
            register.approve(SNAP, by=member)
        assert found.value.code == "VOTE_CONFLICT"
    register.approve(SNAP, by="m-1")
    assert status(register) is Status.APPROVED


def test_only_members_vote_and_only_where_there_are_some() -> None:
    house, register = reviewed()
    tries: list[Callable[[], None]] = [
        lambda: register.vote(SNAP, Vote.FOR, by="council"),
        lambda: register.approve(SNAP, by="steward-1"),
    ]
    for act in tries:
        with pytest.raises(Misconfigured) as found:
            act()
        assert found.value.code == "MOVE_NOT_YOURS"
    with pytest.raises(Misconfigured) as found:
        house.register.vote(SNAP, Vote.FOR, by="council")
    assert found.value.code == "COUNCIL_UNNAMED"
    house.register.approve(SNAP, by="council")
    assert status(register) is Status.APPROVED


def test_it_is_lost_when_those_who_have_not_voted_are_too_few() -> None:
    _, register = reviewed(quorum=4)
    register.vote(SNAP, Vote.AGAINST, by="m-1")
    assert not register.tally(SNAP).lost
    register.vote(SNAP, Vote.AGAINST, by="m-2")
    assert register.tally(SNAP).lost


def test_a_signed_amendment_waits_for_the_vote() -> None:
    house = office(mou(), signed(snap()))
    register = seated(house, quorum=1)
    register.amend(signed(snap(version=2)), by="steward-1")
    assert register.get(SNAP).version == 1
    register.approve(SNAP, by="m-1")
    register.activate(SNAP, by="steward-1")
    assert register.get(SNAP).version == 2


def test_nobody_votes_while_a_disagreement_is_open() -> None:
    _, register = reviewed()
    Mediations(register).raise_(SNAP, by="m-1", about="Too many fields.")
    with pytest.raises(Misconfigured) as found:
        register.vote(SNAP, Vote.FOR, by="m-2")
    assert found.value.code == "AGREEMENT_IN_MEDIATION"


def forged(house: Office, kind: str, **body: Json) -> None:
    """An entry as somebody would write it who does not go through the register."""
    house.ledger.append(
        f"agreement.{kind}", SNAP, {"document": "agreement", "version": 1, "by": "x", "why": "", **body}
    )


def test_an_approval_that_claims_votes_which_nobody_cast_changes_nothing() -> None:
    house, register = reviewed()
    forged(house, "approved", quorum=3)
    assert status(register) is Status.UNDER_REVIEW
    forged(house, "voted", vote="for", sha256="0" * 64)
    forged(house, "voted", vote="maybe", sha256=register.newest(SNAP).sha256)
    assert register.tally(SNAP).votes == {}


@given(st.lists(st.tuples(st.sampled_from(MEMBERS), st.sampled_from(Vote)), max_size=12), st.integers(1, 5))
def test_it_is_approved_exactly_when_enough_were_for_it_at_some_moment(
    votes: list[tuple[str, Vote]], quorum: int
) -> None:
    _, register = reviewed(quorum=quorum)
    last: dict[str, Vote] = {}
    carried = False
    for member, vote in votes:
        if carried:
            break
        register.vote(SNAP, vote, by=member)
        last[member] = vote
        carried = list(last.values()).count(Vote.FOR) >= quorum
    assert (status(register) is Status.APPROVED) == carried
