"""The main job as a Prefect flow: a thin schedule around `flows.night`, which does the work and knows no Prefect.

Prefect sees a day, a home and stage names; it stores no result and caches nothing, because a stored result would
outlive the agreement that it was made under. A stage is tried again only where its error says that this can help.
"""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task
from sqlalchemy.exc import OperationalError

from flows.bootstrap import Services, build, read_settings
from flows.night import Night, Observer, open_night, quiet
from governance.errors import HearthlineError

_observer: ContextVar[Observer] = ContextVar("observer", default=quiet)
_current: ContextVar[Night | None] = ContextVar("night", default=None)

RETRIES = 2
RETRY_SECONDS = 2.0


def worth_another_try(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether an error may pass by itself: a busy database, or an error of ours that says so. A refusal never does."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, OperationalError) or (isinstance(error, HearthlineError) and error.retryable)


@task(
    task_run_name="{stage}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_another_try,
    persist_result=False,
    cache_policy=NO_CACHE,
)
def run_stage(run: str, stage: str) -> None:
    """One stage of a night. The night itself travels beside Prefect, not through it.

    Args:
        run: the night's id, for Prefect's page.
        stage: one of `flows.night.STAGES`.
    """
    night = _current.get()
    if night is None or night.run != run:
        raise RuntimeError("a stage runs inside its own night only")
    night.step(stage)


@flow(name="nightly", persist_result=False, validate_parameters=True)
def nightly(home: str, as_of: date | None = None) -> None:
    """The night: link, look, decide, hand out, sign.

    Args:
        home: the installation's folder.
        as_of: the day to look from; today where it is left out.
    """
    services = build(read_settings(Path(home)))
    _run(services, as_of)


def _run(services: Services, as_of: date | None) -> None:
    with open_night(services, as_of or services.clock.today(), observer=_observer.get()) as night:
        token = _current.set(night)
        try:
            for stage in night.pending():
                run_stage(night.run, stage)
        finally:
            _current.reset(token)


def run(home: Path, as_of: date | None, observer: Observer) -> None:
    """Run the flow in this process, telling an observer how it goes.

    Args:
        home: the installation's folder.
        as_of: the day to look from.
        observer: told of each stage as it begins and ends.
    """
    token = _observer.set(observer)
    try:
        nightly(str(home), as_of)
    finally:
        _observer.reset(token)
