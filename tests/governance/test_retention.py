"""Retention: of fields that are read together, the one that may be kept shortest decides."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from governance.retention import Retention

TODAY = date(2026, 9, 1)
LIMITS = st.dictionaries(st.sampled_from("abcdef"), st.integers(min_value=1, max_value=4_000))
FIELDS = st.sets(st.sampled_from("abcdefgh"))


def test_a_row_may_be_read_on_the_last_day_that_it_may_be_kept() -> None:
    assert Retention(today=TODAY, days={"a": 31}).since(["a"]) == date(2026, 8, 1)


def test_what_no_agreement_limits_may_be_read_however_old() -> None:
    assert Retention(today=TODAY).since(["a"]) is None
    assert Retention(today=TODAY, days={"a": 1}).since(["b", "_known_on"]) is None
    assert Retention(today=TODAY, days={"a": 1}).since([]) is None


@given(LIMITS, FIELDS, FIELDS)
def test_reading_more_fields_together_never_lets_an_older_row_through(
    days: dict[str, int], some: set[str], more: set[str]
) -> None:
    kept = Retention(today=TODAY, days=days)
    alone, together = kept.since(some), kept.since(some | more)
    if alone is not None:
        assert together is not None
        assert together >= alone


@given(LIMITS, FIELDS)
def test_every_field_read_may_be_kept_that_long(days: dict[str, int], fields: set[str]) -> None:
    since = Retention(today=TODAY, days=days).since(fields)
    for name in fields & set(days):
        assert since is not None
        assert TODAY - since <= timedelta(days=days[name])
