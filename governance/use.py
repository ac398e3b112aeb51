"""A use: one ask, before anything is decided about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.ids import AgreementId, DatasetId, RunId


class Action(StrEnum):
    """What somebody wants to do with data. An agreement lists, field by field, which of these it allows."""

    INGEST = "ingest"
    MATCH = "match"
    SCORE = "score"
    TRAIN = "train"
    EXPLAIN = "explain"
    VIEW = "view"
    CONTACT = "contact"
    AGGREGATE = "aggregate"
    RELEASE = "release"
    EXPORT = "export"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks: a staff id or a program's name (never a family), the role acted in, and the agency.

    `trained_until` is the last day on which the training that an agreement may require still counts.
    """

    id: str
    role: str
    organisation: str
    trained_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The fields of one dataset that a use touches."""

    dataset: DatasetId
    fields: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One ask: who, what for, which fields of which datasets.

    `zone` is where the values will be: `enclave` (direct identifiers may be there) or `analytic`. `recipient` names
    an agency outside the actor's own that would receive the values; empty means nobody. `linked_with` are the
    datasets that rows will be joined with. `lineage` are the agreements that what is asked for was derived from.
    """

    actor: Actor
    action: Action
    purpose: str
    asks: tuple[Ask, ...]
    recipient: str = ""
    zone: str = "analytic"
    run: RunId | None = None
    linked_with: frozenset[DatasetId] = frozenset()
    lineage: frozenset[AgreementId] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        actor: Actor,
        action: Action,
        purpose: str,
        dataset: DatasetId,
        fields: Iterable[str],
        zone: str = "analytic",
        run: RunId | None = None,
        linked_with: Iterable[DatasetId] = (),
        lineage: Iterable[AgreementId] = (),
    ) -> Use:
        """A use of one dataset: what a grant is asked for with."""
        return cls(
            actor=actor,
            action=action,
            purpose=purpose,
            asks=(Ask(dataset=dataset, fields=frozenset(fields)),),
            zone=zone,
            run=run,
            linked_with=frozenset(linked_with),
            lineage=frozenset(lineage),
        )
