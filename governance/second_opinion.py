"""A second opinion: another evaluator with the same meaning, asked beside the first. Where they differ, it is no.

The one that is built in is `governance.cedar`: policies generated from the agreements, readable by a privacy officer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from governance.decision import FAULTS, Decision
from governance.errors import Reason
from governance.ids import DatasetId
from governance.standing import Papers
from governance.use import Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the other evaluator says. `problems` is everything that went wrong while it did: one is a refusal."""

    permitted: bool
    problems: tuple[str, ...] = ()


class SecondOpinion(Protocol):
    """Another evaluator of uses."""

    def permits(self, use: Use, papers: Papers, known: frozenset[DatasetId], at: datetime) -> Opinion:
        """Decide a use on given papers.

        Args:
            use: who, what for, which fields; facts as the gate found them.
            papers: every paper, as the first evaluator had them.
            known: every dataset that a feed declares.
            at: the instant; not aware in a use that is malformed.
        """


def compared(
    decision: Decision, second: SecondOpinion, use: Use, papers: Papers, known: frozenset[DatasetId], at: datetime
) -> Decision:
    """A decision, refused too where the second opinion is another, or could not be had.

    Args:
        decision: the first evaluator's.
        second: whom else to ask.
        use: what was decided.
        papers: what it was decided on.
        known: every dataset that a feed declares.
        at: the instant it was decided at.

    Source: house rule (fail closed): `EVALUATORS_DISAGREE`, `EVALUATION_ERROR`.
    """
    try:
        opinion = second.permits(use, papers, known, at)
    except FAULTS as fault:
        opinion = Opinion(permitted=False, problems=(f"it raised {type(fault).__name__}",))
    objections = _objections(decision, opinion)
    if not objections:
        return decision
    return replace(decision, permitted=False, reasons=(*decision.reasons, *objections), owing=None)


def _objections(decision: Decision, opinion: Opinion) -> tuple[Reason, ...]:
    if opinion.problems:
        detail = f"The second opinion could not be had: {'; '.join(opinion.problems)}."
        return (Reason(code="EVALUATION_ERROR", clause="second_opinion", detail=detail),)
    if opinion.permitted == decision.permitted:
        return ()
    said = "permits" if opinion.permitted else "refuses"
    detail = f"The second opinion {said} what the first {'permits' if decision.permitted else 'refuses'}."
    return (Reason(code="EVALUATORS_DISAGREE", clause="second_opinion", detail=detail),)
