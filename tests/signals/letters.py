"""What tests of single feeds need: a few rows in a file as the agency writes it, and what they say on a day."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from governance.ids import DatasetId
from signals.signal import current, derive, needs
from tests.signals.mailroom import FEEDS, Mailroom, balanced

Said = tuple[str, date, float | None]
"""What a row says: what, when, how much."""


def letter(dataset: str, *rows: dict[str, Any]) -> str:
    """A file of a dataset with its own headers; rows by the feed's names, and what a row does not give is empty."""
    columns = FEEDS[DatasetId(dataset)].columns
    file = io.StringIO()
    writer = csv.writer(file)
    marks = ["ExportID"] if dataset.startswith("hmis.") else []
    writer.writerow([*(column.sources[0] for column in columns), *marks])
    for row in rows:
        assert set(row) <= {column.name for column in columns}, row
        writer.writerow([*(row.get(column.name, "") for column in columns), *("1036" for _ in marks)])
    return file.getvalue()


def given(room: Mailroom, dataset: str, *rows: dict[str, Any], known_on: date | None = None) -> None:
    """Take a file of good rows."""
    taken = room.text(dataset, letter(dataset, *rows), known_on=known_on)
    assert balanced(taken)
    assert (taken.kept, taken.quarantine_counts) == (len(rows), {})


def said(room: Mailroom, dataset: str, as_of: date) -> set[Said]:
    """The signals that count on a day."""
    feed = FEEDS[DatasetId(dataset)]
    fields = frozenset().union(*(needs(feed, kind.kind) for kind in feed.kinds))
    long = derive(feed, current(room.read(dataset, {"_person", *fields}, as_of), as_of))
    return set(long.select("kind", "occurred_on", "measure").iter_rows())
