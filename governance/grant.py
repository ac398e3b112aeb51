"""A grant: permission to read these fields, for this purpose, until then. Once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.ids import AgreementId, DatasetId, GrantId, RunId
from governance.use import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the gate issued. The object proves nothing: at opening, the gate looks its number up in the ledger.

    `version` and `sha256` pin the agreement as it stood when the grant was issued. `lineage` are agreements that
    must be active too, because what is read was derived from them. `subjects` is the commitment to the households that
    are looked at; empty where the use looks at none in particular. `emergency` is the one that it was asked for in.
    `frame` is the hash of the attested frame that it lets into the analytic zone: such a grant opens nothing sealed.
    """

    id: GrantId
    agreement: AgreementId
    version: int
    sha256: str
    dataset: DatasetId
    fields: frozenset[str]
    action: Action
    purpose: str
    actor: str
    role: str
    zone: str
    run: RunId | None
    lineage: frozenset[AgreementId]
    issued_at: datetime
    expires_at: datetime
    subjects: str = ""
    emergency: str = ""
    frame: str = ""

    def body(self) -> dict[str, Any]:
        """The grant as a ledger entry's body."""
        return {
            "agreement": self.agreement,
            "version": self.version,
            "sha256": self.sha256,
            "dataset": self.dataset,
            "fields": sorted(self.fields),
            "action": self.action.value,
            "purpose": self.purpose,
            "actor": self.actor,
            "role": self.role,
            "zone": self.zone,
            "run": self.run,
            "lineage": sorted(self.lineage),
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        } | {name: said for name, said in self._said().items() if said}

    def _said(self) -> dict[str, str]:
        """What is only stated where there is something to state."""
        return {"subjects": self.subjects, "emergency": self.emergency, "frame": self.frame}

    @classmethod
    def recall(cls, id: GrantId, body: Mapping[str, Any]) -> Grant:
        """The grant that a ledger entry's body describes."""
        return cls(
            id=id,
            agreement=body["agreement"],
            version=body["version"],
            sha256=body["sha256"],
            dataset=body["dataset"],
            fields=frozenset(body["fields"]),
            action=Action(body["action"]),
            purpose=body["purpose"],
            actor=body["actor"],
            role=body["role"],
            zone=body["zone"],
            run=body["run"],
            lineage=frozenset(body["lineage"]),
            issued_at=datetime.fromisoformat(body["issued_at"]),
            expires_at=datetime.fromisoformat(body["expires_at"]),
            subjects=body.get("subjects", ""),
            emergency=body.get("emergency", ""),
            frame=body.get("frame", ""),
        )
