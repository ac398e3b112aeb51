"""Deliveries: what came, what became of each row, and which rows are in quarantine. Numbers and reasons, no values."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    select,
)

from governance.database import metadata, reading
from governance.errors import ContractBroken
from governance.ids import AgreementId, DatasetId, DeliveryId, GrantId
from governance.instant import Instant

delivery = Table(
    "delivery",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("dataset", String(64), nullable=False, index=True),
    Column("agreement", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("grant_id", String(40), nullable=False),
    Column("known_on", Date, nullable=True),
    Column("delivered", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("unlinkable", Integer, nullable=False),
    Column("quarantine_counts", JSON, nullable=False),
    Column("not_taken", JSON, nullable=False),
    Column("other", JSON, nullable=False),
    Column("taken_on", Date, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("covers", JSON, nullable=True),
)

quarantined_row = Table(
    "quarantined_row",
    metadata,
    Column("delivery", String(40), ForeignKey("delivery.id"), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("check", String(80), nullable=False),
    Column("detail", String(250), nullable=False),
    Column("contract", String(16), nullable=False, default="", server_default=""),
    Column("state", String(12), nullable=False, default="open", server_default="open"),
    Column("decided_by", String(64), nullable=True),
    Column("decided_at", Instant, nullable=True),
    Column("resolved_by", String(40), nullable=True),
    Column("reason_sealed", LargeBinary, nullable=True),
)

SHOWN = 100
"""Quarantined rows that a report names one by one; the rest is counted."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One file as it was taken: delivered = kept + unlinkable + all of `quarantine_counts`.

    `covers` says which days its rows tell of (`signals.coverage`); None for what was taken before this was kept.
    """

    id: DeliveryId
    dataset: DatasetId
    agreement: AgreementId
    version: int
    grant_id: GrantId
    known_on: date | None
    delivered: int
    kept: int
    unlinkable: int
    quarantine_counts: dict[str, int]
    not_taken: list[str]
    other: dict[str, int]
    taken_on: date
    taken_at: datetime
    covers: dict[str, list[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRow:
    """A row that was not kept: which, the check that it broke, and what is wrong with it."""

    row: int
    check: str
    detail: str


def identify(dataset: DatasetId, file: Path) -> DeliveryId:
    """The id of a file as a delivery of a dataset: the same bytes are the same delivery, whatever they are called.

    Raises:
        ContractBroken: `FILE_UNREADABLE`.
    """
    digest = hashlib.sha256(f"{dataset}\0".encode())
    try:
        with file.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        what = f"A file of {dataset} cannot be read: {error.strerror or 'the system refused it'}."
        raise ContractBroken(what, "Check its path and who may read it.", code="FILE_UNREADABLE") from None
    return DeliveryId(f"d-{digest.hexdigest()[:32]}")


def find(connection: Connection, id: DeliveryId) -> Delivery | None:
    """A delivery on record; None where that file was not taken yet."""
    row = connection.execute(select(delivery).where(delivery.c.id == id)).one_or_none()
    return None if row is None else Delivery(**row._asdict())


def taken_at(connection: Connection, deliveries: Collection[DeliveryId]) -> datetime | None:
    """When the first of these deliveries was taken in; None where none is on record."""
    query = select(func.min(delivery.c.taken_at)).where(delivery.c.id.in_(sorted(deliveries)))
    return connection.execute(query).scalar()


def record(connection: Connection, taken: Delivery, rows: Iterable[list[dict[str, Any]]]) -> None:
    """Put a delivery on record, with its quarantined rows, in the caller's transaction.

    Args:
        connection: of that transaction.
        taken: the delivery.
        rows: quarantined rows as `row`, `check`, `detail` and the `contract` that they broke, some thousand at a time.
    """
    connection.execute(delivery.insert(), {name: getattr(taken, name) for name in Delivery.__slots__})
    for some in rows:
        connection.execute(quarantined_row.insert(), [{"delivery": taken.id, **each} for each in some])


def quarantined(connection: Connection, id: DeliveryId, limit: int = SHOWN) -> list[QuarantinedRow]:
    """The first rows of a delivery that still stand in quarantine."""
    table = quarantined_row.c
    query = select(table.row, table.check, table.detail).where(table.delivery == id, table.state == "open")
    rows = connection.execute(query.order_by(table.row).limit(limit))
    return [QuarantinedRow(**row._asdict()) for row in rows]


def quarantine_size(engine: Engine) -> int:
    """How many rows stand in quarantine: neither taken since, nor replaced, nor dismissed."""
    standing = select(func.count()).select_from(quarantined_row).where(quarantined_row.c.state == "open")
    with reading(engine) as connection:
        return connection.execute(standing).scalar_one()


def ids(engine: Engine) -> list[DeliveryId]:
    """The ids of all deliveries that were taken, in order."""
    with reading(engine) as connection:
        return [DeliveryId(id) for id in connection.execute(select(delivery.c.id).order_by(delivery.c.id)).scalars()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Rows of all of a dataset's deliveries."""

    delivered: int
    kept: int
    quarantined: int


def totals(engine: Engine) -> dict[DatasetId, Totals]:
    """What was delivered of each dataset, in all, by dataset."""
    columns = (delivery.c.dataset, delivery.c.delivered, delivery.c.kept, delivery.c.quarantine_counts)
    found: dict[DatasetId, Totals] = {}
    with reading(engine) as connection:
        for row in connection.execute(select(*columns).order_by(delivery.c.dataset)):
            before = found.get(DatasetId(row.dataset), Totals(delivered=0, kept=0, quarantined=0))
            found[DatasetId(row.dataset)] = Totals(
                delivered=before.delivered + row.delivered,
                kept=before.kept + row.kept,
                quarantined=before.quarantined + sum(row.quarantine_counts.values()),
            )
    return found
