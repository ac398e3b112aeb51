"""Mediation: a disagreement about a paper, raised by one side, heard by the council, settled with what was agreed.

While one is open nobody approves or activates the paper; what is in force stays in force, unless somebody suspends it.
Both sides can settle without being heard. Every step is in the ledger, with who and in what words.

Source: the Massachusetts framework, in which the Data Steward Council mediates between an owner and a recipient.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from governance.errors import Misconfigured
from governance.hold import HEARD, RAISED, SETTLED, Mediation
from governance.ids import AgreementId
from governance.lifecycle import Step
from governance.register import Register

_OPENS = {RAISED: Mediation.RAISED, HEARD: Mediation.HEARD}
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One disagreement, in words. `settled_with` is empty while it is open, as are the times of what is not yet.

    `state` is how far it is while it is open, and None once it is settled.
    """

    agreement: AgreementId
    about: str
    raised_by: str
    raised_at: datetime
    heard_at: datetime | None = None
    settled_with: str = ""
    settled_at: datetime | None = None
    state: Mediation | None = Mediation.RAISED


class Mediations:
    """Raises, hears and settles disagreements.

    Args:
        register: where papers stand, and their moves are written.
    """

    def __init__(self, register: Register) -> None:
        self._register = register

    def raise_(self, id: AgreementId, *, by: str, about: str) -> Disagreement:
        """One side disagrees. From now on nobody approves or activates the paper.

        Args:
            id: the agreement.
            by: who raises it: a staff id.
            about: what it is about, in words that name nobody.

        Raises:
            Misconfigured: `REASON_NEEDED`; `AGREEMENT_STATE` where one is open already, or the paper is at its end.
        """
        _said(about, "What is the disagreement about?")
        return self._note(id, RAISED, by, about)

    def hear(self, id: AgreementId, *, by: str, why: str) -> Disagreement:
        """The council has heard both sides. It may do so more than once.

        Raises:
            Misconfigured: `REASON_NEEDED`; `AGREEMENT_STATE` where none is open.
        """
        _said(why, "What did the hearing come to?")
        return self._note(id, HEARD, by, why)

    def settle(self, id: AgreementId, *, by: str, outcome: str) -> Disagreement:
        """It is settled: the paper can go on.

        Args:
            id: the agreement.
            by: who settles it, for the council.
            outcome: with what, in words that name nobody.

        Raises:
            Misconfigured: `REASON_NEEDED`; `AGREEMENT_STATE` where none is open.
        """
        _said(outcome, "With what was it settled?")
        return self._note(id, SETTLED, by, outcome)

    def of(self, id: AgreementId) -> tuple[Disagreement, ...]:
        """Every disagreement about an agreement, oldest first."""
        return _read(id, self._register.get(id).history)

    def open(self) -> tuple[Disagreement, ...]:
        """Every disagreement that is not settled."""
        found = (self.of(standing.id)[-1] for standing in self._register.all() if standing.mediation is not None)
        return tuple(found)

    def _note(self, id: AgreementId, move: str, by: str, words: str) -> Disagreement:
        self._register.note(id, move, by=by, why=words)
        return self.of(id)[-1]


def _read(id: AgreementId, history: tuple[Step, ...]) -> tuple[Disagreement, ...]:
    found: list[Disagreement] = []
    for step in history:
        if step.move == RAISED:
            found.append(Disagreement(agreement=id, about=step.why, raised_by=step.by, raised_at=step.at))
        elif step.move in {HEARD, SETTLED}:
            found[-1] = _further(found[-1], step)
    return tuple(found)


def _further(open_: Disagreement, step: Step) -> Disagreement:
    settled = step.move == SETTLED
    return Disagreement(
        agreement=open_.agreement,
        about=open_.about,
        raised_by=open_.raised_by,
        raised_at=open_.raised_at,
        heard_at=open_.heard_at if settled else step.at,
        settled_with=step.why if settled else "",
        settled_at=step.at if settled else None,
        state=_OPENS.get(step.move),
    )


def _said(words: str, question: str) -> None:
    if len(words.split()) < _LEAST_WORDS:
        raise Misconfigured(f"A step of a mediation says what it is. {question}", "Use --why.", code="REASON_NEEDED")
