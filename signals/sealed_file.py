"""Sealed files: which there are, whose they are, and from when. Nothing of what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Connection, Integer, String, Table, delete, func, select, update

from governance.database import metadata
from governance.ids import AgreementId, DatasetId, DeliveryId
from governance.instant import Instant

SIGNAL, QUARANTINE, ATTRIBUTION = "signal", "quarantine", "attribution"
RETIRED = "retired"
"""What a file becomes that another one replaced: no read begins with it, and one that had begun may still open it."""

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
    Column("sources", JSON, nullable=False, server_default="[]"),
    Column("retired_at", Instant, nullable=True),
)

_ORDER = (sealed_file.c.month, sealed_file.c.place, sealed_file.c.delivery, sealed_file.c.part)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """One file of the store. `month` is the known-month (`2022-05`); `lineage` the agreements it was derived from.

    `sources` are the files as they were delivered whose rows it holds, for one that was written together from several,
    and for the households of such rows; empty where it is itself as it was delivered. `delivery` and `part` are then
    the first one's.
    """

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
    sources: tuple[str, ...] = ()

    @property
    def covers(self) -> tuple[str, ...]:
        """The files as they were delivered whose rows it holds: the same before and after they are written together."""
        return self.sources or (self.id,)


def identify(kind: str, delivery: str, month: str, part: int, link: str) -> str:
    """A file's id: the same for the same batch of the same delivery."""
    digest = hashlib.sha256("\0".join((kind, delivery, month, str(part), link)).encode()).hexdigest()
    return f"f-{digest[:32]}"


def identify_together(sources: Iterable[str]) -> str:
    """The id of a file written together from others: the same for the same ones."""
    return f"f-{hashlib.sha256(chr(0).join(('together', *sources)).encode()).hexdigest()[:32]}"


def recall(row: dict[str, Any]) -> SealedFile:
    """A file as the database has it."""
    known = {name: row[name] for name in SealedFile.__slots__}
    for name in ("columns", "lineage", "sources"):
        known[name] = tuple(known[name])
    return SealedFile(**known)


def listed(connection: Connection, *conditions: ColumnElement[bool]) -> list[SealedFile]:
    """Files on record, in the order in which they are read: by month, and within it as they came.

    Args:
        connection: of a transaction.
        conditions: which ones.
    """
    rows = connection.execute(select(sealed_file).where(*conditions).order_by(*_ORDER))
    return [recall(row._asdict()) for row in rows]


def record(connection: Connection, files: Iterable[SealedFile]) -> None:
    """Put files on record, after all that are there, in the caller's transaction. One by the same id is replaced."""
    rows = [_row(file) for file in files]
    if rows:
        # Of two versions that became known on one day, the one that was delivered later counts: keep the order.
        place = connection.execute(select(func.coalesce(func.max(sealed_file.c.place), 0) + 1)).scalar_one()
        connection.execute(delete(sealed_file).where(sealed_file.c.id.in_([row["id"] for row in rows])))
        connection.execute(sealed_file.insert(), [{**row, "place": place} for row in rows])


def replace(connection: Connection, old: Collection[SealedFile], new: SealedFile, at: datetime) -> bool:
    """Put one file on record in the place of several, and retire those, in the caller's transaction.

    Args:
        connection: of that transaction.
        old: neighbours in the order of reading, the first one first.
        new: holds their rows.
        at: now.

    Returns:
        False where one of them does not count any more: nothing was changed then.
    """
    ids = [file.id for file in old]
    ours = sealed_file.c.id.in_(ids) & (sealed_file.c.kind == new.kind)
    places = dict(connection.execute(select(sealed_file.c.id, sealed_file.c.place).where(ours).with_for_update()).all())
    if len(places) != len(ids):
        return False
    retire(connection, at, ours)
    connection.execute(sealed_file.insert(), [{**_row(new), "place": places[ids[0]]}])
    return True


def retire(connection: Connection, at: datetime, *conditions: ColumnElement[bool]) -> None:
    """Let files count no longer, in the caller's transaction; who has begun to read them can go on.

    Args:
        connection: of that transaction.
        at: now.
        conditions: which ones.
    """
    counting = sealed_file.c.kind != RETIRED
    connection.execute(update(sealed_file).where(counting, *conditions).values(kind=RETIRED, retired_at=at))


def _row(file: SealedFile) -> dict[str, Any]:
    row = {name: getattr(file, name) for name in SealedFile.__slots__}
    for name in ("columns", "lineage", "sources"):
        row[name] = list(row[name])
    return row
