"""A use as JSON: what `hearthline use check` reads.

{"actor": {"id": "worker-7", "role": "caseworker", "organisation": "EOHHS", "trained_until": "2027-01-31"},
 "action": "view", "purpose": "prevention.outreach.housing",
 "datasets": [{"dataset": "hmis.enrollment", "fields": ["entry_on"], "basis": "hmis-consent"}],
 "zone": "analytic", "at": "2026-09-01T08:00:00-04:00"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Field, ValidationError

from governance.errors import Malformed, Reason
from governance.ids import AgreementId, DatasetId
from governance.use import Action, Actor, Ask, Use
from governance.written import Written, problems


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
    basis: str | None = None


class ModelDocument(Written):
    """The model that would be used."""

    id: str
    purpose: str


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
    lineage: tuple[AgreementId, ...] = ()
    facts: Mapping[str, Any] = Field(default_factory=dict)

    def use(self) -> Use:
        """The ask as it is decided.

        Raises:
            Malformed: it names a model or facts, on which nothing here decides yet. Passing over them could permit
                what they forbid.
        """
        undecided = [name for name, given in (("model", self.model), ("facts", self.facts)) if given]
        if undecided:
            raise malformed([f"use.{name}: nothing decides on this yet; leave it out" for name in undecided])
        return Use(
            actor=Actor(**dict(self.actor)),
            action=self.action,
            purpose=self.purpose,
            asks=tuple(Ask(dataset=each.dataset, fields=frozenset(each.fields)) for each in self.datasets),
            recipient=self.recipient,
            zone=self.zone,
            lineage=frozenset(self.lineage),
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
