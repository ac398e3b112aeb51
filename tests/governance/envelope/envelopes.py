"""An e-signature service for tests: it answers requests as the real one does, without a network."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.envelope.rest import Answer

SECRET = b"a secret that was agreed"
AT = "2026-09-01T12:00:00.0000000Z"


@dataclass(slots=True)
class Service:
    """Envelopes by id, in the shape of DocuSign's eSignature REST API v2.1, and every request that came.

    `trouble` is the HTTP status of the next answer, once; `silent` the number of requests that it does not answer,
    although it does what they ask.
    """

    envelopes: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    trouble: int = 0
    silent: int = 0

    def __call__(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        """One request."""
        self.asked.append((method, path))
        if self.trouble:
            status, self.trouble = self.trouble, 0
            return Answer(status=status, body=b"{}")
        answer = self._answer(method, path.partition("?"), dict(body or {}))
        if self.silent:
            self.silent -= 1
            raise TimeoutError
        return answer

    def _answer(self, method: str, path: tuple[str, str, str], body: dict[str, Any]) -> Answer:
        parts = path[0].strip("/").split("/")
        if parts == ["envelopes"]:
            return self._create(body) if method == "POST" else self._list(path[2])
        envelope = self.envelopes.get(parts[1])
        if envelope is None:
            return Answer(status=404, body=b'{"errorCode":"ENVELOPE_DOES_NOT_EXIST"}')
        if parts[2:] == ["documents", "combined"]:
            return Answer(status=200, body=b"%PDF-1.7 signed by everybody")
        if method == "PUT":
            envelope.update(status=body["status"], voidedReason=body["voidedReason"])
        return _json(envelope)

    def _create(self, body: dict[str, Any]) -> Answer:
        id = f"00000000-0000-4000-8000-{len(self.envelopes):012}"
        signers = [{**each, "status": "sent"} for each in body["recipients"]["signers"]]
        self.envelopes[id] = {**body, "envelopeId": id, "status": "sent", "recipients": {"signers": signers}}
        return _json({"envelopeId": id, "status": "sent", "statusDateTime": AT}, status=201)

    def _list(self, query: str) -> Answer:
        key = query.removeprefix("transaction_ids=")
        found = [each for each in self.envelopes.values() if each["transactionId"] == key]
        return _json({"envelopes": found} if found else {"resultSetSize": "0"})

    def sign(self, id: str, number: int) -> None:
        """One signer signs; with the last one the envelope is completed."""
        signers = self.envelopes[id]["recipients"]["signers"]
        signers[number].update(status="completed", signedDateTime=AT)
        if all(each["status"] == "completed" for each in signers):
            self.envelopes[id]["status"] = "completed"

    def decline(self, id: str, number: int) -> None:
        """One signer says no."""
        envelope = self.envelopes[id]
        envelope["recipients"]["signers"][number].update(status="declined", declinedDateTime=AT)
        envelope.update(status="declined", declinedReason="not like this")

    def notice(self, id: str, secret: bytes = SECRET) -> tuple[bytes, dict[str, str]]:
        """What the service sends by itself about an envelope: the body and the headers."""
        envelope = self.envelopes[id]
        summary = {key: envelope[key] for key in ("status", "recipients")}
        said = {
            "event": f"envelope-{envelope['status']}",
            "apiVersion": "v2.1",
            "retryCount": 0,
            "generatedDateTime": AT,
            "data": {"accountId": "a", "userId": "u", "envelopeId": id, "envelopeSummary": summary},
        }
        body = json.dumps(said).encode()
        digest = base64.b64encode(hmac.digest(secret, body, "sha256")).decode()
        return body, {"Content-Type": "application/json", "X-DocuSign-Signature-1": digest}


def _json(document: dict[str, Any], status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(document).encode())
