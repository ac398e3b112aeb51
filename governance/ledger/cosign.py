"""Cosignatures: a witness's line under a checkpoint, saying that it saw this head at that time (C2SP tlog-cosignature).

A witness signs only what grows out of what it signed before (`governance.ledger.witness`). Whoever trusts a witness
knows that the log showed everybody the same history: a second history would need the witness's key too.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from governance.ledger.note import decode, is_name, signatures, text_of

_COSIGNATURE = b"\x04"
"""The algorithm's number in a key's id: timestamped Ed25519 (signed-note, "Signature types")."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID_BYTES = 4
_TIME_BYTES = 8
_KEY_BYTES = 32
_DASH = "\u2014"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A witness's signature that holds: whose, and when it was made."""

    witness: str
    at: datetime


def witness_key(name: str, key: Ed25519PublicKey) -> str:
    """A witness's public key in the form that verifiers take: name+hash+base64.

    Raises:
        ValueError: a name that a note cannot carry.
    """
    if not is_name(name):
        raise ValueError("a witness's name is not empty, and holds neither space nor plus")
    public = key.public_bytes_raw()
    return f"{name}+{_key_id(name, public).hex()}+{base64.b64encode(_COSIGNATURE + public).decode()}"


def read_witness_key(text: str) -> tuple[str, bytes]:
    """The name and raw public key of a witness.

    Raises:
        ValueError: it is not a witness's key; a log's own key is none.
    """
    name, _, rest = text.partition("+")
    digest, _, encoded = rest.partition("+")
    raw = decode(encoded)
    public = raw[1:]
    known = raw[:1] == _COSIGNATURE and len(public) == _KEY_BYTES and _key_id(name, public).hex() == digest
    if not known or not is_name(name):
        raise ValueError("not a witness's key")
    return name, public


def cosign(note: str, name: str, key: Ed25519PrivateKey, at: datetime) -> str:
    """A witness's signature line for a checkpoint. Whether it should sign is for the caller to know.

    Args:
        note: the signed checkpoint; only its text is signed.
        name: the witness's.
        key: the witness's.
        at: when; aware. Whole seconds count.
    """
    seconds = int(at.timestamp())
    signature = key.sign(_message(text_of(note), seconds))
    blob = _key_id(name, key.public_key().public_bytes_raw()) + seconds.to_bytes(_TIME_BYTES, "big") + signature
    return f"{_DASH} {name} {base64.b64encode(blob).decode()}\n"


def cosigned(note: str, witnesses: Iterable[str]) -> tuple[Cosignature, ...]:
    """The cosignatures under a note that hold, of the witnesses that are trusted.

    Args:
        note: a checkpoint with whatever stands below it.
        witnesses: their keys, as `witness_key` writes them.

    Raises:
        ValueError: it is no note; or a trusted witness's signature does not hold, which spoils it.
    """
    text, lines = text_of(note), signatures(note)
    found: dict[str, Cosignature] = {}
    for witness in witnesses:
        name, public = read_witness_key(witness)
        for blob in (blob for by, blob in lines if by == (name, _key_id(name, public))):
            seconds = int.from_bytes(blob[:_TIME_BYTES], "big")
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(blob[_TIME_BYTES:], _message(text, seconds))
            except InvalidSignature:
                raise ValueError(f"the cosignature of {name} does not hold") from None
            found[name] = Cosignature(witness=name, at=_EPOCH + timedelta(seconds=seconds))
    return tuple(found[name] for name in sorted(found))


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _COSIGNATURE + public).digest()[:_ID_BYTES]


def _message(text: str, seconds: int) -> bytes:
    """What a witness signs (tlog-cosignature, "Format"): a header, the time, and the whole text of the checkpoint."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
