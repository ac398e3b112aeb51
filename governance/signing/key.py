"""Signing: a signatory's key, the message that it signs, and the mark that the signature leaves.

The message says everything that the signature means: which document, for which party, in whose name, when. It begins
with a line of its own, so that no other signature of the same key can be passed off as one under a paper:

    hearthline signature v1
    {"agency":"DTA","document_sha256":"…","name":"…","party":"owner","signed_at":"…"}

Anybody can check one with the public key and no part of this program.

Source: Ed25519 (RFC 8032); a key file is PKCS #8 in PEM (RFC 5958, RFC 7468), as `openssl genpkey` makes it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from governance.errors import Misconfigured

DOMAIN = "hearthline signature v1"
"""The first line of every message: what the key signs here, and nothing else."""

PUBLIC_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One signature as it is written down: for which party, in whose name, over which document.

    `agency` is whose officer signed; `signed_at` and `signature` stand in a keyed one (ISO 8601 with offset, base64);
    `envelope` names the e-signature service's envelope; `where` is `document` for one that stands in the paper itself.
    """

    party: str
    sha256: str
    name: str = ""
    agency: str = ""
    signed_at: str = ""
    signature: str = ""
    envelope: str = ""
    where: str = ""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Mark:
        """The mark that a ledger entry's body holds; what is missing there is empty here."""
        return cls(**{each.name: str(body.get(each.name, "")) for each in fields(cls)})

    def body(self) -> dict[str, str]:
        """What the ledger's entry says of it."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    @property
    def kind(self) -> str:
        """`keyed`, `envelope` or `recorded`: what stands behind it."""
        if self.signature:
            return "keyed"
        return "envelope" if self.envelope else "recorded"


def message(mark: Mark) -> bytes:
    """What a key signs: the domain's line, then canonical JSON of what the mark says."""
    said = {
        "agency": mark.agency,
        "document_sha256": mark.sha256,
        "name": mark.name,
        "party": mark.party,
        "signed_at": mark.signed_at,
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{DOMAIN}\n{text}\n".encode()


def verifies(public: str, mark: Mark) -> bool:
    """Whether a mark's signature is by this public key, over exactly what the mark says.

    Args:
        public: base64 of the key's 32 bytes.
        mark: the signature; without one it does not verify.
    """
    try:
        signature = base64.b64decode(mark.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(_raw(public)).verify(signature, message(mark))
    except (InvalidSignature, ValueError):
        return False
    return True


def is_public(text: str) -> bool:
    """Whether a text is a public key as this house writes it: base64 of 32 bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(_raw(text))
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


class SigningKey:
    """A signatory's private key.

    Args:
        private: the key; see `generate`, `of_seed` and `read`.
    """

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = base64.b64encode(private.public_key().public_bytes_raw()).decode()

    @classmethod
    def generate(cls) -> SigningKey:
        """A new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def of_seed(cls, seed: bytes) -> SigningKey:
        """The key of a 256-bit seed, such as the vault keeps."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def read(cls, pem: bytes, password: str | None = None) -> SigningKey:
        """The key in a file's bytes.

        Args:
            pem: PKCS #8 in PEM.
            password: what it is encrypted under; None where it is not.

        Raises:
            Misconfigured: `SIGNING_KEY_UNREADABLE`.
        """
        try:
            private = load_pem_private_key(pem, password.encode() if password else None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise _unreadable() from None
        if not isinstance(private, Ed25519PrivateKey):
            raise _unreadable()
        return cls(private)

    def pem(self, password: str | None = None) -> bytes:
        """The key as a file holds it, encrypted where a password is given."""
        sealed = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)

    def sign(self, *, party: str, agency: str, name: str, sha256: str, at: datetime) -> Mark:
        """Sign a document.

        Args:
            party: `owner`, `recipient` or `processor`; for the memorandum, the agency.
            agency: the agency for which the signatory signs.
            name: the signatory.
            sha256: the document's hash.
            at: the moment, with its offset.
        """
        mark = Mark(party=party, agency=agency, name=name, sha256=sha256, signed_at=at.isoformat())
        signature = base64.b64encode(self._private.sign(message(mark))).decode()
        return Mark(**{**mark.body(), "signature": signature})


def _raw(public: str) -> bytes:
    raw = base64.b64decode(public, validate=True)
    if len(raw) != PUBLIC_BYTES:
        raise ValueError("not a public key")
    return raw


def _unreadable() -> Misconfigured:
    return Misconfigured(
        "The file holds no Ed25519 private key that could be read.",
        "Give the file that `hearthline agreement key` wrote, with its password if it has one.",
        code="SIGNING_KEY_UNREADABLE",
    )
