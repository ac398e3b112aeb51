"""A decision: what the agreements say to a use, with every clause that fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from governance import clause, use_clause
from governance.case import Case, Held
from governance.clause import CLAUSES
from governance.errors import Reason
from governance.force import Moment, objections
from governance.ids import AgreementId, DatasetId
from governance.lineage_clause import INHERITED, lineage_inactive
from governance.obligation import Obligations, owed
from governance.register import Register
from governance.standing import Papers, Standing
from governance.use import Ask, Use
from governance.use_clause import USE_CLAUSES, Whole

# What code that is wrong raises. `except Exception` would also swallow a refusal, which nothing but the gate may do.
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a clause or a second opinion that is broken may raise: each is a refusal."""

Given = TypeVar("Given", Whole, Held, Case)
Item = TypeVar("Item", Reason, tuple[AgreementId, int])


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Permit or refuse. `reasons` holds every failing clause of every dataset; it is empty exactly when permitted.

    `agreements` are the ones decided under, with their versions, in the order of the use's datasets. `owing` works out
    what a permitted use owes, when it is asked for.
    """

    permitted: bool
    reasons: tuple[Reason, ...]
    agreements: tuple[tuple[AgreementId, int], ...]
    owing: Callable[[], Obligations] | None = field(default=None, compare=False, repr=False)

    @property
    def obligations(self) -> Obligations | None:
        """What the use owes: the strictest of every agreement; None where it is refused."""
        return self.owing() if self.permitted and self.owing else None


def decide(use: Use, register: Register, known_datasets: frozenset[DatasetId], at: datetime) -> Decision:
    """Decide a use on the papers as they stand now. Nothing is recorded and nothing is granted.

    Args:
        use: who, what for, which fields.
        register: the papers.
        known_datasets: every dataset that a feed declares.
        at: the instant; aware.
    """
    return evaluate(use, register.papers(), known_datasets, at)


def evaluate(use: Use, papers: Papers, known_datasets: frozenset[DatasetId], at: datetime) -> Decision:
    """Decide a use on given papers. A pure function.

    Every dataset needs one agreement that permits all that is asked of it; fields of two agreements are never added
    up. Where several cover it, the first by id that permits counts, else the one that comes closest is reported.
    Datasets asked for together are taken to be joined. Every agreement of the lineage must be in force, and permit
    whatever does not hang on a single field (`governance.lineage_clause`).

    Source: composition of a joint use: permissions intersect, obligations take the strictest.
    """
    malformed = use_clause.malformed(use, at)
    if malformed:
        return Decision(permitted=False, reasons=malformed, agreements=())
    moment = Moment.of(papers, at)
    reasons = list(_failing(USE_CLAUSES, Whole(use=use, moment=moment)))
    asked: list[tuple[Standing, Ask]] = []
    together = use.linked_with.union(ask.dataset for ask in use.asks)
    for ask in use.asks:
        found, standing = _ask(use, ask, papers, moment, known_datasets, together - {ask.dataset})
        reasons += found
        if standing is not None:
            asked.append((standing, ask))
    for id in sorted(use.lineage):
        reasons += _lineage(id, use, papers, moment)
    agreements = _each([(standing.id, standing.version) for standing, _ in asked])
    if reasons or papers.mou is None:
        several = len(use.asks) + len(use.lineage) > 1
        return Decision(permitted=False, reasons=_each(reasons) if several else tuple(reasons), agreements=agreements)
    parents = [papers.agreements[id] for id in use.lineage] if use.lineage else []
    owing = partial(owed, asked, parents, papers.mou.mou.floor)
    return Decision(permitted=True, reasons=(), agreements=agreements, owing=owing)


def _each(items: list[Item]) -> tuple[Item, ...]:
    """Each item once: two datasets of one agreement fail the same way."""
    return tuple(dict.fromkeys(items)) if len(items) > 1 else tuple(items)


def _ask(
    use: Use,
    ask: Ask,
    papers: Papers,
    moment: Moment,
    known: frozenset[DatasetId],
    joined: frozenset[DatasetId],
) -> tuple[tuple[Reason, ...], Standing | None]:
    """What stands against one dataset of a use, and the agreement it was decided under."""
    covering = papers.covering.get(ask.dataset, ())
    before = _outside(ask.dataset, joined, covering, known)
    best: tuple[tuple[Reason, ...], Standing] | None = None
    for standing in covering:
        case = Case(
            use=use,
            ask=ask,
            standing=standing,
            terms=standing.terms[ask.dataset],
            papers=papers,
            moment=moment,
            joined=joined,
        )
        failing = judge(case)
        if best is None or len(failing) < len(best[0]):
            best = (failing, standing)
        if not failing:
            break
    return (before, None) if best is None else (before + best[0], best[1])


def _outside(
    dataset: DatasetId, joined: frozenset[DatasetId], covering: tuple[Standing, ...], known: frozenset[DatasetId]
) -> tuple[Reason, ...]:
    """What stands against a dataset, and those it would be joined with, before any agreement is looked at."""
    if covering and dataset in known and joined <= known:
        return ()
    strangers = [clause.dataset_unknown(name, known) for name in sorted({dataset, *joined})]
    return tuple(found for found in (*strangers, clause.no_agreement(dataset, covering)) if found is not None)


def judge(case: Case, clauses: tuple[Callable[[Case], Reason | None], ...] = CLAUSES) -> tuple[Reason, ...]:
    """Every clause that fails in a case. One that breaks while it is evaluated fails."""
    return _failing(clauses, case)


def _failing(clauses: tuple[Callable[[Given], Reason | None], ...], given: Given) -> tuple[Reason, ...]:
    """Every clause that fails on what is given. One that breaks while it is evaluated fails."""
    failing = []
    for one in clauses:
        try:
            reason = one(given)
        except FAULTS as fault:
            reason = _broken(one.__name__, fault)
        if reason is not None:
            failing.append(reason)
    return tuple(failing)


def _lineage(id: AgreementId, use: Use, papers: Papers, moment: Moment) -> tuple[Reason, ...]:
    standing = papers.agreements.get(id)
    stops = () if standing is None else objections(standing, moment)
    inactive = lineage_inactive(id, standing, stops)
    own = () if standing is None else _failing(INHERITED, Held(use=use, standing=standing, moment=moment))
    return own if inactive is None else (inactive, *own)


def _broken(name: str, fault: Exception) -> Reason:
    """`EVALUATION_ERROR`: a clause raised. The error's text is left out: it could hold anything."""
    detail = f"The clause {name} could not be evaluated ({type(fault).__name__})."
    return Reason(code="EVALUATION_ERROR", clause=name, detail=detail)
