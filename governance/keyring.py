"""Keyrings: an agreement's keys as they rest, wrapped under this installation's key; and what is left when they go.

Destroying a keyring leaves a tombstone, and gives the installation a new key of its own, under which all other keyrings
are wrapped again. So an old copy of a destroyed keyring does not open when it is put back: its tombstone forbids it,
and the key that it was wrapped under is gone. No keys are ever made again for what has a tombstone.

Source: NIST SP 800-88 Rev. 1, section 2.6 (cryptographic erase); AES Key Wrap (RFC 3394).
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.keystore import KeyStore

KEY_BYTES = 32
_MASTER, _NEXT = "master", "master.next"
_RINGS, _TOMBSTONES = "keyring", "tombstone"
_TRIES = 3
"""Reads of a keyring before it counts as foreign: while the installation's key changes, a reader may see half of it."""


@dataclass(slots=True)
class Keyring:
    """An agreement's keys, unwrapped in memory. `own` is the agreement's own key; `wrapped` the data keys by name."""

    own: bytes
    wrapped: Mapping[str, str] = field(default_factory=dict)


class Keyrings:
    """Loads, makes, keeps and destroys keyrings.

    Args:
        keystore: where secrets rest.
        destroyed: the agreements whose keys were destroyed, as something else than the key store remembers them: a key
            store that was restored from a backup has forgotten.
    """

    def __init__(self, keystore: KeyStore, destroyed: Container[AgreementId] = ()) -> None:
        self._keystore = keystore
        self._destroyed = destroyed
        self._parsed: dict[AgreementId, tuple[bytes, Any]] = {}

    def prepare(self) -> None:
        """Make the installation's own key where there is none yet. For whoever holds the lock."""
        if self._keystore.get(_MASTER) is None and self._keystore.get(_NEXT) is None:
            self._keystore.put(_MASTER, os.urandom(KEY_BYTES))

    def find(self, agreement: AgreementId) -> Keyring | None:
        """An agreement's keyring; None where it has none, or none that may be used."""
        if self.is_destroyed(agreement):
            return None
        for _ in range(_TRIES):
            stored = self._keystore.get(_place(_RINGS, agreement))
            if stored is None:
                return None
            document = self._read(agreement, stored)
            own = self._unwrapped(unpack(document["own"]))
            if own is not None:
                return Keyring(own=own, wrapped=document["keys"])
        return None

    def get(self, agreement: AgreementId) -> Keyring:
        """An agreement's keyring.

        Raises:
            Misconfigured: `KEY_DESTROYED` where it is gone.
        """
        ring = self.find(agreement)
        if ring is None:
            raise _gone(agreement)
        return ring

    def make(self, agreement: AgreementId) -> Keyring:
        """An agreement's keyring, made where there is none yet. For whoever holds the lock.

        Raises:
            Misconfigured: `KEY_DESTROYED` where its keys were destroyed: none are made again.
        """
        if self.is_destroyed(agreement):
            raise Misconfigured(
                f"The keys of {agreement} were destroyed. None are made again for it.",
                "What is shared anew needs an agreement of its own.",
                code="KEY_DESTROYED",
            )
        ring = self.find(agreement)
        if ring is None and self.lies_there(agreement):
            raise _gone(
                agreement
            )  # wrapped under a key that is not ours: it is not written over, a restore may need it
        if ring is None:
            ring = Keyring(own=os.urandom(KEY_BYTES))
            self.keep(agreement, ring)
        return ring

    def keep(self, agreement: AgreementId, ring: Keyring) -> None:
        """Keep a keyring; durable before this returns. For whoever holds the lock."""
        self._write(_place(_RINGS, agreement), ring.own, ring.wrapped, self._master())

    def destroy(self, agreement: AgreementId) -> None:
        """Destroy an agreement's keyring for good. Again, after a crash: the rest is done. For whoever holds the lock.

        The tombstone comes first: from then on the keyring counts for nothing, whether or not it is still there.
        """
        self._keystore.put(_place(_TOMBSTONES, agreement), b"destroyed")
        self._keystore.destroy(_place(_RINGS, agreement))
        self._parsed.pop(agreement, None)
        self._renew()

    def is_destroyed(self, agreement: AgreementId) -> bool:
        """Whether an agreement's keys were destroyed."""
        return self._keystore.get(_place(_TOMBSTONES, agreement)) is not None or agreement in self._destroyed

    def lies_there(self, agreement: AgreementId) -> bool:
        """Whether a keyring is there, usable or not."""
        return self._keystore.get(_place(_RINGS, agreement)) is not None

    def _renew(self) -> None:
        """Wrap every keyring under a new installation's key, and destroy the old one.

        Until the old one is gone both are there, and each keyring opens with one of them: it may break off anywhere.
        """
        fresh = self._keystore.get(_NEXT)
        if fresh is None:
            fresh = os.urandom(KEY_BYTES)
            self._keystore.put(_NEXT, fresh)
        for name in self._keystore.names(_RINGS):
            document = json.loads(self._keystore.get(name) or b"{}")
            own = self._unwrapped(unpack(document["own"])) if document else None
            if own is not None:
                self._write(name, own, document["keys"], fresh)
        self._keystore.destroy(_MASTER)
        self._keystore.put(_MASTER, fresh)
        self._keystore.destroy(_NEXT)

    def _unwrapped(self, wrapped: bytes) -> bytes | None:
        """An agreement's own key; None where it is wrapped under a key that is not this installation's (any more)."""
        for master in dict.fromkeys((self._master(), self._keystore.get(_NEXT))):
            try:
                return aes_key_unwrap(master, wrapped) if master is not None else None
            except InvalidUnwrap:
                continue
        return None

    def _read(self, agreement: AgreementId, stored: bytes) -> Any:
        read, document = self._parsed.get(agreement, (b"", None))
        if read != stored:  # what is kept in memory is as wrapped as it rests; a key that was destroyed is not there
            document = json.loads(stored)
            self._parsed[agreement] = (stored, document)
        return document

    def _write(self, name: str, own: bytes, keys: Mapping[str, str], master: bytes) -> None:
        document = {"own": pack(aes_key_wrap(master, own)), "keys": keys}
        self._keystore.put(name, json.dumps(document, separators=(",", ":")).encode())

    def _master(self) -> bytes:
        """The installation's key; while it changes hands for a moment, the one that is to be it."""
        master = self._keystore.get(_MASTER) or self._keystore.get(_NEXT)
        if master is None:
            raise Misconfigured(
                "This home has no vault.", "Run `hearthline init`, or restore the vault.", code="KEY_MISSING"
            )
        return master


def pack(raw: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(raw).decode()


def unpack(text: str) -> bytes:
    """Bytes from text."""
    return base64.b64decode(text)


def _place(folder: str, agreement: AgreementId) -> str:
    return f"{folder}/{agreement}"


def _gone(agreement: AgreementId) -> Misconfigured:
    return Misconfigured(
        f"The keys of {agreement} are gone, and what they sealed with them.",
        "If they were not destroyed on purpose, restore the vault.",
        code="KEY_DESTROYED",
    )
