"""The token goes to the host that was named, over TLS, and nowhere else; what goes wrong on the way has one name."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from governance.envelope import http
from governance.envelope.http import HttpTransport
from governance.envelope.rest import RestEnvelope
from governance.errors import Misconfigured
from tests.governance.envelope.desk import ACCOUNT, PREFIX, TOKEN, Desk, desk
from tests.governance.papers import NOW

LIST = "/envelopes?transaction_ids=x"


@pytest.fixture
def there() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


def to(there: Desk, *, seconds: float = 5, token: str = TOKEN) -> HttpTransport:
    return HttpTransport(url=there.url, account=ACCOUNT, token=token, seconds=seconds)


def unreachable(there: Desk, *, seconds: float = 5) -> None:
    """The service counts as one that does not answer, and the error holds nothing of what was sent."""
    with pytest.raises(Misconfigured) as found:
        RestEnvelope(to(there, seconds=seconds)).status("e-1")
    assert found.value.code == "ENVELOPE_UNREACHABLE"
    assert found.value.__cause__ is None
    assert TOKEN not in str(found.value)
    with pytest.raises(OSError, match=r"^$"):
        to(there, seconds=seconds)("GET", LIST)


def test_a_request_arrives_as_it_was_meant(there: Desk) -> None:
    body = {"transactionId": "k", "recipients": {"signers": []}, "title": "¡ya!"}
    assert to(there)("POST", "/envelopes", body).status == 201
    assert to(there)("GET", LIST).body == b'{"resultSetSize": "0"}'
    assert there.seen == [(f"{PREFIX}/envelopes", f"Bearer {TOKEN}"), (f"{PREFIX}{LIST}", f"Bearer {TOKEN}")]
    (kept,) = there.service.envelopes.values()
    assert kept["title"] == "¡ya!"


def test_what_the_service_refuses_is_an_answer(there: Desk) -> None:
    assert to(there)("GET", "/envelopes/nowhere").status == 404
    assert to(there, token="another")("GET", LIST).status == 401


def test_an_id_leads_to_an_envelope_and_nowhere_else(there: Desk) -> None:
    with pytest.raises(Misconfigured) as found:
        RestEnvelope(to(there)).status("../../users?x=\r\n")
    assert found.value.code == "ENVELOPE_UNKNOWN"
    assert there.seen[0][0] == f"{PREFIX}/envelopes/..%2F..%2Fusers%3Fx%3D%0D%0A?include=recipients"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(there: Desk, status: int) -> None:
    with desk() as elsewhere:
        there.instead = (status, {"Location": f"{elsewhere.url}{PREFIX}{LIST}"}, b"")
        unreachable(there)
        assert elsewhere.seen == []
    there.instead = (status, {"Location": f"{there.url}/other"}, b"")
    before = len(there.seen)
    unreachable(there)
    assert len(there.seen) == before + 2


def test_a_proxy_does_not_hear_what_this_machine_tells_itself(there: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert to(there)("GET", LIST).status == 200
        assert proxy.seen == []


def test_a_service_that_is_not_there_does_not_answer() -> None:
    with desk() as gone:
        pass
    unreachable(gone)


def test_a_service_that_falls_silent_does_not_answer(there: Desk) -> None:
    there.service.silent = 9
    unreachable(there)


def test_a_service_that_trickles_does_not_answer(there: Desk) -> None:
    there.instead, there.delay = (200, {}, b"." * 100), 0.05
    unreachable(there, seconds=0.2)


def test_a_service_that_breaks_off_does_not_answer(there: Desk) -> None:
    there.instead = (200, {"Content-Length": "100"}, b"{}")
    unreachable(there)


def test_a_service_that_never_ends_does_not_answer(there: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 10)
    there.instead = (200, {}, b"." * 11)
    unreachable(there)


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_is_busy_does_not_answer(there: Desk, status: int) -> None:
    there.instead = (status, {}, b"")
    with pytest.raises(Misconfigured) as found:
        RestEnvelope(to(there)).status("e-1")
    assert found.value.code == "ENVELOPE_UNREACHABLE"


@pytest.mark.parametrize(
    "url",
    [
        "http://sign.example",
        "http://127.0.0.1.sign.example",
        "http://127.0.0.1@sign.example",
        "https://someone:secret@sign.example",
        "https://sign.example/restapi",
        "https://sign.example?x=1",
        "https://sign.example#x",
        "https://sign.example:0",
        "https://sign.example:x",
        "https://[::1",
        "https://",
        "ftp://127.0.0.1",
        "file:///etc/hosts",
        "sign.example",
        "",
    ],
)
def test_an_address_without_tls_or_with_more_than_a_host_is_not_used(url: str) -> None:
    with pytest.raises(Misconfigured) as found:
        HttpTransport(url=url, account=ACCOUNT, token=TOKEN)
    assert found.value.code == "ENVELOPE_INSECURE"
    assert TOKEN not in str(found.value)


@pytest.mark.parametrize("token", ["two\nlines", "a\rb", "tökén"])
def test_a_token_that_would_break_a_request_is_not_used(token: str) -> None:
    with pytest.raises(Misconfigured) as found:
        HttpTransport(url="https://sign.example", account=ACCOUNT, token=token)
    assert found.value.code == "ENVELOPE_INSECURE"
    assert token not in str(found.value)


def test_a_transport_does_not_show_its_token() -> None:
    assert TOKEN not in repr(HttpTransport(url="https://sign.example/", account=ACCOUNT, token=TOKEN))


def test_only_a_certificate_that_this_machine_trusts_gets_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with desk(tls=context) as there:
        unreachable(there)
        assert there.seen == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert to(there)("GET", LIST).status == 200
        assert there.seen == [(f"{PREFIX}{LIST}", f"Bearer {TOKEN}")]


def certificate(folder: Path) -> Path:
    """A certificate for this machine that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sign.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=7_000))
        .not_valid_after(NOW + timedelta(days=7_000))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "cert.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file
