"""The outbox: a text is one caller's to send, and late news undoes no newer one. On either database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, inspect

from alerts.inbox import Received, is_taken_in, received_from, take_in, to_read
from alerts.keyword import Meaning
from alerts.message_table import Status, inbound, message, message_event
from alerts.outbox import (
    StoredMessage,
    by_provider,
    claim,
    cooling,
    find_message,
    last_offers,
    sent_for,
    settle,
    stored_messages,
)
from governance.database import metadata, reading, transaction
from governance.ids import AgreementId, ClearanceId, ContactId, GrantId, HouseholdId, MessageId, RunId, TaskId

AT = datetime(2026, 9, 1, 16, tzinfo=UTC)
ID, HOME, CONTACT = MessageId("m-1"), HouseholdId("hh-1"), ContactId("c-1")
DRAFT = StoredMessage(
    id=ID,
    contact=CONTACT,
    household=HOME,
    task=TaskId("t-1"),
    run=RunId("r-1"),
    kind="offer",
    template="offer@1",
    topic="family_support",
    language="en",
    body="Family Help Line: There may be help.",
    segments=1,
    channel="outbox",
    status=Status.SENDING,
    provider_id=None,
    code=None,
    clearance=ClearanceId("k-1"),
    consent_entry=4,
    grant=GrantId("g-1"),
    lineage=frozenset({AgreementId("DULA-2026-001")}),
    in_reply_to=None,
    at=AT,
)


@pytest.fixture
def box(engine: Engine) -> Engine:
    metadata.create_all(engine, tables=[message, message_event, inbound])
    return engine


def put(box: Engine, draft: StoredMessage = DRAFT) -> bool:
    with transaction(box) as connection:
        return claim(connection, draft)


def told(box: Engine, status: Status, id: MessageId = ID, **more: str) -> bool:
    with transaction(box) as connection:
        return settle(connection, id, status, at=AT, **more)


def found(box: Engine, id: MessageId = ID) -> StoredMessage:
    with reading(box) as connection:
        stored = find_message(connection, id)
    assert stored is not None
    return stored


def test_a_text_is_kept_as_it_was_drafted(box: Engine) -> None:
    assert put(box)
    assert found(box) == DRAFT


def test_a_text_is_one_callers_to_send(box: Engine) -> None:
    assert put(box)
    assert not put(box, replace(DRAFT, clearance=ClearanceId("k-2")))
    assert found(box).clearance == "k-1"


@pytest.mark.parametrize("status", [Status.SENT, Status.DELIVERED, Status.UNKNOWN, Status.SENDING])
def test_what_may_have_left_is_nobodys_to_send_again(box: Engine, status: Status) -> None:
    put(box)
    if status is not Status.SENDING:
        told(box, status)
    assert not put(box)


@pytest.mark.parametrize("status", [Status.HELD, Status.FAILED])
def test_what_did_not_leave_is_written_anew_as_often_as_it_takes(box: Engine, status: Status) -> None:
    for number in range(3):
        assert put(box, replace(DRAFT, clearance=ClearanceId(f"k-{number}")))
        assert told(box, status, code="30008")
        assert (found(box).status, found(box).clearance) == (status, f"k-{number}")
    assert put(box)
    assert found(box).status is Status.SENDING


def test_the_same_news_twice_is_news_once(box: Engine) -> None:
    put(box)
    assert told(box, Status.SENT, provider_id="SM1")
    assert not told(box, Status.SENT, provider_id="SM1")
    assert told(box, Status.DELIVERED)
    assert not told(box, Status.DELIVERED)
    with reading(box) as connection:
        stored = by_provider(connection, "SM1")
    assert stored is not None and stored.status is Status.DELIVERED


@pytest.mark.parametrize(
    ("first", "then", "now"),
    [
        (Status.DELIVERED, Status.SENT, Status.DELIVERED),
        (Status.DELIVERED, Status.FAILED, Status.DELIVERED),
        (Status.FAILED, Status.SENT, Status.FAILED),
        (Status.FAILED, Status.DELIVERED, Status.DELIVERED),
        (Status.SENT, Status.FAILED, Status.FAILED),
        (Status.SENT, Status.UNKNOWN, Status.SENT),
        (Status.UNKNOWN, Status.SENT, Status.SENT),
        (Status.UNKNOWN, Status.DELIVERED, Status.DELIVERED),
        (Status.HELD, Status.SENT, Status.HELD),
    ],
)
def test_late_news_undoes_no_newer_one(box: Engine, first: Status, then: Status, now: Status) -> None:
    put(box)
    told(box, first, code="30003" if first is Status.FAILED else "")
    assert told(box, then, code="30005" if then is Status.FAILED else "")
    assert found(box).status is now
    if (first, then) == (Status.FAILED, Status.SENT):
        assert found(box).code == "30003"


def test_news_of_a_text_that_is_not_ours_is_none(box: Engine) -> None:
    assert not told(box, Status.SENT, MessageId("m-2"))


def test_a_carriers_name_is_kept_even_where_its_news_came_first(box: Engine) -> None:
    put(box)
    told(box, Status.DELIVERED)
    told(box, Status.SENT, provider_id="SM1")
    assert (found(box).status, found(box).provider_id) == (Status.DELIVERED, "SM1")


@pytest.mark.parametrize(
    ("status", "cools"),
    [(Status.SENT, True), (Status.UNKNOWN, True), (Status.FAILED, False), (Status.HELD, False)],
)
def test_a_household_cools_after_an_offer_that_may_have_left(box: Engine, status: Status, cools: bool) -> None:
    put(box)
    told(box, status)
    with reading(box) as connection:
        assert cooling(connection, HOME, AT + timedelta(days=13), 14) is cools
        assert not cooling(connection, HOME, AT + timedelta(days=14), 14)
        assert not cooling(connection, HOME, AT, 14, but=ID)
        assert not cooling(connection, HouseholdId("hh-2"), AT, 14)
        assert last_offers(connection, [HOME]) == ({HOME: AT} if cools else {})


def test_invitations_and_replies_cool_nobody(box: Engine) -> None:
    put(box, replace(DRAFT, kind="reply"))
    told(box, Status.SENT)
    with reading(box) as connection:
        assert not cooling(connection, HOME, AT, 14)


def test_offers_can_be_listed_and_counted(box: Engine) -> None:
    for number, kind in enumerate(["offer", "offer", "reply"]):
        id = MessageId(f"m-{number}")
        put(box, replace(DRAFT, id=id, kind=kind, at=AT + timedelta(minutes=number), contact=ContactId(f"c-{number}")))
        told(box, Status.HELD if number == 0 else Status.SENT, id)
    with reading(box) as connection:
        assert [each.id for each in stored_messages(connection)] == ["m-2", "m-1", "m-0"]
        assert [each.id for each in stored_messages(connection, offers=True)] == ["m-1"]
        assert [each.id for each in stored_messages(connection, contacts=[ContactId("c-2")])] == ["m-2"]
        assert sent_for(connection, RunId("r-1")) == 2


def test_an_instant_comes_back_as_it_was_wherever_it_was_told(box: Engine) -> None:
    local = AT.astimezone(timezone(timedelta(hours=-4)))
    with transaction(box) as connection:
        take_in(connection, received("m-in-1", Meaning.OTHER, at=local))
    with reading(box) as connection:
        (one,) = received_from(connection, [CONTACT])
    assert one.received_at == AT and one.received_at.tzinfo is not None


def test_a_text_that_came_is_taken_in_once(box: Engine) -> None:
    for new in (True, False):
        with transaction(box) as connection:
            assert take_in(connection, received("m-in-1", Meaning.STOP)) is new
    with reading(box) as connection:
        assert is_taken_in(connection, MessageId("m-in-1"))
        assert not is_taken_in(connection, MessageId("m-in-2"))


def test_what_a_person_should_read_is_listed_newest_first(box: Engine) -> None:
    meanings = [Meaning.STOP, Meaning.OTHER, Meaning.YES, Meaning.STOP_AND_MORE, Meaning.HELP]
    with transaction(box) as connection:
        for number, meant in enumerate(meanings):
            take_in(connection, received(f"m-in-{number}", meant, at=AT + timedelta(hours=number)))
    with reading(box) as connection:
        assert [each.id for each in to_read(connection)] == ["m-in-3", "m-in-1"]
        assert [each.id for each in to_read(connection, since=AT + timedelta(hours=2))] == ["m-in-3"]


def test_no_table_has_a_place_for_a_number() -> None:
    columns = {column.name for table in (message, message_event, inbound) for column in table.columns}
    assert not {name for name in columns if "phone" in name or name in {"to", "from", "number"}}
    assert inspect(inbound) is not None and "body" not in inbound.columns


def received(id: str, meant: Meaning, *, at: datetime = AT) -> Received:
    return Received(id=MessageId(id), contact=CONTACT, meaning=meant, body_sealed=None, received_at=at)
