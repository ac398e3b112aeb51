"""Webhooks: only what bears the carrier's signature over the exact address and every field is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from alerts.channels.webhook import news, verify
from alerts.message_table import Status

TOKEN = "an invented token"
URL = "https://help.example/webhooks/twilio/inbound"
FORM = {"From": "+16175550123", "Body": "STOP", "MessageSid": "SM1", "Empty": ""}
FIELDS = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=12), max_size=5)


def signed(url: str = URL, form: dict[str, str] | None = None, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, FORM if form is None else form))


def test_what_twilio_signed_is_believed() -> None:
    assert verify(URL, FORM, signed(), TOKEN)


def test_an_example_of_twilios_own_is_believed() -> None:
    """Source: Twilio, "Webhooks security", the worked example."""
    form = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
    form |= {"Caller": "+12349013030", "From": "+12349013030"}
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert verify(url, form, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=", "12345")


@pytest.mark.parametrize(
    ("url", "form", "token"),
    [
        (URL + "/", FORM, TOKEN),
        (URL.replace("https", "http"), FORM, TOKEN),
        (URL + "?message=m-1", FORM, TOKEN),
        (URL.replace("help.", "help2."), FORM, TOKEN),
        (URL, {**FORM, "Body": "YES"}, TOKEN),
        (URL, {**FORM, "More": "1"}, TOKEN),
        (URL, {name: value for name, value in FORM.items() if name != "MessageSid"}, TOKEN),
        (URL, FORM, "another token"),
    ],
)
def test_one_thing_changed_and_it_is_not(url: str, form: dict[str, str], token: str) -> None:
    assert not verify(url, form, signed(), token)


@pytest.mark.parametrize("signature", ["", "x", "é", "=" * 28])
def test_a_signature_that_is_none_fits_nothing(signature: str) -> None:
    assert not verify(URL, FORM, signature, TOKEN)


def test_nothing_fits_an_account_without_a_secret() -> None:
    assert not verify(URL, FORM, signed(token=""), "")


@given(FIELDS, FIELDS)
def test_other_fields_have_another_signature(form: dict[str, str], other: dict[str, str]) -> None:
    assert verify(URL, form, signed(form=form), TOKEN)
    if "".join(k + v for k, v in sorted(form.items())) != "".join(k + v for k, v in sorted(other.items())):
        assert not verify(URL, other, signed(form=form), TOKEN)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("sent", Status.SENT),
        ("delivered", Status.DELIVERED),
        ("undelivered", Status.FAILED),
        ("failed", Status.FAILED),
    ],
)
def test_what_became_of_a_text_is_understood(told: str, status: Status) -> None:
    found = news({"MessageSid": "SM1", "MessageStatus": told, "ErrorCode": "30003"})
    assert found is not None
    assert (found.provider_id, found.status, found.code) == ("SM1", status, "30003")


@pytest.mark.parametrize(
    "form",
    [
        {"MessageSid": "SM1", "MessageStatus": "queued"},
        {"MessageSid": "SM1", "MessageStatus": "accepted"},
        {"MessageSid": "SM1"},
        {"MessageStatus": "delivered"},
        {},
    ],
)
def test_what_says_nothing_is_no_news(form: dict[str, str]) -> None:
    assert news(form) is None
