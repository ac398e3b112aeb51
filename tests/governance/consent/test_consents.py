"""Consent: two acts make a yes, one makes a no, and the ledger's order decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, update

from governance.consent import ALL, Asking, ConsentState
from governance.consent.said import Act, comes_to
from governance.consent.table import consent_move
from governance.contact import ContactFlag
from governance.database import transaction
from governance.errors import Misconfigured
from governance.ids import ContactId
from tests.governance.families import ELSEWHERE, FAMILIES, HOME, OTHER_PHONE, SIGNED_UP, TOPIC, Families, families

STRANGER = ContactId("c-" + "ab" * 16)
NO: dict[str, Any] = {"how": "keyword", "proof": "m-00000000000000aa", "by": "inbound"}
YES: dict[str, Any] = {"how": "keyword", "proof": "m-00000000000000bb", "by": "inbound"}


@pytest.fixture
def house(tmp_path: Path) -> Families:
    return families(tmp_path)


def state(house: Families, id: ContactId, topic: str = TOPIC) -> ConsentState:
    return house.consents.state(id, topic=topic)


def test_signing_up_is_no_yes_until_the_family_says_so_a_second_time(house: Families) -> None:
    id = house.registered().id
    assert state(house, id) is ConsentState.NONE
    house.consents.ask(id, **SIGNED_UP)
    assert state(house, id) is ConsentState.ASKED
    (granted,) = house.consents.confirm(id, **YES)
    assert granted.state is ConsentState.GRANTED
    assert [(move.state, move.how, move.proof) for move in granted.history] == [
        ("asked", "form", "signed form of 2026-08-03"),
        ("granted", "keyword", YES["proof"]),
    ]
    assert (granted.channel, granted.topic, granted.language) == ("sms", TOPIC, "es")
    assert all(move.wording == SIGNED_UP["wording"] for move in granted.history)


def test_every_act_is_an_entry_of_the_ledger_and_names_it(house: Families) -> None:
    id = house.willing()
    house.consents.revoke(id, **NO)
    (consent,) = house.consents.show(id)
    for move in consent.history:
        entry = house.ledger.get(move.entry)
        assert (entry.kind, entry.topic) == (f"consent.{move.state}", id)
        assert entry.at == move.at


def test_a_yes_that_nobody_was_asked_for_counts_for_nothing(house: Families) -> None:
    assert house.consents.confirm(STRANGER, **YES) == ()
    assert house.ledger.size() == house.ledger.size()
    assert state(house, STRANGER) is ConsentState.NONE


def test_the_second_yes_needs_a_proof_of_its_own(house: Families) -> None:
    id = house.asked()
    with pytest.raises(Misconfigured) as repeated:
        house.consents.confirm(id, how="worker", proof=SIGNED_UP["proof"], by="worker-1")
    assert repeated.value.code == "PROOF_REPEATED"
    assert state(house, id) is ConsentState.ASKED


def test_asking_or_confirming_again_changes_nothing(house: Families) -> None:
    id = house.willing()
    size = house.ledger.size()
    house.consents.ask(id, **{**SIGNED_UP, "proof": "signed form of 2026-08-04"})
    assert house.consents.confirm(id, **YES) == ()
    assert house.ledger.size() == size


def test_a_no_holds_for_every_topic_and_channel_also_for_those_still_to_come(house: Families) -> None:
    id = house.willing()
    house.consents.ask(id, **{**SIGNED_UP, "topic": "school"})
    assert {each.state for each in house.consents.revoke(id, **NO)} == {ConsentState.REVOKED}
    assert state(house, id, "anything_else") is ConsentState.REVOKED
    assert house.consents.state(id, topic=TOPIC, channel="voice") is ConsentState.REVOKED


def test_a_no_to_one_topic_leaves_the_others(house: Families) -> None:
    id = house.willing()
    house.consents.ask(id, **{**SIGNED_UP, "topic": "school"})
    house.consents.revoke(id, **NO, topic="school")
    assert state(house, id) is ConsentState.GRANTED
    assert state(house, id, "school") is ConsentState.REVOKED


def test_a_no_of_somebody_who_was_never_asked_is_kept(house: Families) -> None:
    (refusal,) = house.consents.revoke(STRANGER, **NO)
    assert (refusal.channel, refusal.topic, refusal.state) == (ALL, ALL, ConsentState.REVOKED)
    house.consents.ask(STRANGER, **{**SIGNED_UP, "given_at": house.clock.now() - timedelta(days=1)})
    assert state(house, STRANGER) is ConsentState.REVOKED


def test_a_no_said_twice_is_written_once_and_a_narrow_one_does_not_stand_for_a_wide_one(house: Families) -> None:
    id = house.willing()
    house.consents.revoke(id, **NO, topic=TOPIC)
    size = house.ledger.size()
    house.consents.revoke(id, **NO, topic=TOPIC)
    assert house.ledger.size() == size
    house.consents.revoke(id, **NO)
    house.consents.revoke(id, **NO)
    assert house.ledger.size() == size + 1


@pytest.mark.parametrize(
    "said",
    [
        {"how": "shouted", "proof": "", "by": ""},
        {"how": "keyword", "proof": "please stop texting 617-555-0123", "by": "inbound"},
        {"how": "keyword", "proof": "x" * 500, "by": "y" * 500},
        {"how": "keyword", "proof": "m-1", "by": "inbound", "topic": "Everything!", "channel": "carrier pigeon"},
    ],
)
def test_a_no_never_fails_whatever_came_with_it(house: Families, said: dict[str, Any]) -> None:
    id = house.willing()
    for standing in house.register.all():
        house.register.suspend(standing.agreement.id, by="officer-1")
    house.consents.revoke(id, **said)
    assert state(house, id) is ConsentState.REVOKED
    assert "5550123" not in house.written() and "555-0123" not in house.written()


def test_after_a_no_only_a_newer_act_of_the_family_is_asked_about(house: Families) -> None:
    id = house.willing()
    house.consents.revoke(id, **NO)
    for given_at in (None, house.clock.now(), house.clock.now() - timedelta(days=1), house.clock.now() + timedelta(1)):
        house.consents.ask(id, **{**SIGNED_UP, "proof": "delivery d-99 row 3", "given_at": given_at})
        assert state(house, id) is ConsentState.REVOKED
    assert house.consents.confirm(id, **YES) == ()
    house.clock.advance(timedelta(days=3))
    newer = house.clock.now() - timedelta(days=1)
    house.consents.ask(id, **{**SIGNED_UP, "proof": "signed form of 2026-09-03", "given_at": newer})
    assert state(house, id) is ConsentState.ASKED
    house.consents.confirm(id, **{**YES, "proof": "m-00000000000000cc"})
    assert state(house, id) is ConsentState.GRANTED
    house.consents.revoke(id, **NO)
    assert state(house, id) is ConsentState.REVOKED


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"proof": ""}, "PROOF_INVALID"),
        ({"proof": "call 617-555-0123"}, "PROOF_INVALID"),
        ({"proof": "mail to maria@family.example"}, "PROOF_INVALID"),
        ({"wording": "x" * 121}, "PROOF_INVALID"),
        ({"how": "telepathy"}, "CONSENT_HOW"),
        ({"topic": ALL}, "CONSENT_TOPIC"),
        ({"topic": "Family Support"}, "CONSENT_TOPIC"),
        ({"channel": ALL}, "CONSENT_TOPIC"),
    ],
)
def test_a_yes_is_written_down_properly_or_not_at_all(house: Families, wrong: dict[str, str], code: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        house.consents.ask(STRANGER, **{**SIGNED_UP, **wrong})
    assert refused.value.code == code
    assert "555-0123" not in str(refused.value)
    assert house.kinds(STRANGER) == []


def test_many_are_asked_at_once_and_of_several_sign_ups_of_one_family_the_newest_counts(house: Families) -> None:
    now = house.clock.now()
    plain = {name: value for name, value in SIGNED_UP.items() if name != "by"}
    asked = [
        Asking(contact=STRANGER, **{**plain, "proof": "row 2", "given_at": now}),
        Asking(contact=STRANGER, **{**plain, "proof": "row 1", "given_at": now - timedelta(days=9)}),
        Asking(contact=ContactId("c-" + "cd" * 16), **plain),
    ]
    assert house.consents.ask_all(asked, by="hearthline") == 2
    assert house.consents.ask_all(asked, by="hearthline") == 0
    assert house.consents.show(STRANGER)[0].history[-1].proof == "row 2"


def test_the_queue_sees_the_best_of_a_households_telephones(house: Families) -> None:
    best = house.consents.of_households
    assert best([HOME]) == {}
    id = house.registered().id
    assert best([HOME, ELSEWHERE]) == {HOME: ConsentState.NONE}
    house.consents.ask(id, **SIGNED_UP)
    assert best([HOME]) == {HOME: ConsentState.ASKED}
    house.consents.confirm(id, **YES)
    other = house.registered(OTHER_PHONE).id
    house.consents.revoke(other, **NO)
    assert best([HOME]) == {HOME: ConsentState.GRANTED}
    house.consents.revoke(id, **NO)
    assert best([HOME]) == {HOME: ConsentState.REVOKED}


def test_what_the_database_says_decides_nothing(house: Families) -> None:
    id = house.willing()
    house.consents.revoke(id, **NO)
    with transaction(house.consents._engine) as connection:
        connection.execute(update(consent_move).values(state="granted"))
    assert state(house, id) is ConsentState.REVOKED
    with transaction(house.consents._engine) as connection:
        connection.execute(delete(consent_move))
    assert state(house, id) is ConsentState.REVOKED


def test_a_process_that_died_between_ledger_and_database_lost_nothing(house: Families) -> None:
    id = house.willing()
    with transaction(house.consents._engine) as connection:
        connection.execute(delete(consent_move))
    house.consents.revoke(id, **NO)
    assert house.consents.of_households([HOME]) == {HOME: ConsentState.REVOKED}
    assert [move.state for move in house.consents.show(id)[0].history] == ["asked", "granted", "revoked"]


def test_a_yes_outlives_a_suspended_agreement_but_needs_none_to_be_written_down(house: Families) -> None:
    id = house.asked()
    house.register.suspend(FAMILIES, by="officer-1")
    house.consents.confirm(id, **YES)
    assert state(house, id) is ConsentState.GRANTED


def test_it_is_the_same_on_either_database(tmp_path: Path, engine: Engine) -> None:
    house = families(tmp_path, engine)
    id = house.willing()
    house.contacts.flag(id, ContactFlag.SHARED_PHONE, on=True, by="worker-1")
    house.contacts.place({id: ELSEWHERE})
    (found,) = house.contacts.of_household(ELSEWHERE)
    assert found.id == id and found.flags == {ContactFlag.SHARED_PHONE}
    with house.door() as door:
        assert house.clearing.redeem(door, house.cleared(door, id, household=ELSEWHERE)) == "+16175550123"
    house.consents.revoke(id, **NO)
    assert house.consents.of_households([HOME, ELSEWHERE]) == {ELSEWHERE: ConsentState.REVOKED}


Spoken = tuple[str, str, str]
SPOKEN = st.tuples(
    st.sampled_from(["asked", "granted", "revoked"]),
    st.sampled_from(["sms", "voice", ALL]),
    st.sampled_from(["food", "school", ALL]),
)


def acts(spoken: Sequence[Spoken]) -> list[Act]:
    """Acts as the desk writes them: only a no may be about everything."""
    return [
        Act(state=ConsentState(what), channel=channel, topic=topic)
        for what, channel, topic in spoken
        if what == "revoked" or ALL not in (channel, topic)
    ]


@given(st.lists(SPOKEN, max_size=12))
def test_nothing_is_granted_without_two_acts_after_the_last_no(spoken: list[Spoken]) -> None:
    said = acts(spoken)
    mine = [each for each in said if each.concerns("sms", "food")]
    since = max((at for at, each in enumerate(mine) if each.state is ConsentState.REVOKED), default=-1)
    after = [each.state for each in mine[since + 1 :]]
    both = ConsentState.ASKED in after and ConsentState.GRANTED in after[after.index(ConsentState.ASKED) :]
    assert (comes_to(said, "sms", "food") is ConsentState.GRANTED) <= both


@given(st.lists(SPOKEN, max_size=12))
def test_a_no_to_everything_is_the_last_word_until_somebody_is_asked_again(spoken: list[Spoken]) -> None:
    no = Act(state=ConsentState.REVOKED, channel=ALL, topic=ALL)
    assert comes_to([*acts(spoken), no], "sms", "food") is ConsentState.REVOKED
    yes = Act(state=ConsentState.GRANTED, channel="sms", topic="food")
    assert comes_to([*acts(spoken), no, yes], "sms", "food") is ConsentState.REVOKED
