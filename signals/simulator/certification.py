"""SNAP: who has it, until when, and what becomes of it when the office asks again.

Households are certified for 6 or 12 months (7 CFR 273.10(f)) and asked again before the end. In six states 17 to 28
percent of all cases of a year closed and were back within four months, mostly over a recertification (Mills et al.,
Understanding the Rates, Causes, and Costs of Churning in SNAP, USDA FNS 2014); here it is about a fifth. A household
may have it below twice the poverty line, as in Massachusetts; amounts follow the maximum allotments of October 2025,
less 30 percent of a net income that is counted roughly. Everything else is invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from signals.simulator.chance import Chance, Grid
from signals.simulator.history import Certification
from signals.simulator.means import Means
from signals.simulator.period import WARM_UP, Period
from signals.simulator.standing import Standing

_POVERTY, _POVERTY_A_HEAD = 15_650 / 12, 5_500 / 12
"""The federal poverty line of 2025, a month. Source: HHS, 90 FR 5917."""
_ALLOTMENTS = (298, 546, 785, 994, 1183, 1421, 1571)
_TAKES_UP, _HAS, _APPLIES, _APPLIES_IN_NEED = 0.75, 0.65, 0.03, 0.35
_NOTICE_DAYS = 45
_FAILS, _BY_STRAIN = 0.22, 0.45
"""Chance not to get through a recertification without any strain; and how much more with it."""
_WORDS = ("no_recertification", "missed_interview", "no_verification")
_OF_WORDS = (0.45, 0.33, 0.22)
_OPEN = ""
_OTHER, _OTHER_REASONS = 0.025, ("moved", "requested", "other")
_REOPENS, _REOPEN_DAYS = 0.7, 88


class Certifications:
    """SNAP cases.

    Args:
        means: how many heads a household has.
        period: when.
        chance: of this concern.
    """

    def __init__(self, means: Means, period: Period, chance: Chance) -> None:
        count = len(means.usual)
        self._period, self._course = period, chance.of("course")
        self._apply = chance.of("apply").grid(count, WARM_UP + period.months)
        self._line = _POVERTY + _POVERTY_A_HEAD * (means.heads - 1)
        self._most = np.array(_ALLOTMENTS)[np.minimum(means.heads, len(_ALLOTMENTS)) - 1]
        self._takes_up = chance.of("takes-up").grid(count, 1)[:, 0] < _TAKES_UP
        self._running: dict[int, Certification] = {}
        self._past: list[Certification] = []
        self._numbers = np.zeros(count, dtype=np.int64)
        self._active = np.zeros(count, dtype=np.bool_)
        self._free_from: dict[int, date] = {}
        self._due: dict[int, list[int]] = {}
        self._changes: dict[int, list[tuple[int, str]]] = {}

    def month(self, month: int, income: Grid, standing: Standing) -> Grid:
        """What changes in a month.

        Args:
            month: which.
            income: without SNAP.
            standing: of everybody; gets who lost it over papers.

        Returns:
            What each household gets of it this month.
        """
        for household, reason in self._changes.pop(month, []):
            self._active[household] = reason == _OPEN
            if reason in _WORDS:
                standing.lapsed[household] = 1.0
        for household in sorted(self._due.pop(month, [])):
            self._ask(household, month, income, standing)
        poor = (income < 2 * self._line) & self._takes_up
        chance = (
            np.where(income < 1.1 * self._line, _APPLIES_IN_NEED, _APPLIES) if month else np.full(len(income), _HAS)
        )
        applying = poor & ~self._active & (self._apply[:, month] < chance)
        for household in np.flatnonzero(applying).tolist():
            if household not in self._running:
                rng = self._course.at(household, month, 1)
                start = self._day(month, float(rng.random())) - timedelta(days=int(not month) * int(rng.random() * 130))
                self._certify(household, max(start, self._free_from.get(household, start)), income[household], rng)
                self._active[household] = True
        return self._active * self._benefit(income)

    def all(self) -> list[Certification]:
        """All certifications that were not over before the period; numbered from 1 in each household."""
        found = [each for each in (*self._past, *self._running.values()) if self._counts(each)]
        found.sort(key=lambda each: (each.household, each.start_on))
        numbers = dict[int, int]()
        for place, each in enumerate(found):
            numbers[each.household] = numbers.get(each.household, 0) + 1
            found[place] = replace(each, number=numbers[each.household])
        return found

    def _counts(self, each: Certification) -> bool:
        return (
            max(each.closed_on or each.end_on, each.end_on) >= self._period.first and each.start_on <= self._period.last
        )

    def _day(self, month: int, share: float) -> date:
        return self._period.day(month - WARM_UP, share)

    def _benefit(self, income: Grid) -> Grid:
        found: Grid = np.clip(self._most - 0.3 * np.clip(income * 0.8 - 900.0, 0.0, None), 23, self._most)
        return found

    def _certify(self, household: int, start: date, income: float, rng: np.random.Generator) -> None:
        """A certification from a day on; the office will ask again before its end."""
        days = 183 if rng.random() < 0.5 else 365  # noqa: PLR2004 (half of them)
        most = int(self._most[household])
        benefit = int(np.clip(most - 0.3 * max(income * 0.8 - 900.0, 0.0), 23, most))
        end = start + timedelta(days=days - 1)
        self._running[household] = Certification(
            household=household, number=0, start_on=start, end_on=end, benefit=benefit
        )
        month = self._period.month(end - timedelta(days=_NOTICE_DAYS)) + WARM_UP
        if end - timedelta(days=_NOTICE_DAYS) <= self._period.last:
            self._due.setdefault(month, []).append(household)

    def _ask(self, household: int, month: int, income: Grid, standing: Standing) -> None:
        """A household is asked to recertify: it gets through, or it does not."""
        case, rng = self._running.pop(household), self._course.at(household, month)
        notice = case.end_on - timedelta(days=_NOTICE_DAYS - int(rng.random() * 5))
        hard = standing.hardship(household, _BY_STRAIN)
        fate, answer, interview, word = rng.random(4).tolist()
        case = replace(
            case,
            notice_on=notice,
            interview_on=notice + timedelta(days=12 + int(interview * 20)),
            interview="waived" if word < 0.15 else "held",  # noqa: PLR2004 (invented)
        )
        if income[household] > 2.1 * self._line[household]:
            self._close(replace(case, answered_on=_answer(notice, answer)), "over_income", None)
        elif fate < min(_FAILS * hard, 0.75):
            self._fail(case, answer, rng)
        elif fate > 1 - _OTHER:
            reason = _OTHER_REASONS[int(word * len(_OTHER_REASONS))]
            self._close(replace(case, interview_on=None, interview=""), reason, None)
        else:
            self._past.append(replace(case, answered_on=_answer(notice, answer), outcome="renewed"))
            start = case.end_on + timedelta(days=1)
            if start <= self._period.last:
                self._certify(household, start, float(income[household]), rng)

    def _fail(self, case: Certification, answer: float, rng: np.random.Generator) -> None:
        """Papers or an interview are missing: the case is closed; most are back soon."""
        reason = _WORDS[int(np.searchsorted(np.cumsum(_OF_WORDS), float(rng.random())))]
        notice = case.notice_on or case.start_on
        if reason == "no_recertification":
            case = replace(case, interview_on=None, interview="")
        elif reason == "missed_interview":
            case = replace(case, answered_on=_answer(notice, answer), interview="missed")
        else:
            case = replace(case, answered_on=_answer(notice, answer))
        reopens, after = rng.random(2).tolist()
        closed = case.end_on + timedelta(days=1)
        reopened = closed + timedelta(days=5 + int(after * (_REOPEN_DAYS - 5))) if reopens < _REOPENS else None
        self._close(case, reason, reopened if reopened and reopened <= self._period.last else None)
        if reopened and reopened <= self._period.last:
            self._certify(case.household, reopened, 0.0, rng)
            self._changes.setdefault(self._period.month(reopened) + WARM_UP, []).append((case.household, _OPEN))

    def _close(self, case: Certification, reason: str, reopened: date | None) -> None:
        closed = case.end_on + timedelta(days=1)
        self._free_from[case.household] = closed + timedelta(days=1)
        self._past.append(replace(case, outcome="closed", closed_on=closed, reason=reason, reopened_on=reopened))
        if closed <= self._period.last:
            self._changes.setdefault(self._period.month(closed) + WARM_UP, []).append((case.household, reason))


def _answer(notice: date, share: float) -> date:
    return notice + timedelta(days=3 + int(share * 32))
