"""Signed checkpoints: C2SP tlog-checkpoint (the text) in a C2SP signed-note (the signature), with Ed25519.

Any tool that speaks these formats can check our log's head; none of ours is needed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_ID_BYTES = 4
_KEY_BYTES = 32
_PARTS = 3
"""A checkpoint has at least three lines; a signature line has three words."""
_DASH = "\u2014"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The log at one size: its root, and the signed note that says so."""

    size: int
    root: bytes
    note: str


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a note names a key (signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_ID_BYTES]


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    """A public key in the form that verifiers take: name+hash+base64 (signed-note, "Verifier keys")."""
    public = key.public_bytes_raw()
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def sign(name: str, key: Ed25519PrivateKey, size: int, root: bytes) -> Head:
    """Sign a head.

    Args:
        name: the log's origin, which is also the key's name.
        key: the log's key.
        size: entries.
        root: the tree's root at that size.
    """
    text = f"{name}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = key_id(name, key.public_key().public_bytes_raw()) + key.sign(text.encode())
    note = f"{text}\n{_DASH} {name} {base64.b64encode(signature).decode()}\n"
    return Head(size=size, root=root, note=note)


def open_note(note: str, verifier: str) -> Head:
    """Check a signed checkpoint and read it.

    Args:
        note: the signed note.
        verifier: the key to trust, as `verifier_key` writes it.

    Raises:
        ValueError: it is not a checkpoint of that log, or not signed by that key.
    """
    name, public = read_verifier_key(verifier)
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise ValueError("not a signed note")
    text += "\n"
    if not any(_signed(text, line, name, public) for line in signatures[:-1].split("\n")):
        raise ValueError("not signed by that key")
    lines = text.split("\n")
    if len(lines) < _PARTS or lines[0] != name or not lines[1].isascii() or not lines[1].isdigit():
        raise ValueError("not a checkpoint of that log")
    if lines[1] != str(int(lines[1])):
        raise ValueError("a size has no leading zeros")
    return Head(size=int(lines[1]), root=_decode(lines[2]), note=note)


def read_verifier_key(text: str) -> tuple[str, bytes]:
    """The name and the raw public key of a verifier key.

    Raises:
        ValueError: it is not one.
    """
    name, _, rest = text.partition("+")
    digest, _, encoded = rest.partition("+")
    raw = _decode(encoded)
    public = raw[1:]
    if raw[:1] != _ED25519 or len(public) != _KEY_BYTES or key_id(name, public).hex() != digest:
        raise ValueError("not an Ed25519 verifier key")
    return name, public


def _signed(text: str, line: str, name: str, public: bytes) -> bool:
    parts = line.split(" ")
    if len(parts) != _PARTS or parts[0] != _DASH or parts[1] != name:
        return False
    raw = _decode(parts[2])
    if raw[:_ID_BYTES] != key_id(name, public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(raw[_ID_BYTES:], text.encode())
    except InvalidSignature:
        return False
    return True


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as broken:
        raise ValueError("not base64") from broken
    if base64.b64encode(raw).decode() != text:
        raise ValueError("not base64 as it is written")  # bits that decode to nothing could be changed unseen
    return raw
