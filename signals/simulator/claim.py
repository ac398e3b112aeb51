"""Claims for unemployment benefits after a job was lost, and what they pay.

The weekly rate is half of the average weekly wage, up to a most (M.G.L. c.151A s.29; 1,051 dollars for claims from
October 2024 on), for at most 30 weeks, or 26 while unemployment is at or below 5.1 percent in all ten metropolitan
areas of the state (s.30(a)): 26 weeks are simulated. Who files, and what is decided, is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from signals.simulator.chance import Chance, Grid
from signals.simulator.history import Claim
from signals.simulator.job import Loss, Work
from signals.simulator.period import WARM_UP, Period
from signals.simulator.population import Grown

_MOST_A_WEEK = 1051
_WEEKS_A_MONTH = 52 / 12
_LONGEST = timedelta(weeks=26)
_MONTHS_PAID = 6
_FILES, _FILES_AFTER_QUITTING = 0.62, 0.12
_DENIED, _DENIED_AFTER_QUITTING, _WITHDRAWN = 0.14, 0.7, 0.04
_LAYOFF, _HOURS = 0.68, 0.84
"""Below the first a loss is a layoff, below the second fewer hours, above it a discharge. Invented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """All claims, and what they pay each adult a month."""

    claims: list[Claim] = field(default_factory=list)
    paid: Grid


def claim(work: Work, grown: Grown, period: Period, chance: Chance) -> Claims:
    """Let people claim benefits.

    Args:
        work: who lost which job.
        grown: the adults.
        period: when.
        chance: of this concern.
    """
    made = Claims(paid=np.zeros_like(work.wages))
    for loss in work.losses:
        rng = chance.at(loss.adult, loss.month)
        if rng.random() < (_FILES_AFTER_QUITTING if loss.quit else _FILES):
            found = _claim(loss, int(grown.person[loss.adult]), period, rng)
            if found.filed_on > period.last:
                continue
            made.claims.append(found)
            if found.status in {"approved", "exhausted"}:
                until = min(loss.back, loss.month + 1 + _MONTHS_PAID)
                made.paid[loss.adult, loss.month + 1 : until] = found.weekly * _WEEKS_A_MONTH
    made.claims.sort(key=lambda each: (each.filed_on, each.person))
    return made


def _claim(loss: Loss, person: int, period: Period, rng: np.random.Generator) -> Claim:
    ended = period.day(loss.month - WARM_UP, loss.share)
    after, fate, why, decided = rng.random(4).tolist()
    filed = ended + timedelta(days=1 + int(after * after * 24))
    separation = "layoff" if why < _LAYOFF else "hours_cut" if why < _HOURS else "discharge"
    denied = _DENIED_AFTER_QUITTING if loss.quit else _DENIED
    status = "denied" if fate < denied else "withdrawn" if fate < denied + _WITHDRAWN else "approved"
    exhausted: date | None = None
    if status == "approved" and loss.back > loss.month + _MONTHS_PAID and filed + _LONGEST <= period.last:
        status, exhausted = "exhausted", filed + _LONGEST
    return Claim(
        person=person,
        filed_on=filed,
        separation="quit" if loss.quit else separation,
        status=status,
        weekly=min(int(loss.wage / _WEEKS_A_MONTH / 2), _MOST_A_WEEK),
        decided_on=filed + timedelta(days=12 + int(decided * 23)),
        exhausted_on=exhausted,
    )
