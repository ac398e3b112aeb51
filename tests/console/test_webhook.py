"""What a carrier tells reaches the program exactly as it was signed, and nothing else comes in that way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.webhook import MOST_BYTES, MOST_NOTICE_BYTES
from tests.console.example import example
from tests.console.look import Client, opened

INBOUND = "/webhooks/twilio/inbound"
ENVELOPE = "/webhooks/envelope"
SIGNED = {"x-twilio-signature": "good", "accept": "*/*"}
PUBLIC = "https://help.example/hearthline"


@pytest.fixture
def client() -> Iterator[Client]:
    with opened(replace(example(), public_url=PUBLIC)) as client:
        yield client


@pytest.mark.parametrize("kind", ["inbound", "status"])
def test_every_field_arrives_as_it_was_sent_under_the_public_address(client: Client, kind: str) -> None:
    body = "From=%2B14135550123&Body=Please+stop+%C2%A1ya%21&Empty="
    headers = {**SIGNED, "content-type": "application/x-www-form-urlencoded"}
    answer = client.post(f"/webhooks/twilio/{kind}?a=1%202", content=body, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/xml")
    assert f"{kind} {PUBLIC}/webhooks/twilio/{kind}?a=1%202 " in answer.text
    assert "[(Body, Please stop ¡ya!), (Empty, ), (From, +14135550123)]" in answer.text


def test_without_a_public_address_the_one_that_was_called_counts() -> None:
    with opened(example()) as client:
        answer = client.post(INBOUND, data={"Body": "x"}, headers=SIGNED)
    assert "inbound http://127.0.0.1/webhooks/twilio/inbound " in answer.text


@pytest.mark.parametrize("signature", ["", "bad"])
def test_a_signature_that_does_not_fit_is_refused(client: Client, signature: str) -> None:
    headers = {"x-twilio-signature": signature, "accept": "*/*"}
    answer = client.post(INBOUND, data={"Body": "STOP"}, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_carrier_is_no_page_of_ours_and_needs_not_be(client: Client) -> None:
    answer = client.post(INBOUND, data={"Body": "x"}, headers={**SIGNED, "sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_public_name_leads_to_the_webhooks_and_to_no_page(client: Client) -> None:
    host = {**SIGNED, "host": "help.example"}
    assert client.post(INBOUND, data={"Body": "x"}, headers=host).status_code == 200
    for path in ("/", "/queue", "/outbox", "/health", "/static/hearthline/mark.svg"):
        assert client.get(path, headers={"host": "help.example"}).status_code == 421
    assert client.post(INBOUND, data={"Body": "x"}, headers={**SIGNED, "host": "other.example"}).status_code == 421


def test_a_form_that_is_too_long_is_not_read(client: Client) -> None:
    answer = client.post(INBOUND, data={"Body": "x" * (MOST_BYTES + 1)}, headers=SIGNED)
    assert answer.status_code == 413


def test_a_hook_is_not_a_page_to_be_visited(client: Client) -> None:
    assert client.get(INBOUND).status_code == 405


def test_a_notice_arrives_byte_by_byte_with_its_signatures_and_no_other_header() -> None:
    told: list[tuple[bytes, dict[str, str]]] = []
    heard = replace(example(), envelope=lambda body, headers: told.append((body, dict(headers))))
    headers = {"X-DocuSign-Signature-1": "a", "x-docusign-signature-2": "b", "authorization": "c", "cookie": "d"}
    with opened(heard) as client:
        answer = client.post(ENVELOPE, content=b'{"a": \xff}\r\n ', headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
        assert client.post(ENVELOPE, content=b" " * (MOST_NOTICE_BYTES + 1), headers=headers).status_code == 413
        assert client.get(ENVELOPE).status_code == 405
    assert told == [(b'{"a": \xff}\r\n ', {"x-docusign-signature-1": "a", "x-docusign-signature-2": "b"})]


def test_pages_that_know_no_e_signature_service_hear_no_notice(client: Client) -> None:
    headers = {"x-docusign-signature-1": "a", "host": "help.example", "accept": "*/*"}
    answer = client.post(ENVELOPE, content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "WEBHOOK_UNSIGNED")
