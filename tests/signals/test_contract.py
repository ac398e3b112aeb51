"""The contract: what each type reads, which check a row fails first, when it became known."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, strategies

from governance.written import read
from signals.cell import tidy, typed
from signals.column import Column, ColumnType
from signals.contract import Contract
from signals.feed import Feed
from signals.parser import SHAPE
from tests.signals.test_feed import PLAIN

TODAY = date(2026, 6, 1)


def value(kind: str, text: str | None, **more: Any) -> Any:
    column = Column.model_validate({"name": "x", "from": "x", "type": ColumnType(kind), **more}, strict=False)
    return pl.DataFrame({"x": pl.Series([text], dtype=pl.String)}).select(typed(column, tidy(pl.col("x"))).alias("x"))[
        "x"
    ][0]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("text", "  Juniper ", "Juniper"),
        ("text", "   ", None),
        ("code", "uri://ed-fi.org/RelationDescriptor#Mother", "Mother"),
        ("code", "Mother#1", "Mother#1"),
        ("code", "uri://ed-fi.org/RelationDescriptor#", None),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("date", "2026-02-28 23:59:59", date(2026, 2, 28)),
        ("date", "2026-02-28T23:59:59.123Z", date(2026, 2, 28)),
        ("date", "2026-02-28T23:59+05:00", date(2026, 2, 28)),
        ("date", "2026-02-30", None),
        ("date", "2026-02-28x", None),
        ("date", "02/28/2026", None),
        ("date", "0000-00-00", None),
        ("datetime", "2026-02-28 10:30:00", datetime(2026, 2, 28, 10, 30)),  # noqa: DTZ001
        ("datetime", "2026-02-28T10:30", datetime(2026, 2, 28, 10, 30)),  # noqa: DTZ001
        ("datetime", "2026-02-28", datetime(2026, 2, 28)),  # noqa: DTZ001
        ("datetime", "2026-02-28 25:00:00", None),
        ("integer", "-7", -7),
        ("integer", "007", 7),
        ("integer", "7.0", None),
        ("integer", "\u0667", None),
        ("integer", "9" * 30, None),
        ("number", "2400.50", 2400.5),
        ("number", ".5", 0.5),
        ("number", "2,400", None),
        ("number", "1e9", None),
        ("number", "nan", None),
        ("boolean", "t", True),
        ("boolean", "FALSE", False),
        ("boolean", "maybe", None),
    ],
)
def test_a_type_reads_what_it_is_and_nothing_else(kind: str, text: str, expected: Any) -> None:
    assert value(kind, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", []),
        ("{Petitioner}", ["Petitioner"]),
        ('{Petitioner,"New York"}', ["Petitioner", "New York"]),
        ('{"a \\"b\\", c",NULL}', ['a "b", c', None]),
        ("Petitioner", None),
        ("{a,}", None),
        ("{{a},{b}}", None),
    ],
)
def test_a_list_is_an_array_as_postgresql_writes_it(text: str, expected: Any) -> None:
    found = value("list", text)
    assert (None if found is None else list(found)) == expected


def test_another_format_of_dates_is_declared() -> None:
    assert value("date", "02/28/2026", format="%m/%d/%Y") == date(2026, 2, 28)
    assert value("date", "2026-02-28", format="%m/%d/%Y") is None


def contract(given_on: date | None = None, /, **changes: Any) -> Contract:
    return Contract(read(Feed, {**PLAIN, **changes}, where="test"), delivered_on=TODAY, known_on=given_on)


def raw(*rows: tuple[str | None, str | None, str | None]) -> pl.DataFrame:
    names = ("number", "day", "amount")
    return pl.DataFrame(
        {
            "_row": pl.Series(range(1, len(rows) + 1), dtype=pl.UInt32),
            SHAPE: pl.Series([True] * len(rows), dtype=pl.Boolean),
            **{name: pl.Series([row[at] for row in rows], dtype=pl.String) for at, name in enumerate(names)},
        }
    )


def failed(held: Contract, *rows: tuple[str | None, str | None, str | None]) -> dict[int, str]:
    found = held.judge(raw(*rows)).failed
    return {row: held.flaws[place].check for row, place in found.select("_row", "_flaw").iter_rows()}


def test_a_row_is_set_aside_once_under_the_first_check_that_it_fails() -> None:
    held = contract(checks=[{"name": "small", "field": "amount", "range": [0, 10]}])
    assert failed(held, ("1", "2026-01-01", "5"), (None, "x", "50"), ("3", "x", "50"), ("4", "2026-01-01", "50")) == {
        2: "number.required",
        3: "day.type",
        4: "small",
    }


def test_what_is_unknown_does_not_pass_unless_the_check_says_so() -> None:
    row = ("1", "2026-01-01", None)
    assert failed(contract(checks=[{"name": "c", "field": "amount", "range": [0, 10]}]), row) == {1: "c"}
    assert failed(contract(checks=[{"name": "c", "field": "amount", "in": [1.5]}]), row) == {1: "c"}
    assert failed(contract(checks=[{"name": "c", "field": "amount", "range": [0, 10], "missing": "ok"}]), row) == {}


def test_a_pattern_must_fit_all_of_the_text() -> None:
    held = contract(checks=[{"name": "c", "field": "number", "pattern": "[a-z]|[0-9]"}])
    assert failed(held, ("a", None, None), ("7", None, None), ("a7", None, None)) == {3: "c"}


def known(held: Contract, day: str | None) -> date:
    kept = held.judge(raw(("1", day, None))).kept
    return kept["_known_on"].item()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("given_on", "day", "expected"),
    [
        (None, "2026-01-05", date(2026, 1, 7)),
        (None, None, TODAY),
        (date(2026, 2, 1), "2026-01-05", date(2026, 2, 1)),
        (date(2026, 2, 1), "2026-03-05", date(2026, 3, 5)),
    ],
)
def test_with_a_lag_nothing_is_known_before_it_happened(given_on: date | None, day: str | None, expected: date) -> None:
    assert known(contract(given_on), day) == expected


def test_a_row_that_says_when_it_became_known_is_believed() -> None:
    own = {"known_on": {"field": "day"}}
    assert known(contract(date(2026, 2, 1), **own), "2026-01-05") == date(2026, 1, 5)
    assert known(contract(date(2026, 2, 1), **own), None) == date(2026, 2, 1)
    assert known(contract(**own), None) == TODAY


def test_a_roster_became_known_when_it_was_delivered() -> None:
    assert known(contract(known_on={"delivery": True}), None) == TODAY
    assert known(contract(date(2026, 2, 1), known_on={"delivery": True}), None) == date(2026, 2, 1)


cell = strategies.one_of(
    strategies.none(), strategies.text(max_size=8), strategies.sampled_from(["2026-01-01", "1", "x"])
)


@given(strategies.lists(strategies.tuples(cell, cell, cell), max_size=8))
def test_every_row_is_in_exactly_one_half(rows: list[tuple[str | None, str | None, str | None]]) -> None:
    held = contract(checks=[{"name": "c", "field": "amount", "range": [0, 10], "missing": "ok"}])
    judged = held.judge(raw(*rows))
    assert sorted([*judged.kept["_row"], *judged.failed["_row"]]) == list(range(1, len(rows) + 1))
