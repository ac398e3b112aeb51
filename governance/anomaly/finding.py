"""A finding: something about the uses of data that a person should look at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from governance.ledger import Entry, Json, Ledger

KIND = "anomaly.found"


class Kind(StrEnum):
    """What was noticed."""

    OUTSIDE_HOURS = "outside_hours"
    OUTSIDE_HABIT = "outside_habit"
    OWN_CIRCLE = "own_circle"
    BULK_VIEW = "bulk_view"
    NO_TASK = "no_task"
    DENIAL_BURST = "denial_burst"
    NEVER_USED = "never_used"
    NO_AGREEMENT = "no_agreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was noticed, about whom on the staff (empty: about nobody), and the ledger's entries that show it.

    `subject` tells two findings of one kind about one actor apart: a day, a dataset, an emergency.
    """

    kind: Kind
    actor: str
    subject: str
    detail: str
    entries: tuple[int, ...]
    first_at: datetime
    last_at: datetime

    @property
    def id(self) -> str:
        """The same for the same finding, however often it is looked for."""
        text = f"{self.kind}\n{self.actor}\n{self.subject}"
        return f"f-{hashlib.sha256(text.encode()).hexdigest()[:20]}"

    def body(self) -> dict[str, Json]:
        """The finding as a ledger entry's body."""
        return {
            "finding": str(self.kind),
            "about_actor": self.actor,
            "subject": self.subject,
            "detail": self.detail,
            "entries": list(self.entries[:_MOST]),
            "count": len(self.entries),
            "first_at": self.first_at.isoformat(),
            "last_at": self.last_at.isoformat(),
        }


_MOST = 50
"""An entry names so many of those that a finding rests on; their number is always told."""


def recalled(entry: Entry) -> Finding:
    """The finding that a ledger entry holds."""
    body = entry.body
    numbers = body["entries"]
    return Finding(
        kind=Kind(str(body["finding"])),
        actor=str(body["about_actor"]),
        subject=str(body["subject"]),
        detail=str(body["detail"]),
        entries=tuple(int(str(each)) for each in numbers) if isinstance(numbers, list | tuple) else (),
        first_at=datetime.fromisoformat(str(body["first_at"])),
        last_at=datetime.fromisoformat(str(body["last_at"])),
    )


def record(ledger: Ledger, findings: list[Finding]) -> int:
    """Write down what was not found before. Returns how many were new."""
    known = {entry.topic for entry in ledger.entries(kind=KIND)}
    new = {finding.id: finding for finding in findings if finding.id not in known}
    return sum(ledger.append_once(KIND, id, finding.body()) is not None for id, finding in new.items())
