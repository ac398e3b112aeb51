"""A use: one ask, before anything is decided about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.fact import NOTHING_KNOWN, Facts
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
    """The fields of one dataset that a use touches.

    `basis` is the id of the legal basis that the asker claims for it; empty means that none is claimed.
    """

    dataset: DatasetId
    fields: frozenset[str]
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRef:
    """A model that a use applies. `purpose` is the one that it was trained for."""

    id: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One ask: who, what for, which fields of which datasets.

    `zone` is where the values will be: `enclave` (direct identifiers may be there) or `analytic`. `recipient` names
    an agency outside the actor's own that would receive the values; empty means nobody. `linked_with` are the
    datasets that rows will be joined with. `lineage` are the agreements that what is asked for was derived from.
    `model` is the model that is applied; rules have none. `facts` are what is known about the rows.

    `about` are the ids of the households that the use looks at one by one, so that they can be told of it. They never
    reach the ledger: an entry carries a salted commitment to them.
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
    model: ModelRef | None = None
    facts: Facts = NOTHING_KNOWN
    about: frozenset[str] = frozenset()

    @classmethod
    def of(  # noqa: PLR0913 (each is a part of a use, and is named)
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
        model: ModelRef | None = None,
        facts: Facts = NOTHING_KNOWN,
        about: Iterable[str] = (),
        basis: str = "",
        recipient: str = "",
    ) -> Use:
        """A use of one dataset: what a grant is asked for with."""
        return cls(
            actor=actor,
            action=action,
            purpose=purpose,
            asks=(Ask(dataset=dataset, fields=frozenset(fields), basis=basis),),
            recipient=recipient,
            zone=zone,
            run=run,
            linked_with=frozenset(linked_with),
            lineage=frozenset(lineage),
            model=model,
            facts=facts,
            about=frozenset(about),
        )
