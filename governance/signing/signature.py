"""A signature: who put a name under exactly which text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, StringConstraints

from governance.written import Agency, Sha256, Text, Written

Party = Literal["owner", "recipient", "processor"]
PARTIES: tuple[str, ...] = get_args(Party)
REQUIRED: tuple[str, ...] = ("owner", "recipient")
"""The parties without whose signatures an agreement cannot come into force."""
MOU_PARTIES = 2
"""A memorandum that fewer agencies have signed binds nobody to anybody."""

SignatureText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]
"""An Ed25519 signature in base64: 64 bytes."""


class Signature(Written):
    """One party's signature under an agreement. It counts only while `document_sha256` is the document's hash.

    With `signature` it is keyed: it counts only if it verifies under the key that is registered for this `name` of
    this `agency` (which may be left out where a party is a single agency). See `governance.signing.signatory`.
    """

    party: Party
    name: Text
    role: Text
    signed_at: AwareDatetime
    envelope_id: str = ""
    document_sha256: Sha256
    agency: Agency | None = None
    signature: SignatureText | None = None


def missing(sort: str, signed: Collection[str]) -> tuple[str, ...]:
    """Whose signatures a paper still needs.

    Args:
        sort: `agreement` or `mou`.
        signed: the parties (agencies, for a memorandum) that signed the text as it stands.
    """
    if sort == "mou":
        return () if len(signed) >= MOU_PARTIES else (f"at least {MOU_PARTIES} agencies",)
    return tuple(party for party in REQUIRED if party not in signed)


def unsigned(sort: str, signed: Collection[str]) -> str:
    """The same in words; empty where nothing is missing."""
    parties = missing(sort, signed)
    return f"not signed by {' and '.join(parties)} as it stands" if parties else ""
