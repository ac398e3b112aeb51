"""Sealed files: which there are, whose they are, and from when. Nothing of what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import JSON, Column, Connection, Integer, String, Table, delete, func, select

from governance.database import metadata
from governance.ids import AgreementId, DatasetId, DeliveryId

SIGNAL, QUARANTINE, ATTRIBUTION = "signal", "quarantine", "attribution"

sealed_file = Table(
    "sealed_file",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("agreement", String(64), nullable=False),
    Column("dataset", String(64), nullable=False, index=True),
    Column("delivery", String(40), nullable=False, index=True),
    Column("month", String(7), nullable=False),
    Column("part", Integer, nullable=False),
    Column("place", Integer, nullable=False, default=0),
    Column("link", String(40), nullable=False, default=""),
    Column("rows", Integer, nullable=False),
    Column("columns", JSON, nullable=False),
    Column("lineage", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """One file of the store. `month` is the known-month (`2022-05`); `lineage` the agreements it was derived from."""

    id: str
    kind: str
    agreement: AgreementId
    dataset: DatasetId
    delivery: DeliveryId
    month: str
    part: int
    link: str
    rows: int
    columns: tuple[str, ...]
    lineage: tuple[AgreementId, ...]


def identify(kind: str, delivery: str, month: str, part: int, link: str) -> str:
    """A file's id: the same for the same batch of the same delivery."""
    digest = hashlib.sha256("\0".join((kind, delivery, month, str(part), link)).encode()).hexdigest()
    return f"f-{digest[:32]}"


def put(connection: Connection, files: Iterable[SealedFile]) -> None:
    """Put files on record, in the caller's transaction; in place of those of the same id.

    Of two versions of a row that became known on one day, the one that was delivered later counts: the order is kept.
    """
    rows = [{name: getattr(file, name) for name in SealedFile.__slots__} for file in files]
    for row in rows:
        row["columns"], row["lineage"] = list(row["columns"]), list(row["lineage"])
    if rows:
        place = connection.execute(select(func.coalesce(func.max(sealed_file.c.place), 0) + 1)).scalar_one()
        connection.execute(delete(sealed_file).where(sealed_file.c.id.in_([row["id"] for row in rows])))
        connection.execute(sealed_file.insert(), [{**row, "place": place} for row in rows])


def recall(row: dict[str, object]) -> SealedFile:
    """A file as the database has it."""
    row.pop("place")
    row["columns"], row["lineage"] = tuple(row["columns"]), tuple(row["lineage"])  # type: ignore[arg-type]
    return SealedFile(**row)  # type: ignore[arg-type]
