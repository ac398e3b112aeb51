"""The course of an eviction case as the court writes it down: its hearings, its judgment, and the execution.

What is not the case's own (numbers, costs, when an officer sets a day, which records are sealed) is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from signals.simulator.court import Case, Step, Writ
from signals.simulator.writer.sheet import Row, State

HEADERS = {
    "hearings": (
        "hearing_id", "case_no", "litigant_id", "hearing_on", "kind", "outcome", "updated_on", "sealed_on",
    ),
    "judgments": (
        "judgment_id", "case_no", "litigant_id", "judgment_on", "judgment_for", "how", "amount", "vacated_on",
        "updated_on", "sealed_on",
    ),
    "writs": (
        "writ_id", "case_no", "litigant_id", "issued_on", "levy_on", "returned", "updated_on", "sealed_on",
    ),
}  # fmt: skip
_SEALED = 0.4
"""Share of cases that a tenant won, or that came to nothing after a judgment, that are sealed later."""
_MOVED = 0.5
"""Chance that a hearing that is put off keeps its number and gets another day."""
_COSTS = 1.06, 245.0
_TOLD_AFTER = 2, 6
"""Days after an execution, and how many more at most, until an officer sets the day for it."""

Record = tuple[str, list[State], Row]
"""An id, what was true from which day on, and what a clerk may get wrong first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The records of a case, by file; and the day on which all of it was sealed, if it was."""

    sealed_on: date | None
    hearings: list[Record] = field(default_factory=list)
    judgments: list[Record] = field(default_factory=list)
    writs: list[Record] = field(default_factory=list)

    def records(self) -> Iterator[tuple[str, list[Record]]]:
        """Each file's name, and what the case has in it."""
        yield from (("hearings", self.hearings), ("judgments", self.judgments), ("writs", self.writs))


def follow(case: Case, rng: np.random.Generator) -> Course:
    """The course of a case.

    Args:
        case: what happened in it.
        rng: where chance comes from.
    """
    sealed = case.steps[-1].sealed_on or _sealed(case, rng)
    course = Course(sealed_on=sealed, hearings=list(_hearings(case, rng)))
    judged = next((step for step in case.steps if step.judgment_on), None)
    if judged is not None:
        course.judgments.append(_judgment(case, judged))
    if case.writ is not None:
        executed = next((step for step in case.steps if step.execution_on), case.steps[-1])
        course.writs.append(_writ(case, case.writ, executed, rng))
    if sealed is not None:
        for _, records in course.records():
            for _, states, _ in records:
                states.append((max(sealed, states[-1][0]), {"sealed_on": sealed}))
    return course


def _sealed(case: Case, rng: np.random.Generator) -> date | None:
    """The day of sealing of a case that was decided and came to nothing. Source: M.G.L. c.239 s.16."""
    recalled = case.writ.returned_on if case.writ and case.writ.returned == "recalled" else None
    won = next((step.updated_on for step in case.steps if step.judgment_for == "defendant"), None)
    over, (chance, lag) = case.vacated_on or recalled or won, rng.random(2).tolist()
    return over + timedelta(days=10 + int(lag * 60)) if over is not None and chance < _SEALED else None


def _hearings(case: Case, rng: np.random.Generator) -> Iterator[Record]:
    """The hearings of a case; one that is put off gets another day, or is continued by another hearing."""
    count, states = 1, list[State]()
    set_for: date | None = None
    for step in case.steps:
        if step.hearing_on is not None and step.hearing_on != set_for:
            again = set_for is not None
            if again and set_for is not None and rng.random() >= _MOVED:
                yield _hearing(case, count, [*states, (set_for, {"outcome": "continued"})])
                count, states = count + 1, []
            set_for = step.hearing_on
            day: Row = {"hearing_on": set_for, "kind": step.hearing_kind, "outcome": "scheduled"}
            states.append((step.updated_on, day))
        elif step.status != "open" and set_for is not None:
            default = case.how == "default" and step.judgment_on is not None
            cancelled = step.status == "dismissed" and step.updated_on <= set_for
            outcome = "defaulted" if default else "cancelled" if cancelled else "held"
            states.append((min(step.updated_on, set_for) if cancelled else set_for, {"outcome": outcome}))
            break
    if states:
        yield _hearing(case, count, states)


def _hearing(case: Case, count: int, states: list[State]) -> Record:
    first = states[0][1]["hearing_on"]
    wrong: Row = {"hearing_on": first + timedelta(days=1)} if isinstance(first, date) else {}
    return f"H{case.number:06d}-{count}", states, wrong


def _judgment(case: Case, step: Step) -> Record:
    """A judgment, and the day on which it was taken back."""
    rate, costs = _COSTS
    owed = (case.amount or 0.0) * rate + costs if step.judgment_for == "plaintiff" else 0.0
    decided: Row = {
        "judgment_on": step.judgment_on,
        "judgment_for": step.judgment_for,
        "how": case.how,
        "amount": f"{owed:.2f}",
    }
    states: list[State] = [(step.updated_on, decided)]
    if case.vacated_on is not None:
        states.append((case.vacated_on, {"vacated_on": case.vacated_on}))
    return f"J{case.number:06d}", states, {"amount": f"{owed + 1000:.2f}"}


def _writ(case: Case, writ: Writ, step: Step, rng: np.random.Generator) -> Record:
    """An execution: issued, a day set, and what became of it."""
    low, spread = _TOLD_AFTER
    told = step.updated_on + timedelta(days=low + int(rng.random() * spread))
    issued: Row = {"issued_on": writ.issued_on, "returned": "pending"}
    states: list[State] = [(step.updated_on, issued), (min(told, writ.levy_on), {"levy_on": writ.levy_on})]
    if writ.returned_on is not None:
        states.append((writ.returned_on, {"returned": writ.returned}))
    return f"W{case.number:06d}", states, {"returned": "recalled"}
