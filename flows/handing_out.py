"""The stage that hands out: reasons are put into words, sealed under every agreement they draw on, and become tasks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack

import polars as pl
from sqlalchemy import Connection

from alerts.reasons import Fact, TaskReason, pack
from alerts.task import TaskItem, count_alerts, upsert
from alerts.triage import Candidate
from flows.bootstrap import Services
from flows.looking import Findings
from flows.night_record import NightRecord
from flows.stage import Stage
from governance.ids import AgreementId, HouseholdId
from governance.opened import Opened, seal_jointly
from governance.use import Action, Use
from rules.reason import render


def hand_out(
    house: Services, record: NightRecord, found: Findings, chosen: Iterable[Candidate], stage: Stage
) -> Callable[[Connection], None]:
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
    reasons = _reasons(house, record, found, {each.household for each in chosen})
    items: list[TaskItem] = []
    with ExitStack() as stack:
        doors = _doors(house, record, found, stage, stack)
        for candidate in chosen:
            mine = reasons[candidate.household]
            owners = {AgreementId(fact.agreement) for reason in mine for fact in reason.facts}
            if not owners or not owners <= set(doors):
                continue  # what may not be explained is not put before a person
            sealed = seal_jointly(
                [doors[owner] for owner in sorted(owners)], pack(mine), task_context(candidate.household)
            )
            items.append(_item(candidate, found, owners, sealed))
    counts = {rule: (house.rulebook.rules[rule].title, number) for rule, number in found.by_rule.items()}

    def write(connection: Connection) -> None:
        workers = house.settings.workers
        upsert(connection, record.run, items, as_of=record.as_of, workers=workers, at=house.clock.now())
        count_alerts(connection, record.run, counts)

    return write


def task_context(household: str) -> str:
    """What a task's sealed reasons are bound to: they open for no other household."""
    return f"task:{household}"


def _doors(
    house: Services, record: NightRecord, found: Findings, stage: Stage, stack: ExitStack
) -> dict[AgreementId, Opened]:
    """An open door per agreement whose facts may be explained."""
    doors: dict[AgreementId, Opened] = {}
    for dataset, fields in sorted(found.fields.items()):
        use = Use.of(
            actor=house.flow,
            action=Action.EXPLAIN,
            purpose=house.settings.purpose,
            dataset=dataset,
            fields=fields,
            run=record.run,
        )
        grant = stage.attempt(f"reasons from {dataset}", lambda use=use: house.gate.request(use))
        if grant is not None and grant.agreement not in doors:
            doors[grant.agreement] = stack.enter_context(house.gate.open(grant))
    return doors
