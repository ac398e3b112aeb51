"""One night as plain functions: link → look → choose → hand out → reach → sign. Nothing here knows Prefect.

A night is named by the day it looks from and the policy's hash; its revision, by the deliveries and agreements that it
rests on. Every stage can be run again: what was written is written the same way or not at all, and only the
transaction that hands out the tasks and closes the night's record makes it count. Texts go out after that, each once: a
night that is run again sends what was held before and may go now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from functools import partial
from time import perf_counter
from typing import TypeVar

from alerts.task import open_tasks
from alerts.triage import FORESEEN, Candidate, triage
from flows import night_record
from flows.alone import alone
from flows.bootstrap import Services
from flows.handing_out import hand_out
from flows.intaking import linker_of
from flows.looking import Findings, look
from flows.night_record import NightRecord
from flows.night_report import NightReport, inputs_of, is_done, last_report, stored, unheard_line
from flows.reaching import messages_of, reach
from flows.stage import Refusal, Stage
from flows.vigil import dawn, dusk
from governance.database import transaction
from governance.errors import Busy
from signals.delivery import quarantine_size
from signals.linkage.run import LinkReport


class Beat(StrEnum):
    """What an observer is told of a stage."""

    BEGINS = "begins"
    ENDS = "ends"


Observer = Callable[[str, Beat], None]
"""Told a stage's name as it begins and as it ends."""

Part = TypeVar("Part")

STAGES = ("link", "look", "choose", "hand out", "reach", "sign")
AFTER = STAGES[-2:]
"""What is still to do in a night whose tasks are handed out."""
LINK_TRIES = 3
"""How often a night links again because an agreement stopped between linking and looking."""


def quiet(_stage: str, _beat: Beat) -> None:
    """An observer that does not care."""


class Night:
    """A night under way. Use `open_night`.

    Args:
        services: what it works with.
        record: which night.
        observer: told of each stage.
    """

    def __init__(self, services: Services, record: NightRecord, observer: Observer) -> None:
        self.run = record.run
        self._house = services
        self._record = record
        self._observer = observer
        self._refusals: list[Refusal] = []
        self._seconds: dict[str, float] = {}
        self._linked: LinkReport | None = None
        self._found: Findings | None = None
        self._candidates: list[Candidate] = []
        self._chosen: list[Candidate] = []

    def pending(self) -> tuple[str, ...]:
        """The stages still to run: all of them, or only texts and signature where the tasks are handed out."""
        return STAGES if self._record.finished_at is None else AFTER

    def step(self, stage: str) -> None:
        """Run one stage.

        Args:
            stage: one of `STAGES`, in their order.
        """
        self._observer(stage, Beat.BEGINS)
        begun = perf_counter()
        {
            "link": self._link,
            "look": self._look,
            "choose": self._choose,
            "hand out": self._hand_out,
            "reach": self._reach,
            "sign": self._sign,
        }[stage]()
        self._seconds[stage] = perf_counter() - begun
        self._observer(stage, Beat.ENDS)

    def _link(self) -> None:
        for _ in range(LINK_TRIES):
            stage = Stage("link")
            self._linked = stage.attempt("linking", linker_of(self._house, run=self.run).link)
            if self._linked is not None:
                break
            self._refusals += stage.refusals  # an agreement stopped while its rows were read: go on without it
        else:
            what = "Agreements keep stopping while their rows are linked."
            raise Busy(what, "Run the night again once they stand still.")
        for what, code, detail in self._linked.refused:
            stage.refuse(what, code, detail)
        self._refusals += stage.refusals

    def _look(self) -> None:
        for _ in range(LINK_TRIES):
            stage = Stage("look")
            link = _done(self._linked).id
            self._found = stage.attempt("tonight's signals", partial(look, self._house, self._record, link, stage))
            if self._found is not None:
                break
            self._refusals += stage.refusals
            self._link()  # an agreement stopped in between: link again without it
        else:
            self._found = Findings.none()
        self._refusals += stage.refusals

    def _choose(self) -> None:
        settings = self._house.settings
        room = len(settings.workers) * settings.tasks_per_worker
        held = (
            self._house.link_reviews.held()
        )  # who they are is in doubt: nobody acts on it until a steward has decided
        found = _done(self._found).candidates(self._record)
        self._candidates = [each for each in found if each.household not in held]
        self._chosen = triage(self._candidates, capacity=room)

    def _hand_out(self) -> None:
        found, linked = _done(self._found), _done(self._linked)
        stage = Stage("hand out")
        ready = hand_out(self._house, self._record, found, self._chosen, stage)
        self._refusals += stage.refusals
        with transaction(self._house.engine) as connection:
            ready(connection)
            report = self._report(tasks=open_tasks(connection))
            night_record.finish(
                connection,
                self.run,
                link=linked.id,
                fields={dataset: sorted(fields) for dataset, fields in found.fields.items()},
                report=stored(report),
                at=self._house.clock.now(),
            )

    def _reach(self) -> None:
        stage = Stage("reach")
        record = night_record.find(self._house.engine, as_of=self._record.as_of)[0]
        reached = stage.attempt("texts", partial(reach, self._house, record.link))
        report = record.report | {
            "messages": messages_of(self._house, self.run),
            "held": reached.held if reached else [],
            "refusals": record.report["refusals"] + [asdict(each) for each in stage.refusals],
        }
        with transaction(self._house.engine) as connection:
            night_record.rewrite(connection, self.run, report)

    def _sign(self) -> None:
        record = night_record.find(self._house.engine, as_of=self._record.as_of)[0]
        kept = {name: record.report[name] for name in ("households", "persons", "signals", "alerts", "tasks")}
        self._house.ledger.append_once("night.finished", self.run, {"as_of": self._record.as_of.isoformat(), **kept})
        dawn(self._house, self._refusals)
        if self._linked is None:
            return  # a night that is only signed again has linked nothing, and keeps the times it took
        with transaction(self._house.engine) as connection:
            self._house.store.forget_links(connection, keep=self._linked.id, at=self._house.clock.now())
            night_record.rewrite(connection, self.run, {**record.report, "seconds": self._seconds})

    def _report(self, *, tasks: int) -> NightReport:
        found, linked = _done(self._found), _done(self._linked)
        return NightReport(
            run=self.run,
            as_of=self._record.as_of,
            ran=found.ran,
            households=linked.counts["households"],
            persons=linked.counts["persons"],
            signals=found.signals,
            quarantined=quarantine_size(self._house.engine),
            model=found.outlook.model if found.outlook else "",
            alerts=len(self._candidates),
            foreseen=sum(each.tier == FORESEEN for each in self._candidates),
            waiting=len(self._candidates) - len(self._chosen),
            tasks=tasks,
            refusals=self._refusals,
            skipped=found.skipped,
            unheard=[unheard_line(each) for each in found.unheard.values()],
            alerts_by_rule=found.by_rule,
            ledger_size=self._house.ledger.size(),
            seconds=self._seconds,
        )


@contextmanager
def open_night(services: Services, as_of: date, *, observer: Observer = quiet) -> Iterator[Night]:
    """The night for a day: begun, gone on with, or done already.

    Args:
        services: what it works with.
        as_of: the day to look from.
        observer: told of each stage.

    Yields:
        The night; run `step` for each of `pending()`.

    Raises:
        Busy: another night is under way in this home.
    """
    with alone(services):
        at = services.clock.now()
        dusk(services)
        inputs = inputs_of(services)
        record = night_record.start(services.engine, as_of=as_of, policy=services.policy_hash, inputs=inputs, at=at)
        services.ledger.append_once("night.started", record.run, {"as_of": as_of.isoformat(), "policy": record.policy})
        yield Night(services, record, observer)


def run_night(services: Services, as_of: date, *, observer: Observer = quiet) -> NightReport:
    """A whole night, without Prefect.

    Args:
        services: what it works with.
        as_of: the day to look from.
        observer: told of each stage.
    """
    repeated = is_done(services, as_of)
    with open_night(services, as_of, observer=observer) as night:
        for stage in night.pending():
            night.step(stage)
    return last_report(services, as_of, repeated=repeated)


def _done(part: Part | None) -> Part:
    """What an earlier stage left."""
    if part is None:
        raise RuntimeError("the stages of a night run in their order")
    return part
