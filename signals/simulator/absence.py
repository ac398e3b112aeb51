"""Days on which children miss school or come late, month by month. The rates are invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from signals.simulator.history import History
from signals.simulator.period import Period
from signals.simulator.population import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class _Category:
    """A descriptor of Ed-Fi: the daily rate, and what strain and a child's own trouble multiply it by, as exponents."""

    name: str
    daily: float
    by_strain: float
    by_child: float


_CATEGORIES = (
    _Category(name="Unexcused Absence", daily=0.0042, by_strain=1.6, by_child=0.5),
    _Category(name="Excused Absence", daily=0.0165, by_strain=0.35, by_child=0.25),
    _Category(name="Tardy", daily=0.0078, by_strain=0.7, by_child=0.4),
    _Category(name="Partial", daily=0.001, by_strain=0.2, by_child=0.0),
)
CATEGORIES = tuple(category.name for category in _CATEGORIES)
_HOMELESS = 1.6
"""What a stay in a shelter adds to strain: rides to school are long."""
_FELT = 0.85
"""How much of the strain on a family its children's attendance shows."""
_MOST = 0.4
"""No day is missed more likely than this, by one category."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A child, a school day, and a category of `CATEGORIES`."""

    pupil: Person
    on: date
    category: str


def absences(
    history: History, pupils: Sequence[Person], period: Period, rng: np.random.Generator
) -> Iterator[list[Absence]]:
    """All absences, a month at a time, each month in the order of days.

    Args:
        history: what happened to the families.
        pupils: the children.
        period: when.
        rng: where chance comes from.
    """
    households = np.array([pupil.household for pupil in pupils], dtype=np.int64)
    trouble = rng.standard_normal(len(pupils))
    homeless = _homeless(history, period)
    for month in range(period.months):
        days = period.school_days(month)
        strain = (_FELT * history.strain[:, month] + _HOMELESS * homeless[:, month])[households]
        edges = np.cumsum([_chance(each, strain, trouble) for each in _CATEGORIES], axis=0)
        drawn = rng.random((len(days), len(pupils)))
        hits = np.argwhere(drawn < edges[-1])
        kinds = (drawn[hits[:, 0], hits[:, 1]][:, None] >= edges[:, hits[:, 1]].T).sum(axis=1)
        yield [
            Absence(pupils[pupil], days[day], CATEGORIES[kind])
            for (day, pupil), kind in zip(hits.tolist(), kinds.tolist(), strict=True)
        ]


def _chance(category: _Category, strain: NDArray[np.float64], trouble: NDArray[np.float64]) -> NDArray[np.float64]:
    found = category.daily * np.exp(category.by_strain * strain + category.by_child * trouble)
    return np.minimum(found, _MOST if category is _CATEGORIES[0] else _MOST / 4)


def _homeless(history: History, period: Period) -> NDArray[np.float64]:
    """1 for each household and month in which they were in a shelter."""
    found = np.zeros((len(history.population.households), period.months))
    for stay in history.stays:
        for month in range(period.months):
            begins, ends = period.bounds[month], period.bounds[month + 1]
            if stay.entered_on < ends and (stay.left_on is None or stay.left_on >= begins):
                found[stay.household, month] = 1.0
    return found
