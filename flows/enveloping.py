"""Envelopes of this installation: papers out for signature, here or through the e-signature service that it names."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.services import Services
from governance.agreement import Agreement
from governance.envelope import Envelope, EnvelopeReport, EnvelopeStatus, SignerReport
from governance.envelope.http import HttpTransport
from governance.envelope.local import LocalEnvelope
from governance.envelope.moves import SENT, Envelopes, unknown
from governance.envelope.notice import is_signed, read_notice
from governance.envelope.rest import RestEnvelope
from governance.envelope.signer import read_signers
from governance.errors import Misconfigured, WebhookUnsigned
from governance.ids import AgreementId
from governance.ledger import Entry
from governance.lifecycle import Status
from governance.settings import Settings
from governance.signing import Mark

BY = "hearthline envelope"
"""Who moves a paper because the service says so."""

REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where an envelope is, and what moved because of it."""

    envelope: str
    service: str
    status: EnvelopeStatus
    signers: tuple[SignerReport, ...]
    moves: tuple[str, ...]


def service_of(house: Services) -> Envelope:
    """What takes papers to their signatories here.

    Raises:
        Misconfigured: `ENVELOPE_INCOMPLETE` where a service is to be used and its account is not complete;
            `ENVELOPE_INSECURE` where its address is none to send a token to.
    """
    settings = house.settings
    if settings.envelope != REST:
        return LocalEnvelope(house.register, house.ledger)
    _complete(settings)
    token = settings.envelope_token.get_secret_value()
    transport = HttpTransport(url=settings.envelope_url, account=settings.envelope_account, token=token)
    return RestEnvelope(transport, name=REST)


def envelopes_of(house: Services) -> Envelopes:
    """Papers under way to their signatories. Raises what `service_of` raises."""
    return Envelopes(service_of(house), house.register, house.ledger)


def send(house: Services, id: AgreementId, file: Path, *, by: str) -> Told:
    """Send an approved agreement out for signature. The same text again is the same envelope.

    Args:
        house: the services.
        id: the agreement.
        file: who signs; see `governance.envelope.signer`.
        by: who sends it.

    Raises:
        Misconfigured: what `read_signers` and `Envelopes.send` raise; `ENVELOPE_ELSEWHERE` where the same text went out
            through another service; `SIGNATURE_UNKEYED` where somebody signs with a key, so that no envelope would do.
    """
    newest = house.register.newest(id)
    if not isinstance(newest.paper, Agreement):
        raise Misconfigured("Only agreements go out in envelopes.", "Let its agencies join it.", code="AGREEMENT_STATE")
    service = service_of(house)
    for before in _sent(house, id):
        if before.body["sha256"] == newest.sha256:
            _here(house, before)
    signers = read_signers(file, newest.paper, newest.signed, reached=service.name == REST)
    for each in signers if service.name == REST else ():
        mark = Mark(party=each.party, agency=each.agency, name=each.name, sha256=newest.sha256, envelope="-")
        house.register.signatories.admit(mark, newest.paper)
    envelopes = Envelopes(service, house.register, house.ledger)
    with _in_turn(house):
        envelope = envelopes.send(id, signers, by=by)
    return _told(envelopes.ask(envelope), service.name, ("sent",) if newest.status is Status.APPROVED else ())


def refresh(house: Services, id: AgreementId, envelope: str = "") -> Told:
    """Ask where an agreement's envelope is, and make the moves that follow: Hearthline makes them, whoever asks.

    Args:
        house: the services.
        id: the agreement.
        envelope: which one; the newest where it is left out.

    Raises:
        Misconfigured: `ENVELOPE_UNKNOWN`; `ENVELOPE_ELSEWHERE`; `ENVELOPE_UNREACHABLE`.
    """
    sent, envelopes = _here(house, newest_sent(house, id, envelope)), envelopes_of(house)
    with _in_turn(house):
        report = envelopes.ask(sent.topic)
        moves = envelopes.take(report, by=BY)
    return _told(report, house.settings.envelope, moves)


def void(house: Services, id: AgreementId, envelope: str = "", *, by: str, why: str) -> Told:
    """Call an agreement's envelope back; the version that it holds is voided. Raises also `ENVELOPE_OVER`."""
    sent, envelopes = _here(house, newest_sent(house, id, envelope)), envelopes_of(house)
    with _in_turn(house):
        moves = envelopes.void(sent.topic, by=by, why=why)
    return _told(envelopes.ask(sent.topic), house.settings.envelope, moves)


def document(house: Services, id: AgreementId, envelope: str = "") -> tuple[bytes, str]:
    """The completed document, and the hash that was put on record when it was completed; empty where none was.

    Raises:
        Misconfigured: `ENVELOPE_OPEN` where not everybody has signed; what `refresh` raises.
    """
    sent = _here(house, newest_sent(house, id, envelope))
    found = service_of(house).document(sent.topic)
    recorded = next(house.ledger.entries(kind="envelope.completed", topic=sent.topic), None)
    return found, str(recorded.body["evidence_sha256"]) if recorded else ""


def notice(house: Services, body: bytes, headers: Mapping[str, str]) -> tuple[str, ...]:
    """Take what the e-signature service tells by itself. Told twice, or late, it changes nothing.

    Args:
        house: the services.
        body: the bytes as they came: what was signed.
        headers: the request's.

    Returns:
        The moves that were made now.

    Raises:
        WebhookUnsigned: it does not bear the service's signature, or this installation has agreed on no secret.
        Misconfigured: `ENVELOPE_UNREADABLE`; `ENVELOPE_UNKNOWN` where it was not sent from here.
    """
    secrets = [each.encode() for each in house.settings.envelope_secret.get_secret_value().split()]
    if house.settings.envelope != REST or not is_signed(body, headers, secrets):
        # once a day, so that strangers cannot fill the ledger
        house.ledger.append_once("webhook.refused", f"envelope {house.clock.today()}", {"code": WebhookUnsigned.code})
        raise WebhookUnsigned(
            "What came to a webhook does not bear the e-signature service's signature.",
            "Check HEARTHLINE_ENVELOPE, and that HEARTHLINE_ENVELOPE_SECRET is the secret agreed with the service.",
        )
    report = read_notice(body, headers, secrets)
    with _in_turn(house):
        return envelopes_of(house).take(report, by=BY)


@contextmanager
def _in_turn(house: Services) -> Iterator[None]:
    """One after the other in a home: notices come several at once, and each looks for what is made already."""
    with (house.settings.home / "envelope.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield  # the lock goes with the file


def newest_sent(house: Services, id: AgreementId, envelope: str = "") -> Entry:
    """What the ledger says of an agreement's envelope: the newest, or the one that is named.

    Raises:
        Misconfigured: `ENVELOPE_UNKNOWN` where none was sent.
    """
    found = [each for each in _sent(house, id) if envelope in {"", each.topic}]
    if not found:
        raise unknown()
    return found[-1]


def _sent(house: Services, id: AgreementId) -> list[Entry]:
    return [each for each in house.ledger.entries(kind=SENT) if each.body["agreement"] == id]


def _here(house: Services, sent: Entry) -> Entry:
    """The same, where it went out through what this installation uses now: nothing else knows where it is."""
    through = str(sent.body["service"])
    if through != house.settings.envelope:
        raise Misconfigured(
            f"The envelope went out through `{through}`, and this installation uses `{house.settings.envelope}` now.",
            f"Set HEARTHLINE_ENVELOPE={through} to deal with it, or void the version.",
            code="ENVELOPE_ELSEWHERE",
        )
    return sent


def _told(report: EnvelopeReport, service: str, moves: tuple[str, ...]) -> Told:
    return Told(envelope=report.envelope, service=service, status=report.status, signers=report.signers, moves=moves)


def _complete(settings: Settings) -> None:
    given = {
        "HEARTHLINE_ENVELOPE_URL": settings.envelope_url,
        "HEARTHLINE_ENVELOPE_ACCOUNT": settings.envelope_account,
        "HEARTHLINE_ENVELOPE_TOKEN": settings.envelope_token.get_secret_value(),
    }
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise Misconfigured(
            "Papers are to go out through an e-signature service, and its account is not complete.",
            f"Set {', '.join(missing)}, or HEARTHLINE_ENVELOPE=local.",
            code="ENVELOPE_INCOMPLETE",
        )
