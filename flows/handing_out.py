"""The stage that hands out: reasons are put into words, sealed under every agreement they draw on, and become tasks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from alerts.reasons import ScorePart, TaskReason, pack, pack_score
from alerts.task import TaskItem, count_alerts, households_with_tasks, upsert
from alerts.triage import Candidate
from flows.bootstrap import Services
from flows.foreseeing import Outlook
from flows.looking import Findings
from flows.night_record import NightRecord
from flows.stage import Stage
from flows.telling import Telling, score_parts
from governance.ids import AgreementId, DatasetId
from governance.opened import Opened, seal_jointly
from governance.use import Action, Use

Write = Callable[[Connection], None]


def hand_out(
    house: Services, record: NightRecord, found: Findings, chosen: Collection[Candidate], stage: Stage
) -> Write:
    """Tasks for the chosen households, ready to be written.

    Args:
        house: the services.
        record: the night.
        found: what it found.
        chosen: the households that there is capacity for, most urgent first.
        stage: where to note what may be looked at but not explained.

    Returns:
        A function that writes tasks and counts inside a transaction; writing them twice changes nothing.
    """
    items: list[TaskItem] = []
    households = [each.household for each in chosen]
    told = Telling(house.rulebook, record.as_of, found).reasons(households)
    parts = score_parts(house.rulebook, record.as_of, found.outlook, told)
    lineages = dict(found.values.select("household", "lineage").iter_rows())
    with ExitStack() as stack:
        doors = _doors(house, record, found, stage, stack)
        for rank, candidate in enumerate(chosen, start=1):
            item = _item(candidate, rank, told.get(candidate.household, []), lineages.get(candidate.household), doors)
            if item is not None:
                items.append(_scored(item, parts.get(candidate.household), found.outlook, doors))
    counts = {rule: (house.rulebook.rules[rule].title, number) for rule, number in found.by_rule.items()}
    supported = found.supported if found.ran else None

    def write(connection: Connection) -> None:
        renamed = house.link_memory.names.today(households_with_tasks(connection))
        upsert(
            connection,
            record.run,
            items,
            supported=supported,
            as_of=record.as_of,
            workers=house.settings.workers,
            at=house.clock.now(),
            renamed=renamed,
        )
        count_alerts(connection, record.run, counts)

    return write


def task_context(household: str) -> str:
    """What a task's sealed reasons are bound to: they open for no other household."""
    return f"task:{household}"


def score_context(household: str) -> str:
    """What a task's sealed score is bound to."""
    return f"score:{household}"


def _item(
    candidate: Candidate, rank: int, told: list[TaskReason], lineage: str | None, doors: Mapping[DatasetId, Opened]
) -> TaskItem | None:
    """One household's task; None where a fact of it may not be explained: then it is not put before a person."""
    datasets = sorted({fact.dataset for reason in told for fact in reason.facts})
    if not datasets or not set(datasets) <= set(doors):
        return None
    mine = [doors[dataset] for dataset in datasets]
    owners = {door.grant.agreement for door in mine}
    sealed = seal_jointly(mine, pack(told), task_context(candidate.household))
    made_of = {AgreementId(parent) for parent in (lineage or "").split(",") if parent}
    return TaskItem(
        household=candidate.household,
        tier=candidate.tier,
        rank=rank,
        due_on=candidate.due_on,
        lineage=tuple(sorted({*owners, *made_of})),
        datasets=tuple(datasets),
        reasons_sealed=sealed,
    )


def _scored(
    item: TaskItem, part: ScorePart | None, outlook: Outlook | None, doors: Mapping[DatasetId, Opened]
) -> TaskItem:
    """A task with what the model adds, sealed under everything that the model looked at; as it is where it may not."""
    if part is None or outlook is None or not outlook.datasets <= set(doors):
        return item
    mine = [doors[dataset] for dataset in sorted(outlook.datasets)]
    sealed = seal_jointly(mine, pack_score(part), score_context(item.household))
    return replace(item, score_datasets=tuple(sorted(outlook.datasets)), score_sealed=sealed)


def _doors(
    house: Services, record: NightRecord, found: Findings, stage: Stage, stack: ExitStack
) -> dict[DatasetId, Opened]:
    """An open door per dataset whose facts may be explained."""
    doors: dict[DatasetId, Opened] = {}
    for dataset, fields in sorted(found.fields.items()):
        use = Use.of(
            actor=house.flow,
            action=Action.EXPLAIN,
            purpose=house.settings.purpose,
            dataset=dataset,
            fields=fields,
            run=record.run,
        )
        grant = stage.attempt(f"reasons from {dataset}", partial(house.gate.request, use))
        if grant is not None:
            doors[dataset] = stack.enter_context(house.gate.open(grant))
    return doors
