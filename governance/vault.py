"""The vault: data keys, wrapped under their agreement's key, wrapped under this installation's key.

One random 256-bit key per agreement × dataset × field × known-month. Whoever destroys an agreement's keyring has
destroyed its data everywhere, backups included; whoever shreds one month has forgotten that month. Wrapping is AES Key
Wrap (RFC 3394); sealed values are AES-256-GCM (NIST SP 800-38D).

Only the gate and what it opened hold a vault; everything else goes through them.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.keystore import KeyStore

_MASTER = "master"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_DIGEST_LENGTH = 32


@dataclass(slots=True)
class _Keyring:
    """An agreement's keys, unwrapped in memory. `own` is the agreement's own key; `wrapped` the data keys by name."""

    own: bytes
    wrapped: dict[str, str] = field(default_factory=dict)


class Vault:
    """Makes, wraps, unwraps and destroys keys.

    Args:
        keystore: where secrets rest.
    """

    def __init__(self, keystore: KeyStore) -> None:
        self._keystore = keystore
        self._parsed: dict[AgreementId, tuple[bytes, Any]] = {}

    def prepare(self) -> None:
        """Make the installation's own key where there is none yet. Running it again changes nothing."""
        with self._keystore.locked():
            if self._keystore.get(_MASTER) is None:
                self._keystore.put(_MASTER, os.urandom(_KEY_BYTES))

    def secret(self, name: str) -> bytes:
        """A 256-bit secret of this installation by name (`ledger`, `enclave`), made when first asked for."""
        with self._keystore.locked():
            found = self._keystore.get(name)
            if found is None:
                found = os.urandom(_KEY_BYTES)
                self._keystore.put(name, found)
            return found

    def write_keys(
        self, agreement: AgreementId, dataset: DatasetId, month: str, fields: Iterable[str]
    ) -> dict[str, bytes]:
        """Data keys to seal a file with; made, and durable, before this returns.

        Args:
            agreement: whose keys.
            dataset: which dataset's.
            month: the known-month, `2022-05`.
            fields: the file's columns, each of which gets a key of its own.
        """
        wanted = list(fields)
        with self._keystore.locked():
            ring = self._complete(agreement, dataset, [month], wanted)
        return {name: aes_key_unwrap(ring.own, _bytes(ring.wrapped[_name(dataset, month, name)])) for name in wanted}

    def make_keys(
        self, agreement: AgreementId, dataset: DatasetId, months: Iterable[str], fields: Iterable[str]
    ) -> None:
        """Make what `write_keys` would make month by month, at once: the keyring is kept a single time."""
        with self._keystore.locked():
            self._complete(agreement, dataset, months, list(fields))

    def read_keys(
        self, agreement: AgreementId, dataset: DatasetId, month: str, fields: Iterable[str]
    ) -> dict[str, bytes]:
        """Data keys to open a file with, of these fields and no others.

        Raises:
            Misconfigured: `KEY_DESTROYED` where a key is gone: the data is gone with it, by design.
        """
        ring = self._ring(agreement)
        keys: dict[str, bytes] = {}
        for name in fields:
            wrapped = ring.wrapped.get(_name(dataset, month, name))
            if wrapped is None:
                raise Misconfigured(
                    f"The key of {dataset}.{name} for {month} under {agreement} is gone, and what it sealed with it.",
                    "If it was not destroyed on purpose, restore the vault.",
                    code="KEY_DESTROYED",
                )
            keys[name] = aes_key_unwrap(ring.own, _bytes(wrapped))
        return keys

    def seal(self, plaintext: bytes, agreements: Collection[AgreementId], context: str) -> bytes:
        """Seal a value under all of these agreements at once: it takes every one of their keys to open it.

        Args:
            plaintext: the value.
            agreements: at least one.
            context: what the value is and where it belongs; must be the same at opening.
        """
        if not agreements:
            raise ValueError("a value belongs to at least one agreement")
        key = os.urandom(_KEY_BYTES)
        owners = sorted(agreements)
        wrapped = key
        for owner in owners:
            wrapped = aes_key_wrap(self._own_key(owner), wrapped)
        nonce = os.urandom(_NONCE_BYTES)
        head = json.dumps({"a": owners, "k": _text(wrapped)}, separators=(",", ":")).encode()
        body = AESGCM(key).encrypt(nonce, plaintext, context.encode())
        return len(head).to_bytes(4, "big") + head + nonce + body

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Open a sealed value.

        Raises:
            Misconfigured: `KEY_DESTROYED` where one of its agreements' keys is gone; `SEAL_BROKEN` where the bytes
                were changed or belong somewhere else.
        """
        size = int.from_bytes(sealed[:4], "big")
        head = json.loads(sealed[4 : 4 + size])
        nonce, body = sealed[4 + size : 4 + size + _NONCE_BYTES], sealed[4 + size + _NONCE_BYTES :]
        key = _bytes(head["k"])
        rings = [self._ring(owner).own for owner in reversed(head["a"])]
        try:
            for own in rings:
                key = aes_key_unwrap(own, key)
            return AESGCM(key).decrypt(nonce, body, context.encode())
        except (InvalidTag, InvalidUnwrap):
            raise Misconfigured(
                "A sealed value does not open: it was changed, or stands where it does not belong.",
                "Restore it from a backup and find out who changed it.",
                code="SEAL_BROKEN",
            ) from None

    def owners(self, sealed: bytes) -> tuple[AgreementId, ...]:
        """The agreements that a sealed value belongs to."""
        size = int.from_bytes(sealed[:4], "big")
        return tuple(json.loads(sealed[4 : 4 + size])["a"])

    def pseudonym(self, agreement: AgreementId, text: str) -> str:
        """A keyed digest: the same text under the same agreement gives the same name, and tells nothing else.

        Source: HMAC-SHA-256 (RFC 2104), cut to 128 bits.
        """
        return hmac.digest(self.digest_key(agreement), text.encode(), "sha256").hex()[:_DIGEST_LENGTH]

    def digest_key(self, agreement: AgreementId) -> bytes:
        """The key of `pseudonym`, derived from the agreement's own, for digesting many rows without a call each."""
        return hmac.digest(self._own_key(agreement), b"hearthline pseudonym", "sha256")

    def destroy(self, agreement: AgreementId) -> None:
        """Destroy every key of an agreement. There is no way back."""
        with self._keystore.locked():
            self._keystore.destroy(_ring_name(agreement))
            self._parsed.pop(agreement, None)

    def _own_key(self, agreement: AgreementId) -> bytes:
        ring = self._load(agreement)
        if ring is None:
            with self._keystore.locked():
                ring = self._load_or_make(agreement)
        return ring.own

    def _complete(
        self, agreement: AgreementId, dataset: DatasetId, months: Iterable[str], fields: Collection[str]
    ) -> _Keyring:
        """The keyring with all of these keys, the missing ones made and kept. For whoever holds the lock."""
        ring = self._load_or_make(agreement)
        names = {_name(dataset, month, name) for month in months for name in fields} - ring.wrapped.keys()
        made = {full: _text(aes_key_wrap(ring.own, os.urandom(_KEY_BYTES))) for full in sorted(names)}
        if made:
            ring = _Keyring(own=ring.own, wrapped=ring.wrapped | made)
            self._save(agreement, ring)
        return ring

    def _load_or_make(self, agreement: AgreementId) -> _Keyring:
        ring = self._load(agreement)
        if ring is None:
            ring = _Keyring(own=os.urandom(_KEY_BYTES))
            self._save(agreement, ring)
        return ring

    def _ring(self, agreement: AgreementId) -> _Keyring:
        ring = self._load(agreement)
        if ring is None:
            raise Misconfigured(
                f"The keys of {agreement} are gone, and what they sealed with them.",
                "If they were not destroyed on purpose, restore the vault.",
                code="KEY_DESTROYED",
            )
        return ring

    def _load(self, agreement: AgreementId) -> _Keyring | None:
        stored = self._keystore.get(_ring_name(agreement))
        if stored is None:
            return None
        read, document = self._parsed.get(agreement, (b"", None))
        if read != stored:  # what is kept in memory is as wrapped as it rests; a key that was destroyed is not there
            document = json.loads(stored)
            self._parsed[agreement] = (stored, document)
        return _Keyring(own=aes_key_unwrap(self._master(), _bytes(document["own"])), wrapped=document["keys"])

    def _save(self, agreement: AgreementId, ring: _Keyring) -> None:
        document = {"own": _text(aes_key_wrap(self._master(), ring.own)), "keys": ring.wrapped}
        self._keystore.put(_ring_name(agreement), json.dumps(document, separators=(",", ":")).encode())

    def _master(self) -> bytes:
        master = self._keystore.get(_MASTER)
        if master is None:
            raise Misconfigured(
                "This home has no vault.", "Run `hearthline init`, or restore the vault.", code="KEY_MISSING"
            )
        return master


def _ring_name(agreement: AgreementId) -> str:
    return f"keyring/{agreement}"


def _name(dataset: DatasetId, month: str, field_name: str) -> str:
    return f"{dataset}|{month}|{field_name}"


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
