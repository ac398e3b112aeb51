"""Custody: a signatory's key that this installation keeps in its vault, for whoever holds none of their own.

Whoever can act for the installation can sign with such a key: the register says `house` of it, so that nobody takes it
for a key that only the signatory holds.
"""

from __future__ import annotations

import hashlib

from governance.errors import Misconfigured
from governance.signing.key import SigningKey
from governance.signing.signatory import HOUSE, Signatories
from governance.vault import Vault


def kept_key(vault: Vault, signatories: Signatories, agency: str, name: str, *, by: str) -> SigningKey:
    """The key that the vault keeps for a signatory; made and registered when it is first asked for.

    Args:
        vault: where it rests, under a name that tells nobody's.
        signatories: where its public half is registered.
        agency: for which the name signs.
        name: the signatory.
        by: who asks for it.

    Raises:
        Misconfigured: `SIGNATORY_KNOWN` where the name signs with a key that the vault does not keep.
    """
    known = signatories.find(agency, name)
    if known is not None and known.custody != HOUSE:
        what = f"This signatory of {agency} holds a key of their own; the vault keeps none for them."
        raise Misconfigured(what, "Sign with it: `hearthline agreement sign ID --key FILE`.", code="SIGNATORY_KNOWN")
    key = SigningKey.of_seed(vault.secret(_place(agency, name)))
    signatories.register(agency, name, key.public, by=by, why="kept in the vault", custody=HOUSE)
    return key


def _place(agency: str, name: str) -> str:
    """The secret's name: no file bears a person's name."""
    return f"signatory/{hashlib.sha256(f'{agency}|{name}'.encode()).hexdigest()[:32]}"
