"""Roles: one table says who may make which move, it covers every move, and the page shows that very table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.lifecycle import MOVES, Status
from governance.officer import Officers, is_program
from governance.register import Register
from governance.role import MAY, Role, allowed, markdown, table
from tests.governance.papers import SNAP, Office, agreement, mou, office, signed, snap

PAGE = Path(__file__).parents[2] / "docs/lifecycle.md"
FOLLOWS = {"executed", "frozen", "thawed"}
"""Moves that nobody makes: they follow from others."""


def named(**roles: Role) -> Officers:
    return Officers({id.replace("_", "-"): [role] for id, role in roles.items()})


def with_officers(house: Office, officers: Officers) -> Register:
    return Register(house.engine, house.ledger, house.clock, officers=officers)


def test_every_move_has_somebody_who_may_make_it() -> None:
    assert set(MOVES) - FOLLOWS <= set(MAY)
    assert all(MAY.values())
    assert all(move in MOVES or move == "adopted" or move.startswith(("breach_", "frame_")) for move in MAY)


def test_the_page_shows_the_table_that_is_enforced() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = text.split("<!-- roles -->\n")[1].split("<!-- /roles -->")[0]
    assert shown.strip() == markdown()


def test_the_table_has_every_state_and_every_role() -> None:
    assert set(table()) == {None, *Status}
    assert all(set(row) == set(Role) for row in table().values())


@given(st.sampled_from([None, *Status]), st.sampled_from(Role))
def test_the_table_says_nothing_that_the_lifecycle_does_not_allow(state: Status | None, role: Role) -> None:
    for move in allowed(state, role):
        assert role in MAY[move]
        assert move == "adopted" or state in MOVES[move][0]


def test_nobody_both_writes_an_agreement_and_approves_it() -> None:
    assert not MAY["submitted"] & MAY["approved"]


# -- who holds what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "role"),
    [
        ("data-steward", Role.DATA_STEWARD),
        ("steward-7", Role.DATA_STEWARD),
        ("privacy-officer", Role.PRIVACY_OFFICER),
        ("officer-1", Role.PRIVACY_OFFICER),
        ("council", Role.COUNCIL),
        ("council-chair", Role.COUNCIL_CHAIR),
        ("coordinator-12", Role.COORDINATOR),
        ("hearthline", Role.PROGRAM),
    ],
)
def test_while_nobody_is_named_an_id_that_is_a_role_holds_it(id: str, role: Role) -> None:
    assert Officers().roles(id) == {role}


@pytest.mark.parametrize("id", ["worker-1", "", "program", "data-stewards", "steward-x", "-1", "the-data-steward"])
def test_every_other_id_holds_none(id: str) -> None:
    assert Officers().roles(id) == frozenset()


@given(st.text(max_size=30), st.sampled_from(sorted(MAY)))
def test_where_officers_are_named_nobody_else_may_do_anything(id: str, move: str) -> None:
    officers = named(u_17=Role.PRIVACY_OFFICER)
    if id != "u-17" and not is_program(id):
        assert not officers.may(id, move)
    assert officers.may("u-17", move) == (Role.PRIVACY_OFFICER in MAY[move])


def test_a_move_that_nobody_knows_is_nobody_s() -> None:
    assert not Officers().may("data-steward", "invented")


# -- enforced -----------------------------------------------------------------------------------------------------


def test_a_move_by_somebody_else_changes_nothing_and_is_written_down() -> None:
    house = office(mou(), signed(snap()))
    register = with_officers(house, named(u_17=Role.PRIVACY_OFFICER))
    tries: list[Callable[[], None]] = [
        lambda: register.suspend(SNAP, by="u-18"),
        lambda: register.terminate(SNAP, by="security-officer"),
        lambda: register.amend(signed(snap(version=2)), by="u-17"),
        lambda: register.submit(agreement(snap(id="DULA-2026-099")), by="u-17"),
        lambda: register.leave(AgreementId("MOU-STATEWIDE"), "DTA", by="u-17"),
        lambda: register.activate(SNAP, by="u-17"),
        lambda: register.sign(SNAP, "owner", "Flo Invented", by="u-17"),
    ]
    for move in tries:
        before = house.ledger.size()
        with pytest.raises(Misconfigured) as found:
            move()
        assert found.value.code == "MOVE_NOT_YOURS"
        assert house.ledger.size() == before + 1
    assert house.standing().status is Status.ACTIVE
    tried = [entry.body for entry in house.ledger.entries(kind="move.refused")]
    assert tried[0] == {"by": "u-18", "move": "suspended"}
    register.suspend(SNAP, by="u-17")
    assert house.standing().status is Status.SUSPENDED


def test_free_text_in_place_of_an_id_is_not_repeated_in_the_ledger() -> None:
    house = office(mou(), signed(snap()))
    with pytest.raises(Misconfigured):
        with_officers(house, Officers()).suspend(SNAP, by="Ann Invented, 12 Elm St")
    (tried,) = house.ledger.entries(kind="move.refused")
    assert tried.body["by"] == "(not a name)"


def test_a_signed_amendment_waits_for_the_council_where_officers_are_named() -> None:
    house = office(mou(), signed(snap()))
    officers = Officers({"u-4": [Role.DATA_STEWARD], "u-9": [Role.COUNCIL]})
    register = with_officers(house, officers)
    register.amend(signed(snap(version=2)), by="u-4")
    pending = register.get(SNAP).pending
    assert pending is not None and pending.status is Status.UNDER_REVIEW
    register.approve(SNAP, by="u-9")
    register.activate(SNAP, by="u-4")
    assert register.get(SNAP).version == 2
