"""The stage that hands out: reasons are put into words, sealed under every agreement they draw on, and become tasks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from functools import partial

import polars as pl
from sqlalchemy import Connection

from alerts.reasons import Fact, TaskReason, pack
from alerts.task import TaskItem, count_alerts, upsert
from alerts.triage import Candidate
from flows.bootstrap import Services
from flows.looking import Findings
from flows.night_record import NightRecord
from flows.stage import Stage
from governance.ids import AgreementId, DatasetId, HouseholdId
from governance.opened import Opened, seal_jointly
from governance.use import Action, Use
from rules.reason import reasons

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
    told = _reasons(house, record, found, [each.household for each in chosen])
    lineages = dict(found.values.select("household", "lineage").iter_rows())
    with ExitStack() as stack:
        doors = _doors(house, record, found, stage, stack)
        for candidate in chosen:
            item = _item(candidate, told[candidate.household], lineages.get(candidate.household), doors)
            if item is not None:
                items.append(item)
    counts = {rule: (house.rulebook.rules[rule].title, number) for rule, number in found.by_rule.items()}
    supported = set(found.firings["household"].to_list()) if found.ran else None

    def write(connection: Connection) -> None:
        upsert(
            connection,
            record.run,
            items,
            supported=supported,
            as_of=record.as_of,
            workers=house.settings.workers,
            at=house.clock.now(),
        )
        count_alerts(connection, record.run, counts)

    return write


def task_context(household: str) -> str:
    """What a task's sealed reasons are bound to: they open for no other household."""
    return f"task:{household}"


def _item(
    candidate: Candidate, told: list[TaskReason], lineage: str | None, doors: Mapping[DatasetId, Opened]
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
        due_on=candidate.due_on,
        lineage=tuple(sorted({*owners, *made_of})),
        datasets=tuple(datasets),
        reasons_sealed=sealed,
    )


def _reasons(
    house: Services, record: NightRecord, found: Findings, households: Iterable[HouseholdId]
) -> dict[HouseholdId, list[TaskReason]]:
    """The reasons of these households in words, most urgent first, each with its facts."""
    mine = pl.DataFrame({"household": list(households)}, schema={"household": pl.String})
    firings = found.firings.join(mine, on="household", how="semi").sort("household", "tier", "due_on", "rule")
    facts = found.facts.join(mine, on="household", how="semi")
    words = reasons(firings, facts, found.values, house.rulebook, record.as_of)
    behind: dict[tuple[str, str], list[Fact]] = {}
    for row in facts.iter_rows(named=True):
        behind.setdefault((row.pop("household"), row.pop("rule")), []).append(Fact(**row))
    told: dict[HouseholdId, list[TaskReason]] = {}
    for household, id, text in words.iter_rows():
        reason = _reason(house, record, id, text, tuple(behind.get((household, id), ())))
        told.setdefault(HouseholdId(household), []).append(reason)
    return told


def _reason(house: Services, record: NightRecord, id: str, text: str, facts: tuple[Fact, ...]) -> TaskReason:
    rule, version = house.rulebook.in_force(record.as_of)[id]
    return TaskReason(
        rule=id,
        title=rule.title,
        topic=rule.topic,
        tier=version.tier,
        text=text,
        citation=f"{version.citation.source}: {version.citation.note}",
        programmes=tuple(rule.programmes),
        facts=facts,
    )


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
