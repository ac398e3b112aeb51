"""Help: what a household gets of it, from outside the simulation or by chance, and how it eases the months after.

For six months after help all hazards are lower; help with rent pays what is owed, up to what the state's programme
gives within twelve months (RAFT: 7,000 dollars), help with bills pays those. How much it eases is invented.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from governance.errors import Misconfigured
from signals.simulator.chance import Chance
from signals.simulator.history import Help
from signals.simulator.means import Means
from signals.simulator.period import WARM_UP, Period
from signals.simulator.standing import Standing

COLUMNS = ("true_household", "on", "kind")
RENT, BILLS, PAPERS = "rental_assistance", "utility_assistance", "benefits_help"
PREFIX = "household-"
_MONTHS = 6
_MOST = 7000.0
_BY_CHANCE = 0.035
"""Chance, in a month, that somebody in trouble finds help by themselves."""


class Helps:
    """Who is helped, and when.

    Args:
        helped: help from outside.
        means: rents and bills.
        period: when.
        chance: of this concern.
    """

    def __init__(self, helped: Sequence[Help], means: Means, period: Period, chance: Chance) -> None:
        self._means, self._period, self._course = means, period, chance.of("course")
        self._found = chance.grid(len(means.usual), WARM_UP + period.months)
        self._given: dict[int, list[Help]] = {}
        self._all: list[Help] = []
        begin = period.day(-WARM_UP, 0.0)
        for each in sorted(helped, key=lambda each: (each.on, each.household, each.kind)):
            if 0 <= each.household < len(means.usual) and begin <= each.on <= period.last:
                self._given.setdefault(period.month(each.on) + WARM_UP, []).append(each)

    def month(self, month: int, standing: Standing) -> None:
        """Give help: what was given from outside, and what somebody found."""
        for each in self._given.get(month, []):
            self._give(each, standing)
        owed = standing.arrears > self._means.rents[:, month]
        behind = standing.overdue > self._means.bills[:, month]
        finds = (owed | behind) & (standing.eased == 0) & (self._found[:, month] < _BY_CHANCE)
        for household in np.flatnonzero(finds).tolist():
            rng = self._course.at(household, month)
            kind = RENT if owed[household] else BILLS
            on = self._period.day(month - WARM_UP, float(rng.random()))
            self._give(Help(household=household, on=on, kind=kind), standing)

    def all(self) -> list[Help]:
        """All help from the first day of the period on, in the order of days."""
        kept = [each for each in self._all if each.on >= self._period.first]
        return sorted(kept, key=lambda each: (each.on, each.household, each.kind))

    def _give(self, each: Help, standing: Standing) -> None:
        self._all.append(each)
        standing.eased[each.household] = _MONTHS
        if each.kind == RENT:
            standing.arrears[each.household] = max(standing.arrears[each.household] - _MOST, 0.0)
        if each.kind == BILLS:
            standing.overdue[each.household] = 0.0


def read_help(path: Path) -> list[Help]:
    """Read help that was given, as written by another run or by a person.

    Args:
        path: a CSV file with the columns true_household, on and kind.

    Raises:
        Misconfigured: `HELP_FILE_INVALID` where a row is not help to a household on a day.
    """
    found: list[Help] = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                household = int(row["true_household"].removeprefix(PREFIX))
                found.append(Help(household=household, on=date.fromisoformat(row["on"]), kind=row["kind"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Misconfigured(
            f"Row {len(found) + 1} of the file of help names no household and day.",
            f"Give it the columns {', '.join(COLUMNS)}: {PREFIX}12, 2026-03-05, {RENT}.",
            code="HELP_FILE_INVALID",
        ) from None
    return found
