"""Homes for tests: invented people's files are taken in once per test run; each test gets a copy."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import select

from alerts.queue import QueuedTask, queue
from alerts.reasons import unpack
from alerts.task_table import task
from flows.bootstrap import Services, build, initialise
from flows.demo import NOT_AGENCIES
from flows.handing_out import task_context
from flows.intaking import intake_of
from governance.database import reading
from governance.ids import DatasetId, GrantId
from governance.settings import Settings
from signals.intake import take_folder
from signals.simulator import simulate

UNTIL = date(2026, 5, 29)
HOUSEHOLDS = 400


def settings(home: Path) -> Settings:
    """Settings that look at nothing of the environment but the home."""
    return Settings(home=home, database_url="", policy=None)


def make(home: Path, *, households: int = HOUSEHOLDS, seed: int = 7) -> Services:
    """A home with invented extracts taken in, and no night yet."""
    house = initialise(settings(home))
    extracts = home / "extracts"
    simulate(extracts, households=households, months=8, seed=seed, until=UNTIL)
    intake = intake_of(house)
    for agency in sorted(path for path in extracts.iterdir() if path.is_dir() and path.name not in NOT_AGENCIES):
        take_folder(intake, DatasetId(agency.name), agency, known_on=None)
    return house


def copy(made: Path, home: Path) -> Services:
    """A home like another one, to do with as one likes."""
    shutil.copytree(made, home)
    return build(settings(home))


def handed_out(house: Services) -> list[tuple[object, ...]]:
    """Everything that matters of all tasks, as people would see them; grants have new numbers every night."""
    with reading(house.engine) as connection:
        open_ones = queue(connection)
        closed = connection.execute(select(task.c.id, task.c.status).where(task.c.status != "open")).all()
    return [_plain(house, each) for each in open_ones] + [tuple(row) for row in closed]


def _plain(house: Services, each: QueuedTask) -> tuple[object, ...]:
    packed = house.vault.unseal(each.reasons_sealed, task_context(each.household))
    reasons = tuple(
        replace(reason, facts=tuple(replace(fact, grant=GrantId("")) for fact in reason.facts))
        for reason in unpack(packed)
    )
    return (each.id, each.household, each.tier, each.due_on, each.owner, each.status, sorted(each.lineage), reasons)
