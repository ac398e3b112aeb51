"""What families text: a no acts at once and needs nobody's permission; what is not understood is for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from alerts.inbound import Heard, inbound_context, inbound_id
from alerts.inbox import Received, received_from, to_read
from alerts.keyword import Meaning
from alerts.message import Kind
from governance.consent import ConsentState
from governance.database import reading
from governance.errors import GrantSpent, Misconfigured
from governance.ids import AgreementId, ContactId
from tests.alerts.desk import Desk, desk
from tests.governance.families import FAMILIES, OTHER_PHONE, PHONE, TOPIC


@pytest.fixture
def made(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def hear(made: Desk, body: str, *, phone: str = PHONE, minutes: int = 0, carrier_id: str = "") -> Heard:
    at = made.families.clock.now() + timedelta(minutes=minutes)
    with made.families.door() as door:
        return made.ear.hear(phone, body, at, carrier_id=carrier_id, door=door)


def state(made: Desk, id: ContactId) -> ConsentState:
    return made.families.consents.state(id, topic=TOPIC)


def kept(made: Desk, id: ContactId) -> list[Received]:
    with reading(made.engine) as connection:
        return received_from(connection, [id])


def test_a_yes_that_was_waited_for_confirms(made: Desk) -> None:
    id = made.families.asked()
    heard = hear(made, "Sí, gracias")
    assert (heard.meaning, heard.answer, heard.contact) == (Meaning.YES, Kind.CONFIRMED, id)
    assert state(made, id) is ConsentState.GRANTED
    assert made.families.consents.show(id)[0].history[-1].proof == f"message {heard.id}"


@pytest.mark.parametrize("standing", ["nobody", "willing", "revoked"])
def test_a_yes_that_nobody_waited_for_is_for_a_person(made: Desk, standing: str) -> None:
    id = made.families.contacts.id_of(PHONE) if standing == "nobody" else made.families.willing()
    if standing == "revoked":
        made.families.consents.revoke(id, how="worker", proof="said", by="worker-1")
    before = state(made, id)
    heard = hear(made, "YES")
    assert (heard.meaning, heard.answer) == (Meaning.OTHER, Kind.UNKNOWN_REPLY)
    assert state(made, id) is before


def test_start_is_a_yes_where_one_is_waited_for_and_no_way_round_a_no(made: Desk) -> None:
    id = made.families.asked()
    assert hear(made, "START").answer is Kind.CONFIRMED
    hear(made, "STOP", minutes=1)
    assert hear(made, "START", minutes=2).answer is Kind.UNKNOWN_REPLY
    assert state(made, id) is ConsentState.REVOKED


@pytest.mark.parametrize("body", ["STOP", "ya no más por favor", "停止", "Stop. My landlord changed the locks today"])
def test_a_no_takes_everything_back_at_once(made: Desk, body: str) -> None:
    id = made.families.willing()
    heard = hear(made, body)
    assert heard.meaning.is_no and heard.answer is Kind.STOPPED
    assert state(made, id) is ConsentState.REVOKED


def test_a_no_counts_whatever_the_agreements_say(made: Desk) -> None:
    id = made.families.willing()
    for standing in made.families.register.all():
        made.families.register.suspend(AgreementId(standing.agreement.id), by="officer-1")
    made.ear.hear(PHONE, "ALTO", made.families.clock.now())
    assert state(made, id) is ConsentState.REVOKED
    assert kept(made, id)[0].body_sealed is None


def test_a_no_of_somebody_whom_nobody_knows_is_kept(made: Desk) -> None:
    heard = hear(made, "stop", phone=OTHER_PHONE)
    assert state(made, heard.contact) is ConsentState.REVOKED


def test_a_no_counts_even_where_the_door_shuts_in_between(made: Desk) -> None:
    id = made.families.willing()
    at = made.families.clock.now()
    with made.families.door() as door:
        door.close()
        with pytest.raises(GrantSpent):
            made.ear.hear(PHONE, "STOP", at, door=door)
    assert state(made, id) is ConsentState.REVOKED
    heard = made.ear.hear(PHONE, "STOP", at)
    assert heard.new and heard.answer is Kind.STOPPED


@pytest.mark.parametrize(
    ("body", "meaning", "answer"),
    [
        ("HELP", Meaning.HELP, Kind.HELP),
        ("¿Quién es?", Meaning.HELP, Kind.HELP),
        ("Can somebody call me?", Meaning.OTHER, Kind.UNKNOWN_REPLY),
        ("", Meaning.OTHER, Kind.UNKNOWN_REPLY),
    ],
)
def test_the_rest_is_answered_and_changes_no_consent(made: Desk, body: str, meaning: Meaning, answer: Kind) -> None:
    id = made.families.willing()
    heard = hear(made, body)
    assert (heard.meaning, heard.answer) == (meaning, answer)
    assert state(made, id) is ConsentState.GRANTED


def test_the_words_rest_sealed_and_only_the_door_opens_them(made: Desk) -> None:
    id = made.families.willing()
    heard = hear(made, "My landlord changed the locks")
    (one,) = kept(made, id)
    assert one.body_sealed is not None and b"landlord" not in one.body_sealed
    with made.families.door() as door:
        assert door.unseal(one.body_sealed, inbound_context(heard.id)) == b"My landlord changed the locks"
    with reading(made.engine) as connection:
        assert [each.id for each in to_read(connection)] == [heard.id]


def test_neither_words_nor_number_stand_in_the_ledger(made: Desk) -> None:
    made.families.willing()
    hear(made, "My landlord changed the locks, call 617-555-0123")
    written = made.families.written()
    assert "landlord" not in written and "5550123" not in written and "555-0123" not in written


def test_the_ledger_says_that_something_came_and_what_it_meant(made: Desk) -> None:
    id = made.families.willing()
    heard = hear(made, "STOP")
    (entry,) = made.families.ledger.entries(kind="message.received", topic=heard.id)
    assert dict(entry.body) == {"contact": id, "meaning": "stop"}
    assert [each.kind for each in made.families.ledger.entries(topic=id)][-2:] == ["consent.revoked", "contact.heard"]


@pytest.mark.parametrize("body", ["YES", "STOP", "HELP", "hello"])
def test_the_same_text_twice_acts_once(made: Desk, body: str) -> None:
    made.families.asked()
    first = hear(made, body)
    size = made.families.ledger.size()
    again = made.ear.hear("+1 617 555 0123", body, made.families.clock.now())
    assert (first.id, again.id) == (again.id, first.id)
    assert (again.new, again.answer) == (False, None)
    assert made.families.ledger.size() <= size + 2  # the door's own


def test_a_carriers_name_makes_it_the_same_text_whenever_it_is_told(made: Desk) -> None:
    made.families.willing()
    assert hear(made, "HELP", carrier_id="SM1").new
    assert not hear(made, "HELP", minutes=3, carrier_id="SM1").new
    assert hear(made, "HELP", minutes=3, carrier_id="SM2").new


def test_the_same_words_at_another_time_are_another_text(made: Desk) -> None:
    made.families.willing()
    assert hear(made, "HELP").id != hear(made, "HELP", minutes=1).id


@pytest.mark.parametrize("break_off", ["heard", "seal"])
def test_hearing_that_broke_off_after_a_yes_is_gone_on_with(
    made: Desk, break_off: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = made.families.asked()
    at = made.families.clock.now()
    with monkeypatch.context() as patch, made.families.door() as door:
        owner = made.families.contacts if break_off == "heard" else door
        patch.setattr(owner, break_off, lambda *_, **__: raises(RuntimeError)())
        with pytest.raises(RuntimeError):
            made.ear.hear(PHONE, "YES", at, door=door)
    heard = made.ear.hear(PHONE, "YES", at)
    assert (heard.meaning, heard.answer) == (Meaning.YES, Kind.CONFIRMED)
    assert state(made, id) is ConsentState.GRANTED


def test_what_comes_from_no_telephone_is_refused(made: Desk) -> None:
    with pytest.raises(Misconfigured) as found:
        made.ear.hear("12345", "STOP", made.families.clock.now())
    assert found.value.code == "PHONE_INVALID"


def test_it_is_the_same_on_either_database(tmp_path: Path, engine: Engine) -> None:
    made = desk(tmp_path, engine)
    id = made.families.asked()
    assert hear(made, "YES").answer is Kind.CONFIRMED
    assert not hear(made, "YES").new
    assert hear(made, "alto", minutes=1).answer is Kind.STOPPED
    assert state(made, id) is ConsentState.REVOKED
    assert [each.meaning for each in kept(made, id)] == [Meaning.YES, Meaning.STOP]


def test_an_id_tells_nothing_of_the_words(made: Desk) -> None:
    id = made.families.contacts.id_of(PHONE)
    assert inbound_id(id, "STOP", made.families.clock.now()).startswith("m-in-")
    assert FAMILIES not in inbound_id(id, "STOP", made.families.clock.now())


def raises(kind: type[Exception]) -> Callable[[], None]:
    def fail() -> None:
        raise kind

    return fail
