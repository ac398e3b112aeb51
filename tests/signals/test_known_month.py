from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from signals.known_month import by_month, month_of

DAYS = st.lists(st.dates(date(1, 1, 1), date(9999, 12, 31)) | st.dates(date(2026, 1, 1), date(2026, 3, 1)))


@given(DAYS)
def test_every_row_stands_in_its_own_month_in_its_order_and_in_no_other(days: list[date]) -> None:
    frame = pl.DataFrame({"_row": range(len(days)), "_known_on": days}, schema={"_row": pl.Int64, "_known_on": pl.Date})
    parts = dict(by_month(frame))
    assert len(parts) == len({month_of(day) for day in days})
    for month, rows in parts.items():
        assert {month_of(day) for day in rows["_known_on"]} == {month}
        assert rows["_row"].is_sorted()
    together = pl.concat([frame.clear(), *parts.values()]).sort("_row")
    assert_frame_equal(together, frame)
