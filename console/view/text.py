"""Texts between an agency and a family's telephone, as a phone shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from governance.ids import ContactId, HouseholdId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One text.

    `outgoing` are the agency's. `status` is what became of it (`sent`, `delivered`, `failed`, `held`, `sending`,
    `unknown`), of one that came what it means (`yes`, `stop`, `help`, `other`). `body` is empty where the words of one
    that came stay sealed: then what it means is shown in their place. `is_traced` says that the whole way of it can be
    shown: an offer's.
    """

    message: MessageId
    at: datetime
    outgoing: bool
    body: str
    status: str
    is_traced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The texts of one telephone, oldest first.

    `household` is None where nobody knows yet where it rings. `consent` is what its owner has said: `none`, `asked`,
    `granted` or `revoked`. A thread that is only listed may have no more than its newest line.
    """

    contact: ContactId
    household: HouseholdId | None
    language: str
    lines: tuple[TextLine, ...]
    consent: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxView:
    """The newest threads, newest first, and how many offers of the newest night were held for which reason.

    `chosen` is the thread that the phone shows, with all its lines; None for the first of `threads`. `contacts` counts
    every telephone that was texted, also those beyond `threads`; `sent` the offers of the newest night that went out.
    """

    threads: tuple[Thread, ...]
    held: tuple[tuple[str, int], ...]
    chosen: Thread | None = None
    contacts: int = 0
    sent: int = 0

    @property
    def shown(self) -> Thread | None:
        """The thread that the phone shows; None where there is none."""
        return self.chosen or (self.threads[0] if self.threads else None)

    @property
    def held_in_all(self) -> int:
        """How many offers were held."""
        return sum(count for _, count in self.held)
