"""Signed checkpoints: C2SP tlog-checkpoint (the text) in a C2SP signed-note (the signature), with Ed25519.

Any tool that speaks these formats can check our log's head; none of ours is needed.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from governance.ledger.merkle import HASH_BYTES

_ED25519 = b"\x01"
_ID_BYTES = 4
_KEY_BYTES = 32
_PARTS = 3
"""A checkpoint has at least three lines; a signature line has three words."""
_DASH = "\u2014"
_MOST_SIGNATURES = 100
"""signed-note asks for a limit, of at least 16."""


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
    """A public key in the form that verifiers take: name+hash+base64, the form of Go's sumdb/note.

    Raises:
        ValueError: a name that a note cannot carry: empty, or with a space or a plus.
    """
    if not is_name(name):
        raise ValueError("a key's name is not empty, and holds neither space nor plus")
    public = key.public_bytes_raw()
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def sign(name: str, key: Ed25519PrivateKey, size: int, root: bytes) -> Head:
    """Sign a head (tlog-checkpoint, "Note text": origin, size, root; then one signature line).

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

    Signatures of other keys (witnesses, the key before this one) are passed over, as signed-note asks; one of this key
    that does not hold spoils the note.

    Args:
        note: the signed note.
        verifier: the key to trust, as `verifier_key` writes it.

    Raises:
        ValueError: it is not a checkpoint of that log, or not signed by that key.
    """
    name, _ = read_verifier_key(verifier)
    lines = verified_text(note, verifier).split("\n")[:-1]
    if len(lines) < _PARTS or not all(lines) or lines[0] != name:
        raise ValueError("not a checkpoint of that log")
    if not lines[1].isascii() or not lines[1].isdigit() or lines[1] != str(int(lines[1])):
        raise ValueError("not a size as a checkpoint writes it")
    root = decode(lines[2])
    if len(root) != HASH_BYTES:
        raise ValueError("not a root")
    return Head(size=int(lines[1]), root=root, note=note)


def verified_text(note: str, verifier: str) -> str:
    """The text of a signed note, whatever it says (signed-note, "Format" and "Signatures").

    Raises:
        ValueError: it is not a signed note, or not signed by that key.
    """
    name, public = read_verifier_key(verifier)
    text = text_of(note)
    ours = [signature for by, signature in signatures(note) if by == (name, key_id(name, public))]
    if not ours:
        raise ValueError("not signed by that key")
    try:
        for signature in ours:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except InvalidSignature:
        raise ValueError("not signed by that key: the signature does not hold") from None
    return text


def text_of(note: str) -> str:
    """The text of a note, without asking whose signatures stand below it.

    Raises:
        ValueError: it is not a signed note.
    """
    return _parts(note)[0]


def signatures(note: str) -> list[tuple[tuple[str, bytes], bytes]]:
    """Every signature under a note: whose, by name and key id, and its bytes.

    Raises:
        ValueError: it is not a signed note.
    """
    return [_signature(line) for line in _parts(note)[1]]


def _parts(note: str) -> tuple[str, list[str]]:
    if any(character < " " and character != "\n" for character in note):
        raise ValueError("not a signed note: it holds control characters")
    text, separator, below = note.rpartition("\n\n")
    lines = below.split("\n")
    if not separator or lines.pop() or not 0 < len(lines) <= _MOST_SIGNATURES:
        raise ValueError("not a signed note")
    return f"{text}\n", lines


def read_verifier_key(text: str) -> tuple[str, bytes]:
    """The name and the raw public key of a verifier key.

    Raises:
        ValueError: it is not one.
    """
    name, _, rest = text.partition("+")
    digest, _, encoded = rest.partition("+")
    raw = decode(encoded)
    public = raw[1:]
    known = raw[:1] == _ED25519 and len(public) == _KEY_BYTES and key_id(name, public).hex() == digest
    if not known or not is_name(name):
        raise ValueError("not an Ed25519 verifier key")
    return name, public


def is_name(text: str) -> bool:
    """Whether a note can carry a key by this name."""
    return bool(text) and "+" not in text and not any(character.isspace() for character in text)


def _signature(line: str) -> tuple[tuple[str, bytes], bytes]:
    """Who signed, by name and key id, and the signature."""
    parts = line.split(" ")
    if len(parts) != _PARTS or parts[0] != _DASH or not is_name(parts[1]):
        raise ValueError("not a signature line")
    raw = decode(parts[2])
    if len(raw) <= _ID_BYTES:
        raise ValueError("not a signature line")
    return (parts[1], raw[:_ID_BYTES]), raw[_ID_BYTES:]


def decode(text: str) -> bytes:
    """The bytes of base64 that is written as base64 is.

    Raises:
        ValueError: it is not.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as broken:
        raise ValueError("not base64") from broken
    if base64.b64encode(raw).decode() != text:
        raise ValueError("not base64 as it is written")  # bits that decode to nothing could be changed unseen
    return raw
