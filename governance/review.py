"""Reviews: somebody who had no part in a use looks at it afterwards, and says what they found.

What must be reviewed: every emergency (`governance.break_glass`) and every finding of the watch (`governance.anomaly`).
Anything else in the ledger may be. A review is an entry of its own; it changes nothing that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from governance.errors import Misconfigured, SelfReview
from governance.ledger import Entry, Ledger

KIND = "review.recorded"
TO_REVIEW = ("break_glass.asked", "anomaly.found")
_NAMES = ("by", "actor", "asked_by", "confirmed_by", "sent_by", "about_actor")
"""Keys of an entry's body that name somebody who had a part in it."""


class Verdict(StrEnum):
    """What a reviewer found."""

    IN_ORDER = "in_order"
    CONCERN = "concern"
    BREACH = "breach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review: of which entry, by whom, what was found."""

    of: int
    by: str
    verdict: Verdict
    why: str
    at: datetime
    entry: int


class Reviews:
    """Records reviews, and says what still waits for one.

    Args:
        ledger: where uses are, and reviews go.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def record(self, of: int, *, by: str, verdict: Verdict, why: str) -> Review:
        """Write a review down.

        Args:
            of: number of the entry that is reviewed.
            by: staff id of the reviewer.
            verdict: what was found.
            why: in a sentence that names no family.

        Raises:
            SelfReview: the reviewer had a part in what is reviewed. The try is in the ledger too.
            Misconfigured: `ENTRY_UNKNOWN`; `REASON_NEEDED` where nobody reviews or nothing is said.
        """
        if not by.strip() or not why.strip():
            what = "A review needs somebody who reviews, and what they found."
            raise Misconfigured(what, "Name both (--by, --why).", code="REASON_NEEDED")
        entry = self._ledger.get(of)
        if by in self.took_part(entry):
            what = f"Whoever had a part in entry {of} cannot review it."
            reason = {"code": SelfReview.code, "clause": "review.recorded", "detail": what}
            self._ledger.append("use.refused", f"entry {of}", {"actor": by, "reasons": [reason]})
            raise SelfReview(what, "Let somebody else review it.")
        written = self._ledger.append(KIND, f"entry {of}", {"of": of, "by": by, "verdict": str(verdict), "why": why})
        return _review(written)

    def took_part(self, entry: Entry) -> frozenset[str]:
        """Staff ids of everybody who had a part in an entry, or in what else the ledger says about its topic."""
        about = [entry] if entry.topic in {"", "-"} else [entry, *self._ledger.entries(topic=entry.topic)]
        return frozenset(str(each.body[name]) for each in about for name in _NAMES if each.body.get(name))

    def of(self, entry: int) -> tuple[Review, ...]:
        """The reviews of an entry, oldest first."""
        return tuple(_review(each) for each in self._ledger.entries(kind=KIND, topic=f"entry {entry}"))

    def waiting(self) -> Iterator[Entry]:
        """What must be reviewed and was not yet, oldest first."""
        done = {int(str(each.body["of"])) for each in self._ledger.entries(kind=KIND)}
        found = [entry for kind in TO_REVIEW for entry in self._ledger.entries(kind=kind)]
        yield from (entry for entry in sorted(found, key=lambda each: each.index) if entry.index not in done)


def _review(entry: Entry) -> Review:
    body = entry.body
    return Review(
        of=int(str(body["of"])),
        by=str(body["by"]),
        verdict=Verdict(str(body["verdict"])),
        why=str(body["why"]),
        at=entry.at,
        entry=entry.index,
    )
