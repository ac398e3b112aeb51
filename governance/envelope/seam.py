"""An envelope: a paper on its way to those who sign it, through an e-signature service or through this house.

The words are DocuSign's, because every such service has the same ones by another name. `Envelope` is what an
installation needs of a service: `governance.envelope.local` is the one that is built in, `governance.envelope.rest`
speaks to one over HTTP. What a service reports becomes moves of the paper in `governance.envelope.moves` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from governance.ids import AgreementId


class EnvelopeStatus(StrEnum):
    """Where an envelope is. The words are those of DocuSign's eSignature REST API v2.1."""

    CREATED = "created"
    SENT = "sent"
    DELIVERED = "delivered"
    SIGNED = "signed"
    COMPLETED = "completed"
    DECLINED = "declined"
    VOIDED = "voided"
    TIMEDOUT = "timedout"

    @property
    def over(self) -> bool:
        """Whether nothing more can happen to it."""
        return self in {
            EnvelopeStatus.COMPLETED,
            EnvelopeStatus.DECLINED,
            EnvelopeStatus.VOIDED,
            EnvelopeStatus.TIMEDOUT,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Somebody who is asked to sign: for which party, of which agency, and where the service reaches them.

    `email` goes to the service and nowhere else: not into the ledger, not into an error.
    """

    party: str
    agency: str
    name: str
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is sent: one version of a paper, with the hash that signatures are over, to everybody who must sign it.

    `text` is the paper as YAML; it says its own hash in its first line, so that a person can compare.
    """

    id: AgreementId
    version: int
    sha256: str
    title: str
    text: str
    signers: tuple[Signer, ...]

    @property
    def key(self) -> str:
        """The same for the same paper, text and signers: sending it twice sends one envelope."""
        return f"{self.id}-{self.version}-{self.sha256[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerReport:
    """Where one signer is. `at` is when they signed or declined; None before that."""

    party: str
    agency: str
    name: str
    status: EnvelopeStatus
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeReport:
    """What a service says of an envelope: the whole of it, not what is new. The same report twice says nothing more."""

    envelope: str
    status: EnvelopeStatus
    signers: tuple[SignerReport, ...] = ()
    why: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


class Envelope(Protocol):
    """A service that takes a paper to its signatories and back."""

    name: str
    """The service's name, for the ledger."""

    def send(self, parcel: Parcel) -> str:
        """Send a parcel. The same parcel again sends nothing, and gives the same id.

        Returns:
            The envelope's id.
        """
        ...

    def status(self, envelope: str) -> EnvelopeReport:
        """Where an envelope is.

        Raises:
            Misconfigured: `ENVELOPE_UNKNOWN`; `ENVELOPE_UNREACHABLE` where the service does not answer.
        """
        ...

    def void(self, envelope: str, why: str) -> None:
        """Call an envelope back. One that is voided already stays so.

        Raises:
            Misconfigured: `ENVELOPE_OVER` where it is completed or declined.
        """
        ...

    def document(self, envelope: str) -> bytes:
        """The completed document, as the service gives it: evidence to be filed.

        Raises:
            Misconfigured: `ENVELOPE_OPEN` where not everybody has signed.
        """
        ...
