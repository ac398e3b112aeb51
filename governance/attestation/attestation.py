"""An attestation: somebody's signed statement that one frame, these very bytes, names nobody, and until when."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.ids import AgreementId, DatasetId
from governance.ledger.entry import Json, canonical
from governance.signing import Mark

DOMAIN = "hearthline attestation v1"
"""The first words of every statement: what is signed is an attestation, and nothing else."""

PARTY = "attestation"
"""What a signature under one is for; no party of a paper is called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is attested: of which frame, under which text of which agreement, after which checks.

    `frame` is the SHA-256 of the frame's bytes, in hex; `columns` are the frame's own, `fields` those of the dataset
    that they were made of. `report` holds what the checks found: names of columns and counts, never a value.
    """

    agreement: AgreementId
    version: int
    agreement_sha256: str
    dataset: DatasetId
    frame: str
    rows: int
    columns: tuple[str, ...]
    fields: frozenset[str]
    report: Mapping[str, Json]
    signed_at: datetime
    expires_at: datetime

    def body(self) -> dict[str, Json]:
        """The statement as part of a ledger entry's body."""
        return {
            "agreement": self.agreement,
            "version": self.version,
            "agreement_sha256": self.agreement_sha256,
            "dataset": self.dataset,
            "frame": self.frame,
            "rows": self.rows,
            "columns": list(self.columns),
            "fields": sorted(self.fields),
            "report": dict(self.report),
            "signed_at": self.signed_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }

    @property
    def sha256(self) -> str:
        """The hash that the signature is over: SHA-256 of the canonical JSON of all of it."""
        return hashlib.sha256(canonical({"statement": DOMAIN, **self.body()}).encode()).hexdigest()

    @classmethod
    def recall(cls, body: Mapping[str, Any]) -> Statement:
        """The statement that a ledger entry's body describes."""
        return cls(
            agreement=body["agreement"],
            version=body["version"],
            agreement_sha256=body["agreement_sha256"],
            dataset=body["dataset"],
            frame=body["frame"],
            rows=body["rows"],
            columns=tuple(body["columns"]),
            fields=frozenset(body["fields"]),
            report=body["report"],
            signed_at=datetime.fromisoformat(body["signed_at"]),
            expires_at=datetime.fromisoformat(body["expires_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """A statement with the signature under it, as the ledger has it.

    `entry` is where it stands; `withdrawn` where it was taken back, None while nobody did.
    """

    statement: Statement
    mark: Mark
    entry: int
    withdrawn: int | None = None

    @property
    def id(self) -> str:
        """Its number: `a-` and the beginning of its hash."""
        return identify(self.statement)

    @property
    def by(self) -> str:
        """The staff id of whoever signed it."""
        return self.mark.name

    def status(self, at: datetime) -> str:
        """`in force`, `expired` or `withdrawn`, at an aware instant."""
        if self.withdrawn is not None:
            return "withdrawn"
        return "in force" if self.statement.signed_at <= at < self.statement.expires_at else "expired"


def identify(statement: Statement) -> str:
    """The number of the attestation of a statement."""
    return f"a-{statement.sha256[:24]}"
