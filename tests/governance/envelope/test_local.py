"""Envelopes: what a service says becomes a move of the paper, once, and only of the paper that was sent."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.agreement import Agreement
from governance.document import sha256
from governance.envelope import Envelope, EnvelopeReport, EnvelopeStatus, Signer, SignerReport
from governance.envelope.local import LocalEnvelope
from governance.envelope.moves import Envelopes, parcel_of
from governance.envelope.notice import is_signed, read_notice
from governance.envelope.rest import RestEnvelope
from governance.errors import Misconfigured
from governance.lifecycle import Status
from governance.signing import SigningKey
from tests.governance.envelope.envelopes import SECRET, Service
from tests.governance.papers import NOW, SNAP, Document, Office, agreement, mou, office, snap

BY = "steward-1"
SIGNERS = (
    Signer(party="owner", agency="DTA", name="Flo Invented", email="flo@dta.example"),
    Signer(party="recipient", agency="EOHHS", name="Gus Invented", email="gus@eohhs.example"),
)
KEYS = {"Flo Invented": SigningKey.of_seed(b"o" * 32), "Gus Invented": SigningKey.of_seed(b"r" * 32)}


def approved(document: Document | None = None) -> Office:
    """An office with the SNAP agreement approved."""
    house = office(mou())
    house.register.submit(agreement(document or snap()), by=BY)
    house.register.approve(SNAP, by="council")
    return house


def rest() -> tuple[Office, Service, Envelopes]:
    """The same with an e-signature service."""
    house, service = approved(), Service()
    return house, service, Envelopes(RestEnvelope(service), house.register, house.ledger)


def status(house: Office) -> Status:
    return house.register.newest(SNAP).status


def test_a_service_takes_it_from_approved_to_executed() -> None:
    house, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    assert status(house) is Status.OUT_FOR_SIGNATURE
    service.sign(id, 0)
    assert envelopes.refresh(id, by=BY) == ("signed owner",)
    service.sign(id, 1)
    assert envelopes.refresh(id, by=BY) == ("signed recipient", "completed")
    assert status(house) is Status.EXECUTED
    house.register.activate(SNAP, by=BY)
    assert house.standing().active
    (done,) = house.ledger.entries(kind="envelope.completed")
    assert len(str(done.body["evidence_sha256"])) == 64


def test_doing_it_again_changes_nothing() -> None:
    house, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    assert envelopes.send(SNAP, SIGNERS, by=BY) == id
    service.sign(id, 0)
    service.sign(id, 1)
    body, headers = service.notice(id)
    envelopes.take(read_notice(body, headers, [SECRET]), by="connect")
    size = house.ledger.size()
    for _ in range(3):
        assert envelopes.take(read_notice(body, headers, [SECRET]), by="connect") == ()
        assert envelopes.refresh(id, by=BY) == ()
    assert house.ledger.size() == size
    assert len(service.envelopes) == 1


def test_a_service_that_did_not_answer_is_not_asked_to_send_twice() -> None:
    house, service, envelopes = rest()
    service.silent = 2  # the question and the sending
    with pytest.raises(Misconfigured) as found:
        envelopes.send(SNAP, SIGNERS, by=BY)
    assert found.value.code == "ENVELOPE_UNREACHABLE"
    service.silent = 0
    RestEnvelope(service).send(parcel_of(_paper(house), SIGNERS))
    envelopes.send(SNAP, SIGNERS, by=BY)
    assert len(service.envelopes) == 1


def test_what_is_sent_is_the_text_with_its_hash() -> None:
    house, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    sent = service.envelopes[id]
    text = base64.b64decode(sent["documents"][0]["documentBase64"]).decode()
    assert sha256(_paper(house)) in text.splitlines()[0]
    fields = {each["name"]: each["value"] for each in sent["customFields"]["textCustomFields"]}
    assert fields == {"agreement": SNAP, "version": "1", "document_sha256": sha256(_paper(house))}
    assert sent["status"] == "sent"


def test_no_address_reaches_the_ledger() -> None:
    house, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    service.sign(id, 0)
    envelopes.refresh(id, by=BY)
    assert "flo@" not in "".join(str(entry.body) for entry in house.ledger.entries())
    assert "flo@" not in repr(SIGNERS)


def test_a_signer_who_declines_ends_it() -> None:
    house, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    service.sign(id, 0)
    service.decline(id, 1)
    assert envelopes.refresh(id, by=BY) == ("signed owner", "declined")
    assert status(house) is Status.DECLINED
    assert house.register.get(SNAP).history[-1].why == "not like this"
    assert envelopes.refresh(id, by=BY) == ()


@pytest.mark.parametrize("word", ["voided", "timedout"])
def test_an_envelope_that_is_withdrawn_or_forgotten_voids_the_version(word: str) -> None:
    house, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    service.envelopes[id]["status"] = word
    assert envelopes.refresh(id, by=BY) == ("voided",)
    assert status(house) is Status.VOIDED


def test_we_can_call_it_back_until_it_is_over() -> None:
    _, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    assert envelopes.void(id, by=BY, why="a typing error") == ("voided",)
    assert service.envelopes[id]["voidedReason"] == "a typing error"
    assert envelopes.void(id, by=BY, why="again") == ()
    service.envelopes[id]["status"] = "completed"
    with pytest.raises(Misconfigured) as found:
        envelopes.void(id, by=BY, why="too late")
    assert found.value.code == "ENVELOPE_OVER"


def test_an_envelope_that_nobody_sent_moves_nothing() -> None:
    house, _, envelopes = rest()
    with pytest.raises(Misconfigured) as found:
        envelopes.take(EnvelopeReport(envelope="e-elsewhere", status=EnvelopeStatus.COMPLETED), by="connect")
    assert found.value.code == "ENVELOPE_UNKNOWN"
    with pytest.raises(Misconfigured) as gone:
        envelopes.refresh("00000000-0000-4000-8000-999999999999", by=BY)
    assert gone.value.code == "ENVELOPE_UNKNOWN"
    assert status(house) is Status.APPROVED


def test_an_envelope_with_a_text_that_was_replaced_moves_nothing() -> None:
    house, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    house.register.void(SNAP, by=BY)
    house.register.submit(agreement(snap(version=2, title="Another text")), by=BY)
    house.register.approve(SNAP, by="council")
    service.sign(id, 0)
    service.sign(id, 1)
    assert envelopes.refresh(id, by=BY) == ("completed",)
    assert status(house) is Status.APPROVED
    assert house.register.newest(SNAP).signed == frozenset()


def test_a_signer_who_was_not_asked_signs_nothing() -> None:
    house, _, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    for stranger in (
        SignerReport(party="owner", agency="DTA", name="Mal Invented", status=EnvelopeStatus.COMPLETED),
        SignerReport(party="recipient", agency="EOHHS", name="Flo Invented", status=EnvelopeStatus.COMPLETED),
    ):
        assert (
            envelopes.take(EnvelopeReport(envelope=id, status=EnvelopeStatus.SENT, signers=(stranger,)), by="x") == ()
        )
    assert house.register.newest(SNAP).signed == frozenset()


def test_who_signs_with_a_key_does_not_sign_by_envelope() -> None:
    house, service, envelopes = rest()
    house.register.signatories.register("DTA", "Flo Invented", KEYS["Flo Invented"].public, by=BY)
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    service.sign(id, 0)
    with pytest.raises(Misconfigured) as found:
        envelopes.refresh(id, by=BY)
    assert found.value.code == "SIGNATURE_UNKEYED"


def test_only_an_approved_text_goes_out_and_only_to_its_parties() -> None:
    house = office(mou())
    house.register.submit(agreement(snap()), by=BY)
    envelopes = Envelopes(RestEnvelope(Service()), house.register, house.ledger)
    with pytest.raises(Misconfigured) as found:
        envelopes.send(SNAP, SIGNERS, by=BY)
    assert found.value.code == "AGREEMENT_STATE"
    house.register.approve(SNAP, by="council")
    with pytest.raises(Misconfigured) as stranger:
        envelopes.send(SNAP, [Signer(party="owner", agency="EOHHS", name="Gus Invented")], by=BY)
    assert stranger.value.code == "AGREEMENT_PARTY"


@pytest.mark.parametrize(
    ("http", "code"), [(503, "ENVELOPE_UNREACHABLE"), (404, "ENVELOPE_UNKNOWN"), (401, "ENVELOPE_UNREADABLE")]
)
def test_trouble_of_the_service_has_a_code(http: int, code: str) -> None:
    house, service, envelopes = rest()
    service.trouble = http
    with pytest.raises(Misconfigured) as found:
        envelopes.send(SNAP, SIGNERS, by=BY)
    assert found.value.code == code
    assert status(house) is Status.APPROVED


def test_an_unfinished_envelope_has_no_document() -> None:
    house, _, envelopes = rest()
    service = Service()
    envelope = RestEnvelope(service)
    id = envelope.send(parcel_of(_paper(house), SIGNERS))
    with pytest.raises(Misconfigured) as found:
        envelope.document(id)
    assert found.value.code == "ENVELOPE_OPEN"
    service.envelopes[id]["status"] = "lost"
    with pytest.raises(Misconfigured) as unread:
        envelope.status(id)
    assert unread.value.code == "ENVELOPE_UNREADABLE"
    assert envelopes


# -- notices ------------------------------------------------------------------------------------------------------


def test_a_notice_says_where_the_envelope_is() -> None:
    _, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    service.sign(id, 1)
    report = read_notice(*service.notice(id), [b"an older secret", SECRET])
    assert (report.envelope, report.status) == (id, EnvelopeStatus.SENT)
    assert [(each.party, each.agency, each.status) for each in report.signers] == [
        ("owner", "DTA", EnvelopeStatus.SENT),
        ("recipient", "EOHHS", EnvelopeStatus.COMPLETED),
    ]
    assert report.signers[1].at is not None


def test_a_notice_that_is_not_signed_is_not_read() -> None:
    _, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    body, headers = service.notice(id)
    for wrong in (
        (body + b" ", headers, [SECRET]),
        (body, {}, [SECRET]),
        (body, headers, [b"other"]),
        (body, headers, []),
    ):
        with pytest.raises(Misconfigured) as found:
            read_notice(*wrong)
        assert found.value.code == "ENVELOPE_UNSIGNED"
    assert not is_signed(body, headers, [b""])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["data", "envelopeId", "envelopeSummary", "status", "recipients", "signers", "name"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_else_a_notice_holds_it_is_refused(document: object) -> None:
    body = json.dumps(document).encode()
    headers = {"X-DocuSign-Signature-1": _digest(body)}
    with pytest.raises(Misconfigured) as found:
        read_notice(body, headers, [SECRET])
    assert found.value.code == "ENVELOPE_UNREADABLE"


@given(st.permutations(range(6)))
def test_notices_in_any_order_end_in_the_same_place(order: list[int]) -> None:
    house, service, envelopes = rest()
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    notices = [service.notice(id)]
    service.sign(id, 0)
    notices.append(service.notice(id))
    service.sign(id, 1)
    notices.append(service.notice(id))
    for number in order:
        envelopes.take(read_notice(*notices[number % 3], [SECRET]), by="connect")
    assert status(house) is Status.EXECUTED
    moves = [step.move for step in house.register.get(SNAP).history]
    assert moves.count("signed") == 2
    assert moves.count("executed") == 1


# -- the built-in one ---------------------------------------------------------------------------------------------


def sign(house: Office, party: str, agency: str, name: str) -> None:
    """Somebody signs with their key."""
    house.register.signatories.register(agency, name, KEYS[name].public, by=BY)
    own = house.register.newest(SNAP).sha256
    mark = KEYS[name].sign(party=party, agency=agency, name=name, sha256=own, at=NOW)
    house.register.sign(SNAP, party, name, by=BY, mark=mark)


def test_the_built_in_envelope_follows_the_keys() -> None:
    house = approved()
    local = LocalEnvelope(house.register, house.ledger)
    envelopes = Envelopes(local, house.register, house.ledger)
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    assert envelopes.send(SNAP, SIGNERS, by=BY) == id
    sign(house, "owner", "DTA", "Flo Invented")
    assert [each.status.value for each in local.status(id).signers] == ["completed", "sent"]
    with pytest.raises(Misconfigured) as found:
        local.document(id)
    assert found.value.code == "ENVELOPE_OPEN"
    sign(house, "recipient", "EOHHS", "Gus Invented")
    assert local.status(id).status is EnvelopeStatus.COMPLETED
    assert envelopes.refresh(id, by=BY) == ("completed",)
    assert b"# signed: owner DTA Flo Invented" in local.document(id)
    with pytest.raises(Misconfigured) as late:
        envelopes.void(id, by=BY, why="too late")
    assert late.value.code == "ENVELOPE_OVER"


def test_the_built_in_envelope_is_void_when_it_is_called_back_or_its_text_is_replaced() -> None:
    house = approved()
    local = LocalEnvelope(house.register, house.ledger)
    envelopes = Envelopes(local, house.register, house.ledger)
    id = envelopes.send(SNAP, SIGNERS, by=BY)
    envelopes.void(id, by=BY, why="a typing error")
    assert local.status(id).status is EnvelopeStatus.VOIDED
    house.register.submit(agreement(snap(version=2)), by=BY)
    assert local.status(id).status is EnvelopeStatus.VOIDED
    house.register.approve(SNAP, by="council")
    other = envelopes.send(SNAP, SIGNERS, by=BY)
    assert other != id
    house.register.decline(SNAP, by=BY)
    assert local.status(other).status is EnvelopeStatus.DECLINED


@pytest.mark.parametrize(
    "make", [lambda house: LocalEnvelope(house.register, house.ledger), lambda _: RestEnvelope(Service())]
)
def test_either_is_an_envelope(make: Callable[[Office], Envelope]) -> None:
    envelope = make(approved())
    assert envelope.name in {"local", "docusign"}
    with pytest.raises(Misconfigured) as found:
        envelope.status("e-unheard-of")
    assert found.value.code == "ENVELOPE_UNKNOWN"


def _paper(house: Office) -> Agreement:
    paper = house.register.newest(SNAP).paper
    assert isinstance(paper, Agreement)
    return paper


def _digest(body: bytes) -> str:
    return base64.b64encode(hmac.digest(SECRET, body, "sha256")).decode()
