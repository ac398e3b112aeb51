"""The queue: open tasks, most urgent first; and what else may be said of a night without opening a seal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from alerts.task_table import Status, alert_count, task, task_event
from governance.ids import AgreementId, DatasetId, HouseholdId, RunId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedTask:
    """A task as it rests: its reasons are sealed, and open only with every one of `datasets`, `lineage` in force.

    `refreshed_on` is the day that the newest night to confirm it looked from.
    """

    id: TaskId
    household: HouseholdId
    tier: int
    rank: int
    due_on: date
    owner: str
    status: Status
    opened_on: date
    refreshed_on: date
    run: RunId
    lineage: frozenset[AgreementId]
    datasets: frozenset[DatasetId]
    reasons_sealed: bytes
    score_datasets: frozenset[DatasetId]
    score_sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCount:
    """How many households a rule fired for in a night."""

    run: RunId
    rule: str
    title: str
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One thing that happened to a task: opened, refreshed or lapsed, in which night, and whose it was."""

    kind: str
    run: RunId
    owner: str
    as_of: date


def queue(connection: Connection, worker: str | None = None) -> list[QueuedTask]:
    """Open tasks, most urgent first: by tier, then as the newest night that confirmed them ranked them.

    Args:
        connection: of a reading.
        worker: only this worker's tasks.
    """
    query = select(task).where(task.c.status == Status.OPEN)
    if worker is not None:
        query = query.where(task.c.owner == worker)
    ordered = query.order_by(task.c.tier, task.c.rank, task.c.due_on, task.c.household)
    return [_task(row._asdict()) for row in connection.execute(ordered)]


def newest(connection: Connection, household: HouseholdId) -> QueuedTask | None:
    """A household's open task, else the one that was closed last; None where it never had one."""
    order = (task.c.status != Status.OPEN, task.c.refreshed_on.desc(), task.c.opened_on.desc())
    row = connection.execute(select(task).where(task.c.household == household).order_by(*order).limit(1)).first()
    return None if row is None else _task(row._asdict())


def find_task(connection: Connection, id: TaskId) -> QueuedTask | None:
    """The task by that id, wherever it stands; None where there is none."""
    row = connection.execute(select(task).where(task.c.id == id)).first()
    return None if row is None else _task(row._asdict())


def history(connection: Connection, id: TaskId) -> list[Move]:
    """What happened to a task, in order."""
    columns = (task_event.c.kind, task_event.c.run, task_event.c.owner, task_event.c.as_of)
    query = select(*columns).where(task_event.c.task == id).order_by(task_event.c.id)
    return [Move(**row._asdict()) for row in connection.execute(query)]


def tasks_of(connection: Connection, household: HouseholdId) -> list[Move]:
    """Everything that happened to any task for a household, in order."""
    columns = (task_event.c.kind, task_event.c.run, task_event.c.owner, task_event.c.as_of)
    query = select(*columns).join(task, task_event.c.task == task.c.id).where(task.c.household == household)
    return [Move(**row._asdict()) for row in connection.execute(query.order_by(task_event.c.id))]


def handed_to(connection: Connection, worker: str) -> dict[HouseholdId, datetime]:
    """The households of every task that a worker ever had, each with the instant from which on it was theirs.

    Args:
        connection: of a reading.
        worker: a staff id.
    """
    query = (
        select(task.c.household, func.min(task_event.c.at).label("since"))
        .join(task_event, task_event.c.task == task.c.id)
        .where(task_event.c.owner == worker)
        .group_by(task.c.household)
    )
    return {HouseholdId(row.household): row.since for row in connection.execute(query)}


def owners(connection: Connection) -> list[str]:
    """Workers who have an open task."""
    query = select(task.c.owner).where(task.c.status == Status.OPEN).distinct().order_by(task.c.owner)
    return list(connection.execute(query).scalars())


def alert_counts(connection: Connection, run: RunId) -> list[AlertCount]:
    """Households per rule in a night, most first."""
    query = select(alert_count).where(alert_count.c.run == run)
    ordered = query.order_by(alert_count.c.households.desc(), alert_count.c.rule)
    return [AlertCount(**row._asdict()) for row in connection.execute(ordered)]


def _task(row: Mapping[str, Any]) -> QueuedTask:
    return QueuedTask(
        **{
            **row,
            "status": Status(row["status"]),
            "lineage": frozenset(row["lineage"]),
            "datasets": frozenset(row["datasets"]),
            "score_datasets": frozenset(row["score_datasets"]),
        }
    )
