"""Ways round whoever watches over a paper: another's office, too few votes, an open breach, a key put back."""

from __future__ import annotations

import pytest

from governance.breach import Breaches
from governance.council import Council, Vote
from governance.destruction.tombstone import KEYS_DESTROYED, Tombstones
from governance.errors import Misconfigured, MoveNotYours
from governance.ids import AgreementId
from governance.keystore import KeyStore, MemoryKeyStore
from governance.ledger import Json
from governance.lifecycle import Status
from governance.officer import Officers
from governance.register import Register
from governance.role import Role
from governance.vault import Vault
from tests.governance.papers import CASES, NOW, SNAP, Office, agreement, mou, office, snap, usual

OFFICER, STEWARD, INTRUDER = "u-1", "u-2", "u-3"
OFFICERS = Officers({OFFICER: [Role.PRIVACY_OFFICER], STEWARD: [Role.DATA_STEWARD]})
MEMBERS = ("m-1", "m-2", "m-3")
MONTH = "2026-01"


def watched(house: Office) -> Register:
    return Register(house.engine, house.ledger, house.clock, officers=OFFICERS)


def by_hand(house: Office, move: str, **body: Json) -> None:
    """What somebody with the database and a program of their own would write."""
    plain: dict[str, Json] = {"document": "agreement", "version": 1, "by": INTRUDER, "why": ""}
    house.ledger.append(f"agreement.{move}", SNAP, plain | body)


def test_who_holds_no_office_moves_no_paper() -> None:
    house = usual()
    with pytest.raises(MoveNotYours):
        watched(house).suspend(SNAP, by=INTRUDER, why="out of spite")
    assert house.again().get(SNAP).active
    (tried,) = house.ledger.entries(kind="move.refused")
    assert tried.body == {"by": INTRUDER, "move": "suspended"}


def test_who_holds_another_office_does_not_move_it_either() -> None:
    house = usual()
    watched(house).suspend(SNAP, by=OFFICER, why="a review")
    with pytest.raises(MoveNotYours):
        watched(house).approve(SNAP, by=STEWARD)
    assert house.again().get(SNAP).status is Status.SUSPENDED


def test_an_approval_with_votes_that_nobody_cast_counts_for_no_reader() -> None:
    house = office(mou())
    register = Register(house.engine, house.ledger, house.clock, council=Council(members=MEMBERS, quorum=2))
    register.submit(agreement(snap()), by=STEWARD)
    register.vote(SNAP, Vote.FOR, by="m-1")
    by_hand(house, "approved", quorum=2)
    assert house.again().newest(SNAP).status is Status.UNDER_REVIEW
    by_hand(house, "voted", vote="for", sha256="ab" * 32)
    by_hand(house, "approved", quorum=2)
    assert house.again().newest(SNAP).status is Status.UNDER_REVIEW


def test_what_a_breach_froze_is_not_resumed_neither_by_the_officer_nor_by_hand() -> None:
    house = usual()
    breaches = Breaches(house.ledger, house.register, house.clock)
    breaches.declare(agreements=[SNAP], noticed_at=NOW, by=OFFICER, what="A laptop was stolen.")
    with pytest.raises(Misconfigured) as refused:
        house.register.resume(SNAP, by=OFFICER)
    assert refused.value.code == "BREACH_OPEN"
    by_hand(house, "resumed")
    assert not house.again().get(SNAP).active


def test_a_move_that_a_paper_cannot_make_counts_for_no_reader() -> None:
    house = usual()
    house.register.terminate(SNAP, by=OFFICER, why="the end")
    for move in ("resumed", "activated", "approved"):
        by_hand(house, move)
    assert house.again().get(SNAP).status is Status.TERMINATED


def _copied(store: MemoryKeyStore, names: tuple[str, ...]) -> dict[str, bytes]:
    return {name: secret for name in names if (secret := store.get(name)) is not None}


def _opens(vault: Vault, agreement: AgreementId) -> bool:
    try:
        vault.read_keys(agreement, CASES, MONTH, ["certification_end_on"])
    except Misconfigured as refused:
        assert refused.code == "KEY_DESTROYED"  # noqa: PT017  both ways are told apart by what they raise
        return False
    return True


def _filled(store: KeyStore) -> Vault:
    vault = Vault(store)
    vault.prepare()
    vault.write_keys(SNAP, CASES, MONTH, ["certification_end_on"])
    return vault


def test_a_keyring_that_is_put_back_opens_nothing() -> None:
    store = MemoryKeyStore()
    vault = _filled(store)
    assert _opens(vault, SNAP)
    kept = _copied(store, (f"keyring/{SNAP}",))
    vault.destroy(SNAP)
    for name, secret in kept.items():
        store.put(name, secret)
    store.destroy(f"tombstone/{SNAP}")
    assert not _opens(Vault(store), SNAP)


def test_a_whole_key_store_that_is_put_back_opens_nothing_while_the_ledger_knows_better() -> None:
    house, store = usual(), MemoryKeyStore()
    assert _opens(_filled(store), SNAP)
    house.ledger.append(KEYS_DESTROYED, SNAP, {})
    assert not _opens(Vault(store, Tombstones(house.ledger)), SNAP)


def test_a_key_that_was_destroyed_is_not_made_again() -> None:
    store = MemoryKeyStore()
    vault = _filled(store)
    vault.destroy(SNAP)
    with pytest.raises(Misconfigured) as refused:
        vault.write_keys(SNAP, CASES, MONTH, ["certification_end_on"])
    assert refused.value.code == "KEY_DESTROYED"
