from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.simulator.writer.file import CsvFile
from signals.simulator.writer.sheet import Mishaps, Row, Sheet, State

HEADER = ("id", "value", "updated_on", "deleted_on")
UNTIL = date(2026, 5, 29)
DAYS = st.lists(st.integers(-400, 20), min_size=1, max_size=5).map(sorted)


def written(records: list[list[State]], seed: int, mishaps: Mishaps | None = None) -> list[dict[str, str]]:
    """The rows of a sheet; a row with a cell too many has it under the name None."""
    text, numbers = io.StringIO(), count(1)
    file = CsvFile(text, HEADER)
    sheet = Sheet(file, np.random.default_rng(seed), until=UNTIL, flaws=({"value": "?"},), mishaps=mishaps)
    for states in records:
        sheet.record(lambda: {"id": next(numbers)}, states, wrong={"value": "wrong"})
    return list(csv.DictReader(io.StringIO(text.getvalue())))


def states(days: list[int]) -> list[State]:
    return [(UNTIL + timedelta(days=day), {"value": place}) for place, day in enumerate(days)]


@given(records=st.lists(DAYS, min_size=1, max_size=60), seed=st.integers(0, 2**32))
def test_no_row_was_entered_before_it_was_true_or_after_the_last_day(records: list[list[int]], seed: int) -> None:
    for row in written([states(days) for days in records], seed):
        assert row["updated_on"] <= UNTIL.isoformat()
        assert row["deleted_on"] <= row["updated_on"]
        assert row["updated_on"] >= (UNTIL + timedelta(days=min(days[0] for days in records))).isoformat()


@given(records=st.lists(DAYS, min_size=1, max_size=60), seed=st.integers(0, 2**32))
def test_rows_of_one_key_follow_each_other(records: list[list[int]], seed: int) -> None:
    before: dict[str, dict[str, str]] = {}
    for row in written([states(days) for days in records], seed):
        known = before.get(row["id"], row)
        assert row == known or row["updated_on"] > known["updated_on"]
        before[row["id"]] = row


def test_the_last_row_of_a_record_is_the_truth_or_was_entered_in_error() -> None:
    found = written([states([-300, -200, -100])] * 400, 3, Mishaps(broken=10**6))
    newest = {row["id"]: row["value"] for row in found if not row["deleted_on"]}
    erased = {row["id"] for row in found if row["deleted_on"]}
    assert erased
    values = Counter(value for id, value in newest.items() if id not in erased)
    assert values["2"] >= 399  # one is broken: the first time comes soon
    assert sum(values.values()) == 400


def test_everything_that_can_go_wrong_goes_wrong_early_once() -> None:
    found = written([states([-200])] * 60, 5)
    assert any(row["value"] == "wrong" for row in found)
    assert any(row["deleted_on"] for row in found)
    assert any(row["value"] == "?" or None in row for row in found)
    assert max(Counter(tuple(row.values()) for row in found if None not in row).values()) == 2
    late = (UNTIL - timedelta(days=191)).isoformat()
    assert any(row["updated_on"] >= late and row["value"] == "0" for row in found)


def test_what_became_true_after_the_last_day_is_not_written() -> None:
    assert written([states([1])], 1) == []
    assert {row["value"] for row in written([states([-60, 1])] * 50, 1)} <= {"0", "wrong", "?"}


def test_a_record_that_is_not_entered_has_no_key() -> None:
    keys: list[Row] = []

    def key() -> Row:
        keys.append({"id": 1})
        return keys[-1]

    sheet = Sheet(CsvFile(io.StringIO(), HEADER), np.random.default_rng(1), until=UNTIL, flaws=())
    assert not sheet.record(key, states([5]))
    assert keys == []


def test_a_file_has_no_column_that_its_header_does_not_have() -> None:
    with pytest.raises(KeyError, match="no column colour"):
        CsvFile(io.StringIO(), HEADER).add({"colour": "green"})
