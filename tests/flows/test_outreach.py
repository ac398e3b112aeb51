"""Texts in an installation: who signed up is invited, who said yes twice gets an offer, and a no always counts."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from alerts.channels.account import twilio_channel
from alerts.channels.channel import Channel
from alerts.inbox import to_read
from alerts.message_table import Status
from alerts.outbox import stored_messages
from flows.bootstrap import Services, build, initialise
from flows.cli.handler import run
from flows.demo_clock import clock_of, set_clock
from flows.hearing import InboundRow, read_replies, receive, webhook_inbound, webhook_status
from flows.intaking import intake_of
from flows.night import run_night
from flows.outreaching import invite, preview, send_offers
from flows.pages.webhook import ANSWER, webhook
from flows.reaching import offers
from flows.signing_up import Placed, agreed, place_contacts
from governance.clock import ShiftedClock
from governance.consent import ConsentState
from governance.contact import ContactFlag
from governance.database import reading
from governance.errors import ContractBroken, Refused, WebhookUnsigned
from governance.ids import AgreementId, DatasetId, MessageId
from governance.settings import Settings
from signals.intake import take
from tests.alerts.desk import ACCOUNT, PUBLIC, SERVICE, TOKEN, Network, broken, refused, sid
from tests.flows import homes

Capture = pytest.CaptureFixture[str]
DAY = date(2026, 5, 20)
TOPIC = "family_support"
SIGNUPS = AgreementId("DULA-2026-010")
HILL: dict[str, str] = {
    "first_name": "Ada",
    "last_name": "Hill",
    "born_on": "1988-02-11",
    "phone": "(413) 555-0141",
    "street": "12 Alder Street",
    "unit": "3",
    "city": "Springfield",
    "postcode": "01105",
}
CASTRO: dict[str, str] = {
    "first_name": "Luz",
    "last_name": "Castro",
    "born_on": "1990-07-30",
    "phone": "(413) 555-0142",
    "street": "8 Birch Road",
    "city": "Holyoke",
    "postcode": "01040",
}
SIGNED = {
    "topic": TOPIC,
    "how": "form",
    "wording": "signup-family_support-1",
    "safe_to_text": "yes",
    "signed_on": "2026-05-02",
    "updated_on": "2026-05-02",
}
CASE = {"role": "defendant", "party_no": "1", "case_type": "non_payment", "status": "open", "filed_on": "2026-05-12"}


def deliver(house: Services, dataset: str, **cells: str) -> None:
    """One row as a file of its own, in the agency's format."""
    mail = house.settings.home / "mail"
    mail.mkdir(exist_ok=True)
    path = mail / f"{len(list(mail.iterdir())):03}.csv"
    columns = house.feeds[DatasetId(dataset)].columns
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow([column.sources[0] for column in columns])
        table.writerow([cells.get(column.name, "") for column in columns])
    taken = take(intake_of(house), DatasetId(dataset), path, known_on=None)
    assert taken.kept == 1, taken.quarantined


def sign_up(house: Services, who: Mapping[str, str], number: int, **changes: str) -> None:
    cells = {**who, **SIGNED, "signup_id": f"S{number}", "participant_id": f"P{number}", "language": "en", **changes}
    deliver(house, "outreach.signups", **cells)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where two families signed up and are taken to court, on the morning of 20 May; not to be changed."""
    home = tmp_path_factory.mktemp("town") / "home"
    set_clock(homes.settings(home), DAY)
    house = initialise(homes.settings(home))
    sign_up(house, HILL, 1)
    sign_up(house, CASTRO, 2, language="es")
    for number, who in enumerate([HILL, CASTRO], start=1):
        more = {"case_no": f"26SP000{number}", "litigant_id": f"L{number}", "amount_claimed": "2400"}
        deliver(house, "docket.filings", **who, **CASE, **more, updated_on="2026-05-14")
    house.engine.dispose()
    house.ledger_engine.dispose()
    return home


@pytest.fixture
def house(town: Path, tmp_path: Path) -> Services:
    """A home of the test's own."""
    return homes.copy(town, tmp_path / "home")


@pytest.fixture
def asked(house: Services) -> Services:
    """Everybody was invited."""
    place_contacts(house)
    assert invite(house).invited == 2
    return house


def says(house: Services, who: Mapping[str, str], body: str, *, minutes: int = 0) -> Any:
    at = house.clock.now() + timedelta(minutes=minutes)
    return receive(house, [InboundRow(phone=who["phone"], body=body, received_at=at)])


def state(house: Services, who: Mapping[str, str]) -> ConsentState:
    return house.consents.state(house.contacts.id_of(who["phone"]), topic=TOPIC)


def bodies(house: Services) -> list[str]:
    with reading(house.engine) as connection:
        return [each.body for each in stored_messages(connection)]


def reasons(held: list[dict[str, str | int]]) -> dict[str, int]:
    return {str(each["reason"]): int(each["count"]) for each in held}


def later(house: Services, **by: int) -> Services:
    """The same home, some time later."""
    clock = clock_of(house.settings)
    assert isinstance(clock, ShiftedClock)
    moved = clock.now() - datetime.now(UTC) + timedelta(**by)
    (house.settings.home / "demo-clock").write_text(f"{moved.total_seconds():.0f}\n")
    return build(house.settings)


# -- signing up --------------------------------------------------------------------------------------------------------


def test_who_signed_up_is_placed_and_waits_to_say_yes_again(house: Services) -> None:
    assert place_contacts(house) == Placed(contacts=2, asked=2, withdrawn=0, unreachable=0)
    id = house.contacts.id_of(HILL["phone"])
    (consent,) = house.consents.show(id)
    (move,) = consent.history
    assert (consent.state, move.how, move.wording) == (ConsentState.ASKED, "form", "signup-family_support-1")
    assert move.proof.startswith("outreach.signups d-") and " row " in move.proof
    contact = house.contacts.get(id)
    assert contact is not None and contact.household is not None


def test_placing_again_changes_nothing(house: Services) -> None:
    place_contacts(house)
    acts = len(list(house.ledger.entries(kind="consent"))) + len(list(house.ledger.entries(kind="contact")))
    assert place_contacts(house).asked == 0
    assert len(list(house.ledger.entries(kind="consent"))) + len(list(house.ledger.entries(kind="contact"))) == acts


def test_a_phone_that_is_not_safe_is_never_texted(house: Services) -> None:
    sign_up(house, HILL, 1, safe_to_text="no", updated_on="2026-05-03")
    place_contacts(house)
    contact = house.contacts.get(house.contacts.id_of(HILL["phone"]))
    assert contact is not None and contact.flags == {ContactFlag.DO_NOT_TEXT}
    report = invite(house)
    assert (report.invited, reasons(report.held)) == (1, {"DO_NOT_CONTACT": 1})


def test_a_sign_up_that_was_withdrawn_is_a_no_once_and_a_later_yes_stands(asked: Services) -> None:
    says(asked, HILL, "YES")
    sign_up(asked, HILL, 1, updated_on="2026-05-19", withdrawn_on="2026-05-19")
    assert place_contacts(asked).withdrawn == 1
    assert state(asked, HILL) is ConsentState.REVOKED
    id = asked.contacts.id_of(HILL["phone"])
    now = later(asked, days=1)
    now.consents.ask(
        id,
        topic=TOPIC,
        language="en",
        how="worker",
        proof="signed form of 2026-05-21",
        wording="w1",
        by="worker-1",
        given_at=now.clock.now(),
    )
    now.consents.confirm(id, how="worker", proof="call of 2026-05-21", by="worker-1")
    assert place_contacts(now).withdrawn == 0
    assert state(now, HILL) is ConsentState.GRANTED


def test_a_number_that_was_corrected_is_left_alone(house: Services) -> None:
    place_contacts(house)
    sign_up(house, {**HILL, "phone": "(413) 555-0149"}, 1, updated_on="2026-05-04")
    assert place_contacts(house) == Placed(contacts=2, asked=1, withdrawn=1, unreachable=0)
    assert state(house, HILL) is ConsentState.REVOKED
    assert invite(house).invited == 2


def test_a_sign_up_without_a_telephone_is_counted(house: Services) -> None:
    sign_up(house, {**HILL, "phone": ""}, 3)
    sign_up(house, {**HILL, "phone": "12345"}, 4)
    assert place_contacts(house).unreachable == 2


def test_where_nobody_signed_up_there_is_nobody_to_place(tmp_path: Path) -> None:
    assert place_contacts(initialise(homes.settings(tmp_path / "home"))) == Placed()


# -- invitations and what comes back -----------------------------------------------------------------------------------


def test_everybody_is_invited_once_in_their_language(asked: Services) -> None:
    assert any("Reply YES" in body for body in bodies(asked)) and any("Responda SI" in body for body in bodies(asked))
    again = invite(asked)
    assert (again.invited, again.already) == (0, 2)
    assert len(bodies(asked)) == 2


def test_a_language_without_a_reviewed_text_is_held_for_a_caseworker(house: Services) -> None:
    sign_up(house, HILL, 1, language="ht", updated_on="2026-05-03")
    place_contacts(house)
    assert reasons(invite(house).held) == {"NO_REVIEWED_TEXT": 1}


def test_what_families_text_is_acted_on_and_answered(asked: Services) -> None:
    report = says(asked, HILL, "Yes please")
    assert (report.confirmed, report.answered) == (1, 1)
    assert (state(asked, HILL), agreed(asked)) == (ConsentState.GRANTED, 1)
    assert "Thank you. We text only" in bodies(asked)[0]
    assert says(asked, CASTRO, "AYUDA").helped == 1
    report = says(asked, CASTRO, "¿Me puede llamar?", minutes=1)
    assert (report.passed_on, report.answered) == (1, 1)
    report = says(asked, CASTRO, "ya no más por favor", minutes=2)
    assert (report.stopped, report.answered) == (1, 1)
    assert state(asked, CASTRO) is ConsentState.REVOKED
    with reading(asked.engine) as connection:
        assert len(to_read(connection)) == 1


def test_the_same_file_twice_acts_once(asked: Services) -> None:
    rows = [InboundRow(phone=HILL["phone"], body="HELP", received_at=asked.clock.now())]
    assert (receive(asked, rows).answered, receive(asked, rows).again) == (1, 1)
    assert sum("A person answers" in body for body in bodies(asked)) == 1


def test_texts_are_heard_in_the_order_in_which_they_came(asked: Services) -> None:
    now = asked.clock.now()
    stop, yes = (
        InboundRow(phone=HILL["phone"], body=body, received_at=now + timedelta(minutes=minutes))
        for body, minutes in (("STOP", 5), ("YES", 1))
    )
    report = receive(asked, [stop, yes])
    assert (report.confirmed, report.stopped) == (1, 1)
    assert state(asked, HILL) is ConsentState.REVOKED


def test_a_no_counts_while_the_agreement_rests_and_is_answered_by_nobody(asked: Services) -> None:
    says(asked, HILL, "YES")
    asked.register.suspend(SIGNUPS, by="officer-1", why="A review.")
    report = says(asked, HILL, "STOP", minutes=1)
    assert (report.stopped, report.answered) == (1, 0)
    assert state(asked, HILL) is ConsentState.REVOKED
    with pytest.raises(Refused):
        invite(asked)


def test_a_strangers_no_is_kept_and_not_answered(house: Services) -> None:
    report = says(house, {"phone": "617-555-0123"}, "STOP")
    assert (report.stopped, report.answered) == (1, 0)
    assert state(house, {"phone": "617-555-0123"}) is ConsentState.REVOKED


def test_a_row_that_cannot_be_read_stops_no_other_and_a_no_in_it_counts(asked: Services, tmp_path: Path) -> None:
    file = tmp_path / "replies.csv"
    file.write_text(
        "phone,body,received_at\n"
        f"{HILL['phone']},STOP,yesterday\n"
        f"{HILL['phone']},HELP,2026-05-20T10:00:00\n"
        "12345,STOP,2026-05-20T10:00:00-04:00\n"
        f'"{CASTRO["phone"]}","Sí, gracias",2026-05-20T10:00:00-04:00\n'
    )
    report = receive(asked, read_replies(file))
    assert (report.confirmed, report.stopped, report.helped) == (1, 1, 0)
    assert (report.unreadable, report.unreadable_rows) == (3, [1, 2, 3])
    assert (state(asked, HILL), state(asked, CASTRO)) == (ConsentState.REVOKED, ConsentState.GRANTED)
    assert receive(asked, read_replies(file)).again == 2


@pytest.mark.parametrize("content", [b"", b"phone,body\n1,2\n", b"\xff\xfe\x00", b"telephone;words;when\n"])
def test_a_file_that_is_none_of_replies_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "replies.csv"
    file.write_bytes(content)
    with pytest.raises(ContractBroken) as found:
        read_replies(file)
    assert found.value.code == "REPLIES_INVALID"
    with pytest.raises(ContractBroken):
        read_replies(tmp_path / "nowhere.csv")


# -- offers ------------------------------------------------------------------------------------------------------------


def test_who_said_yes_twice_gets_an_offer_once_and_the_other_is_a_caseworkers(asked: Services) -> None:
    says(asked, HILL, "YES")
    report = run_night(asked, DAY)
    assert (report.tasks, report.messages, reasons(report.held)) == (2, 1, {"CONSENT_NOT_CONFIRMED": 1})
    assert "There may be help for your household" in bodies(asked)[0]
    again = send_offers(asked, offers(asked))
    assert (again.sent, again.already) == (0, 1)


def test_a_preview_drafts_and_sends_nothing(asked: Services) -> None:
    run_night(asked, DAY)
    says(asked, HILL, "YES")
    size, sent = asked.ledger.size(), len(bodies(asked))
    found = preview(asked, offers(asked))
    assert (found.sent, found.would_send, reasons(found.held)) == (0, 1, {"CONSENT_NOT_CONFIRMED": 1})
    assert sorted(each.language for each in found.drafts) == ["en", "es"]
    assert {(each.encoding, each.segments) for each in found.drafts} == {("GSM-7", 1)}
    assert all("(413) 555-0100" in each.body for each in found.drafts)
    assert (asked.ledger.size(), len(bodies(asked))) == (size, sent)


def test_a_dry_run_clears_and_sends_nothing(asked: Services) -> None:
    run_night(asked, DAY)
    says(asked, HILL, "YES")
    sent = len(bodies(asked))
    assert send_offers(asked, offers(asked), dry_run=True).sent == 1
    assert len(bodies(asked)) == sent
    assert send_offers(asked, offers(asked)).sent == 1


def test_an_offer_is_traced_by_what_stands_with_it(asked: Services) -> None:
    says(asked, HILL, "YES")
    run_night(asked, DAY)
    with reading(asked.engine) as connection:
        (sent,) = stored_messages(connection, offers=True)
    assert sent.consent_entry is not None and asked.ledger.get(sent.consent_entry).kind == "consent.granted"
    (task,) = [each for each in offers(asked) if each.task == sent.task]
    assert (sent.household, sent.run, sent.lineage) == (task.household, task.run, task.lineage)
    assert AgreementId("DULA-2026-004") in sent.lineage
    assert next(asked.ledger.entries(kind="grant.issued", topic=sent.grant)).body["action"] == "contact"


# -- through a carrier -------------------------------------------------------------------------------------------------


def by_twilio(house: Services, network: Network) -> Services:
    channel: Channel = twilio_channel(
        house.clearing, account=ACCOUNT, token=TOKEN, service=SERVICE, public_url=PUBLIC, http_client=network
    )
    settings: Settings = house.settings.model_copy(update={"twilio_auth_token": SecretStr(TOKEN)})
    return replace(house, channel=channel, settings=settings)


def told(house: Services, hook: str, form: dict[str, str], query: str = "") -> str:
    url = f"{PUBLIC}/webhooks/twilio/{hook}{query}"
    return webhook(house, hook, url, form, RequestValidator(TOKEN).compute_signature(url, form))


@pytest.mark.parametrize("answer", [broken(ConnectionResetError()), refused(20003, 401)])
def test_after_a_broken_line_nothing_more_is_tried(house: Services, answer: Any) -> None:
    network = Network([answer])
    house = by_twilio(house, network)
    place_contacts(house)
    report = invite(house)
    assert report.invited == 0
    assert reasons(report.held)["CHANNEL_PAUSED"] == 1
    assert len(network.texts) == 1


def test_an_answer_that_concerns_one_phone_stops_no_other(house: Services) -> None:
    network = Network([refused(21610)])
    house = by_twilio(house, network)
    place_contacts(house)
    assert (invite(house).invited, len(network.texts)) == (1, 2)


def test_a_family_answers_through_a_carrier_and_is_answered_once(house: Services) -> None:
    network = Network()
    house = by_twilio(house, network)
    place_contacts(house)
    invite(house)
    form = {"From": "+14135550141", "Body": "YES", "MessageSid": "SMin1"}
    assert [told(house, "inbound", form) for _ in range(2)] == [ANSWER, ANSWER]
    assert state(house, HILL) is ConsentState.GRANTED
    assert len(network.texts) == 3
    told(house, "inbound", {"From": "+14135550141", "Body": "Arrête", "OptOutType": "STOP", "MessageSid": "SMin2"})
    assert state(house, HILL) is ConsentState.REVOKED


def test_what_a_carrier_says_of_a_text_is_kept_once(house: Services) -> None:
    house = by_twilio(house, Network())
    place_contacts(house)
    invite(house)
    form = {"MessageSid": sid(1), "MessageStatus": "undelivered", "ErrorCode": "30006"}
    told(house, "status", form)
    assert not webhook_status(house, form)
    with reading(house.engine) as connection:
        statuses = sorted(each.status for each in stored_messages(connection))
    assert statuses == [Status.FAILED, Status.SENT]
    assert sum(ContactFlag.DO_NOT_TEXT in each.flags for each in house.contacts.all()) == 1


def test_an_unknown_outcome_is_found_by_our_own_name_in_the_address(house: Services) -> None:
    house = by_twilio(house, Network([broken(ConnectionResetError())]))
    place_contacts(house)
    invite(house)
    with reading(house.engine) as connection:
        (lost,) = stored_messages(connection)
    told(house, "status", {"MessageSid": "SMlost", "MessageStatus": "delivered"}, f"?message={lost.id}")
    with reading(house.engine) as connection:
        assert stored_messages(connection)[0].status is Status.DELIVERED


@pytest.mark.parametrize("hook", ["inbound", "status"])
def test_what_nobody_signed_is_not_believed_and_fills_no_ledger(asked: Services, hook: str) -> None:
    house = by_twilio(asked, Network())
    form = {"From": "+14135550141", "Body": "STOP", "MessageSid": "SMin1"}
    size = house.ledger.size()
    for _ in range(3):
        with pytest.raises(WebhookUnsigned):
            webhook(house, hook, f"{PUBLIC}/webhooks/twilio/{hook}", form, "forged")
    assert house.ledger.size() == size + 1
    assert state(house, HILL) is ConsentState.ASKED
    with pytest.raises(WebhookUnsigned):
        webhook(asked, hook, PUBLIC, form, RequestValidator("").compute_signature(PUBLIC, form))


@pytest.mark.parametrize("form", [{}, {"From": "", "Body": "STOP"}, {"From": "+14135550141"}, {"Body": "x"}])
def test_a_form_that_says_little_breaks_nothing(asked: Services, form: dict[str, str]) -> None:
    webhook_inbound(asked, form)
    assert not webhook_status(asked, form, MessageId("m-1"))


# -- commands ----------------------------------------------------------------------------------------------------------


def command(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(["outreach", *words, "--home", str(house.settings.home), "--json"]) == code, capsys.readouterr().err
    out = capsys.readouterr()
    assert "555-014" not in out.out + out.err and "55501" not in out.out + out.err
    return json.loads(out.out) if out.out else out.err


def replies(folder: Path, rows: list[tuple[str, str, str]]) -> str:
    file = folder / "replies.csv"
    with file.open("w", encoding="utf-8", newline="") as open_file:
        csv.writer(open_file).writerows([("phone", "body", "received_at"), *rows])
    return str(file)


def test_the_commands_do_the_whole_round(house: Services, capsys: Capture, tmp_path: Path) -> None:
    assert command(house, capsys, "invite", "--dry-run")["invited"] == 0
    assert command(house, capsys, "invite")["invited"] == 2
    file = replies(tmp_path, [(HILL["phone"], "YES", "2026-05-20T10:05:00-04:00")])
    heard = command(house, capsys, "receive", file)
    assert (heard["confirmed"], heard["answered"]) == (1, 1)
    run_night(house, DAY)
    found = command(house, capsys, "preview")
    assert (found["sent"], found["would_send"]) == (0, 0)
    assert {each["reason"] for each in found["held"]} == {"SENT_BEFORE", "CONSENT_NOT_CONFIRMED"}
    sent = command(house, capsys, "send")
    assert (sent["sent"], sent["already"], sent["dry_run"]) == (0, 1, False)
    assert sent["held"] == [{"reason": "CONSENT_NOT_CONFIRMED", "count": 1}]


def test_a_row_that_cannot_be_read_is_exit_code_four_and_named(
    house: Services, capsys: Capture, tmp_path: Path
) -> None:
    place_contacts(house)
    rows = [("nobody", "STOP", "x"), (HILL["phone"], "ALTO", "2026-05-20T10:05:00-04:00")]
    heard = command(house, capsys, "receive", replies(tmp_path, rows), code=4)
    assert (heard["stopped"], heard["unreadable_rows"]) == (1, [1])
    assert "REPLIES_INVALID" in command(house, capsys, "receive", str(tmp_path / "nowhere.csv"), code=4)


def test_where_nobody_may_be_contacted_sending_is_refused(house: Services, capsys: Capture) -> None:
    house.register.suspend(SIGNUPS, by="officer-1", why="A review.")
    assert "NOT_ACTIVE" in command(house, capsys, "invite", code=3)


@pytest.mark.parametrize("words", [["preview"], ["send", "--dry-run"], ["invite"], ["receive"]])
def test_people_can_read_it(house: Services, capsys: Capture, tmp_path: Path, words: list[str]) -> None:
    place_contacts(house)
    run_night(house, DAY)
    file = replies(tmp_path, [(HILL["phone"], "HELP", "2026-05-20T10:05:00-04:00"), ("", "", "")])
    given = [*words, file] if words == ["receive"] else words
    code = run(["outreach", *given, "--home", str(house.settings.home)])
    out = capsys.readouterr().out
    assert code == (4 if words == ["receive"] else 0)
    assert out.strip() and "555-0141" not in out
