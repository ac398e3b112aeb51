"""What waits for a review is read off the ledger, newest first, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from console.findings import WORDS, waiting
from governance.anomaly.finding import Finding, Kind, record
from governance.break_glass import BreakGlass
from governance.review import TO_REVIEW, Reviews, Verdict
from tests.governance.doors import doors

AT = datetime(2026, 5, 28, 3, tzinfo=UTC)


def test_findings_and_emergencies_wait_newest_first_until_they_were_reviewed(tmp_path: Path) -> None:
    house = doors(tmp_path)
    late = Finding(
        kind=Kind.OUTSIDE_HOURS,
        actor="worker-1",
        subject="2026-05-27",
        detail="2 looks.",
        entries=(1, 2),
        first_at=AT,
        last_at=AT,
    )
    record(house.ledger, [late])
    asked = BreakGlass(house.ledger, house.clock).ask(by="worker-2", why="A child is out in the cold")
    newest, first = waiting(house.ledger)
    assert (newest.title, newest.actor, newest.detail) == ("Emergency access", "worker-2", "A child is out in the cold")
    assert (first.title, first.actor, first.detail) == ("Looks outside office hours", "worker-1", "2 looks.")
    Reviews(house.ledger).record(asked.entry, by="officer-1", verdict=Verdict.IN_ORDER, why="It was so.")
    assert [each.entry for each in waiting(house.ledger)] == [first.entry]


def test_everything_that_must_be_reviewed_has_words() -> None:
    assert {*map(str, Kind), *TO_REVIEW} - {"anomaly.found"} <= set(WORDS)
