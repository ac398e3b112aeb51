"""Applications for rental assistance, through the real intake."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from governance.ids import DatasetId
from signals.sealed_file import SIGNAL
from signals.signal import current, derive, needs
from tests.signals.mailroom import FEEDS, Mailroom, balanced, mailroom

DATASET = DatasetId("rental.applications")
FEED = FEEDS[DATASET]
APPLICATION = {
    "application_id": "R1",
    "applicant_id": "T1",
    "last_name": "Quarry",
    "applied_on": "2026-02-02",
    "status": "pending",
    "amount_asked": "2400.00",
    "landlord_name": "Alder Rentals",
    "updated_on": "2026-02-03",
}


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def sheet(**changes: Any) -> str:
    """A file with one application, with the landlord beside it as the agency has it."""
    file = io.StringIO()
    writer = csv.DictWriter(file, [*(column.sources[0] for column in FEED.columns), "landlord_name"])
    writer.writeheader()
    writer.writerow({**APPLICATION, **changes})
    return file.getvalue()


def said(room: Mailroom, as_of: date) -> dict[str, tuple[date, float | None]]:
    """What counts on a day, by kind."""
    fields = frozenset().union(*(needs(FEED, kind.kind) for kind in FEED.kinds))
    long = derive(FEED, current(room.read(DATASET, {"_person", *fields}, as_of), as_of))
    return {kind: (day, measure) for kind, day, measure in long.select("kind", "occurred_on", "measure").iter_rows()}


def test_an_application_goes_its_way_and_is_deleted(room: Mailroom) -> None:
    later = [
        {},
        {"status": "incomplete", "updated_on": "2026-02-10"},
        {"status": "paid", "amount_paid": "1800", "decided_on": "2026-03-02", "updated_on": "2026-03-03"},
        {"updated_on": "2026-04-01", "deleted_on": "2026-04-01"},
    ]
    for changes in later:
        taken = room.text(DATASET, sheet(**changes))
        assert balanced(taken)
        assert taken.kept == 1
    applied = {"rental_assistance_applied": (date(2026, 2, 2), 2400.0)}
    assert said(room, date(2026, 2, 3)) == applied
    assert said(room, date(2026, 2, 10)) == applied | {"rental_assistance_incomplete": (date(2026, 2, 10), None)}
    assert said(room, date(2026, 3, 3)) == applied | {
        "rental_assistance_approved": (date(2026, 3, 2), None),
        "rental_assistance_paid": (date(2026, 3, 2), 1800.0),
    }
    assert said(room, date(2026, 4, 1)) == {}


def test_a_denied_application_says_so_and_a_withdrawn_one_is_none(room: Mailroom) -> None:
    room.text(DATASET, sheet(status="denied", decided_on="2026-02-20", updated_on="2026-02-20"))
    room.text(DATASET, sheet(status="withdrawn", updated_on="2026-03-01"))
    assert said(room, date(2026, 2, 20))["rental_assistance_denied"] == (date(2026, 2, 20), None)
    assert said(room, date(2026, 3, 1)) == {}


def test_the_landlord_is_stored_nowhere(room: Mailroom) -> None:
    room.text(DATASET, sheet())
    (file,) = room.store.files(DATASET, kind=SIGNAL)
    assert not any("landlord" in name for name in file.columns)


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"status": "lost"}, "status.codes"),
        ({"decided_on": "2026-01-01"}, "decided_not_before_applied"),
        ({"amount_asked": "-1"}, "amount_asked_in_range"),
        ({"applied_on": "2026-03-01"}, "applied_not_in_future"),
    ],
)
def test_an_application_that_contradicts_itself_is_set_aside(
    room: Mailroom, changes: dict[str, str], check: str
) -> None:
    taken = room.text(DATASET, sheet(**changes))
    assert balanced(taken)
    assert taken.quarantine_counts == {check: 1}
