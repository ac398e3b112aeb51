"""Tasks: what a caseworker is asked to look at. One open task a household; nothing is ever deleted.

A night opens a task for a household that has none, refreshes the one that it has, puts back as `waiting` what others
are more urgent than, and closes as `lapsed` what nothing supports any more. Writing the same night twice changes
nothing. Every move is a row of `task_event`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from alerts.task_table import Status, alert_count, task, task_event
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId, HouseholdId, RunId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskItem:
    """What a night wants done for one household.

    `reasons_sealed` rests on facts of `datasets` and on the agreements of `lineage`: to show it, each of those datasets
    must be open to whoever looks, and each of those agreements in force. What the model adds is sealed apart, in
    `score_sealed`, under all `score_datasets` that it looked at; None on a night by rules alone. `rank` is its place on
    the night's list, from 1.
    """

    household: HouseholdId
    tier: int
    rank: int
    due_on: date
    lineage: tuple[AgreementId, ...]
    datasets: tuple[DatasetId, ...]
    reasons_sealed: bytes
    score_datasets: tuple[DatasetId, ...] = ()
    score_sealed: bytes | None = None


@dataclass(slots=True, kw_only=True)
class Handed:
    """What writing a night's list changed, in numbers."""

    opened: int = 0
    refreshed: int = 0
    put_back: int = 0
    merged: int = 0
    lapsed: int = 0
    unchanged: int = 0


def upsert(
    connection: Connection,
    run: RunId,
    items: Sequence[TaskItem],
    *,
    supported: Collection[HouseholdId] | None,
    as_of: date,
    workers: Sequence[str],
    at: datetime,
    renamed: Mapping[HouseholdId, HouseholdId] | None = None,
) -> Handed:
    """Write a night's list.

    Args:
        connection: of the transaction that makes the night count.
        run: the night.
        items: the households that there is capacity for, most urgent first.
        supported: every household that a rule still fires for, with or without capacity. Whoever is not among `items`
            waits: its task comes back, as it was, with the night that has room for it. None where the night was not
            allowed to look, and so cannot say that anything is over.
        as_of: the day that the night looked from. What a later night wrote is left as it is.
        workers: who takes tasks; a new task goes to whoever has the fewest open ones.
        at: this instant.
        renamed: households that are called anew, by the name of before. A task follows its household; where two
            households became one, the more urgent task stays.

    Returns:
        What changed.

    Raises:
        Misconfigured: `WORKERS_MISSING` where there is a list, but nobody to take it.
    """
    if items and not workers:
        raise Misconfigured("Nobody takes tasks.", "Name at least one in HEARTHLINE_STAFF.", code="WORKERS_MISSING")
    desk = _Desk(connection, run, as_of, at, workers, renamed or {})
    for item in items:
        desk.place(item)
    if supported is not None:
        desk.clear(chosen={item.household for item in items}, supported=set(supported))
    return desk.handed


def count_alerts(connection: Connection, run: RunId, counts: Mapping[str, tuple[str, int]]) -> None:
    """Record how many households each rule fired for in a night; a second record of the same night replaces the first.

    Args:
        connection: of the transaction that makes the night count.
        run: the night.
        counts: title and number of households, by rule.
    """
    connection.execute(alert_count.delete().where(alert_count.c.run == run))
    rows = [
        {"run": run, "rule": rule, "title": title, "households": households}
        for rule, (title, households) in sorted(counts.items())
    ]
    if rows:
        connection.execute(alert_count.insert(), rows)


def households_with_tasks(connection: Connection) -> frozenset[HouseholdId]:
    """Households that have a task, open or waiting, as they were called when it was last looked at."""
    live = select(task.c.household).where(task.c.status.in_([Status.OPEN, Status.WAITING])).distinct()
    return frozenset(HouseholdId(each) for each in connection.execute(live).scalars())


def open_tasks(connection: Connection) -> int:
    """How many tasks are open."""
    return connection.execute(select(func.count()).where(task.c.status == Status.OPEN)).scalar_one()


def task_id(household: HouseholdId, opened_on: date) -> TaskId:
    """The id of the task that a household is given on a day."""
    digest = hashlib.sha256(f"{household} {opened_on.isoformat()}".encode()).hexdigest()
    return TaskId(f"t-{digest[:16]}")


class _Desk:
    """One night's writing: the open tasks as they were, and how many each worker has by now."""

    def __init__(
        self,
        connection: Connection,
        run: RunId,
        as_of: date,
        at: datetime,
        workers: Sequence[str],
        renamed: Mapping[HouseholdId, HouseholdId],
    ) -> None:
        self.handed = Handed()
        self._connection, self._run, self._as_of, self._at = connection, run, as_of, at
        self._renamed: dict[str, str] = {str(old): str(new) for old, new in renamed.items()}
        order = (task.c.tier, task.c.rank, task.c.id)
        rows = connection.execute(select(task).where(task.c.status == Status.OPEN).order_by(*order)).all()
        self._open: dict[str, Row[Any]] = {}
        self._load = dict.fromkeys(workers, 0)
        for row in rows:
            self._follow(row)

    def _follow(self, row: Row[Any]) -> None:
        """Take up an open task as that of its household of now; of two households that became one, one task stays."""
        household = self._renamed.get(row.household, row.household)
        if household in self._open:
            if row.refreshed_on <= self._as_of:
                self._leave(row, Status.LAPSED, "merged")
                self.handed.merged += 1
            return
        self._open[household] = row
        if row.owner in self._load:
            self._load[row.owner] += 1

    def place(self, item: TaskItem) -> None:
        """Open a task for a household, or refresh the one that it has."""
        before = self._open.get(item.household)
        if before is None:
            self._open_new(item)
        elif before.run == self._run or before.refreshed_on > self._as_of:
            self.handed.unchanged += 1
        else:
            self._refresh(before, item)

    def clear(self, *, chosen: Collection[str], supported: Collection[str]) -> None:
        """Put back what there is no room for, close what no rule supports. What a later night looked at stays."""
        for household, row in self._open.items():
            if household in chosen or row.run == self._run or row.refreshed_on > self._as_of:
                continue
            if household in supported:
                self._leave(row, Status.WAITING, "put back")
                self.handed.put_back += 1
            else:
                self._leave(row, Status.LAPSED, "lapsed")
                self.handed.lapsed += 1

    def _leave(self, row: Row[Any], status: Status, kind: str) -> None:
        self._write(row.id, status=status, run=self._run, refreshed_on=self._as_of)
        self._tell(row.id, kind, row.owner)

    def _open_new(self, item: TaskItem) -> None:
        id, owner = self._waiting(item.household) or task_id(item.household, self._as_of), self._least_loaded()
        values = {**_values(item), "status": Status.OPEN, "owner": owner, "run": self._run, "refreshed_on": self._as_of}
        known = self._connection.execute(select(task.c.id).where(task.c.id == id)).first()
        if known is None:
            self._connection.execute(task.insert(), {"id": id, "opened_on": self._as_of, **values})
        else:  # it waited for room, or was opened and lapsed in earlier revisions of this same night
            self._write(id, **values)
        self._tell(id, "opened", owner)
        self.handed.opened += 1

    def _refresh(self, before: Row[Any], item: TaskItem) -> None:
        owner = before.owner if before.owner in self._load else self._least_loaded()
        # A deadline may come nearer, never drift away: a rule that gives five days gives them once, not every night.
        values = {**_values(item), "due_on": min(before.due_on, item.due_on), "owner": owner}
        self._write(before.id, **values, run=self._run, refreshed_on=self._as_of)
        self._tell(before.id, "refreshed", owner)
        self.handed.refreshed += 1

    def _waiting(self, household: str) -> str | None:
        """The task that a household was put back with, by whatever name it had then."""
        names = [household, *(old for old, new in self._renamed.items() if new == household)]
        mine = task.c.household.in_(names) & (task.c.status == Status.WAITING)
        newest = select(task.c.id).where(mine).order_by(task.c.refreshed_on.desc(), task.c.id).limit(1)
        return self._connection.execute(newest).scalar()

    def _least_loaded(self) -> str:
        owner = min(self._load, key=lambda worker: self._load[worker])
        self._load[owner] += 1
        return owner

    def _write(self, id: str, **values: object) -> None:
        self._connection.execute(task.update().where(task.c.id == id).values(**values))

    def _tell(self, id: str, kind: str, owner: str) -> None:
        event = {"task": id, "kind": kind, "run": self._run, "owner": owner, "as_of": self._as_of, "at": self._at}
        self._connection.execute(task_event.insert(), event)


def _values(item: TaskItem) -> dict[str, object]:
    return {
        "household": item.household,
        "tier": item.tier,
        "rank": item.rank,
        "due_on": item.due_on,
        "lineage": sorted(item.lineage),
        "datasets": sorted(item.datasets),
        "reasons_sealed": item.reasons_sealed,
        "score_datasets": sorted(item.score_datasets),
        "score_sealed": item.score_sealed,
    }
