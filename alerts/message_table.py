"""The tables of texts: those that went out, what became of them, and what came back. No number stands in clear."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.exc import IntegrityError

from governance.database import metadata
from governance.instant import Instant


class Status(StrEnum):
    """What became of a text. `sending` is written before it leaves; `unknown` may have left, and never leaves again."""

    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD = "held"


LEFT = (Status.SENDING, Status.SENT, Status.DELIVERED, Status.UNKNOWN)
"""Where a text may have left, and so is not sent again."""


message = Table(
    "message",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("contact", String(40), nullable=False, index=True),
    Column("household", String(64), nullable=True, index=True),
    Column("task", String(40), nullable=True, index=True),
    Column("run", String(64), nullable=True, index=True),
    Column("kind", String(16), nullable=False),
    Column("template", String(64), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("provider_id", String(64), nullable=True, index=True),
    Column("code", String(32), nullable=True),
    Column("clearance", String(40), nullable=False),
    Column("consent_entry", Integer, nullable=True),
    Column("grant_id", String(40), nullable=False),
    Column("lineage", JSON, nullable=False),
    Column("in_reply_to", String(40), nullable=True),
    Column("at", Instant, nullable=False),
)

message_event = Table(
    "message_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("message", String(40), ForeignKey("message.id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("code", String(32), nullable=True),
    Column("at", Instant, nullable=False),
    UniqueConstraint("message", "status"),
)

inbound = Table(
    "inbound",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("contact", String(40), nullable=False),
    Column("meaning", String(16), nullable=False),
    Column("body_sealed", LargeBinary, nullable=True),
    Column("received_at", Instant, nullable=False),
    Index("ix_inbound_contact", "contact", "received_at"),
)
"""What a family texted: what it means, and its words sealed, where somebody may be contacted at all."""


def inserted(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; False where there is one by its id."""
    with connection.begin_nested() as attempt:
        try:
            connection.execute(table.insert(), row)
        except IntegrityError:
            attempt.rollback()
            return False
    return True
