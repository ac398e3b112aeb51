"""The past as a model learns from it: linked, opened under grants to train, and made into a panel.

An indicator whose fields are refused drops out, and the report says so. An outcome of which any part is refused cannot
be learnt: half of it would be another outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from time import perf_counter
from typing import TypeVar

from flows.alone import alone
from flows.bootstrap import Services
from flows.intaking import linker_of
from flows.night import Beat, Observer
from flows.stage import Stage
from governance.errors import refusal
from governance.ids import RunId
from governance.use import Action
from rules.indicator import Indicator
from rules.observe import Observed, Watch, observing
from rules.outcome import Outcome
from rules.scorer.panel import Panel, build_panel
from signals.linkage.run import LinkReport
from signals.sealed_file import SIGNAL

STEP_DAYS = 30
MOST_DAYS = 24
"""A model looks from at most so many past days, so many days apart."""

WARM_UP_DAYS = 60
"""Days of data that must lie before the first of them."""

Result = TypeVar("Result")


class Past:
    """A training or a test under way.

    Args:
        house: the services.
        as_of: the day of which outcomes are known.
        outcome: what is to be foreseen.
        observer: told of each stage.
    """

    def __init__(self, house: Services, as_of: date, outcome: Outcome, observer: Observer) -> None:
        self.house, self.as_of, self.outcome = house, as_of, outcome
        self.stage = Stage("train")
        self.seconds: dict[str, float] = {}
        self._observer = observer

    def over(self, work: Callable[[Panel, Observed], Result]) -> Result:
        """Do something with the panel while its doors are open; once more where an agreement stopped meanwhile."""
        found = self.stage.attempt("past signals", partial(self._once, work))
        return self._once(work) if found is None else found

    def timed(self, stage: str, work: Callable[[], Result]) -> Result:
        """Do a part, and say how long it took."""
        self._observer(stage, Beat.BEGINS)
        begun = perf_counter()
        result = work()
        self.seconds[stage] = round(perf_counter() - begun, 2)
        self._observer(stage, Beat.ENDS)
        return result

    def _once(self, work: Callable[[Panel, Observed], Result]) -> Result:
        with alone(self.house):  # a night that ends meanwhile would drop the households that this reads by
            return self._alone(work)

    def _alone(self, work: Callable[[Panel, Observed], Result]) -> Result:
        linked = self.timed("link", linker_of(self.house).link)
        with self._observed(linked) as observed:
            panel = self.timed("look", lambda: self._panel(observed, linked))
            return work(panel, observed)

    @contextmanager
    def _observed(self, linked: LinkReport) -> Iterator[Observed]:
        pointers = self.outcome.pointers()
        watch = watching_for(
            self.house, self.house.indicators | pointers, self.as_of, link=linked.id, action=Action.TRAIN
        )
        with observing(watch) as observed:
            lost = [reason for id, reason in observed.refused if id in pointers]
            if lost:
                raise refusal(lost)
            for id, reason in observed.refused:
                self.stage.refuse(f"indicator {id}", reason.code, reason.detail)
            yield observed

    def _panel(self, observed: Observed, linked: LinkReport) -> Panel:
        held = {id: each for id, each in self.house.indicators.items() if id in observed.available}
        days = cutoffs(self._first_day(observed), self.as_of, self.outcome.horizon_days)
        return build_panel(observed.histories(), held, self.outcome, days, linked.counts["households"])

    def _first_day(self, observed: Observed) -> date:
        """The first day of the first month in which about as much became known as in a usual one."""
        months: Counter[str] = Counter()
        for dataset in observed.doors:
            for file in self.house.store.files(dataset, kind=SIGNAL, until=self.as_of):
                months[file.month] += file.rows
        if not months:
            return self.as_of
        usual = sorted(months.values())[len(months) * 3 // 4]
        return date.fromisoformat(f"{min(each for each in months if months[each] * 2 >= usual)}-01")


def cutoffs(first: date, as_of: date, horizon_days: int) -> tuple[date, ...]:
    """The days to look from: a month apart, the last one so long ago that all of its outcomes can have happened.

    Args:
        first: from when on there is data.
        as_of: the day of which outcomes are known.
        horizon_days: of the outcome.
    """
    last = as_of - timedelta(days=horizon_days)
    days = (last - timedelta(days=STEP_DAYS * number) for number in range(MOST_DAYS))
    return tuple(sorted(day for day in days if day >= first + timedelta(days=WARM_UP_DAYS)))


def watching_for(
    house: Services, indicators: Mapping[str, Indicator], as_of: date, *, link: str, action: Action
) -> Watch:
    """What a model's work looks with.

    Args:
        house: the services.
        indicators: what is asked for.
        as_of: the day looked from.
        link: the link run that says which household a row belongs to; empty where no row is read.
        action: what is asked for.
    """
    return Watch(
        gate=house.gate,
        store=house.store,
        feeds=house.feeds,
        indicators=indicators,
        actor=house.flow,
        purpose=house.settings.purpose,
        run=RunId(f"{action}-{as_of.isoformat()}-{house.policy_hash[:8]}"),
        as_of=as_of,
        link=link,
        action=action,
    )
