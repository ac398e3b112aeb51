"""Days of school by their law: a signal counts when it and its day are known, and the day is not known to be none."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from governance.ids import DatasetId
from signals.condition import Condition
from signals.school_day import Calendar, days, on_school_days

FIRST, DAY = date(2026, 3, 1), date(2026, 2, 20)
CALENDAR = Calendar(dataset=DatasetId("school.calendar"), place="school", held={"kind": Condition(equals="open")})
KNOWN = st.integers(0, 9).map(lambda days: FIRST + timedelta(days=days))
TOLD = st.lists(st.tuples(KNOWN, st.sampled_from(["open", "shut", None]), st.booleans()), max_size=5)
ROWS = {
    "school": pl.String,
    "_occurred_on": pl.Date,
    "_known_on": pl.Date,
    "kind": pl.String,
    "_deleted_on": pl.Date,
}


def calendar(told: list[tuple[date, str | None, bool]]) -> pl.DataFrame:
    """What became known of one day, in order; of two that became known on one day a deletion counts, else the last."""
    rows = [("S", DAY, known, kind, known if gone else None) for known, kind, gone in told]
    return days(CALENDAR, [pl.DataFrame(rows, schema=ROWS, orient="row")])


def signal(known: date, until: date | None) -> pl.DataFrame:
    schema = {"_delivery": pl.String, "_row": pl.UInt32, "occurred_on": pl.Date, "known_on": pl.Date, "until": pl.Date}
    return pl.DataFrame([("d", 1, DAY, known, until)], schema=schema, orient="row")


PLACES = pl.DataFrame({"_delivery": ["d"], "_row": [1], "_place": ["S"]}, schema_overrides={"_row": pl.UInt32})


@given(TOLD, KNOWN, st.one_of(st.none(), KNOWN))
def test_on_each_day_it_counts_or_not_by_what_was_known_then(
    told: list[tuple[date, str | None, bool]], known: date, until: date | None
) -> None:
    ordered = sorted(told, key=lambda each: each[0])
    found = on_school_days(signal(known, until), PLACES, calendar(ordered))
    for each in range(14):
        day = FIRST + timedelta(days=each)
        newest = max((on for on, *_ in ordered if on <= day), default=None)
        last = [(kind, gone) for on, kind, gone in ordered if on == newest]
        held = not last or any(gone for _, gone in last) or last[-1][0] == "open"
        expected = known <= day and (until is None or until > day) and held
        counting = found.filter((pl.col("known_on") <= day) & (pl.col("until").is_null() | (pl.col("until") > day)))
        assert counting.height == int(expected)


def test_a_day_of_nobodys_calendar_counts() -> None:
    elsewhere = PLACES.with_columns(pl.lit("T").alias("_place"))
    shut = calendar([(FIRST, "shut", False)])
    assert on_school_days(signal(FIRST, None), elsewhere, shut).height == 1
    assert on_school_days(signal(FIRST, None), PLACES, shut).height == 0
    assert on_school_days(signal(FIRST, None), PLACES, days(CALENDAR, [])).height == 1
