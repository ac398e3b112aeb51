"""What waits for a privacy officer's review, read off the ledger: findings of the watch, and emergencies."""

from __future__ import annotations

from console.view import FindingView
from governance.ledger import Entry, Ledger
from governance.review import Reviews

WORDS = {
    "outside_hours": "Looks outside office hours",
    "outside_habit": "Far more looks than usual",
    "own_circle": "A look at one’s own circle",
    "bulk_view": "Too many families in one day",
    "no_task": "Looks without a task",
    "denial_burst": "Refused again and again",
    "never_used": "Shared, and not used",
    "no_agreement": "Wanted, and not covered by any agreement",
    "break_glass.asked": "Emergency access",
}


def waiting(ledger: Ledger) -> tuple[FindingView, ...]:
    """What must be reviewed and was not yet, newest first."""
    found = [_view(entry) for entry in Reviews(ledger).waiting()]
    return tuple(reversed(found))


def _view(entry: Entry) -> FindingView:
    body = entry.body
    kind = str(body.get("finding") or entry.kind)
    return FindingView(
        entry=entry.index,
        at=entry.at,
        title=WORDS.get(kind, kind),
        actor=str(body.get("about_actor") or body.get("by") or ""),
        detail=str(body.get("detail") or body.get("why") or ""),
    )
