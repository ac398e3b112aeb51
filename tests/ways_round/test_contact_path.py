"""Ways round the clearance: no number is given out, and the ledger says why."""

from __future__ import annotations

import ast
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from governance.clearance import Clearance, TextKind
from governance.clock import FixedClock
from governance.consent.table import consent_move
from governance.contact import ContactFlag
from governance.contact.table import contact
from governance.database import connect, sqlite_url, transaction
from governance.errors import (
    ActionNotGranted,
    ClearanceExpired,
    ClearanceSpent,
    ClearanceUnknown,
    ConsentNotConfirmed,
    ConsentRevoked,
    DoNotContact,
    FieldNotListed,
    GrantSpent,
    HouseholdMismatch,
    LanguageMismatch,
    LineageInactive,
    NoConsent,
    NotActive,
    QuietHours,
    Refused,
    VersionMismatch,
    WeeklyCap,
)
from governance.ids import ClearanceId, ContactId, GrantId
from governance.ledger import Ledger
from governance.opened import Opened
from governance.use import Action
from tests.architecture.tree import dotted, modules
from tests.governance.families import (
    ELSEWHERE,
    FAMILIES,
    NOON,
    OTHER_PHONE,
    TOPIC,
    Families,
    contact_use,
    families,
    invite,
    offer,
    reply,
    signups,
)
from tests.governance.papers import CASES, SNAP, signed

NO: dict[str, Any] = {"how": "keyword", "proof": "m-00000000000000aa", "by": "inbound"}


@pytest.fixture
def house(tmp_path: Path) -> Families:
    return families(tmp_path)


# -- a clearance that is not what was issued ---------------------------------------------------------------------------


def forged(_house: Families, clearance: Clearance) -> Clearance:
    return replace(clearance, id=ClearanceId("k-" + "0" * 24))


def edited(**changes: Any) -> Callable[[Families, Clearance], Clearance]:
    return lambda _house, clearance: replace(clearance, **changes)


def asking(**changes: Any) -> Callable[[Families, Clearance], Clearance]:
    return lambda _house, clearance: replace(clearance, ask=replace(clearance.ask, **changes))


def for_another(house: Families, clearance: Clearance) -> Clearance:
    return replace(clearance, ask=replace(clearance.ask, contact=house.willing(OTHER_PHONE)))


def prolonged(_house: Families, clearance: Clearance) -> Clearance:
    return replace(clearance, expires_at=clearance.expires_at + timedelta(days=1))


@pytest.mark.parametrize(
    "change",
    [
        forged,
        for_another,
        prolonged,
        edited(grant=GrantId("g-0")),
        edited(consent_entry=0),
        asking(household=ELSEWHERE),
        asking(household=None),
        asking(language="en"),
        asking(topic="school"),
        asking(channel="voice"),
        asking(purpose="prevention.outreach.food"),
        asking(template="another-es-1"),
        asking(task="t-2"),
        asking(lineage=frozenset()),
        asking(kind=TextKind.REPLY),
        asking(kind=TextKind.INVITE),
    ],
)
def test_a_clearance_counts_only_as_it_was_issued(
    house: Families, change: Callable[[Families, Clearance], Clearance]
) -> None:
    id = house.willing()
    with house.door() as door:
        clearance = house.cleared(door, id)
        with pytest.raises(ClearanceUnknown):
            house.clearing.redeem(door, change(house, clearance))
        assert nothing_was_sent(house)
        assert house.clearing.redeem(door, clearance)


# -- something happened between clearing and sending -------------------------------------------------------------------


def revoked(house: Families, id: ContactId) -> None:
    house.consents.revoke(id, **NO)


def revoked_for_the_topic(house: Families, id: ContactId) -> None:
    house.consents.revoke(id, **NO, topic=TOPIC)


def protected(house: Families, id: ContactId) -> None:
    house.contacts.flag(id, ContactFlag.PROTECTED, on=True, by="worker-1")


def moved_out(house: Families, id: ContactId) -> None:
    house.contacts.place({id: ELSEWHERE})


def nobody_knows_where(house: Families, id: ContactId) -> None:
    house.contacts.place({id: None})


def wants_another_language(house: Families, _id: ContactId) -> None:
    house.registered(language="pt")


def lineage_suspended(house: Families, _id: ContactId) -> None:
    house.register.suspend(SNAP, by="officer-1")


def agreement_suspended(house: Families, _id: ContactId) -> None:
    house.register.suspend(FAMILIES, by="officer-1")


def agreement_amended(house: Families, _id: ContactId) -> None:
    house.register.amend(signed(signups(version=2)), by="steward-1")


def waited(house: Families, _id: ContactId) -> None:
    house.clock.advance(timedelta(minutes=5))


def clock_put_back(house: Families, _id: ContactId) -> None:
    house.clock.advance(timedelta(minutes=-1))


def other_offers_sent(house: Families, id: ContactId) -> None:
    for _ in range(2):
        with house.door() as door:
            house.clearing.redeem(door, house.cleared(door, id))


BETWEEN: list[tuple[Callable[[Families, ContactId], None], type[Refused]]] = [
    (revoked, ConsentRevoked),
    (revoked_for_the_topic, ConsentRevoked),
    (protected, DoNotContact),
    (moved_out, HouseholdMismatch),
    (nobody_knows_where, HouseholdMismatch),
    (wants_another_language, LanguageMismatch),
    (lineage_suspended, LineageInactive),
    (agreement_suspended, NotActive),
    (agreement_amended, VersionMismatch),
    (waited, ClearanceExpired),
    (clock_put_back, ClearanceExpired),
    (other_offers_sent, WeeklyCap),
]


@pytest.mark.parametrize(("happens", "refused"), BETWEEN, ids=[change.__name__ for change, _ in BETWEEN])
def test_what_happens_between_clearing_and_sending_counts(
    house: Families, happens: Callable[[Families, ContactId], None], refused: type[Refused]
) -> None:
    id = house.willing()
    with house.door() as door:
        clearance = house.cleared(door, id)
        happens(house, id)
        sent = house.kinds(id).count("contact.texted")
        with pytest.raises(refused):
            house.clearing.redeem(door, clearance)
    assert house.kinds(id).count("contact.texted") == sent
    assert refused.code in told(house)


def test_the_night_falls_between_clearing_and_sending(house: Families) -> None:
    id = house.willing()
    house.clock.advance(timedelta(hours=7, minutes=58))
    with house.door() as door:
        clearance = house.cleared(door, id)
        house.clock.advance(timedelta(minutes=3))
        with pytest.raises(QuietHours):
            house.clearing.redeem(door, clearance)
    assert nothing_was_sent(house)


def test_a_no_that_is_written_down_while_a_clearance_is_being_redeemed_still_holds(
    house: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = house.willing()
    once = house.ledger.append_once

    def and_meanwhile_a_stop_comes_in(*entry: Any) -> Any:
        house.consents.revoke(id, **NO)
        return once(*entry)

    with house.door() as door:
        clearance = house.cleared(door, id)
        monkeypatch.setattr(house.ledger, "append_once", and_meanwhile_a_stop_comes_in)
        with pytest.raises(ConsentRevoked):
            house.clearing.redeem(door, clearance)


# -- a clearance twice -------------------------------------------------------------------------------------------------


def test_a_clearance_is_redeemed_once(house: Families) -> None:
    id = house.willing()
    with house.door() as door:
        clearance = house.cleared(door, id)
        house.clearing.redeem(door, clearance)
        with pytest.raises(ClearanceSpent):
            house.clearing.redeem(door, clearance)
    assert house.kinds(id).count("contact.texted") == 1


def spend(folder: Path, key: bytes, clearance: Clearance) -> bool:
    """Mark a clearance as spent, from a process of its own."""
    ledger = Ledger(
        connect(sqlite_url(folder / "ledger.db"), durable=True),
        key=Ed25519PrivateKey.from_private_bytes(key),
        origin="test.example/ledger",
        clock=FixedClock(NOON),
    )
    return ledger.append_once("clearance.redeemed", clearance.id, {"contact": clearance.ask.contact}) is not None


def test_of_two_processes_with_one_clearance_one_has_it_and_nobody_after_them(house: Families, tmp_path: Path) -> None:
    id = house.willing()
    with house.door() as door:
        clearance = house.cleared(door, id)
        key = house.ledger._key.private_bytes_raw()
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as two:
            attempts = [two.submit(spend, tmp_path, key, clearance) for _ in range(2)]
            assert sorted(attempt.result() for attempt in attempts) == [False, True]
        with pytest.raises(ClearanceSpent):
            house.clearing.redeem(door, clearance)
    assert nothing_was_sent(house)


def redeemed(house: Families, door: Opened, clearance: Clearance) -> bool:
    try:
        return bool(house.clearing.redeem(door, clearance))
    except (ClearanceSpent, WeeklyCap):
        return False


def test_of_several_at_once_with_one_clearance_one_sends(house: Families) -> None:
    id = house.willing()
    with house.door() as door, ThreadPoolExecutor(4) as four:
        clearance = house.cleared(door, id)
        sent = list(four.map(lambda _: redeemed(house, door, clearance), range(4)))
    assert sorted(sent) == [False, False, False, True]
    assert house.kinds(id).count("contact.texted") == 1


def test_of_several_at_once_with_clearances_of_their_own_only_as_many_send_as_may(house: Families) -> None:
    id = house.willing()
    with house.door() as door, ThreadPoolExecutor(4) as four:
        clearances = [house.cleared(door, id) for _ in range(4)]
        sent = list(four.map(lambda each: redeemed(house, door, each), clearances))
    assert sorted(sent) == [False, False, True, True]


# -- the wrong door ----------------------------------------------------------------------------------------------------


def test_a_clearance_is_redeemed_behind_the_door_that_it_was_issued_behind(house: Families) -> None:
    id = house.willing()
    with house.door() as door:
        clearance = house.cleared(door, id)
        with house.door() as another, pytest.raises(ClearanceUnknown):
            house.clearing.redeem(another, clearance)
    with pytest.raises(GrantSpent):
        house.clearing.redeem(door, clearance)
    assert nothing_was_sent(house)


def test_a_door_to_match_or_to_another_field_clears_nothing(house: Families) -> None:
    id = house.willing()
    with house.door(action=Action.MATCH) as door, pytest.raises(ActionNotGranted):
        house.clearing.ask(door, offer(id))
    with house.door(fields={"language"}) as door, pytest.raises(FieldNotListed):
        house.clearing.ask(door, offer(id))
    assert nothing_was_sent(house)


def test_a_text_for_another_purpose_than_its_doors_is_not_cleared(house: Families) -> None:
    id = house.willing()
    with house.door() as door:
        for purpose in ("prevention", "prevention.outreachx", "debt_collection"):
            assert house.held(door, offer(id, purpose=purpose)) == ["PURPOSE_NOT_LISTED"]
    assert nothing_was_sent(house)


def test_no_other_datasets_telephones_are_granted_for_contact(house: Families) -> None:
    with pytest.raises(ActionNotGranted):
        house.gate.request(contact_use(dataset=CASES, fields={"first_name"}))
    with pytest.raises(ActionNotGranted):
        house.gate.request(contact_use(dataset=CASES, fields={"certification_end_on"}, zone="analytic"))


# -- no consent, one way or another ------------------------------------------------------------------------------------


def test_without_two_acts_of_the_family_there_is_no_clearance(house: Families) -> None:
    id = house.registered().id
    with house.door() as door:
        assert house.held(door, offer(id)) == ["NO_CONSENT"]
        assert house.held(door, invite(id)) == ["NO_CONSENT"]
        assert house.held(door, reply(id, "m-1")) == ["NO_CONSENT"]
        house.asked()
        assert house.held(door, offer(id)) == ["CONSENT_NOT_CONFIRMED"]


def test_a_yes_that_is_written_into_the_database_is_none(house: Families) -> None:
    id = house.asked()
    with transaction(house.consents._engine) as connection:
        connection.execute(update(consent_move).values(state="granted"))
    with house.door() as door:
        assert house.held(door, offer(id)) == ["CONSENT_NOT_CONFIRMED"]


def test_a_flag_that_is_taken_out_of_the_database_still_holds(house: Families) -> None:
    id = house.willing()
    protected(house, id)
    with transaction(house.consents._engine) as connection:
        connection.execute(update(contact).values(flags=[]))
    with house.door() as door:
        assert house.held(door, offer(id)) == ["DO_NOT_CONTACT"]


def test_an_offer_that_is_called_a_reply_or_an_invite_passes_no_sooner(house: Families) -> None:
    id = house.willing()
    house.clock.advance(timedelta(hours=10))
    with house.door() as door:
        assert house.held(door, offer(id, kind=TextKind.REPLY)) == ["MALFORMED", "NO_CONSENT"]
        assert house.held(door, offer(id, kind=TextKind.INVITE)) == ["QUIET_HOURS"]


def test_a_number_is_asked_for_by_nobody_but_the_clearing() -> None:
    """`Contacts.phone` is reached from one place in the whole program, and it asks for a clearance first."""
    callers = {
        module.path
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and dotted(node.func).endswith("contacts.phone")
    }
    assert callers == {"governance/clearing.py"}


EVERY: list[type[Refused]] = [
    NoConsent,
    ConsentNotConfirmed,
    ConsentRevoked,
    DoNotContact,
    HouseholdMismatch,
    LanguageMismatch,
    QuietHours,
    WeeklyCap,
    ClearanceUnknown,
    ClearanceSpent,
    ClearanceExpired,
]


@pytest.mark.parametrize("kind", EVERY)
def test_every_refusal_has_a_code_of_its_own(kind: type[Refused]) -> None:
    assert kind.code.replace("_", "").lower() == kind.__name__.lower()


def nothing_was_sent(house: Families) -> bool:
    return not any(house.ledger.entries(kind="contact.texted"))


def told(house: Families) -> list[str]:
    """The codes of everything that was refused, of clearances and at doors."""
    return house.codes("clearance.refused") + house.codes("use.refused")
