"""The vault: data keys, wrapped under their agreement's key, wrapped under this installation's key.

One random 256-bit key per agreement × dataset × field × known-month. Whoever destroys an agreement's keyring has
destroyed its data everywhere, backups included; whoever shreds one month has forgotten that month. Wrapping is AES Key
Wrap (RFC 3394); sealed values are AES-256-GCM (NIST SP 800-38D).

Only the gate and what it opened hold a vault; everything else goes through them.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Collection, Container, Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from governance import seal
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.keyring import KEY_BYTES, Keyring, Keyrings, pack, unpack
from governance.keystore import KeyStore
from governance.seal import NONCE_BYTES, Seal

_DIGEST_LENGTH = 32


class Vault:
    """Makes, wraps, unwraps and destroys keys.

    Args:
        keystore: where secrets rest.
        destroyed: the agreements whose keys were destroyed, as something else than the key store remembers it (see
            `governance.destruction.tombstone`).
    """

    def __init__(self, keystore: KeyStore, destroyed: Container[AgreementId] = ()) -> None:
        self._keystore = keystore
        self._rings = Keyrings(keystore, destroyed)

    def prepare(self) -> None:
        """Make the installation's own key where there is none yet. Running it again changes nothing."""
        with self._keystore.locked():
            self._rings.prepare()

    def secret(self, name: str) -> bytes:
        """A 256-bit secret of this installation by name (`ledger`, `enclave`), made when first asked for."""
        with self._keystore.locked():
            found = self._keystore.get(name)
            if found is None:
                found = os.urandom(KEY_BYTES)
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
        return {name: aes_key_unwrap(ring.own, unpack(ring.wrapped[_name(dataset, month, name)])) for name in wanted}

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
        ring = self._rings.get(agreement)
        keys: dict[str, bytes] = {}
        for name in fields:
            wrapped = ring.wrapped.get(_name(dataset, month, name))
            if wrapped is None:
                raise Misconfigured(
                    f"The key of {dataset}.{name} for {month} under {agreement} is gone, and what it sealed with it.",
                    "If it was not destroyed on purpose, restore the vault.",
                    code="KEY_DESTROYED",
                )
            keys[name] = aes_key_unwrap(ring.own, unpack(wrapped))
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
        key = os.urandom(KEY_BYTES)
        owners = sorted(agreements)
        wrapped = key
        for owner in owners:
            wrapped = aes_key_wrap(self._own_key(owner), wrapped)
        nonce = os.urandom(NONCE_BYTES)
        body = AESGCM(key).encrypt(nonce, plaintext, context.encode())
        return Seal(owners=tuple(owners), key=wrapped, nonce=nonce, body=body).pack()

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Open a sealed value.

        Raises:
            Misconfigured: `KEY_DESTROYED` where one of its agreements' keys is gone; `SEAL_BROKEN` where the bytes
                were changed or belong somewhere else.
        """
        parts = seal.unpack(sealed)
        if parts is None:
            raise _broken()
        key = parts.key
        rings = [self._rings.get(owner).own for owner in reversed(parts.owners)]
        try:
            for own in rings:
                key = aes_key_unwrap(own, key)
            return AESGCM(key).decrypt(parts.nonce, parts.body, context.encode())
        except (InvalidTag, InvalidUnwrap):
            raise _broken() from None

    def owners(self, sealed: bytes) -> tuple[AgreementId, ...]:
        """The agreements that a sealed value belongs to."""
        return tuple(sorted(seal.owners(sealed)))

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
            self._rings.destroy(agreement)

    def fields(self, agreement: AgreementId) -> dict[tuple[DatasetId, str], list[str]]:
        """The fields that there are keys for, by dataset and name, each with its known-months. Opens nothing."""
        ring = self._rings.find(agreement)
        found: dict[tuple[DatasetId, str], list[str]] = {}
        for name in sorted(ring.wrapped if ring else ()):
            dataset, month, field_name = name.split("|", 2)
            found.setdefault((DatasetId(dataset), field_name), []).append(month)
        return found

    def is_destroyed(self, agreement: AgreementId) -> bool:
        """Whether the keys of an agreement were destroyed: none are used or made for it, whatever lies in the store."""
        return self._rings.is_destroyed(agreement)

    def has_keys(self, agreement: AgreementId) -> bool:
        """Whether keys of an agreement lie in the store, whether or not they may be used."""
        return self._rings.lies_there(agreement)

    def _own_key(self, agreement: AgreementId) -> bytes:
        ring = self._rings.find(agreement)
        if ring is None:
            with self._keystore.locked():
                ring = self._rings.make(agreement)
        return ring.own

    def _complete(
        self, agreement: AgreementId, dataset: DatasetId, months: Iterable[str], fields: Collection[str]
    ) -> Keyring:
        """The keyring with all of these keys, the missing ones made and kept. For whoever holds the lock."""
        ring = self._rings.make(agreement)
        names = {_name(dataset, month, name) for month in months for name in fields} - ring.wrapped.keys()
        made = {full: pack(aes_key_wrap(ring.own, os.urandom(KEY_BYTES))) for full in sorted(names)}
        if made:
            ring = Keyring(own=ring.own, wrapped={**ring.wrapped, **made})
            self._rings.keep(agreement, ring)
        return ring


def _name(dataset: DatasetId, month: str, field_name: str) -> str:
    return f"{dataset}|{month}|{field_name}"


def _broken() -> Misconfigured:
    return Misconfigured(
        "A sealed value does not open: it was changed, or stands where it does not belong.",
        "Restore it from a backup and find out who changed it.",
        code="SEAL_BROKEN",
    )
