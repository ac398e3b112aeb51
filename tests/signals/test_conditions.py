"""What a feed can want of a row: beginnings, days that follow soon, versions of a code list, rows that take back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.written import read
from signals.code_version import CodeVersion, in_force
from signals.condition import Condition, all_hold
from signals.feed import Feed
from signals.kind import Within
from signals.signal import derive, needs

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2040, 1, 1))
FEED: dict[str, Any] = {
    "dataset": "court.days",
    "title": "Court days",
    "agency": "TRC",
    "source": "invented",
    "format": {"kind": "csv"},
    "file": "days.csv",
    "columns": [
        {"name": "number", "from": "No", "type": "text", "required": True},
        {"name": "closed", "from": "Closed", "type": "date"},
        {"name": "opened", "from": "Opened", "type": "date"},
        {"name": "state", "from": "State", "type": "text"},
    ],
    "key": ["number"],
    "person": {"field": "number", "space": "court", "when": {"state": {"not_in": ["staff"]}}},
    "occurred_on": "closed",
    "known_on": {"delivery": True},
    "deleted_when": {"state": {"equals": "void"}},
    "kinds": [{"kind": "back_soon", "on": "opened", "within": {"days": 30, "after": "closed"}, "unit": "event"}],
}


def holds(condition: Condition, *values: str | None) -> list[bool | None]:
    return pl.DataFrame({"a": list(values)}, schema={"a": pl.String}).select(condition.holds("a"))["a"].to_list()


def test_a_beginning_is_looked_for_at_the_beginning_and_is_not_a_pattern() -> None:
    condition = Condition(begins=("BH-", "B.D"))
    assert holds(condition, "BH-3800", "XBH-", "B.D1", "BXD1", None) == [True, False, True, False, None]


@given(closed=DAYS, opened=DAYS, days=st.integers(0, 400))
def test_a_day_follows_within_so_many_days_or_it_does_not(closed: date, opened: date, days: int) -> None:
    frame = pl.DataFrame({"closed": [closed], "opened": [opened]})
    found = frame.select(Within(days=days, after="closed").holds(pl.col("opened"))).item()
    assert found == (closed <= opened <= closed + timedelta(days=days))


def test_what_follows_an_unknown_day_follows_nothing() -> None:
    rows = {
        "number": ["1", "2", "3"],
        "closed": [date(2026, 1, 1), None, date(2026, 1, 1)],
        "opened": [date(2026, 1, 31), date(2026, 1, 31), date(2026, 2, 1)],
        "_known_on": [date(2026, 3, 1)] * 3,
    }
    feed = read(Feed, FEED, where="court.days.yaml")
    assert derive(feed, pl.DataFrame(rows))["occurred_on"].to_list() == [date(2026, 1, 31)]
    assert needs(feed, "back_soon") == {"closed", "opened"}


@given(st.lists(DAYS, min_size=1, max_size=4, unique=True), DAYS)
def test_the_newest_version_that_has_begun_is_the_one_in_force(since: list[date], day: date) -> None:
    begun = sorted(since)
    versions = [CodeVersion(name=str(place), since=each, codes=(f"c{place}",)) for place, each in enumerate(begun)]
    counts = max((place for place, each in enumerate(begun) if each <= day), default=None)
    frame = pl.DataFrame({"code": [f"c{place}" for place in range(len(begun))], "day": [day] * len(begun)})
    found = frame.select(in_force(versions, pl.col("code"), pl.col("day")).alias("found"))["found"].to_list()
    assert found == [place == counts for place in range(len(begun))]


def test_a_code_of_an_unknown_day_is_neither_listed_nor_not() -> None:
    versions = [CodeVersion(name="1", since=date(2020, 1, 1), codes=("a",))]
    frame = pl.DataFrame({"code": ["a", None], "day": [None, date(2021, 1, 1)]})
    assert frame.select(in_force(versions, pl.col("code"), pl.col("day")).alias("x"))["x"].to_list() == [None, None]


def test_a_row_takes_back_only_where_it_is_known_to() -> None:
    feed = read(Feed, FEED, where="court.days.yaml")
    frame = pl.DataFrame({"state": ["void", "open", None]})
    assert frame.select(feed.takes_back().alias("x"))["x"].to_list() == [True, False, False]
    assert frame.select(all_hold({}).alias("x")).to_series().all()


def test_what_decides_whom_a_row_is_about_is_looked_at_even_where_it_is_not_listed() -> None:
    feed = read(Feed, FEED, where="court.days.yaml")
    assert {column.name for column in feed.narrowed({"number", "closed"}).columns} == {"number", "closed", "state"}


@pytest.mark.parametrize(("state", "name"), [("staff", None), ("open", "court:1"), (None, None)])
def test_whom_a_row_is_about_is_known_or_it_is_about_nobody(state: str | None, name: str | None) -> None:
    feed = read(Feed, FEED, where="court.days.yaml")
    assert feed.person is not None
    frame = pl.DataFrame({"number": ["1"], "state": [state]}, schema={"number": pl.String, "state": pl.String})
    assert frame.select(feed.person.name().alias("x")).item() == name
