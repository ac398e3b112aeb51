"""Conditions: what has to hold for a use to be permitted, each in the words of a reader and in Cedar's.

One function makes one condition from an agreement, under the code that the first evaluator refuses with. They are read
off the agreement as it is written, not off what the first evaluator arranged for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from governance.agreement import Agreement
from governance.cedar.literal import entity
from governance.ids import DatasetId
from governance.standing import MouStanding
from governance.terms import DatasetTerms
from governance.use import Action

MEMORANDUM = entity("Memorandum", "in force here")
FEEDS = entity("Feeds", "of this installation")
ALWAYS, NEVER = "", "false"

EMERGENCY = (
    'context.emergency.reference != "" && context.emergency.asked_by == principal && '
    'context.emergency.confirmed_by != principal && context.emergency.confirmed_by != Asker::"" && '
    "context.instant < context.emergency.until"
)
"""A stated emergency is the asker's own, a second person confirmed it, and it is not over."""
VIEWED_IN_EMERGENCY = f'(action == Action::"view" && context has emergency && {EMERGENCY})'


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one permit is about: an agreement, and one of its datasets; without one, what was derived from it.

    `sha256` is the hash of the agreement's document. `joinable` are the datasets that rows may be joined with.
    """

    agreement: Agreement
    sha256: str
    mou: MouStanding
    dataset: DatasetTerms | None
    joinable: frozenset[DatasetId]

    @property
    def standing(self) -> str:
        """The agreement's name in a policy."""
        return entity("Agreement", self.agreement.id)

    @property
    def terms(self) -> DatasetTerms:
        """The dataset's terms.

        Raises:
            LookupError: the scope is what was derived; conditions on fields do not hold for that.
        """
        if self.dataset is None:
            raise LookupError("a condition on fields was asked of what was derived")
        return self.dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition: the code of the clause it answers to, what it says, and its Cedar. `ALWAYS` asks nothing."""

    code: str
    words: str
    test: str


Part = Condition | Callable[[Scope], Condition]
"""A condition that is the same for every agreement, or what makes one from an agreement."""


def every(tests: Iterable[str]) -> str:
    """All of these."""
    return " && ".join(tests)


def either(tests: Iterable[str]) -> str:
    """One of these; never, where there is none."""
    return " || ".join(tests) or NEVER


def where(present: str, test: str) -> str:
    """Whether something that may be left out passes a test; left out, it does."""
    return f"(if {present} then {test} else true)"


def doing(action: Action) -> str:
    """Whether the use is this action."""
    return f"action == {entity('Action', action.value)}"
