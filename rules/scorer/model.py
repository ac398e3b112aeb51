"""The registry of models: what was trained on what, and which of them may be used. The models themselves rest sealed.

A model is put to use by a person, and taken out of use by any agreement that it was made from: one that is not in force
takes the model with it, and the newest that is left serves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    delete,
    select,
    update,
)

from governance.database import metadata
from governance.errors import ScorerError
from governance.ids import AgreementId, DatasetId
from governance.instant import Instant

model = Table(
    "model",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("outcome", String(64), nullable=False),
    Column("purpose", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("owners", JSON, nullable=False),
    Column("lineage", JSON, nullable=False),
    Column("datasets", JSON, nullable=False),
    Column("indicators", JSON, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("cutoffs", JSON, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("trained_at", Instant, nullable=False),
    Column("promoted_at", Instant, nullable=True),
    Index("ix_model_use", "purpose", "promoted_at"),
)

model_event = Table(
    "model_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("model", String(40), ForeignKey("model.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model as registered.

    `sealed` is its document, wrapped under the keys of all `owners`: the agreements whose rows it was trained from.
    `lineage` are these and those that say who lives with whom; each must be in force for it to be used. `datasets` are
    those that its indicators look at; `cutoffs` the days that it learnt from; `as_of` the day of which their outcomes
    were known; `metrics` its figures; `sha256` the document's. `promoted_at` is None until somebody puts it to use.
    """

    id: str
    outcome: str
    purpose: str
    kind: str
    owners: tuple[AgreementId, ...]
    lineage: tuple[AgreementId, ...]
    datasets: tuple[DatasetId, ...]
    indicators: tuple[str, ...]
    as_of: date
    cutoffs: tuple[date, ...]
    metrics: dict[str, Any]
    sha256: str
    sealed: bytes
    trained_at: datetime
    promoted_at: datetime | None = None


def model_id(document: bytes, *, outcome: str, purpose: str, as_of: date, lineage: Iterable[AgreementId]) -> str:
    """The id of a model: the same for the same document, made for the same on the same day from the same agreements."""
    made = [hashlib.sha256(document).hexdigest(), outcome, purpose, as_of.isoformat(), sorted(lineage)]
    return f"model-{hashlib.sha256(json.dumps(made).encode()).hexdigest()[:16]}"


def model_context(id: str) -> str:
    """What a model's sealed document is bound to."""
    return f"model:{id}"


def save(connection: Connection, made: Model, *, by: str) -> None:
    """Register a model. One that is registered already stays as it is.

    Args:
        connection: of the transaction in which the training counts.
        made: the model.
        by: who trained it.
    """
    if connection.execute(select(model.c.id).where(model.c.id == made.id)).first() is not None:
        return
    row = {name: getattr(made, name) for name in Model.__slots__}
    for name in ("owners", "lineage", "datasets", "indicators"):
        row[name] = list(row[name])
    row["cutoffs"] = [day.isoformat() for day in made.cutoffs]
    connection.execute(model.insert(), [row])
    _event(connection, made.id, "trained", by, made.trained_at)


def promote(connection: Connection, id: str, *, by: str, at: datetime) -> Model:
    """Put a model to use: from now on it is the newest.

    Args:
        connection: of the transaction in which it counts.
        id: the model.
        by: who decides it.
        at: this instant.

    Raises:
        ScorerError: `MODEL_UNKNOWN`.
    """
    found = find(connection, id)
    connection.execute(update(model).where(model.c.id == id).values(promoted_at=at))
    _event(connection, id, "promoted", by, at)
    return replace(found, promoted_at=at)


def find(connection: Connection, id: str) -> Model:
    """The model by that id.

    Raises:
        ScorerError: `MODEL_UNKNOWN` where none is registered by it.
    """
    row = connection.execute(select(model).where(model.c.id == id)).first()
    if row is None:
        raise ScorerError(f"No model is called {id}.", "Run `hearthline train`.", code="MODEL_UNKNOWN")
    return _recall(row)


def trained(connection: Connection, purpose: str) -> list[Model]:
    """Every model for a purpose, the newest first."""
    query = select(model).where(model.c.purpose == purpose).order_by(model.c.trained_at.desc(), model.c.id)
    return [_recall(row) for row in connection.execute(query)]


def every(connection: Connection) -> list[Model]:
    """Every model for whatever purpose, by id."""
    return [_recall(row) for row in connection.execute(select(model).order_by(model.c.id))]


def erase(connection: Connection, id: str) -> None:
    """Delete a model with its figures and its history. That there was one stands in the ledger.

    Args:
        connection: of the transaction in which it goes.
        id: the model; one that is not there is gone already.
    """
    connection.execute(delete(model_event).where(model_event.c.model == id))
    connection.execute(delete(model).where(model.c.id == id))


def promoted(connection: Connection, purpose: str, active: Collection[AgreementId]) -> Model | None:
    """The model to use: the newest promoted for a purpose whose whole lineage is in force.

    Args:
        connection: to read with.
        purpose: what it is to be used for: a scorer serves the one purpose that it was trained for.
        active: the agreements that are in force now.

    Returns:
        None where there is none: then the rules stand alone.
    """
    query = select(model).where(model.c.purpose == purpose, model.c.promoted_at.is_not(None))
    for row in connection.execute(query.order_by(model.c.promoted_at.desc(), model.c.id)):
        if set(row.lineage) <= set(active):
            return _recall(row)
    return None


def _event(connection: Connection, id: str, kind: str, by: str, at: datetime) -> None:
    connection.execute(model_event.insert(), [{"model": id, "kind": kind, "by": by, "at": at}])


def _recall(row: Row[Any]) -> Model:
    values = dict(row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for it)
    for name in ("owners", "lineage", "datasets", "indicators"):
        values[name] = tuple(values[name])
    values["cutoffs"] = tuple(date.fromisoformat(day) for day in values["cutoffs"])
    return Model(**values)
