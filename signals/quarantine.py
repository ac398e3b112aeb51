"""Quarantine: which rows stand in it, for what, and what became of each. No value of a row is here.

A row is `open` until somebody decides: `released`, it keeps the contract of now and was taken; `resolved`, the sender
delivered it anew; `dismissed`, nobody wants it. What was decided stays decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update

from governance.database import reading
from governance.ids import DatasetId, DeliveryId
from signals.coverage import Covers
from signals.delivery import Delivery, delivery, quarantined_row

_TOGETHER = 500


class Fate(StrEnum):
    """What became of a quarantined row."""

    OPEN = "open"
    RELEASED = "released"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Rows of a delivery that broke the same check of the same contract and had the same fate. Counts only."""

    delivery: DeliveryId
    dataset: DatasetId
    agreement: str
    check: str
    detail: str
    contract: str
    state: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of rows: their fate, by whom, when, and why (sealed), or by which delivery they came anew."""

    state: Fate
    by: str
    at: datetime
    reason_sealed: bytes | None = None
    resolved_by: DeliveryId | None = None


def piles(engine: Engine, dataset: DatasetId | None = None, *states: Fate) -> list[Pile]:
    """What stands in quarantine, by delivery and check, the newest delivery first.

    Args:
        engine: the operational database.
        dataset: only of this one.
        states: rows in these states; open ones where none is named.
    """
    columns = quarantined_row.c
    about = (delivery.c.dataset, delivery.c.agreement)
    what = (columns.delivery, columns.check, columns.detail, columns.contract, columns.state)
    query = select(*about, *what, func.count().label("rows")).join(delivery, delivery.c.id == columns.delivery)
    query = query.where(columns.state.in_(states or (Fate.OPEN,)))
    if dataset is not None:
        query = query.where(delivery.c.dataset == dataset)
    query = query.group_by(delivery.c.taken_at, *about, *what)
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(delivery.c.taken_at.desc(), columns.delivery, columns.check))
        return [Pile(**row._asdict()) for row in rows]


def standing(connection: Connection, id: DeliveryId, checks: Collection[str] = ()) -> list[int]:
    """The rows of a delivery that are open, in order.

    Args:
        connection: to the operational database.
        id: the delivery.
        checks: only those that broke one of these checks.
    """
    columns = quarantined_row.c
    query = select(columns.row).where(columns.delivery == id, columns.state == Fate.OPEN)
    if checks:
        query = query.where(columns.check.in_(sorted(checks)))
    return list(connection.execute(query.order_by(columns.row)).scalars())


def about(connection: Connection, id: DeliveryId, row: int) -> Any | None:
    """What is on record of a quarantined row; None where there is none of it."""
    mine = (quarantined_row.c.delivery == id) & (quarantined_row.c.row == row)
    return connection.execute(select(quarantined_row).where(mine)).one_or_none()


def decide(connection: Connection, id: DeliveryId, rows: Collection[int], decision: Decision) -> int:
    """Write down what became of rows that are open, in the caller's transaction; of others it stays as it is.

    Returns:
        How many rows it was written of.
    """
    values = {name: getattr(decision, name) for name in ("state", "reason_sealed", "resolved_by")}
    values |= {"decided_by": decision.by, "decided_at": decision.at}
    return sum(
        connection.execute(update(quarantined_row).where(each).values(**values)).rowcount for each in _of(id, rows)
    )


def blame(connection: Connection, id: DeliveryId, flaws: Iterable[dict[str, Any]]) -> None:
    """Write down of open rows what is wrong with them under the contract of now, in the caller's transaction."""
    for flaw in flaws:
        mine = (quarantined_row.c.delivery == id) & (quarantined_row.c.row == flaw["row"])
        values = {name: flaw[name] for name in ("check", "detail", "contract")}
        open_one = mine & (quarantined_row.c.state == Fate.OPEN)
        connection.execute(update(quarantined_row).where(open_one).values(**values))


def recount(connection: Connection, taken: Delivery, kept: int, unlinkable: int, covers: Covers) -> None:
    """Count a delivery's rows anew after some were released, in the caller's transaction: none is lost or doubled.

    Args:
        connection: of that transaction.
        taken: the delivery as it was on record.
        kept: released rows that were kept.
        unlinkable: released rows that are about nobody.
        covers: which days they tell of.
    """
    columns = quarantined_row.c
    left = select(columns.check, func.count()).where(columns.delivery == taken.id, columns.state != Fate.RELEASED)
    counts = {row[0]: row[1] for row in connection.execute(left.group_by(columns.check).order_by(columns.check))}
    days = dict(taken.covers or {})
    for month, (first, last) in covers.items():
        before = days.get(month, [first, last])
        days[month] = [min(before[0], first), max(before[1], last)]
    values = {
        "kept": taken.kept + kept,
        "unlinkable": taken.unlinkable + unlinkable,
        "quarantine_counts": counts,
        "covers": days if taken.covers is not None else None,
    }
    connection.execute(update(delivery).where(delivery.c.id == taken.id).values(**values))


def _of(id: DeliveryId, rows: Collection[int]) -> Iterable[Any]:
    """The open ones among some rows of a delivery, some hundred at a time."""
    ordered, columns = sorted(rows), quarantined_row.c
    for at in range(0, len(ordered), _TOGETHER):
        some = ordered[at : at + _TOGETHER]
        yield (columns.delivery == id) & (columns.state == Fate.OPEN) & columns.row.in_(some)
