"""Reading on behalf of a person: the queue, and why a household is on it. Every look is a grant in the ledger.

Reasons rest sealed under every agreement that they draw on. To show them, a worker's `view` is asked for on each of
those agreements' datasets, once per look; where one refuses, those reasons are withheld and the line says why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date

from alerts.programme import named
from alerts.queue import QueuedTask, newest, queue
from alerts.reasons import ScorePart, TaskReason, programmes_of, unpack, unpack_score
from alerts.triage import FORESEEN
from flows import night_record
from flows.bootstrap import Services
from flows.handing_out import score_context, task_context
from flows.reached import Reach, reach_of
from flows.shown import ShownQueue, ShownReason, ShownTask, Why
from flows.telling import MODEL_CITATION
from governance.database import reading
from governance.decision import Decision
from governance.errors import Misconfigured, refusal
from governance.ids import DatasetId, HouseholdId, TaskId
from governance.opened import Opened, unseal_jointly
from governance.use import Action, Actor, Use


class Reader:
    """Reads what may be shown.

    Args:
        house: the services.
    """

    def __init__(self, house: Services) -> None:
        self._house = house

    def queue(self, worker: str | None = None, *, asker: str | None = None) -> ShownQueue:
        """Open tasks with their reasons.

        Args:
            worker: only this worker's; everybody's where it is left out.
            asker: who looks, and stands in the ledger for it: a caseworker at the own list, a supervisor at any other.
                Where it is left out, the worker whose list it is, or the first of the staff.
        """
        who = asker or worker or self._first()
        actor = self._house.person(who, role="caseworker" if who == worker else "supervisor")
        held = self._house.link_reviews.held()  # it is in doubt who they are: a steward decides before anybody calls
        with reading(self._house.engine) as connection:
            tasks = [task for task in queue(connection, worker) if task.household not in held]
        with self._doors(tasks, actor) as (doors, refusals):
            reached = reach_of(self._house, {task.household for task in tasks})
            shown = [self._shown(task, doors, reached[task.household]) for task in tasks if self._may(task, doors)]
        return ShownQueue(worker=worker, tasks=shown, withheld=len(tasks) - len(shown), refusals=refusals)

    def told(self, tasks: Collection[QueuedTask], *, asker: str) -> dict[TaskId, tuple[TaskReason, ...]]:
        """The reasons of tasks, of those whose every dataset may be shown to somebody now.

        Args:
            tasks: which.
            asker: who looks, and stands in the ledger for it.
        """
        with self._doors(tasks, self._house.person(asker)) as (doors, _):
            return {task.id: self._reasons(task, doors) for task in tasks if self._may(task, doors)}

    def why(self, household: HouseholdId, *, as_of: date | None = None, worker: str) -> Why:
        """The reasons for a household's task, with every fact behind them.

        Args:
            household: the household.
            as_of: the day that was looked from; the newest where it is left out.
            worker: who asks.

        Raises:
            Misconfigured: `HOUSEHOLD_UNKNOWN` where it has no task of that day.
            Refused: where any agreement that the reasons draw on does not let this worker view them.
        """
        with reading(self._house.engine) as connection:
            task = newest(connection, household)
        if task is None or (as_of is not None and task.refreshed_on != as_of):
            raise Misconfigured(
                "There is no task for that household and day.",
                "See `hearthline queue`; for another day, run `hearthline nightly --as-of DATE` first.",
                code="HOUSEHOLD_UNKNOWN",
            )
        actor = self._house.person(worker)
        with self._doors([task], actor, strict=True) as (doors, _):
            reasons = self._reasons(task, doors)
        return self._why(task, reasons, self._score(task, actor))

    def _why(self, task: QueuedTask, reasons: tuple[TaskReason, ...], part: ScorePart | None) -> Why:
        return Why(
            household=task.household,
            as_of=task.refreshed_on,
            run=task.run,
            task=task.id,
            status=str(task.status),
            score=part.score if part else None,
            model=part.model if part else None,
            tier=task.tier,
            due_on=task.due_on,
            owner=task.owner,
            reasons=[_reason(each, part) for each in reasons] + _unspoken(part),
        )

    def _score(self, task: QueuedTask, actor: Actor) -> ScorePart | None:
        """What the model added to a task; None where it added nothing, or not all that it looked at may be shown."""
        if task.score_sealed is None:
            return None
        with self._doors([task], actor, score=True) as (doors, _):
            stopped = any(self._house.register.objection(parent, self._house.clock.now()) for parent in task.lineage)
            if stopped or not task.score_datasets <= set(doors):
                return None
            mine = [doors[dataset] for dataset in sorted(task.score_datasets)]
            return unpack_score(unseal_jointly(mine, task.score_sealed, score_context(task.household)))

    def _shown(self, task: QueuedTask, doors: Mapping[DatasetId, Opened], reach: Reach) -> ShownTask:
        reasons = self._reasons(task, doors)
        return ShownTask(
            id=task.id,
            household=task.household,
            tier=task.tier,
            due_on=task.due_on,
            owner=task.owner,
            opened_on=task.opened_on,
            reasons=[reason.text for reason in reasons],
            programmes=[each.name for each in named(self._house.programmes, programmes_of(reasons))],
            consent=str(reach.consent),
            texted_on=reach.texted_on,
        )

    def _reasons(self, task: QueuedTask, doors: Mapping[DatasetId, Opened]) -> tuple[TaskReason, ...]:
        mine = [doors[dataset] for dataset in sorted(task.datasets)]
        mine[0].recheck(task.lineage)
        return unpack(unseal_jointly(mine, task.reasons_sealed, task_context(task.household)))

    def _may(self, task: QueuedTask, doors: Mapping[DatasetId, Opened]) -> bool:
        """Whether every dataset that a task's reasons rest on is open to this look, and all that made it in force."""
        now = self._house.clock.now()
        stopped = any(self._house.register.objection(parent, now) for parent in task.lineage)
        return task.datasets <= set(doors) and not stopped

    @contextmanager
    def _doors(
        self, tasks: Collection[QueuedTask], actor: Actor, *, strict: bool = False, score: bool = False
    ) -> Iterator[tuple[dict[DatasetId, Opened], list[str]]]:
        """A door per dataset that the tasks' reasons rest on, and a line for each that stayed shut."""
        doors: dict[DatasetId, Opened] = {}
        refusals: list[str] = []
        with ExitStack() as stack:
            for dataset, fields in self._fields(tasks, score=score).items():
                mine = [task for task in tasks if dataset in _rested_on(task, score=score)]
                answer = self._house.gate.ask(self._use(actor, dataset, fields, mine))
                if isinstance(answer, Decision):
                    if strict:
                        raise refusal(answer.reasons)
                    refusals.append(f"{dataset}: {answer.reasons[0].code}: {answer.reasons[0].detail}")
                else:
                    doors[dataset] = stack.enter_context(self._house.gate.open(answer))
            yield doors, refusals

    def _use(self, actor: Actor, dataset: DatasetId, fields: Collection[str], tasks: Collection[QueuedTask]) -> Use:
        runs = {task.run for task in tasks}
        return Use.of(
            actor=actor,
            action=Action.VIEW,
            purpose=self._house.settings.purpose,
            dataset=dataset,
            fields=fields,
            run=next(iter(runs)) if len(runs) == 1 else None,
            about={task.household for task in tasks},
        )

    def _fields(self, tasks: Collection[QueuedTask], *, score: bool) -> dict[DatasetId, set[str]]:
        """Of each dataset that the tasks' reasons or scores rest on, the fields that the nights behind them read."""
        rested_on = {dataset for task in tasks for dataset in _rested_on(task, score=score)}
        fields: dict[DatasetId, set[str]] = {dataset: set() for dataset in sorted(rested_on)}
        for record in night_record.of_runs(self._house.engine, {task.run for task in tasks}):
            for dataset in rested_on & set(record.fields):
                fields[dataset].update(record.fields[dataset])
        return fields

    def _first(self) -> str:
        """The first of the staff: for whom this machine's command line and pages act until signing in is there."""
        workers = self._house.settings.workers
        if not workers:
            raise Misconfigured("Nobody is on the staff.", "Name them in HEARTHLINE_STAFF.", code="WORKERS_MISSING")
        return workers[0]


def _rested_on(task: QueuedTask, *, score: bool) -> frozenset[DatasetId]:
    """The datasets that a task's reasons, or its score, rest on: a look at them is a look at this household."""
    return task.score_datasets if score else task.datasets


def _reason(reason: TaskReason, part: ScorePart | None) -> ShownReason:
    return ShownReason(
        rule=reason.rule,
        text=reason.text,
        citation=reason.citation,
        tier=reason.tier,
        contribution=part.contributions.get(reason.rule, 0.0) if part else None,
        programmes=list(reason.programmes),
        facts=list(reason.facts),
    )


def _unspoken(part: ScorePart | None) -> list[ShownReason]:
    """What no reason speaks of, so that everything adds up to the score: where every family starts, and the rest."""
    if part is None:
        return []
    texts = {
        "model.baseline": ("Where every family starts, before anything is known of it.", part.baseline),
        "model.rest": ("Everything else that the model looked at, most of it things that were not seen.", part.rest),
    }
    return [
        ShownReason(
            rule=rule, text=text, citation=MODEL_CITATION, tier=FORESEEN, contribution=value, programmes=[], facts=[]
        )
        for rule, (text, value) in texts.items()
    ]
