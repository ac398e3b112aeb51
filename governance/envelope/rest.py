"""An e-signature service over HTTP, in the shape of DocuSign's eSignature REST API v2.1.

What carries the requests is given: a `Transport` is all that this module knows of the network, so that it can be tried
without one; `governance.envelope.http` is the one that an installation uses.

Sending twice is one envelope: the parcel's own key goes along as `transactionId`, and before sending, the service is
asked whether it has that key.

Source: DocuSign eSignature REST API v2.1, resource Envelopes (create, list, get, update, documents).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from governance.envelope.local import over, unfinished
from governance.envelope.moves import unknown
from governance.envelope.notice import read_envelope, unreadable
from governance.envelope.seam import EnvelopeReport, EnvelopeStatus, Parcel
from governance.errors import Misconfigured

OK, CREATED, BAD_REQUEST, NOT_FOUND, TROUBLE = 200, 201, 400, 404, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service answered: an HTTP status, and the body's bytes."""

    status: int
    body: bytes


class Transport(Protocol):
    """What carries a request to the service."""

    def __call__(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        """Send one request.

        Args:
            method: `GET`, `POST` or `PUT`.
            path: below `/restapi/v2.1/accounts/{account}`.
            body: a JSON document; None where there is none.

        Raises:
            OSError: the service was not reached, or did not answer in time.
        """
        ...


class RestEnvelope:
    """Envelopes of a service.

    Args:
        transport: what carries requests to it.
        name: the service's name, for the ledger.
    """

    def __init__(self, transport: Transport, name: str = "docusign") -> None:
        self._transport = transport
        self.name = name

    def send(self, parcel: Parcel) -> str:
        """See `Envelope.send`."""
        known = self._ask("GET", f"/envelopes?transaction_ids={quote(parcel.key)}")
        found = known.get("envelopes") or []
        if found:
            return _id(found[0] if isinstance(found, list) else None)
        return _id(self._ask("POST", "/envelopes", _definition(parcel)))

    def status(self, envelope: str) -> EnvelopeReport:
        """See `Envelope.status`."""
        document = self._ask("GET", f"{_place(envelope)}?include=recipients")
        try:
            return read_envelope(envelope, document)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise unreadable() from None

    def void(self, envelope: str, why: str) -> None:
        """See `Envelope.void`."""
        stands = self.status(envelope).status
        if stands in {EnvelopeStatus.COMPLETED, EnvelopeStatus.DECLINED}:
            raise over()
        if stands not in {EnvelopeStatus.VOIDED, EnvelopeStatus.TIMEDOUT}:
            self._ask("PUT", _place(envelope), {"status": "voided", "voidedReason": why or "withdrawn"})

    def document(self, envelope: str) -> bytes:
        """See `Envelope.document`."""
        if self.status(envelope).status is not EnvelopeStatus.COMPLETED:
            raise unfinished()
        return self._answer("GET", f"{_place(envelope)}/documents/combined").body

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = self._answer(method, path, body)
        try:
            document = json.loads(answer.body) if answer.body else {}
        except ValueError:
            raise unreadable() from None
        if not isinstance(document, dict):
            raise unreadable()
        return document

    def _answer(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        try:
            answer = self._transport(method, path, body)
        except OSError:
            raise _unreachable("did not answer") from None
        if answer.status == NOT_FOUND:
            raise unknown()
        if answer.status >= TROUBLE:
            raise _unreachable("is in trouble")
        if answer.status >= BAD_REQUEST:
            raise unreadable()
        return answer


def _definition(parcel: Parcel) -> dict[str, Any]:
    """An envelope as the service wants it. Who signs for whom goes along as the role's name."""
    document = {
        "documentId": "1",
        "name": f"{parcel.id} version {parcel.version}",
        "fileExtension": "txt",
        "documentBase64": base64.b64encode(parcel.text.encode()).decode(),
    }
    signers = [
        {
            "recipientId": str(number),
            "routingOrder": str(number),
            "name": signer.name,
            "email": signer.email,
            "roleName": f"{signer.party} {signer.agency}",
        }
        for number, signer in enumerate(parcel.signers, start=1)
    ]
    said = {"agreement": parcel.id, "version": str(parcel.version), "document_sha256": parcel.sha256}
    fields = [{"name": name, "value": value, "show": "true", "required": "true"} for name, value in said.items()]
    return {
        "status": "sent",
        "transactionId": parcel.key,
        "emailSubject": f"For signature: {parcel.title}"[:100],
        "documents": [document],
        "recipients": {"signers": signers},
        "customFields": {"textCustomFields": fields},
    }


def _place(envelope: str) -> str:
    """Where an envelope is. Its id is the service's word, and leads nowhere else."""
    return f"/envelopes/{quote(envelope, safe='')}"


def _id(document: object) -> str:
    found = document.get("envelopeId") if isinstance(document, dict) else None
    if not isinstance(found, str) or not found:
        raise unreadable()
    return found


def _unreachable(what: str) -> Misconfigured:
    return Misconfigured(
        f"The e-signature service {what}.",
        "Try again later; sending the same paper again sends it once.",
        code="ENVELOPE_UNREACHABLE",
    )
