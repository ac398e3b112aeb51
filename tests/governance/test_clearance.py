"""Clearances: what they are refused for, all of it at once, and what each kind of text needs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from governance.clearance import Clearance, ContactAsk, Held, TextKind
from governance.contact import FORBIDDING, ContactFlag
from governance.errors import NotActive, WeeklyCap
from governance.ids import ContactId
from tests.governance.families import (
    ELSEWHERE,
    FAMILIES,
    HOME,
    OTHER_PHONE,
    Families,
    families,
    invite,
    offer,
    reply,
)
from tests.governance.papers import SNAP

NO: dict[str, Any] = {"how": "keyword", "proof": "m-00000000000000aa", "by": "inbound"}
STRANGER = ContactId("c-" + "ab" * 16)


@pytest.fixture
def house(tmp_path: Path) -> Families:
    return families(tmp_path)


def test_a_family_that_said_yes_twice_may_be_sent_an_offer_and_every_step_is_in_the_ledger(house: Families) -> None:
    id = house.willing()
    with house.door() as door:
        clearance = house.cleared(door, id)
        assert house.clearing.redeem(door, clearance) == "+16175550123"
    assert house.kinds(clearance.id) == ["clearance.issued", "clearance.redeemed"]
    assert house.kinds(id)[-1] == "contact.texted"
    assert clearance.consent_entry is not None
    assert house.ledger.get(clearance.consent_entry).kind == "consent.granted"
    assert clearance.expires_at - clearance.issued_at == timedelta(minutes=5)


def test_what_stands_against_a_text_is_told_all_at_once_and_stands_in_the_ledger_first(house: Families) -> None:
    id = house.asked()
    house.contacts.flag(id, ContactFlag.PROTECTED, on=True, by="worker-1")
    house.register.suspend(SNAP, by="officer-1")
    house.clock.advance(timedelta(hours=10))
    wrong: dict[str, Any] = {"household": ELSEWHERE, "language": "en", "purpose": "prevention"}
    with house.door() as door:
        codes = house.held(door, offer(id, **wrong))
    assert codes == [
        "CONSENT_NOT_CONFIRMED",
        "DO_NOT_CONTACT",
        "HOUSEHOLD_MISMATCH",
        "LINEAGE_INACTIVE",
        "PURPOSE_NOT_LISTED",
        "LANGUAGE_MISMATCH",
        "QUIET_HOURS",
    ]
    (held,) = house.ledger.entries(kind="clearance.held")
    assert held.topic == id
    assert house.codes("clearance.held") == codes


def test_consent_is_told_apart_by_where_it_stands(house: Families) -> None:
    asked, registered = house.asked(), house.registered(OTHER_PHONE).id
    with house.door() as door:
        assert house.held(door, offer(asked)) == ["CONSENT_NOT_CONFIRMED"]
        assert house.held(door, offer(registered)) == ["NO_CONSENT"]
        house.consents.revoke(registered, **NO)
        assert house.held(door, offer(registered)) == ["CONSENT_REVOKED"]
        assert set(house.held(door, offer(STRANGER))) == {"NO_CONSENT"}
        willing = house.willing()
        assert house.held(door, offer(willing, topic="school")) == ["NO_CONSENT"]
        assert house.held(door, offer(willing, channel="voice")) == ["NO_CONSENT"]


@pytest.mark.parametrize("flag", sorted(ContactFlag))
def test_every_flag_but_a_shared_telephone_forbids_every_kind_of_text(house: Families, flag: ContactFlag) -> None:
    id = house.willing()
    house.contacts.heard(id, message="m-1")
    house.contacts.flag(id, flag, on=True, by="worker-1")
    expected = ["DO_NOT_CONTACT"] if flag in FORBIDDING else []
    with house.door() as door:
        for ask in (offer(id), invite(id), reply(id, "m-1")):
            assert house.held(door, ask) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"household": None},
        {"task": ""},
        {"lineage": frozenset()},
        {"template": ""},
        {"in_reply_to": "m-1"},
        {"kind": "advertisement"},
    ],
)
def test_an_offer_names_what_it_is_for(house: Families, wrong: dict[str, Any]) -> None:
    id = house.willing()
    with house.door() as door:
        assert "MALFORMED" in house.held(door, offer(id, **wrong))


def test_at_night_and_on_holidays_only_replies_go_out(house: Families) -> None:
    willing, asked = house.willing(), house.asked(OTHER_PHONE)
    house.clock.advance(timedelta(hours=10))
    house.contacts.heard(willing, message="m-1")
    with house.door() as door:
        assert house.held(door, offer(willing)) == ["QUIET_HOURS"]
        assert house.held(door, invite(asked)) == ["QUIET_HOURS"]
        assert house.held(door, reply(willing, "m-1")) == []
        held = house.clearing.ask(door, offer(willing))
    assert isinstance(held, Held)
    assert "2026-09-02T13:00+00:00" in held.reasons[0].detail


def test_the_weeks_offers_are_counted_when_they_are_sent_and_come_back_after_seven_days(house: Families) -> None:
    id = house.willing()
    for _ in range(2):
        with house.door() as door:
            house.cleared(door, id)
            house.clearing.redeem(door, house.cleared(door, id))
    with house.door() as door:
        assert house.held(door, offer(id)) == ["WEEKLY_CAP"]
    house.clock.advance(timedelta(days=7))
    with house.door() as door:
        assert house.held(door, offer(id)) == []


def test_of_several_clearances_at_hand_only_as_many_are_sent_as_may(house: Families) -> None:
    id = house.willing()
    with house.door() as door:
        many = [house.cleared(door, id) for _ in range(3)]
        house.clearing.redeem(door, many[0])
        house.clearing.redeem(door, many[1])
        with pytest.raises(WeeklyCap):
            house.clearing.redeem(door, many[2])


def test_a_family_that_signed_up_is_invited_once_to_say_yes(house: Families) -> None:
    id = house.asked()
    with house.door() as door:
        clearance = house.clearing.ask(door, invite(id))
        assert isinstance(clearance, Clearance)
        assert clearance.consent_entry is not None
        assert house.ledger.get(clearance.consent_entry).kind == "consent.asked"
        house.clearing.redeem(door, clearance)
        assert house.held(door, invite(id)) == ["WEEKLY_CAP"]
        assert house.held(door, invite(house.registered(OTHER_PHONE).id)) == ["NO_CONSENT"]
        house.consents.revoke(id, **NO)
        assert "CONSENT_REVOKED" in house.held(door, invite(id))
    house.clock.advance(timedelta(days=2))
    newer = house.clock.now() - timedelta(hours=1)
    id = house.asked(proof="signed form of 2026-09-03", given_at=newer)
    with house.door() as door:
        assert house.held(door, invite(id)) == []


def test_a_reply_answers_what_was_just_heard_once_also_after_a_no(house: Families) -> None:
    id = house.willing()
    house.consents.revoke(id, **NO)
    with house.door() as door:
        assert house.held(door, reply(id, "m-1")) == ["NO_CONSENT"]
        house.contacts.heard(id, message="m-1")
        clearance = house.clearing.ask(door, reply(id, "m-1", language="en"))
        assert isinstance(clearance, Clearance)
        assert clearance.consent_entry is None
        house.clearing.redeem(door, clearance)
        assert house.held(door, reply(id, "m-1")) == ["NO_CONSENT"]
        assert house.held(door, reply(id, "")) == ["MALFORMED", "NO_CONSENT"]


def test_a_reply_to_somebody_else_or_to_what_was_long_ago_is_none(house: Families) -> None:
    id, other = house.willing(), house.willing(OTHER_PHONE)
    house.contacts.heard(id, message="m-1")
    with house.door() as door:
        assert house.held(door, reply(other, "m-1")) == ["NO_CONSENT"]
    house.clock.advance(timedelta(minutes=15))
    with house.door() as door:
        assert house.held(door, reply(id, "m-1")) == ["NO_CONSENT"]


def test_a_purpose_below_the_doors_passes_and_no_other(house: Families) -> None:
    id = house.willing()
    with house.door() as door:
        assert house.held(door, offer(id, purpose="prevention.outreach.food")) == []
        assert house.held(door, offer(id, purpose="prevention.outreachx")) == ["PURPOSE_NOT_LISTED"]


def test_behind_an_agreement_that_stopped_nothing_is_even_asked(house: Families) -> None:
    id = house.willing()
    with house.door() as door:
        house.register.suspend(FAMILIES, by="officer-1")
        with pytest.raises(NotActive):
            house.clearing.ask(door, offer(id))


def test_the_ledgers_entry_pins_the_household_and_the_language_without_naming_them(house: Families) -> None:
    def sha(**changes: Any) -> str:
        return str(offer(STRANGER, **changes).body()["sha256"])

    body = str(offer(STRANGER).body())
    assert HOME not in body
    assert len({sha(), sha(household=ELSEWHERE), sha(language="en"), sha(household=None)}) == 4


def test_a_text_of_a_kind_that_is_written_as_a_plain_word_is_the_same(house: Families) -> None:
    ask = offer(house.willing(), kind="offer")
    assert isinstance(ask, ContactAsk)
    assert ask.body() == offer(ask.contact, kind=TextKind.OFFER).body()
