"""A stage of a run: a part may be refused, and the run goes on without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from governance.errors import Refused

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One line of what did not run, and why: the stage, the thing that rested on it, the code, the sentence."""

    stage: str
    what: str
    code: str
    detail: str


@dataclass(slots=True)
class Stage:
    """Collects what was refused while a stage ran.

    Args:
        name: what the stage is called in reports.
    """

    name: str
    refusals: list[Refusal] = field(default_factory=list)

    def attempt(self, what: str, work: Callable[[], Result]) -> Result | None:
        """Do a part of the stage; where governance refuses it, note the refusal and go on.

        Args:
            what: the part, in words that name no person (`indicator unexcused_absences_90d`).
            work: does it.

        Returns:
            What `work` returned; None where it was refused. The refusal stands in the ledger already.
        """
        try:
            return work()
        except Refused as refused:
            self.refuse(what, refused.code, refused.what)
            return None

    def refuse(self, what: str, code: str, detail: str) -> None:
        """Note a refusal that was decided elsewhere."""
        self.refusals.append(Refusal(stage=self.name, what=what, code=code, detail=detail))
