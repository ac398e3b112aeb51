"""The tables of tasks: the task as it stands, everything that happened to it, and counts by reason."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from governance.database import metadata
from governance.instant import Instant


class Status(StrEnum):
    """Where a task stands. What came of one (a disposition) is recorded apart from it."""

    OPEN = "open"
    WAITING = "waiting"
    LAPSED = "lapsed"


_OPEN = text("status = 'open'")

task = Table(
    "task",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("household", String(64), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("rank", Integer, nullable=False),  # its place on the list of the night that confirmed it, from 1
    Column("due_on", Date, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("refreshed_on", Date, nullable=False),
    Column("run", String(64), nullable=False),
    Column("lineage", JSON, nullable=False),
    Column("datasets", JSON, nullable=False),
    Column("reasons_sealed", LargeBinary, nullable=False),
    Column("score_datasets", JSON, nullable=False),
    Column("score_sealed", LargeBinary, nullable=True),
    Index("ix_task_household", "household"),
    Index("ix_task_queue", "status", "owner", "tier", "rank"),
    # Two nights at once cannot hand a family to two workers.
    Index("uq_task_open_household", "household", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)

task_event = Table(
    "task_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("task", String(40), ForeignKey("task.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("run", String(64), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("at", Instant, nullable=False),
)

alert_count = Table(
    "alert_count",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("rule", String(128), primary_key=True),
    Column("title", String(256), nullable=False),
    Column("households", Integer, nullable=False),
)
