"""Holds: what keeps a paper where it is, besides its state: a disagreement in mediation, a breach that is open.

They are entries about the paper like its moves, so that every reader of the ledger comes to the same answer: while a
disagreement is open nobody approves or activates, and what a breach froze is not resumed before the breach is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

RAISED, HEARD, SETTLED = "mediation_raised", "mediation_heard", "mediation_settled"
FROZEN, THAWED = "frozen", "thawed"

STOPPED_BY_MEDIATION = frozenset({"approved", "activated"})
STOPPED_BY_BREACH = frozenset({"resumed", "activated"})


class Mediation(StrEnum):
    """How far an open disagreement is."""

    RAISED = "raised"
    HEARD = "heard"


@dataclass(slots=True, kw_only=True)
class Holds:
    """What holds one paper now: the disagreement that is open, if one is, and the breaches by their references."""

    mediation: Mediation | None = None
    breaches: set[str] = field(default_factory=set)

    def stops(self, move: str) -> str:
        """What stops a move: `mediation`, `breach`, or nothing (empty)."""
        if self.mediation is not None and move in STOPPED_BY_MEDIATION:
            return "mediation"
        return "breach" if self.breaches and move in STOPPED_BY_BREACH else ""

    def fits(self, move: str, body: Mapping[str, Any]) -> bool:
        """Whether an entry about a hold means anything now: one disagreement at a time, a breach freezes once."""
        if move in {RAISED, HEARD, SETTLED}:
            return (self.mediation is None) == (move == RAISED)
        if move in {FROZEN, THAWED}:
            return (str(body["breach"]) in self.breaches) == (move == THAWED)
        return True

    def take(self, move: str, body: Mapping[str, Any]) -> None:
        """Take an entry in that `fits`."""
        if move in {RAISED, HEARD}:
            self.mediation = Mediation(move.removeprefix("mediation_"))
        elif move == SETTLED:
            self.mediation = None
        elif move == FROZEN:
            self.breaches.add(str(body["breach"]))
        elif move == THAWED:
            self.breaches.discard(str(body["breach"]))
