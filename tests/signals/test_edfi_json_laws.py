"""Laws of JSON lines: whatever stands in a file, every line that is not blank is one row, under its own number."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings, strategies

from governance.errors import ContractBroken
from governance.ids import DatasetId
from signals.contract import Contract
from signals.feed import load_feeds
from signals.parser import SHAPE, parse

FEED = load_feeds()[DatasetId("edfi.api_attendance")]
GOOD = json.dumps({"studentReference": {"studentUniqueId": "7"}, "eventDate": "2026-01-12"}).encode()
PLAIN = strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | strategies.text()
ANY = strategies.recursive(
    PLAIN,
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.sampled_from(["studentReference", "studentUniqueId", "keyValues", "eventDate", "schoolId"]),
            inner,
        )
    ),
    max_leaves=12,
)
LINE = (
    ANY.map(json.dumps).map(str.encode)
    | strategies.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b" "))
    | strategies.just(GOOD)
)


def rows(lines: list[bytes]) -> pl.DataFrame:
    """The rows of a file with these lines."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "studentSchoolAttendanceEvents.jsonl"
        file.write_bytes(b"\n".join(lines))
        return pl.concat(parse(FEED, file, {}))


@settings(deadline=None)
@given(strategies.lists(LINE, max_size=8))
def test_every_line_that_is_not_blank_is_a_row_under_its_number(lines: list[bytes]) -> None:
    frame = rows([GOOD, *lines])
    blank = {number for number, line in enumerate(lines, start=2) if not line.strip()}
    assert frame["_row"].to_list() == [number for number in range(1, len(lines) + 2) if number not in blank]
    good = {number for number, line in enumerate(lines, start=2) if line == GOOD}
    assert good | {1} <= set(frame.filter(SHAPE)["_row"].to_list())


@settings(deadline=None)
@given(strategies.lists(LINE, max_size=8))
def test_a_row_is_kept_or_set_aside_and_never_both(lines: list[bytes]) -> None:
    frame = rows([GOOD, *lines])
    judged = Contract(FEED, delivered_on=date(2026, 6, 1)).judge(frame)
    assert judged.kept.height + judged.failed.height == frame.height


@settings(deadline=None)
@given(strategies.lists(LINE, max_size=8))
def test_a_file_is_read_or_refused_and_nothing_else_happens(lines: list[bytes]) -> None:
    try:
        assert rows(lines)[SHAPE].any()
    except ContractBroken as broken:
        assert broken.code in {"FILE_EMPTY", "FILE_JSON"}  # noqa: PT017  either outcome is right, a third is not
