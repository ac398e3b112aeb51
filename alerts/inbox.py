"""The inbox: what families texted, what it means, and its words as they rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from alerts.keyword import Meaning
from alerts.message_table import inbound, inserted
from governance.ids import ContactId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A text that came: what it means, and its words as they rest."""

    id: MessageId
    contact: ContactId
    meaning: Meaning
    body_sealed: bytes | None
    received_at: datetime


def take_in(connection: Connection, received: Received) -> bool:
    """Keep a text that came; False where it was taken in before."""
    row: Mapping[str, Any] = {name: getattr(received, name) for name in Received.__slots__}
    return inserted(connection, inbound, {**row, "meaning": str(received.meaning)})


def is_taken_in(connection: Connection, id: MessageId) -> bool:
    """Whether a text that came was taken in before."""
    return connection.execute(select(inbound.c.id).where(inbound.c.id == id)).first() is not None


def received_from(connection: Connection, contacts: Collection[ContactId]) -> list[Received]:
    """What these contacts texted, in order."""
    query = select(inbound).where(inbound.c.contact.in_(contacts)).order_by(inbound.c.received_at, inbound.c.id)
    return [_received(row) for row in connection.execute(query)]


def to_read(connection: Connection, *, since: datetime | None = None) -> list[Received]:
    """What families texted that a person should read, newest first.

    Args:
        connection: to read with.
        since: only what came then or later.
    """
    mine = inbound.c.meaning.in_([each for each in Meaning if each.is_for_a_person])
    query = select(inbound).where(mine).order_by(inbound.c.received_at.desc(), inbound.c.id)
    if since is not None:
        query = query.where(inbound.c.received_at >= since)
    return [_received(row) for row in connection.execute(query)]


def _received(row: Row[Any]) -> Received:
    return Received(**{**row._asdict(), "meaning": Meaning(row.meaning)})
