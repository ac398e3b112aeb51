"""An eviction case and its life: filed, heard, settled, dismissed or decided, and now and then sealed.

The order of steps follows M.G.L. c.239. How often a case takes which of them, and after how many days, is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

_TYPES = ("non_payment", "cause", "no_cause")
_OF_TYPES = (0.78, 0.1, 0.12)
_SETTLED, _DISMISSED, _PUT_OFF = 0.34, 0.2, 0.14
_FOR_TENANT = 0.04
_EXECUTED = 0.55
_SEALED = 0.15
_APPEAL_DAYS = 10
"""Days after a judgment in which it can be appealed, and no execution is issued. Source: M.G.L. c.239 s.5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the docket says of a case from a day on."""

    updated_on: date
    status: str
    hearing_on: date | None = None
    hearing_kind: str = ""
    judgment_on: date | None = None
    judgment_for: str = ""
    execution_on: date | None = None
    sealed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case against a household: what was filed, and all that came of it, also after the simulated time."""

    number: int
    household: int
    kind: str
    filed_on: date
    amount: float | None
    steps: tuple[Step, ...]

    @property
    def execution_on(self) -> date | None:
        """The day on which the court let the landlord have the family moved out, if it did."""
        return self.steps[-1].execution_on


class Court:
    """Hears cases.

    Args:
        rng: where chance comes from.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._number = 0

    def case(self, household: int, filed_on: date, *, hard: bool) -> Case:
        """A case, filed on a day.

        Args:
            household: whom it is against.
            filed_on: the day; courts are closed on weekends, so it may be moved to the Friday before.
            hard: whether the family is in such trouble that settling is less likely.
        """
        filed = filed_on - timedelta(days=max(0, filed_on.weekday() - 4))
        kind = _TYPES[int(self._rng.choice(len(_TYPES), p=_OF_TYPES))]
        owed = round(400 + float(self._rng.gamma(2.0, 1600.0)), 2)
        self._number += 1
        return Case(
            number=self._number,
            household=household,
            kind=kind,
            filed_on=filed,
            amount=owed if kind == "non_payment" else None,
            steps=tuple(self._steps(filed, hard=hard)),
        )

    def _steps(self, filed: date, *, hard: bool) -> Iterator[Step]:
        step = Step(
            updated_on=self._after(filed, 0, 4),
            status="open",
            hearing_on=self._after(filed, 24, 20),
            hearing_kind="mediation",
        )
        yield step
        while self._rng.random() < _PUT_OFF and step.hearing_on:
            step = replace(
                step,
                updated_on=step.hearing_on,
                hearing_on=self._after(step.hearing_on, 14, 21),
                hearing_kind="trial",
            )
            yield step
        heard = step.hearing_on or filed
        fate = float(self._rng.random()) * (1.35 if hard else 1.0)
        if fate < _SETTLED + _DISMISSED:
            status = "settled" if fate < _SETTLED else "dismissed"
            step = replace(step, updated_on=self._after(heard, 0, 5), status=status)
            yield step
            if self._rng.random() < _SEALED:
                sealed = self._after(step.updated_on, 10, 60)
                yield replace(step, updated_on=sealed, sealed_on=sealed)
            return
        yield from self._decided(step, heard)

    def _decided(self, step: Step, heard: date) -> Iterator[Step]:
        """A judgment; and where it is the landlord's, often an execution, once it can no longer be appealed."""
        judgment = self._after(heard, 0, 12)
        winner = "defendant" if self._rng.random() < _FOR_TENANT else "plaintiff"
        updated = self._after(judgment, 0, 3)
        step = replace(step, updated_on=updated, status="judgment", judgment_on=judgment, judgment_for=winner)
        yield step
        if winner == "plaintiff" and self._rng.random() < _EXECUTED:
            issued = self._after(judgment, _APPEAL_DAYS + 1, 15)
            yield replace(step, updated_on=max(self._after(issued, 0, 3), updated), execution_on=issued)

    def _after(self, day: date, least: int, spread: int) -> date:
        """A day so much later and up to `spread` more; on a weekend the Monday after. Holidays are not kept."""
        found = day + timedelta(days=least + int(self._rng.random() * spread))
        return found + timedelta(days=(7 - found.weekday()) % 7 if found.weekday() > 4 else 0)  # noqa: PLR2004 (Friday)
