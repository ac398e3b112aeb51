"""Mediation: raised, heard, settled; while a disagreement is open nothing is approved or brought into force."""

from __future__ import annotations

import pytest

from governance.errors import Misconfigured
from governance.hold import Mediation
from governance.lifecycle import Status
from governance.mediation import Mediations
from tests.governance.papers import SNAP, Office, agreement, mou, office, signed, snap, usual

BY = "council"


def code(act: object) -> str:
    with pytest.raises(Misconfigured) as found:
        act()  # type: ignore[operator]
    return found.value.code


def reviewed() -> Office:
    house = office(mou())
    house.register.submit(agreement(snap()), by="steward-1")
    return house


def test_it_is_raised_heard_and_settled_in_the_ledger() -> None:
    house = reviewed()
    mediations = Mediations(house.register)
    raised = mediations.raise_(SNAP, by="steward-1", about="Kept for too long.")
    assert (raised.state, raised.about, raised.raised_by) == (Mediation.RAISED, "Kept for too long.", "steward-1")
    assert mediations.hear(SNAP, by=BY, why="Both were heard.").state is Mediation.HEARD
    assert mediations.open() == mediations.of(SNAP)
    settled = mediations.settle(SNAP, by=BY, outcome="One year instead.")
    assert (settled.state, settled.settled_with) == (None, "One year instead.")
    assert settled.heard_at is not None and settled.settled_at is not None
    assert mediations.open() == ()
    kinds = [entry.kind for entry in house.ledger.entries(topic=SNAP)][-3:]
    assert kinds == ["agreement.mediation_raised", "agreement.mediation_heard", "agreement.mediation_settled"]


def test_while_it_is_open_nothing_is_approved() -> None:
    house = reviewed()
    mediations = Mediations(house.register)
    mediations.raise_(SNAP, by="steward-1", about="Kept for too long.")
    assert code(lambda: house.register.approve(SNAP, by=BY)) == "AGREEMENT_IN_MEDIATION"
    assert any("disagreement" in step for step in house.register.next_steps(SNAP))
    mediations.settle(SNAP, by=BY, outcome="Among themselves.")
    house.register.approve(SNAP, by=BY)
    assert house.register.newest(SNAP).status is Status.APPROVED


def test_while_it_is_open_nothing_is_brought_into_force() -> None:
    house = reviewed()
    house.register.approve(SNAP, by=BY)
    for party, name in (("owner", "Flo Invented"), ("recipient", "Gus Invented")):
        house.register.sign(SNAP, party, name, by="steward-1")
    Mediations(house.register).raise_(SNAP, by="steward-1", about="A second thought.")
    assert code(lambda: house.register.activate(SNAP, by="steward-1")) == "AGREEMENT_IN_MEDIATION"


def test_what_is_in_force_stays_in_force_but_is_not_amended() -> None:
    house = usual()
    Mediations(house.register).raise_(SNAP, by="steward-1", about="A field too many.")
    assert house.codes() == []
    assert code(lambda: house.register.amend(signed(snap(version=2)), by="steward-1")) == "AGREEMENT_IN_MEDIATION"
    assert house.standing().version == 1


def test_one_disagreement_at_a_time_and_none_is_settled_that_nobody_raised() -> None:
    house = reviewed()
    mediations = Mediations(house.register)
    assert code(lambda: mediations.settle(SNAP, by=BY, outcome="All is well.")) == "AGREEMENT_STATE"
    assert code(lambda: mediations.hear(SNAP, by=BY, why="All is well.")) == "AGREEMENT_STATE"
    mediations.raise_(SNAP, by=BY, about="A first one.")
    assert code(lambda: mediations.raise_(SNAP, by=BY, about="A second one.")) == "AGREEMENT_STATE"
    mediations.settle(SNAP, by=BY, outcome="All is well.")
    mediations.raise_(SNAP, by=BY, about="A second one.")
    assert [each.state for each in mediations.of(SNAP)] == [None, Mediation.RAISED]


@pytest.mark.parametrize("words", ["", " ", "no"])
def test_a_step_says_what_it_is(words: str) -> None:
    mediations = Mediations(reviewed().register)
    assert code(lambda: mediations.raise_(SNAP, by=BY, about=words)) == "REASON_NEEDED"
    assert code(lambda: mediations.settle(SNAP, by=BY, outcome=words)) == "REASON_NEEDED"
