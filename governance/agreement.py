"""An agreement (DULA): the signed paper between a data owner and named recipients, for a stated purpose.

The whole model of the paper, also the parts that a later floor enforces. What is not written is not granted: every
default is the strictest value, so that a part that is added to this model later cannot loosen a paper signed before.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from governance.party import Parties, Users
from governance.purpose import covers
from governance.safeguard import (
    Breach,
    Decisions,
    Derived,
    Destruction,
    Linkage,
    Models,
    Outputs,
    Redisclosure,
    Security,
    SubjectRights,
    Term,
    Termination,
)
from governance.signing.signature import Signature
from governance.terms import DatasetTerms
from governance.written import FieldName, PaperId, Purpose, Text, Written, once


class MouReference(Written):
    """The memorandum that an agreement stands on, and the version it was written under."""

    id: PaperId
    version: int = Field(ge=1)


class LegalBasis(Written):
    """The law that lets the owner share, and who at the owner said that it does.

    `condition` is what must be known of every row before it counts, as a word that a use's facts can name, such as
    `child_in_agency_care` (20 USC 1232g(b)(1)(L)); absent, it counts as it is.
    """

    id: Text
    citation: Text
    quote: str = ""
    condition: FieldName | None = None
    approved_by: Text
    approved_on: date


class PurposeTerms(Written):
    """A purpose: its name, its statement to the public, and why it is lawful. `dpv` is for exchange (W3C DPV)."""

    id: Purpose
    dpv: tuple[Text, ...] = ()
    statement: Text
    legal_basis: tuple[LegalBasis, ...] = Field(min_length=1)


class Agreement(Written):
    """The paper. Its hash leaves `signatures` out; everything else is what the parties signed."""

    id: PaperId
    version: int = Field(ge=1)
    mou: MouReference
    title: Text
    question: Text
    parties: Parties
    users: Users
    purposes: tuple[PurposeTerms, ...] = Field(min_length=1)
    datasets: tuple[DatasetTerms, ...] = Field(min_length=1)
    linkage: Linkage = Linkage()
    models: Models = Models()
    decisions: Decisions
    derived: Derived
    outputs: Outputs
    redisclosure: Redisclosure
    security: Security
    subject_rights: SubjectRights
    breach: Breach
    term: Term
    termination: Termination
    destruction: Destruction
    signatures: tuple[Signature, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Agreement:
        once([dataset.id for dataset in self.datasets], "dataset")
        once([purpose.id for purpose in self.purposes], "purpose")
        once([basis.id for purpose in self.purposes for basis in purpose.legal_basis], "legal basis")
        if self.id in self.linkage.partners:
            raise ValueError("linkage.with names the agreement itself")
        for scored in self.models.score_purposes:
            if not any(covers(purpose.id, scored) for purpose in self.purposes):
                raise ValueError(f"models.score_purposes: {scored} is not among the purposes")
        return self

    def covers(self, purpose: str) -> bool:
        """Whether a purpose is listed, or lies below a listed one."""
        return True in [covers(listed.id, purpose) for listed in self.purposes]  # asked in every decision
