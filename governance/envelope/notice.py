"""A notice that an e-signature service sends by itself (DocuSign Connect, JSON): checked, then read.

A notice that is not signed with one of the agreed secrets is not read at all. Notices come late, twice and out of
order; each says where the whole envelope is, so that taking one twice changes nothing.

Source: DocuSign Connect, JSON SIM message format; `X-DocuSign-Signature-1` and further: base64 of HMAC-SHA256 over
the bytes of the body, one for each secret of the account.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from governance.envelope.seam import EnvelopeReport, EnvelopeStatus, SignerReport
from governance.errors import Misconfigured

SIGNATURE = "x-docusign-signature-"
_WORDS = {"autoresponded": EnvelopeStatus.DELIVERED, "processing": EnvelopeStatus.SENT, "correct": EnvelopeStatus.SENT}
"""The service's further words, for states that mean one of ours."""


def is_signed(body: bytes, headers: Mapping[str, str], secrets: Collection[bytes]) -> bool:
    """Whether a notice comes from the service: one of its signatures is by one of our secrets.

    Args:
        body: the bytes as they came.
        headers: the request's, in any case of letters.
        secrets: those agreed with the service; several while one replaces another.
    """
    given = [value for name, value in headers.items() if name.lower().startswith(SIGNATURE)]
    made = [base64.b64encode(hmac.digest(secret, body, "sha256")).decode() for secret in secrets if secret]
    return any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in made)


def read_notice(body: bytes, headers: Mapping[str, str], secrets: Collection[bytes]) -> EnvelopeReport:
    """What a notice says.

    Args:
        body: the bytes as they came.
        headers: the request's.
        secrets: those agreed with the service.

    Raises:
        Misconfigured: `ENVELOPE_UNSIGNED` where it is not the service's; `ENVELOPE_UNREADABLE` where it is no notice.
    """
    if not is_signed(body, headers, secrets):
        what = "A notice about an envelope is not signed by the service."
        raise Misconfigured(
            what, "Check the secret that was agreed; what is not signed is not read.", code="ENVELOPE_UNSIGNED"
        )
    try:
        data = json.loads(body)["data"]
        return read_envelope(str(data["envelopeId"]), data["envelopeSummary"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise unreadable() from None


def read_envelope(envelope: str, document: Mapping[str, Any]) -> EnvelopeReport:
    """An envelope as the service describes it, in its answers and in its notices alike.

    Args:
        envelope: its id.
        document: `status`, and `recipients.signers` with `name`, `status`, `roleName` and `customFields`.

    Raises:
        ValueError: a word that the service does not have.
        KeyError: no status.
    """
    signers = tuple(_signer(each) for each in (document.get("recipients") or {}).get("signers", []))
    why = next((str(document[key]) for key in ("voidedReason", "declinedReason") if document.get(key)), "")
    return EnvelopeReport(envelope=envelope, status=_status(document["status"]), signers=signers, why=why)


def unreadable() -> Misconfigured:
    """The error for what the service said and nobody here understands."""
    return Misconfigured(
        "The e-signature service said something that is not understood here.",
        "Look at the envelope in the service; nothing was changed.",
        code="ENVELOPE_UNREADABLE",
    )


def _signer(document: Mapping[str, Any]) -> SignerReport:
    """One signer. For whom they sign stands in `roleName`, as it was sent: `recipient EOHHS`."""
    party, _, agency = str(document.get("roleName", "")).partition(" ")
    when = document.get("signedDateTime") or document.get("declinedDateTime")
    return SignerReport(
        party=party,
        agency=agency,
        name=str(document["name"]),
        status=_status(document["status"]),
        at=datetime.fromisoformat(str(when)) if when else None,
    )


def _status(word: object) -> EnvelopeStatus:
    text = str(word).lower()
    return _WORDS.get(text) or EnvelopeStatus(text)
