"""Checks across fields: one needs another, forbids it, or says what it may be."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import Misconfigured
from governance.written import read
from signals.check import Check
from signals.feed import Feed
from tests.signals.test_conditions import FEED

NEEDS: dict[str, Any] = {"when": {"kind": {"equals": "shutoff"}}, "holds": {"present": True}}
FORBIDS: dict[str, Any] = {"when": {"kind": {"present": True}}, "holds": {"present": False}}
CELLS = st.sampled_from([None, "shutoff", "reminder"])


def passes(check: dict[str, Any], kind: str | None, until: str | None) -> bool:
    """Whether a row passes a check on `until`."""
    found = read(Check, {"name": "tried", "field": "until", **check}, where="a check")
    row = pl.DataFrame({"kind": [kind], "until": [until]}, schema={"kind": pl.String, "until": pl.String})
    answer = row.select(found.passes(pl.lit(None, dtype=pl.Date)))[0, 0]
    assert answer is not None, "never null"
    return bool(answer)


@given(CELLS, CELLS)
def test_what_one_field_says_makes_another_needed(kind: str | None, until: str | None) -> None:
    assert passes(NEEDS, kind, until) == (kind != "shutoff" or until is not None)


@given(CELLS, CELLS)
def test_two_fields_can_shut_each_other_out(kind: str | None, until: str | None) -> None:
    assert passes(FORBIDS, kind, until) == (kind is None or until is None)


@given(CELLS, CELLS)
def test_two_fields_can_be_needed_together(kind: str | None, until: str | None) -> None:
    there = {"when": {"kind": {"present": True}}, "holds": {"present": True}}
    gone = {"when": {"kind": {"present": False}}, "holds": {"present": False}}
    both = passes(there, kind, until) and passes(gone, kind, until)
    assert both == ((kind is None) == (until is None))


def test_what_is_wrong_is_said_without_a_value() -> None:
    found = read(Check, {"name": "tried", "field": "until", **NEEDS}, where="a check")
    assert found.words() == "until is not as it must be where kind says what it says"
    assert found.fields == {"until", "kind"}


@pytest.mark.parametrize(
    "check",
    [
        {"field": "number", "when": {"nobody": {"present": True}}, "holds": {"present": True}},
        {"field": "closed", "holds": {"equals": 3}},
    ],
)
def test_a_check_across_fields_that_cannot_mean_what_it_says_is_refused(check: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured):
        read(Feed, {**FEED, "checks": [{"name": "tried", **check}]}, where="days.yaml")
