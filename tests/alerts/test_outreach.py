"""Outreach: drafted without a number, cleared, written down, sent once; and traced by everything it rests on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from alerts.channels.channel import Receipt
from alerts.channels.outbox import LocalOutbox
from alerts.message import Kind, Text
from alerts.message_table import Status
from alerts.outbox import StoredMessage
from alerts.outreach import ALREADY, SENT, message_id
from alerts.sending import Sending
from governance.clearance import Clearance
from governance.contact import ContactFlag
from governance.errors import ConsentRevoked, GrantSpent, Refused
from governance.ids import MessageId
from governance.opened import Opened
from tests.alerts.desk import Desk, desk, offer
from tests.governance.families import ELSEWHERE, HOME, OTHER_PHONE, PHONE, SIGNED_UP
from tests.governance.papers import SNAP

NO: dict[str, Any] = {"how": "keyword", "proof": "m-00000000000000aa", "by": "family"}


@pytest.fixture
def made(tmp_path: Path) -> Desk:
    return desk(tmp_path)


# -- an offer ----------------------------------------------------------------------------------------------------------


def test_an_offer_goes_to_a_family_that_said_yes_twice_and_rests_on_everything(made: Desk) -> None:
    id = made.families.willing()
    outcome = made.send(offer())
    assert outcome.reason == SENT
    sent = made.one(outcome.message)
    assert (sent.status, sent.contact, sent.household, sent.task) == (Status.SENT, id, HOME, "t-1")
    assert (sent.template, sent.language, sent.kind, sent.channel) == ("offer@1", "es", "offer", "outbox")
    assert sent.body.startswith("Family Help Line: Puede haber ayuda")
    assert sent.lineage == {SNAP} and sent.run == "2026-09-01-abcdef"
    ledger = made.families.ledger
    assert sent.consent_entry is not None and ledger.get(sent.consent_entry).kind == "consent.granted"
    assert made.kinds(sent.clearance) == ["clearance.issued", "clearance.redeemed"]
    assert made.kinds(sent.grant)[0] == "grant.issued"
    (entry,) = ledger.entries(kind="message", topic=sent.id)
    assert entry.kind == "message.sent" and entry.body["clearance"] == sent.clearance


def test_neither_ledger_nor_outbox_holds_a_number(made: Desk) -> None:
    made.families.willing()
    made.send(offer())
    everything = made.families.written() + repr(made.stored())
    for form in (PHONE, "6175550123", "5550123", "+1617"):
        assert form not in everything


def test_a_task_gets_one_offer_however_often_it_is_run(made: Desk) -> None:
    made.families.willing()
    first = made.send(offer())
    made.families.clock.advance(timedelta(days=30))
    again = made.send(offer())
    assert (first.reason, again.reason, again.message) == (SENT, ALREADY, first.message)
    assert len(made.stored()) == 1


def test_a_day_that_is_near_is_not_named(made: Desk) -> None:
    made.families.willing()
    sent = made.one(made.send(offer(due=date(2026, 9, 8))).message)
    assert sent.template == "offer_soon@1"
    assert "septiembre" not in sent.body and "8" not in sent.body.replace("(413) 555-0100", "")


def test_another_task_of_the_household_waits_two_weeks(made: Desk) -> None:
    made.families.willing()
    made.send(offer())
    assert made.send(offer("t-2")).reason == "COOLDOWN"
    made.families.clock.advance(timedelta(days=14))
    assert made.send(offer("t-2")).reason == SENT


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (lambda _house: None, "NO_CONTACT"),
        (lambda house: house.registered(), "NO_CONSENT"),
        (lambda house: house.asked(), "CONSENT_NOT_CONFIRMED"),
        (lambda house: house.consents.revoke(house.willing(), **NO), "CONSENT_REVOKED"),
        (lambda house: house.contacts.flag(house.willing(), ContactFlag.PROTECTED, on=True, by="w"), "DO_NOT_CONTACT"),
        (lambda house: house.contacts.place({house.willing(): ELSEWHERE}), "NO_CONTACT"),
    ],
)
def test_what_is_not_allowed_is_held_and_says_why(made: Desk, said: Callable[[Any], object], reason: str) -> None:
    said(made.families)
    outcome = made.send(offer())
    assert outcome.reason == reason
    assert made.stored() == []
    (entry,) = made.families.ledger.entries(kind="message.held")
    reasons = entry.body["reasons"]
    assert isinstance(reasons, list) and reasons[0] == reason and entry.body["task"] == "t-1"


def test_at_night_an_offer_is_held_and_goes_out_in_the_morning(made: Desk) -> None:
    made.families.willing()
    made.families.clock.at = datetime(2026, 9, 2, 3, tzinfo=UTC)
    assert made.send(offer()).reason == "QUIET_HOURS"
    made.families.clock.at = datetime(2026, 9, 2, 13, tzinfo=UTC)
    assert made.send(offer()).reason == SENT


def test_a_language_without_a_reviewed_text_is_a_call_and_never_english(made: Desk) -> None:
    made.families.consents.confirm(made.families.asked(), how="keyword", proof="m-1", by="family")
    made.families.registered(language="ht")
    assert made.send(offer()).reason == "NO_REVIEWED_TEXT"
    assert made.stored() == []


def test_of_several_telephones_the_one_that_said_yes_last_is_texted(made: Desk) -> None:
    first, second = made.families.willing(), made.families.willing(OTHER_PHONE)
    assert made.one(made.send(offer()).message).contact == second
    made.families.consents.revoke(second, **NO)
    made.families.clock.advance(timedelta(days=15))
    assert made.one(made.send(offer("t-2")).message).contact == first


def test_a_yes_about_something_else_is_none_about_this(made: Desk) -> None:
    about_school = made.families.registered(OTHER_PHONE).id
    made.families.consents.ask(about_school, **{**SIGNED_UP, "topic": "school"})
    made.families.consents.confirm(about_school, how="keyword", proof="m-2", by="family")
    willing = made.families.willing()
    assert made.one(made.send(offer()).message).contact == willing


def test_a_dry_run_asks_and_sends_nothing(made: Desk) -> None:
    made.families.willing()
    assert made.send(offer(), dry=True).reason == SENT
    assert made.stored() == []
    assert not list(made.families.ledger.entries(kind="message"))
    assert made.send(offer()).reason == SENT


def test_a_draft_needs_no_door(made: Desk) -> None:
    id = made.families.willing()
    drafted = made.outreach().draft(offer())
    assert (drafted.contact, drafted.held) == (id, "")
    assert drafted.text is not None and drafted.text.language == "es"
    assert not list(made.families.ledger.entries(kind="clearance"))
    assert made.outreach().draft(offer(household=ELSEWHERE)).held == "NO_CONTACT"


# -- an invitation, and a reply ----------------------------------------------------------------------------------------


def test_a_family_that_signed_up_is_invited_once_for_each_time(made: Desk) -> None:
    id = made.families.asked()
    assert made.one(made.invite(id).message).template == "invite@1"
    assert made.invite(id).reason == ALREADY
    made.families.consents.revoke(id, **NO)
    made.families.clock.advance(timedelta(days=1))
    made.families.asked(proof="signed form of 2026-09-02")
    made.families.clock.advance(timedelta(days=1))
    assert made.invite(id).reason == SENT
    assert len(made.stored()) == 2


def test_a_reply_goes_out_once_at_any_hour_also_after_a_no(made: Desk) -> None:
    id = made.families.willing()
    made.families.clock.at = datetime(2026, 9, 2, 3, tzinfo=UTC)
    made.families.consents.revoke(id, **NO)
    made.families.contacts.heard(id, message="m-in-1")
    for reason in (SENT, ALREADY):
        with made.families.door() as door:
            outcome = made.outreach().reply(door, id, Kind.STOPPED, to=MessageId("m-in-1"), language="es")
        assert outcome.reason == reason
    sent = made.one(outcome.message)
    assert (sent.kind, sent.in_reply_to, sent.consent_entry) == ("reply", "m-in-1", None)
    assert "Ya no le vamos a escribir" in sent.body


def test_a_reply_to_nothing_is_held(made: Desk) -> None:
    id = made.families.willing()
    with made.families.door() as door:
        outcome = made.outreach().reply(door, id, Kind.HELP, to=MessageId("m-in-9"), language="es")
    assert outcome.reason == "NO_CONSENT"


# -- something comes in between ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Meddled:
    """A channel at whose door something happens first; it can break afterwards."""

    real: LocalOutbox
    before: Callable[[], object] = lambda: None
    after: Callable[[], object] = lambda: None
    name: str = "outbox"
    repeatable: bool = True
    sent: int = 0

    def send(self, door: Opened, clearance: Clearance, text: Text, id: MessageId) -> Receipt:
        self.before()
        receipt = self.real.send(door, clearance, text, id)
        self.sent += 1
        self.after()
        return receipt

    def forget(self, provider_id: str) -> None:
        pass


class Killed(BaseException):
    """The machine was switched off."""


class Dying(Sending):
    """A machine that dies before it can put anything in order."""

    def _mend(self, stored: StoredMessage) -> Status:
        raise Killed


def kill() -> None:
    raise Killed


def meddled(made: Desk, **changes: Any) -> Meddled:
    channel = Meddled(real=LocalOutbox(clearing=made.families.clearing), **changes)
    made.channel = channel
    return channel


def test_a_no_between_clearing_and_sending_holds_the_text(made: Desk) -> None:
    id = made.families.willing()
    channel = meddled(made, before=lambda: made.families.consents.revoke(id, **NO))
    with pytest.raises(ConsentRevoked):
        made.send(offer())
    assert channel.sent == 0
    assert made.stored()[0].status is Status.HELD
    assert made.send(offer()).reason == "CONSENT_REVOKED"


def test_a_text_that_was_held_twice_at_the_last_moment_can_still_go_out(made: Desk) -> None:
    id = made.families.willing()
    flag = made.families.contacts.flag
    channel = meddled(made, before=lambda: flag(id, ContactFlag.PROTECTED, on=True, by="worker-1"))
    for _ in range(2):
        with pytest.raises(Refused):
            made.send(offer())
        assert made.stored()[0].status is Status.HELD
        flag(id, ContactFlag.PROTECTED, on=False, by="worker-1")
    channel.before = lambda: None
    assert made.send(offer()).reason == SENT
    assert made.stored()[0].status is Status.SENT


def test_a_door_that_shuts_between_clearing_and_sending_holds_the_text(made: Desk) -> None:
    made.families.willing()
    with made.families.door() as door:
        meddled(made, before=door.close)
        with pytest.raises(GrantSpent):
            made.outreach().offer(door, offer())
    assert made.stored()[0].status is Status.HELD


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("repeatable", [True, False])
def test_a_text_whose_sending_broke_off_is_never_got_twice(made: Desk, moment: str, repeatable: bool) -> None:
    made.families.willing()
    channel = meddled(made, **{moment: kill}, repeatable=repeatable)
    with pytest.raises(Killed):
        made.send(offer())
    setattr(channel, moment, lambda: None)
    again = made.send(offer())
    status = made.stored()[0].status
    assert channel.sent == 1
    if moment == "before":  # nobody had the number yet
        assert (again.reason, status) == (SENT, Status.SENT)
    else:  # it left, or it may have
        assert (again.reason, status) == (ALREADY, Status.SENT if repeatable else Status.UNKNOWN)


@pytest.mark.parametrize("redeemed", [True, False])
@pytest.mark.parametrize("repeatable", [True, False])
def test_a_machine_that_died_leaves_a_text_that_is_mended(made: Desk, redeemed: bool, repeatable: bool) -> None:
    """Not even `finally` ran: the text stands there as leaving."""
    made.families.willing()
    channel = meddled(made, **{"after" if redeemed else "before": kill}, repeatable=repeatable)
    outreach = made.outreach()
    dying = Dying(**{name: getattr(outreach.sending, name) for name in Sending.__slots__})
    with pytest.raises(Killed), made.families.door() as door:
        replace(outreach, sending=dying).offer(door, offer())
    assert made.stored()[0].status is Status.SENDING
    channel.before = channel.after = lambda: None
    if not repeatable:
        assert made.send(offer()).reason == ALREADY, "somebody may still be at it"
        made.families.clock.advance(timedelta(minutes=5))
    again = made.send(offer())
    assert channel.sent == 1
    assert again.reason == (ALREADY if redeemed else SENT)
    assert made.stored()[0].status is (Status.UNKNOWN if redeemed and not repeatable else Status.SENT)


def test_of_two_that_send_the_same_at_once_one_does(made: Desk) -> None:
    made.families.willing()
    channel = meddled(made, repeatable=False)
    with ThreadPoolExecutor(4) as pool:
        outcomes = [each.result() for each in [pool.submit(made.send, offer()) for _ in range(4)]]
    assert channel.sent == 1
    assert sorted(each.reason for each in outcomes) == [SENT, ALREADY, ALREADY, ALREADY]
    assert [each.status for each in made.stored()] == [Status.SENT]


def test_it_is_the_same_on_either_database(tmp_path: Path, engine: Engine) -> None:
    made = desk(tmp_path, engine)
    made.families.willing()
    assert made.send(offer()).reason == SENT
    assert made.send(offer()).reason == ALREADY
    assert made.send(offer("t-2")).reason == "COOLDOWN"
    heard = made.ear.hear(PHONE, "STOP", made.families.clock.now())
    assert heard.meaning.is_no
    made.families.clock.advance(timedelta(days=20))
    assert made.send(offer("t-2")).reason == "CONSENT_REVOKED"


def test_an_id_follows_from_what_a_text_is_for() -> None:
    assert message_id("offer", "t-1") == message_id("offer", "t-1") != message_id("invite", "t-1")
