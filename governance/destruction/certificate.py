"""The certificate of destruction: what was destroyed, line by line, how it was proved, and the log's signature.

The text is a line that says what it is, and one line of canonical JSON; it is signed as a C2SP signed note with the
ledger's own key. The ledger holds everything but the lines of the inventory, and these it holds in the inventory's own
entries: the certificate can be made again from an exported ledger alone, to the byte.

Source: NIST SP 800-88 Rev. 1, appendix G (what a certificate of sanitization states); the agreement's part "term and
termination".
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.destruction.inventory import Item, item
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.ledger.entry import canonical
from governance.ledger.note import key_id, verified_text

DOMAIN = "hearthline certificate of destruction v1"
"""The first line of every certificate: no checkpoint, and no other signature of the key, begins with it."""

CERTIFIED = "destruction.certified"
"""The kind of the ledger's entry that a certificate stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A signed certificate. `document` is what it says; `note` the signed note that says it."""

    document: Mapping[str, Any]
    note: str

    @property
    def agreement(self) -> AgreementId:
        """Whose data is gone."""
        return AgreementId(self.document["agreement"]["id"])

    @property
    def sha256(self) -> str:
        """The hash of the text, by which the ledger knows the certificate."""
        return hashlib.sha256(certificate_text(self.document).encode()).hexdigest()

    @property
    def items(self) -> tuple[Item, ...]:
        """Every line of it: what was destroyed."""
        return tuple(item(line) for line in self.document["items"])

    def json(self) -> str:
        """What it says, as JSON to be read by people too."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"

    @property
    def signature(self) -> str:
        """The note's last line."""
        return self.note.rpartition("\n\n")[2]


def issue(document: Mapping[str, Any], *, key: Ed25519PrivateKey, name: str) -> Certificate:
    """Sign a certificate.

    Args:
        document: what it says.
        key: the ledger's key.
        name: the ledger's name, which is also the key's.
    """
    text = certificate_text(document)
    signature = key_id(name, key.public_key().public_bytes_raw()) + key.sign(text.encode())
    return assembled(document, f"\u2014 {name} {base64.b64encode(signature).decode()}\n")


def assembled(document: Mapping[str, Any], signature: str) -> Certificate:
    """A certificate from what it says and its signature's line. Says nothing about whether they belong together."""
    return Certificate(document=document, note=f"{certificate_text(document)}\n{signature}")


def certificate_text(document: Mapping[str, Any]) -> str:
    """The text that is signed."""
    return f"{DOMAIN}\n{canonical(document)}\n"


def read_certificate(note: str, verifier: str) -> Certificate:
    """Check a certificate's signature and read it. Needs nothing but the ledger's public key.

    Args:
        note: the signed note.
        verifier: the ledger's key, as `hearthline init` printed it.

    Raises:
        Misconfigured: `CERTIFICATE_INVALID` where it is no certificate, was changed, or is not signed by that key.
    """
    try:
        return _parsed(verified_text(note, verifier), note)
    except (ValueError, KeyError, TypeError) as broken:
        raise Misconfigured(
            f"This certificate does not hold: {broken}.",
            "Ask whoever issued it for the original, and check the key.",
            code="CERTIFICATE_INVALID",
        ) from None


def _parsed(text: str, note: str) -> Certificate:
    domain, _, rest = text.partition("\n")
    if domain != DOMAIN:
        raise ValueError("it does not say that it is a certificate of destruction")
    document = json.loads(rest)
    if certificate_text(document) != text:
        raise ValueError("it is not written as certificates are")
    found = Certificate(document=document, note=note)
    if not found.agreement or len(found.items) != len(document["items"]):
        raise ValueError("it names no agreement")
    return found
