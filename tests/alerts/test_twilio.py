"""Twilio: its real client over an invented network. What it answers is acted on; what it did not say, not guessed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from requests.exceptions import ConnectionError as LineError
from requests.exceptions import ConnectTimeout, ReadTimeout
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from alerts.channels.account import twilio_channel
from alerts.channels.outcome import Act, News, act_on, may_repeat
from alerts.message_table import Status
from alerts.outreach import ALREADY, SENT
from governance.consent import ConsentState
from governance.contact import ContactFlag
from governance.errors import ConsentRevoked, Misconfigured
from tests.alerts.desk import (
    PUBLIC,
    SERVICE,
    TOKEN,
    Answer,
    Desk,
    Network,
    accepted,
    broken,
    desk,
    offer,
    refused,
    sid,
    with_twilio,
)
from tests.governance.families import ELSEWHERE, OTHER_PHONE, PHONE, TOPIC

NUMBER = "+16175550123"
NO: dict[str, Any] = {"how": "keyword", "proof": "m-00000000000000aa", "by": "family"}


def posts(tmp_path: Path, *answers: Answer) -> tuple[Desk, Network]:
    network = Network(answers)
    return with_twilio(desk(tmp_path), network), network


def news(status: Status, code: str | None = None, number: int = 1) -> News:
    return News(provider_id=sid(number), status=status, code=code)


def flags(made: Desk) -> frozenset[ContactFlag]:
    (contact,) = made.families.contacts.all()
    return contact.flags


def test_a_text_leaves_through_the_messaging_service(tmp_path: Path) -> None:
    made, network = posts(tmp_path)
    made.families.willing()
    outcome = made.send(offer())
    assert outcome.reason == SENT
    (asked,) = network.texts
    sent = made.one(outcome.message)
    assert asked.method == "POST"
    assert asked.data == {
        "To": NUMBER,
        "Body": sent.body,
        "MessagingServiceSid": SERVICE,
        "ValidityPeriod": 3600,
        "StatusCallback": f"{PUBLIC}/webhooks/twilio/status?message={sent.id}",
    }
    assert (sent.status, sent.provider_id, sent.channel) == (Status.SENT, sid(1), "twilio")


def test_the_number_is_known_to_nobody_but_twilio(tmp_path: Path) -> None:
    made, _ = posts(tmp_path, refused(21211))
    made.families.willing()
    made.send(offer())
    assert NUMBER[2:] not in made.families.written() + repr(made.stored())
    assert TOKEN not in repr(made.stored()) + made.families.written()


def test_a_no_before_the_moment_of_sending_reaches_nobody(tmp_path: Path) -> None:
    made, network = posts(tmp_path)
    id = made.families.willing()
    with made.families.door() as door:
        clearance = made.families.cleared(door, id)
        made.families.consents.revoke(id, **NO)
        text = made.outreach().draft(offer()).text
        assert text is not None
        with pytest.raises(ConsentRevoked):
            made.sending.send(door, clearance, text, made.outreach().draft(offer()).id, run=None)
    assert network.asked == []


# -- what a carrier's code asks for ------------------------------------------------------------------------------------


def test_who_said_stop_to_the_carrier_said_it_to_us(tmp_path: Path) -> None:
    made, network = posts(tmp_path, refused(21610))
    id = made.families.willing()
    assert made.send(offer()).reason == "CARRIER_21610"
    assert made.families.consents.state(id, topic=TOPIC) is ConsentState.REVOKED
    assert made.families.consents.show(id)[0].history[-1].how == "carrier"
    assert made.send(offer("t-2")).reason == "CONSENT_REVOKED"
    assert len(network.texts) == 1


@pytest.mark.parametrize("code", [21211, 21614, 30004, 30005, 30006])
def test_a_number_that_cannot_be_texted_is_flagged(tmp_path: Path, code: int) -> None:
    made, network = posts(tmp_path, refused(code))
    made.families.willing()
    assert made.send(offer()).reason == f"CARRIER_{code}"
    assert flags(made) == {ContactFlag.DO_NOT_TEXT}
    assert made.send(offer()).reason == f"CARRIER_{code}"
    assert made.send(offer("t-2")).reason == "DO_NOT_CONTACT"
    assert len(network.texts) == 1


def test_an_unreachable_phone_is_tried_once_more_and_then_called(tmp_path: Path) -> None:
    made, network = posts(tmp_path)
    made.families.willing()
    for number in (1, 2):
        assert made.send(offer()).reason == SENT
        assert made.sending.told(news(Status.FAILED, "30003", number))
        assert (ContactFlag.DO_NOT_TEXT in flags(made)) is (number == 2)
        made.families.clock.advance(timedelta(days=1))
    assert made.send(offer()).reason == "CARRIER_30003"
    assert len(network.texts) == 2


def test_what_failed_for_an_unknown_reason_is_tried_once_more_and_nobody_is_flagged(tmp_path: Path) -> None:
    made, network = posts(tmp_path, refused(30008), refused(30008))
    made.families.willing()
    assert [made.send(offer()).reason for _ in range(3)] == ["CARRIER_30008"] * 3
    assert len(network.texts) == 2
    assert flags(made) == frozenset()


def test_a_template_that_carriers_filter_is_stopped_for_everybody(tmp_path: Path) -> None:
    made, network = posts(tmp_path)
    made.families.willing()
    made.send(offer())
    assert made.sending.told(news(Status.FAILED, "30007"))
    other = made.families.willing(OTHER_PHONE)
    made.families.contacts.place({other: ELSEWHERE})
    assert made.send(offer("t-2", household=ELSEWHERE)).reason == "TEMPLATE_STOPPED"
    assert len(network.texts) == 1
    (entry,) = made.families.ledger.entries(kind="template.stopped")
    assert (entry.topic, entry.body["code"]) == ("offer@1", "30007")


def test_a_new_version_of_a_stopped_template_goes_out(tmp_path: Path) -> None:
    made, _ = posts(tmp_path, refused(30007))
    made.families.willing()
    made.send(offer())
    for kind, template in list(made.messages.items()):
        made.messages[kind] = template.model_copy(update={"version": 2})
    assert made.send(offer("t-2")).reason == SENT


@pytest.mark.parametrize("answer", [refused(20003, 401), refused(20429, 429), refused(30002), refused(21611)])
def test_what_concerns_every_text_pauses_them_and_is_tried_again_later(tmp_path: Path, answer: Answer) -> None:
    made, network = posts(tmp_path, answer, answer, answer)
    made.families.willing()
    for _ in range(3):
        outcome = made.send(offer())
        assert outcome.must_pause and outcome.reason.startswith("CARRIER_")
        made.families.clock.advance(timedelta(days=7))  # what was cleared counts for the week, even where it failed
    assert made.stored()[0].status is Status.FAILED
    assert len(network.texts) == 3
    assert flags(made) == frozenset()


@pytest.mark.parametrize(
    ("code", "times", "act", "again"),
    [
        (None, 1, Act.NOTHING, False),
        ("21610", 1, Act.REVOKE, False),
        ("30003", 1, Act.NOTHING, True),
        ("30003", 2, Act.DO_NOT_TEXT, False),
        ("30008", 1, Act.NOTHING, True),
        ("30008", 2, Act.NOTHING, False),
        ("20429", 9, Act.PAUSE, True),
        ("63038", 1, Act.NOTHING, False),
    ],
)
def test_a_code_asks_for_this(code: str | None, times: int, act: Act, again: bool) -> None:
    assert (act_on(code, times=times), may_repeat(code, times=times)) == (act, again)


# -- what nobody knows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        broken(ReadTimeout("nobody answered")),
        broken(LineError("the line broke")),
        broken(ConnectionResetError()),
        broken(TwilioException("what is this?")),
        refused(20500, 500),
        refused(0, 503),
        lambda: Response(201, "<html>"),
    ],
)
def test_where_nobody_knows_whether_it_left_it_is_never_sent_again(tmp_path: Path, answer: Answer) -> None:
    made, network = posts(tmp_path, answer)
    made.families.willing()
    outcome = made.send(offer())
    assert outcome.must_pause and outcome.reason.startswith("CARRIER_")
    assert made.stored()[0].status is Status.UNKNOWN
    made.families.clock.advance(timedelta(days=30))
    assert made.send(offer()).reason == ALREADY
    assert len(network.texts) == 1


def test_what_was_unknown_is_known_once_the_carrier_tells(tmp_path: Path) -> None:
    made, _ = posts(tmp_path, broken(ReadTimeout("nobody answered")))
    made.families.willing()
    id = made.send(offer()).message
    assert not made.sending.told(news(Status.DELIVERED))
    assert made.sending.told(news(Status.DELIVERED), id)
    assert (made.one(id).status, made.one(id).provider_id) == (Status.DELIVERED, sid(1))


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeout("nobody at home"),
        LineError(MaxRetryError(None, "/", NewConnectionError(HTTPSConnection("x"), "no route"))),  # type: ignore[arg-type]
    ],
)
def test_where_no_line_could_be_opened_nothing_left_and_it_goes_out_later(tmp_path: Path, error: Exception) -> None:
    made, network = posts(tmp_path, broken(error))
    made.families.willing()
    assert made.send(offer()).must_pause
    assert made.stored()[0].status is Status.FAILED
    assert made.send(offer()).reason == SENT
    assert len(network.texts) == 2


# -- what a carrier tells later ----------------------------------------------------------------------------------------


def test_news_counts_once_and_a_delivered_text_is_forgotten_there(tmp_path: Path) -> None:
    made, network = posts(tmp_path)
    made.families.willing()
    id = made.send(offer()).message
    assert [made.sending.told(news(Status.DELIVERED)) for _ in range(3)] == [True, False, False]
    assert made.one(id).status is Status.DELIVERED
    assert made.families.kinds(str(id)) == ["message.sent", "message.delivered"]
    redacted = network.asked[1:]
    assert [(each.path.rpartition("/")[2], each.data) for each in redacted] == [(f"{sid(1)}.json", {"Body": ""})]


def test_a_carrier_that_will_not_forget_breaks_nothing(tmp_path: Path) -> None:
    made, _ = posts(tmp_path, accepted(1), refused(20404, 404))
    made.families.willing()
    made.send(offer())
    assert made.sending.told(news(Status.DELIVERED))


def test_a_stop_that_the_carrier_heard_later_counts_once(tmp_path: Path) -> None:
    made, _ = posts(tmp_path)
    id = made.families.willing()
    made.send(offer())
    assert [made.sending.told(news(Status.FAILED, "21610")) for _ in range(2)] == [True, False]
    assert made.families.consents.state(id, topic=TOPIC) is ConsentState.REVOKED
    assert len(list(made.families.ledger.entries(kind="message.failed"))) == 1


def test_news_about_an_older_sending_of_a_text_says_nothing_about_the_newer(tmp_path: Path) -> None:
    made, _ = posts(tmp_path)
    made.families.willing()
    id = made.send(offer()).message
    made.sending.told(news(Status.FAILED, "30008", 1))
    assert made.send(offer()).reason == SENT
    assert not made.sending.told(news(Status.FAILED, "21610", 1), id)
    assert made.one(id).status is Status.SENT


def test_news_of_nobodys_text_is_none(tmp_path: Path) -> None:
    made, _ = posts(tmp_path)
    assert not made.sending.told(news(Status.DELIVERED, number=7))


@pytest.mark.parametrize("missing", ["account", "token", "service"])
def test_an_account_that_is_not_complete_is_named(tmp_path: Path, missing: str) -> None:
    given = {"account": "AC1", "token": "secret-word", "service": "MG1", missing: ""}
    with pytest.raises(Misconfigured) as found:
        twilio_channel(desk(tmp_path).families.clearing, public_url="", **given)
    assert found.value.code == "TWILIO_INCOMPLETE"
    assert "HEARTHLINE_TWILIO_" in str(found.value)
    assert "secret-word" not in str(found.value)


def test_a_console_that_twilio_cannot_reach_is_told_nothing(tmp_path: Path) -> None:
    made, network = posts(tmp_path)
    made.channel = twilio_channel(
        made.families.clearing, account="AC1", token=TOKEN, service=SERVICE, public_url="", http_client=network
    )
    made.families.willing()
    made.send(offer())
    assert "StatusCallback" not in network.texts[0].data
    assert PHONE not in str(network.texts[0].data)
