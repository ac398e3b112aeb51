"""The seal: how a sealed value is laid out. Its head says in clear which agreements' keys it takes to open it.

4 bytes: the head's length · the head: {"a": agreements, "k": the wrapped key} · 12 bytes nonce · ciphertext and tag
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from governance.ids import AgreementId

NONCE_BYTES = 12
_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A sealed value in its parts. `key` is wrapped under the own key of each of `owners`, in their order."""

    owners: tuple[AgreementId, ...]
    key: bytes
    nonce: bytes
    body: bytes

    def pack(self) -> bytes:
        """The sealed value as it rests."""
        document = {"a": self.owners, "k": base64.b64encode(self.key).decode()}
        head = json.dumps(document, separators=(",", ":")).encode()
        return len(head).to_bytes(_LENGTH, "big") + head + self.nonce + self.body


def unpack(sealed: bytes) -> Seal | None:
    """The parts of a sealed value; None where these bytes are none."""
    size = int.from_bytes(sealed[:_LENGTH], "big")
    head, rest = sealed[_LENGTH : _LENGTH + size], sealed[_LENGTH + size :]
    if not head.startswith(b"{") or len(rest) < NONCE_BYTES:
        return None
    try:
        document = json.loads(head)
        owners, key = document["a"], base64.b64decode(document["k"], validate=True)
    except (ValueError, KeyError, TypeError):
        return None
    if not _are_names(owners):
        return None
    return Seal(owners=tuple(owners), key=key, nonce=rest[:NONCE_BYTES], body=rest[NONCE_BYTES:])


def owners(sealed: bytes | None) -> frozenset[AgreementId]:
    """The agreements that a value is sealed under; none where it is no sealed value. Needs no key."""
    found = unpack(sealed) if sealed else None
    return frozenset(found.owners) if found else frozenset()


def _are_names(owners: object) -> bool:
    return isinstance(owners, Sequence) and not isinstance(owners, str) and all(isinstance(one, str) for one in owners)
