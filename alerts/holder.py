"""What alerts keep that rests on an agreement: tasks with their reasons, texts, what families answered, and counts.

A task is emptied and closed: no reason, no score, no urgency. Who was handed it and when stays, for a family may ask
who looked at them for years (M.G.L. c.66A, section 2(f)). A text that never left is deleted; of one that did, the words
go and the fact stays, as proof of what the family's consent was used for.

What a model added to a task rests on everything that the model learnt from. It goes by itself where the task's reasons
stand without it; a task that only the model spoke of goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from alerts.message_table import Status as Sent
from alerts.message_table import inbound, message, message_event
from alerts.task_table import Status, alert_count, task, task_event
from alerts.triage import FORESEEN
from governance.clock import Clock
from governance.database import reading, transaction
from governance.holder import Covers, Holding
from governance.ids import AgreementId
from governance.seal import owners

EMPTY = b""
"""Stands where a seal was."""
NO_TIER = 0
"""The urgency of a task of which nothing is known any more."""
_CLOSED = Status.LAPSED
_NO_SCORE: dict[str, Any] = {"score_sealed": None, "score_datasets": []}
_NEVER_LEFT = frozenset({Sent.HELD, Sent.FAILED})


class AlertHolder:
    """Answers for tasks, texts and counts.

    Args:
        engine: the operational database.
        clock: the time that a task's closing bears.
        rules: the rules that look at or speak of what an agreement brought in.
        runs: the nights that went by a model which the agreement had a part in.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        rules: Callable[[AgreementId], Collection[str]],
        runs: Callable[[AgreementId], Collection[str]],
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._rules = rules
        self._runs = runs

    @property
    def name(self) -> str:
        """`alerts`."""
        return "alerts"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """Every task and text of that lineage that still says something, and the counts of its rules."""
        with reading(self._engine) as connection:
            tasks, scores = self._tasks(connection, agreement)
            texts, answers = _texts(connection, agreement), _answers(connection, agreement)
            counts = self._counts(connection, agreement)
        yield from (_task(row) for row in tasks)
        yield from (_score(row) for row in scores)
        yield from (_text(row) for row in texts)
        yield from (_answer(id) for id in answers)
        yield from (_count(row) for row in counts)

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Close and empty the tasks, take the words out of the texts, delete the counts: all of it at once."""
        gone = list(self.inventory(agreement))
        with transaction(self._engine) as connection:
            tasks, scores = self._tasks(connection, agreement)
            for row in tasks:
                self._close(connection, row)
            for row in scores:
                connection.execute(update(task).where(task.c.id == row.id).values(**_NO_SCORE))
            for row in _texts(connection, agreement):
                _unsay(connection, row)
            for id in _answers(connection, agreement):
                connection.execute(update(inbound).where(inbound.c.id == id).values(body_sealed=None))
            names = [row.rule for row in self._counts(connection, agreement)]
            connection.execute(delete(alert_count).where(alert_count.c.rule.in_(names)))
        yield from gone

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """What of it is still there."""
        yield from self.inventory(agreement)

    def _close(self, connection: Connection, row: Any) -> None:
        nothing = {"reasons_sealed": EMPTY, "datasets": [], "tier": NO_TIER, "rank": 0, "due_on": row.opened_on}
        nothing |= _NO_SCORE | {"status": _CLOSED}
        connection.execute(update(task).where(task.c.id == row.id).values(**nothing))
        told = {"task": row.id, "kind": "destroyed", "run": row.run, "owner": row.owner, "as_of": row.refreshed_on}
        connection.execute(task_event.insert(), {**told, "at": self._clock.now()})

    def _tasks(self, connection: Connection, agreement: AgreementId) -> tuple[list[Any], list[Any]]:
        """Tasks that rest on the agreement, and are open or still say something; and those whose score alone does."""
        runs = self._runs(agreement)
        tasks, scores = list[Any](), list[Any]()
        for row in connection.execute(select(task).order_by(task.c.id)):
            scored = row.score_sealed and (row.run in runs or agreement in owners(row.score_sealed))
            if agreement in {*row.lineage, *owners(row.reasons_sealed)} or (scored and row.tier == FORESEEN):
                tasks += [row] if row.reasons_sealed or row.score_sealed or row.tier or row.status != _CLOSED else []
            elif scored:
                scores.append(row)
        return tasks, scores

    def _counts(self, connection: Connection, agreement: AgreementId) -> list[Any]:
        names = sorted(self._rules(agreement))
        query = select(alert_count.c.rule, func.count().label("nights")).where(alert_count.c.rule.in_(names))
        return list(connection.execute(query.group_by(alert_count.c.rule).order_by(alert_count.c.rule)))


def _texts(connection: Connection, agreement: AgreementId) -> list[Any]:
    """Texts of that lineage that never left, or still have words."""
    columns = (message.c.id, message.c.status, message.c.template, message.c.lineage, message.c.body)
    rows = connection.execute(select(*columns).order_by(message.c.id)).all()
    return [row for row in rows if agreement in row.lineage and (row.body or row.status in _NEVER_LEFT)]


def _answers(connection: Connection, agreement: AgreementId) -> list[str]:
    """What families texted back, sealed under that agreement."""
    rows = connection.execute(select(inbound.c.id, inbound.c.body_sealed).order_by(inbound.c.id)).all()
    return [str(row.id) for row in rows if agreement in owners(row.body_sealed)]


def _unsay(connection: Connection, row: Any) -> None:
    if row.status in _NEVER_LEFT:
        connection.execute(delete(message_event).where(message_event.c.message == row.id))
        connection.execute(delete(message).where(message.c.id == row.id))
    else:
        connection.execute(update(message).where(message.c.id == row.id).values(body=""))


def _task(row: Any) -> Holding:
    return Holding(covers=Covers.ALERTS, kind="task", id=row.id, rows=1, detail=f"was {row.status}")


def _score(row: Any) -> Holding:
    return Holding(covers=Covers.ALERTS, kind="score", id=row.id, rows=1, detail="what a model added to this task")


def _text(row: Any) -> Holding:
    return Holding(covers=Covers.ALERTS, kind="text", id=row.id, rows=1, detail=f"{row.template}, {row.status}")


def _answer(id: str) -> Holding:
    return Holding(covers=Covers.ALERTS, kind="answer", id=id, rows=1, detail="the family's words, sealed")


def _count(row: Any) -> Holding:
    detail = "households in each of these nights"
    return Holding(covers=Covers.ALERTS, kind="count by rule", id=row.rule, rows=row.nights, detail=detail)
