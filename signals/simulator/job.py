"""Work: who has a job, who loses it, and who finds another one.

Layoffs and discharges: 1.0 to 1.2 in 100 jobs a month (BLS, Job Openings and Labor Turnover Survey, total nonfarm,
2015-2019 and 2023-2025), more for who has less to fall back on. Quits of JOLTS are twice that, but mostly to another
job; only those into no job are simulated. Of the unemployed about one in four finds work in a month (BLS, labor force
status flows of the Current Population Survey). The share at work and the wages are invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from signals.simulator.chance import Chance, Grid
from signals.simulator.history import Job
from signals.simulator.period import WARM_UP, Period
from signals.simulator.population import Grown

_LAID_OFF, _BY_FRAILTY = 0.0096, 0.45
_QUIT = 0.003
_FOUND, _FOUND_BY_FRAILTY = 0.24, -0.2
_JOINS = 0.012
"""Chance, in a month, that an adult who was at home takes up work."""
_AT_WORK, _LOOKING = (0.86, 0.7), 0.25
"""Of first and of second adults; and of the others those who look for work. Invented."""
_WAGE, _SPREAD, _WAGE_BY_FRAILTY = 3100.0, 0.42, -0.16
_NEW_WAGE = (-0.04, 0.15)
"""Of the logarithm of a new wage, against the one before: mean and spread."""
_LONGEST = 90
"""Months for which somebody had a job before at most; most for much fewer. The median tenure of wage and salary workers
is near four years (BLS, Current Population Survey, Employee Tenure)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A job that ended: whose (by place among the adults), in which month and how far into it; by whose will.

    `back` is the month in which the next job began, or one after the last.
    """

    adult: int
    month: int
    share: float
    wage: float
    quit: bool
    back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Every job; what each adult earns a month (a row each); and the jobs that ended."""

    jobs: list[Job] = field(default_factory=list)
    wages: Grid
    losses: list[Loss] = field(default_factory=list)


def work(grown: Grown, period: Period, chance: Chance) -> Work:
    """Let people work.

    Args:
        grown: the adults.
        period: when; months before it are simulated too, so that it begins with a past.
        chance: of this concern.
    """
    count, months = len(grown.person), WARM_UP + period.months
    force, made = _Force(grown, period, chance), Work(wages=np.zeros((count, months)))
    lost, found, share = (chance.of(name).grid(count, months) for name in ("lost", "found", "day"))
    off = np.minimum(_LAID_OFF * np.exp(_BY_FRAILTY * grown.frailty), 0.3)
    hired = np.minimum(_FOUND * np.exp(_FOUND_BY_FRAILTY * grown.frailty), 0.9)
    for month in range(months):
        ends = force.employed & (lost[:, month] < off + _QUIT)
        begins = ~force.employed & (found[:, month] < np.where(force.seeking, hired, _JOINS))
        made.wages[:, month] = np.where(force.employed, force.wage, 0.0)
        made.wages[ends, month] *= share[ends, month]
        for adult in np.flatnonzero(ends).tolist():
            force.end(adult, month, float(share[adult, month]), made, quits=bool(lost[adult, month] >= off[adult]))
        for adult in np.flatnonzero(begins).tolist():
            force.begin(adult, month, float(share[adult, month]), made)
        made.wages[begins, month] = force.wage[begins] * (1 - share[begins, month])
    force.finish(months, made)
    made.jobs.sort(key=lambda job: (job.person, job.began_on))
    made.losses.sort(key=lambda loss: (loss.month, loss.adult))
    return made


class _Force:
    """Who is at work now, at what wage, since which month (and how far into it); and who looks for work."""

    def __init__(self, grown: Grown, period: Period, chance: Chance) -> None:
        count = len(grown.person)
        drawn, after = chance.of("begin").grid(count, 2), chance.of("raise").normal(count)
        self._grown, self._period = grown, period
        self._raises = np.exp(_NEW_WAGE[0] + _NEW_WAGE[1] * after)
        self._lost: dict[int, tuple[int, float, bool]] = {}
        self.employed: NDArray[np.bool_] = drawn[:, 0] < np.where(grown.second, _AT_WORK[1], _AT_WORK[0])
        self.seeking: NDArray[np.bool_] = ~self.employed & (drawn[:, 1] < _LOOKING)
        self.wage = _WAGE * np.exp(_SPREAD * chance.of("wage").normal(count) + _WAGE_BY_FRAILTY * grown.frailty)
        self._since = -1.0 - np.floor(drawn[:, 1] ** 2 * _LONGEST)

    def end(self, adult: int, month: int, share: float, made: Work, *, quits: bool) -> None:
        """A job ends."""
        made.jobs.append(self._job(adult, month + share, lost=not quits))
        self._lost[adult] = month, share, quits
        self.employed[adult], self.seeking[adult] = False, True

    def begin(self, adult: int, month: int, share: float, made: Work) -> None:
        """A job begins; how long somebody was without one is known now."""
        self._close(adult, month, made)
        self.wage[adult] *= self._raises[adult]
        self._since[adult] = month + share
        self.employed[adult], self.seeking[adult] = True, False

    def finish(self, months: int, made: Work) -> None:
        """The simulated time is over."""
        for adult in list(self._lost):
            self._close(adult, months, made)
        made.jobs.extend(self._job(adult, None, lost=False) for adult in np.flatnonzero(self.employed).tolist())

    def _close(self, adult: int, back: int, made: Work) -> None:
        if adult in self._lost:
            month, share, quits = self._lost.pop(adult)
            wage = float(self.wage[adult])
            made.losses.append(Loss(adult=adult, month=month, share=share, wage=wage, quit=quits, back=back))

    def _job(self, adult: int, until: float | None, *, lost: bool) -> Job:
        began = self._day(float(self._since[adult]))
        return Job(
            person=int(self._grown.person[adult]),
            began_on=began,
            ended_on=None if until is None else max(began, self._day(until)),
            monthly_wage=int(self.wage[adult]),
            lost=lost,
        )

    def _day(self, at: float) -> date:
        return self._period.day(int(np.floor(at)) - WARM_UP, at % 1.0)
