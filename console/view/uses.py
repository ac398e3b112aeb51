"""Uses by purpose, and the newest refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from governance.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionUses:
    """Uses of one action for one purpose: how many were permitted, how many refused, and by which clauses.

    A refusal names every clause that failed, so that the counts of `codes` can add up to more than `refused`.
    """

    action: str
    permitted: int
    refused: int
    codes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeUses:
    """Uses for one purpose, by action."""

    purpose: str
    actions: tuple[ActionUses, ...]

    @property
    def permitted(self) -> int:
        """Permitted uses for this purpose."""
        return sum(each.permitted for each in self.actions)

    @property
    def refused(self) -> int:
        """Refused uses for this purpose."""
        return sum(each.refused for each in self.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesByPurpose:
    """Every use that the ledger holds, by purpose; `entries` is how many entries were read for it."""

    purposes: tuple[PurposeUses, ...]
    entries: int

    @property
    def refused(self) -> int:
        """Refused uses, whatever for."""
        return sum(each.refused for each in self.purposes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One use that was refused, or one text that was: who asked for what, when, and every clause that failed.

    `dataset` is what was asked for, empty where the ask named nothing; `entry` its place in the ledger. Of a text,
    `action` is what kind of text it was, empty where the entry does not say.
    """

    at: datetime
    actor: str
    role: str
    action: str
    purpose: str
    dataset: str
    reasons: tuple[Reason, ...]
    entry: int
    about: Literal["use", "text"] = "use"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """Something that waits for a review: what, about whom on the staff (empty: nobody), and its place in the ledger."""

    entry: int
    at: datetime
    title: str
    actor: str
    detail: str
