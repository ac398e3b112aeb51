"""A use as JSON: what `hearthline use check` reads.

{"actor": {"id": "worker-7", "role": "caseworker", "organisation": "EOHHS", "trained_until": "2027-01-31"},
 "action": "view", "purpose": "prevention.outreach.housing",
 "datasets": [{"dataset": "hmis.enrollment", "fields": ["entry_on"], "basis": "hmis-consent"}],
 "zone": "analytic", "at": "2026-09-01T08:00:00-04:00",
 "model": {"id": "model-7", "purpose": "prevention.outreach"}, "lineage": ["DULA-2026-002"],
 "facts": {"part2_consent": true, "sealed_present": false, "oldest_known_on": "2026-01-05"}}
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints, ValidationError

from governance.errors import Malformed, Reason
from governance.fact import Emergency, Facts
from governance.ids import AgreementId, DatasetId
from governance.use import Action, Actor, Ask, ModelRef, Use
from governance.written import FieldName, Sha256, Text, Written, problems

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A number or name that may stand in the ledger."""


class ActorDocument(Written):
    """Who asks."""

    id: str
    role: str
    organisation: str
    trained_until: date | None = None


class DatasetDocument(Written):
    """What is asked of one dataset. `basis` is the legal basis that the asker claims."""

    dataset: DatasetId
    fields: tuple[str, ...]
    basis: str = ""


class ModelDocument(Written):
    """The model that would be applied, and the purpose that it was trained for."""

    id: Text
    purpose: Text


class EmergencyDocument(Written):
    """An emergency, as `use check` supposes it; a grant goes by what the ledger has under the reference."""

    asked_by: Text
    confirmed_by: str = ""
    until: AwareDatetime
    reference: Name


class FactsDocument(Written):
    """What is known about the rows, and why they are asked for; see `governance.fact.Facts`."""

    attested: bool | None = None
    frame: Sha256 | None = None
    sealed_present: bool | None = None
    victim_services: bool | None = None
    part2_consent: bool | None = None
    conditions: tuple[FieldName, ...] = ()
    oldest_known_on: date | None = None
    legal_process: Name | None = None
    notices: tuple[Literal["owner", "subject"], ...] = ()
    break_glass: EmergencyDocument | None = None
    review_of: Text | None = None
    smallest_cell: int | None = Field(default=None, ge=0)
    recoverable_cells: int | None = Field(default=None, ge=0)

    def facts(self) -> Facts:
        """The facts as they are decided on."""
        emergency = None if self.break_glass is None else Emergency(**dict(self.break_glass))
        return Facts(
            attested=self.attested,
            frame=self.frame or "",
            sealed_present=self.sealed_present,
            victim_services=self.victim_services,
            part2_consent=self.part2_consent,
            conditions=frozenset(self.conditions),
            oldest_known_on=self.oldest_known_on,
            legal_process=self.legal_process or "",
            notices=frozenset(self.notices),
            break_glass=emergency,
            review_of=self.review_of or "",
            smallest_cell=self.smallest_cell,
            recoverable_cells=self.recoverable_cells,
        )


class UseDocument(Written):
    """One ask. What is not one of these keys is an error: a condition that is not understood is not met."""

    actor: ActorDocument
    action: Action
    purpose: str
    datasets: tuple[DatasetDocument, ...]
    recipient: str = ""
    zone: str = "analytic"
    at: AwareDatetime | None = None
    model: ModelDocument | None = None
    linked_with: tuple[DatasetId, ...] = ()
    lineage: tuple[AgreementId, ...] = ()
    facts: FactsDocument = FactsDocument()

    def use(self) -> Use:
        """The ask as it is decided."""
        asks = (Ask(dataset=each.dataset, fields=frozenset(each.fields), basis=each.basis) for each in self.datasets)
        return Use(
            actor=Actor(**dict(self.actor)),
            action=self.action,
            purpose=self.purpose,
            asks=tuple(asks),
            recipient=self.recipient,
            zone=self.zone,
            linked_with=frozenset(self.linked_with),
            lineage=frozenset(self.lineage),
            model=None if self.model is None else ModelRef(**dict(self.model)),
            facts=self.facts.facts(),
        )


def read_use(file: Path, *, now: datetime) -> tuple[Use, datetime]:
    """A use from a JSON file, and the instant that it is to be decided at.

    Args:
        file: the JSON.
        now: the instant where the file names none.

    Raises:
        Malformed: with every key that is wrong. Values are not repeated.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise malformed([f"{file.name}: cannot be read as text"]) from None
    return parse_use(text, now=now)


def parse_use(text: str, *, now: datetime) -> tuple[Use, datetime]:
    """A use from JSON text; see `read_use`."""
    try:
        document = UseDocument.model_validate_json(json.dumps(json.loads(text, object_pairs_hook=_once)))
    except ValidationError as error:
        raise malformed([f"use.{line}" for line in problems(error)]) from None
    except (ValueError, RecursionError):
        raise malformed(["use: not JSON, or a key stands twice"]) from None
    return document.use(), document.at or now


def malformed(lines: list[str]) -> Malformed:
    """The refusal of an ask that cannot be understood, one reason for each wrong key."""
    reasons = [Reason(code=Malformed.code, clause=line.partition(":")[0], detail=line) for line in lines]
    return Malformed(f"The use cannot be understood: {'; '.join(lines)}.", "Correct it and ask again.", reasons=reasons)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
