"""An eviction case and its life: filed, heard, settled, dismissed or decided, carried out, and now and then sealed.

The order of steps follows M.G.L. c.239. How often a case takes which of them, and after how many days, is invented: of
the cases here between a quarter and a third end with an execution.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

_TYPES = ("non_payment", "cause", "no_cause")
_PUT_OFF = 0.2
_FOR_TENANT = 0.05
_DEFAULT, _AGREED = 0.45, 0.2
_SEALED = 0.15
_VACATED = 0.1
_RECALLED = 0.7
"""Share of executions that are not carried out which the landlord gives back; the others expire."""
APPEAL_DAYS = 10
"""Days after a judgment in which it can be appealed, and no execution is issued. Source: M.G.L. c.239 s.5."""
GOOD_FOR = timedelta(days=92)
"""How long an execution can be carried out: three months. Source: M.G.L. c.235 s.23."""


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
class Writ:
    """An execution, and the day set for it; `returned` is pending, or served, recalled or expired from a day on."""

    issued_on: date
    levy_on: date
    returned: str = "pending"
    returned_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case against a household: what was filed, and all that came of it up to the end of the simulated time.

    `how` a judgment came about is default, agreement or trial, and empty without one.
    """

    number: int
    household: int
    kind: str
    filed_on: date
    amount: float | None
    steps: tuple[Step, ...]
    how: str = ""
    vacated_on: date | None = None
    writ: Writ | None = None

    @property
    def execution_on(self) -> date | None:
        """The day on which the court let the landlord have the family moved out, if it did."""
        return self.writ.issued_on if self.writ else None


@dataclass(slots=True, kw_only=True)
class Proceeding:
    """A case under way: `due` is the day of what is next: a hearing, an execution, the levy; or nothing more."""

    household: int
    kind: str
    filed_on: date
    amount: float | None
    due: date
    next: str = "hearing"
    steps: list[Step] = field(default_factory=list)
    how: str = ""
    vacated_on: date | None = None
    writ: Writ | None = None

    def case(self, number: int) -> Case:
        """The case as it stands."""
        return Case(
            number=number,
            household=self.household,
            kind=self.kind,
            filed_on=self.filed_on,
            amount=self.amount,
            steps=tuple(self.steps),
            how=self.how,
            vacated_on=self.vacated_on,
            writ=self.writ,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What a family has to expect of a court now, each from 0 to 1.

    That the case is settled, or dismissed; that after a judgment an execution is asked for, and that it is issued when
    its day comes; and that it is carried out.
    """

    settled: float
    dismissed: float
    executed: float
    issued: float
    served: float


def file(household: int, filed_on: date, owed: float, rng: np.random.Generator, *, unpaid: bool) -> Proceeding:
    """A case, filed on a day.

    Args:
        household: whom it is against.
        filed_on: the day; courts are closed on weekends, so it may be moved to the Friday before.
        owed: dollars of rent.
        rng: where chance comes from.
        unpaid: whether it is filed for the rent that is owed, and for nothing else.
    """
    filed = filed_on - timedelta(days=max(0, filed_on.weekday() - 4))
    kind = _TYPES[0] if unpaid else _TYPES[1 + int(rng.random() * 2)]
    hearing = _after(filed, 30, 40, rng)
    first = Step(updated_on=_after(filed, 0, 4, rng), status="open", hearing_on=hearing, hearing_kind="mediation")
    amount = round(owed + 90 * float(rng.random()), 2) if unpaid else None
    return Proceeding(household=household, kind=kind, filed_on=filed, amount=amount, due=hearing, steps=[first])


def proceed(case: Proceeding, odds: Odds, rng: np.random.Generator) -> str:
    """What is due happens.

    Args:
        case: gets its next steps.
        odds: of the family.
        rng: where chance comes from.

    Returns:
        What it was: continued, settled, dismissed, judgment, execution, stayed, served, recalled or expired.
    """
    before = case.steps[-1]
    if case.next == "hearing":
        if rng.random() < _PUT_OFF:
            hearing = _after(case.due, 14, 21, rng)
            step = replace(before, updated_on=case.due, hearing_on=hearing, hearing_kind="trial")
            case.steps.append(step)
            case.due = hearing
            return "continued"
        fate = float(rng.random())
        if fate < odds.settled + odds.dismissed:
            status = "settled" if fate < odds.settled else "dismissed"
            case.steps.extend(_ended(replace(before, updated_on=_after(case.due, 0, 5, rng), status=status), rng))
            case.next = ""
            return status
        return _judge(case, odds, rng)
    if case.next == "execution" and rng.random() >= odds.issued:
        case.next = ""
        return "stayed"
    if case.next == "execution":
        case.writ = Writ(issued_on=case.due, levy_on=_after(case.due, 12, 26, rng))
        updated = max(_after(case.due, 0, 3, rng), before.updated_on)
        case.steps.append(replace(before, updated_on=updated, execution_on=case.due))
        case.next, case.due = "levy", case.writ.levy_on
        return "execution"
    return _carry_out(case, odds, rng)


def _judge(case: Proceeding, odds: Odds, rng: np.random.Generator) -> str:
    """A judgment; and where it is the landlord's, often an execution, once it can no longer be appealed."""
    judgment = _after(case.due, 0, 12, rng)
    tenant, way, executed, vacated = rng.random(4).tolist()
    winner = "defendant" if tenant < _FOR_TENANT else "plaintiff"
    case.how = "default" if way < _DEFAULT else "agreement" if way < _DEFAULT + _AGREED else "trial"
    if winner == "defendant":
        case.how = "trial"
    updated = _after(judgment, 0, 3, rng)
    step = replace(case.steps[-1], updated_on=updated, status="judgment", judgment_on=judgment, judgment_for=winner)
    case.steps.append(step)
    if winner == "plaintiff" and executed < odds.executed:
        case.next, case.due = "execution", max(_after(judgment, APPEAL_DAYS + 1, 18, rng), updated)
    else:
        case.next = ""
        if case.how == "default" and vacated < _VACATED:
            case.vacated_on = _after(updated, 7, 30, rng)
    return "judgment"


def _carry_out(case: Proceeding, odds: Odds, rng: np.random.Generator) -> str:
    """On the day set the family is moved out; or the landlord takes the execution back; or lets it expire."""
    writ, fate = case.writ or Writ(issued_on=case.due, levy_on=case.due), float(rng.random())
    served = fate < odds.served
    recalled = not served and fate < odds.served + (1 - odds.served) * _RECALLED
    returned = "served" if served else "recalled" if recalled else "expired"
    on = writ.levy_on if served else writ.levy_on - timedelta(days=2) if recalled else writ.issued_on + GOOD_FOR
    case.writ = replace(writ, returned=returned, returned_on=on)
    case.next = ""
    return returned


def _ended(step: Step, rng: np.random.Generator) -> Iterator[Step]:
    """A case that is over; now and then it is sealed."""
    yield step
    if rng.random() < _SEALED:
        sealed = _after(step.updated_on, 10, 60, rng)
        yield replace(step, updated_on=sealed, sealed_on=sealed)


def _after(day: date, least: int, spread: int, rng: np.random.Generator) -> date:
    """A day so much later and up to `spread` more; on a weekend the Monday after. Holidays are not kept."""
    found = day + timedelta(days=least + int(rng.random() * spread))
    return found + timedelta(days=(7 - found.weekday()) % 7 if found.weekday() > 4 else 0)  # noqa: PLR2004 (Friday)
