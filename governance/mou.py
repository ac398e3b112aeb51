"""The statewide memorandum: the floor that no agreement may loosen."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from pydantic import AwareDatetime, Field, model_validator

from governance.signing.signature import SignatureText
from governance.written import Agency, PaperId, Purpose, Sha256, Text, Written, once


class Participant(Written):
    """An agency that signed. It takes part only while `document_sha256` is the memorandum's hash.

    With `signature` it is keyed: it counts only if it verifies under the key that is registered for the coordinator.
    """

    agency: Agency
    coordinator: Text
    signed_at: AwareDatetime
    document_sha256: Sha256
    signature: SignatureText | None = None


class Floor(Written):
    """What no agreement may permit, and the least that every agreement owes."""

    prohibited_purposes: tuple[Purpose, ...]
    prohibited_actions: tuple[Text, ...]
    min_cell: int = Field(ge=1)
    breach_notice_hours: int = Field(ge=1)

    def prohibits(self, purpose: str) -> str | None:
        """The prohibited purpose that a purpose is, lies below, or holds among its words; else None.

        `prevention.outreach` covers whatever lies below it: if only the beginning were looked at, anybody could ask
        for `prevention.outreach.law_enforcement`.
        """
        return _banned(self.prohibited_purposes, purpose)


class Mou(Written):
    """The memorandum between the agencies. `text_sha256` is the hash of the paper that people signed."""

    id: PaperId
    version: int = Field(ge=1)
    text_sha256: Sha256
    effective: date
    expires: date | None
    participants: tuple[Participant, ...] = Field(min_length=2)
    floor: Floor

    @model_validator(mode="after")
    def _consistent(self) -> Mou:
        once([participant.agency for participant in self.participants], "participant")
        if self.expires is not None and self.expires <= self.effective:
            raise ValueError("expires must be after effective")
        return self


@lru_cache(maxsize=4096)
def _banned(prohibited: tuple[str, ...], purpose: str) -> str | None:
    words = f".{purpose}."
    return next((name for name in prohibited if f".{name}." in words), None)
