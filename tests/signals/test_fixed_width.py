"""Files of fixed width: what stands where, which lines are rows, and what a file must begin and end with."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies

from governance.errors import ContractBroken, Misconfigured
from governance.written import read
from signals.contract import Contract
from signals.feed import Feed
from signals.parser import SHAPE, parse
from signals.parser import batch as batch_module
from signals.span import Span

LAYOUT: dict[str, Any] = {
    "kind": "fixed_width",
    "record": "A1",
    "others": ["B2"],
    "length": [9, 12],
    "header": {"begins": "HEADER", "says": {"6-8": "OK"}},
    "trailer": {"begins": "TRAILER", "lines": "7-10"},
    "disguise": {"fields": ["number"], "header": "8-9", "mark": "E", "letters": "@#", "meaning": "12"},
}
FEED: dict[str, Any] = {
    "dataset": "office.lines",
    "title": "Lines",
    "agency": "DTA",
    "source": "invented",
    "format": LAYOUT,
    "file": "*.TS*",
    "columns": [
        {"name": "month", "from": "2-4", "type": "text"},
        {"name": "number", "from": "4-6", "type": "text", "unknown": ["99"]},
        {"name": "amount", "from": "6-9", "type": "integer"},
    ],
    "key": ["month", "number"],
    "person": {"field": "number", "space": "office"},
    "occurred_on": None,
    "known_on": {"delivery": True},
}
SIDE_BY_SIDE = {"repeated": {"span": "4-8", "at": [8]}, "length": [8, 12]}
PEOPLE = [
    {"name": "month", "from": "2-4", "type": "text"},
    {"name": "number", "from": "4-6", "type": "text"},
    {"name": "age", "from": "6-8", "type": "integer"},
]


def feed(columns: Any = None, **changes: Any) -> Feed:
    """The invented feed, with changes to its layout."""
    document = {**FEED, "format": {**LAYOUT, **changes}, "columns": columns or FEED["columns"]}
    return read(Feed, document, where="office.lines.yaml")


def text(*lines: str, header: str = "HEADEROK ", end: str = "\n") -> str:
    """A file with these lines between its header and its trailer."""
    return end.join([header, *lines, f"TRAILER{len(lines):03d}", ""])


def rows(folder: Path, content: str, layout: Feed | None = None, other: dict[str, int] | None = None) -> pl.DataFrame:
    """What the parser finds in it."""
    file = folder / "lines.TS06"
    file.write_bytes(content.encode("latin-1"))
    found = list(parse(layout or feed(), file, {} if other is None else other))
    return pl.concat(found) if found else pl.DataFrame()


def refused(folder: Path, content: str) -> str:
    with pytest.raises(ContractBroken) as broken:
        rows(folder, content)
    return broken.value.code


def test_a_line_is_cut_where_the_feed_says_and_other_records_are_counted(tmp_path: Path) -> None:
    other: dict[str, int] = {}
    frame = rows(tmp_path, text("A1012x007", "B2 whatever", "A102y4008   "), other=other)
    assert frame.rows() == [(1, True, "01", "2x", "007"), (2, True, "02", "y4", "008")]
    assert other == {"B2": 1}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\r\n  \n"])
def test_line_ends_and_blank_lines_are_no_rows(tmp_path: Path, end: str) -> None:
    assert rows(tmp_path, text("A10120007", "A10221008", end=end))["amount"].to_list() == ["007", "008"]


@pytest.mark.parametrize("bad", ["A1012000", "A10120007xxxx", "C3 from another file", "\x1a"])
def test_a_bad_line_is_a_row_that_does_not_fit_and_its_neighbours_stay(tmp_path: Path, bad: str) -> None:
    frame = rows(tmp_path, text("A10120007", bad, "A10221008"))
    assert frame[SHAPE].to_list() == [True, False, True]
    assert frame["amount"].to_list() == ["007", None, "008"]
    assert frame["_row"].to_list() == [1, 2, 3]


def test_a_part_that_stands_again_is_a_row_unless_it_is_empty(tmp_path: Path) -> None:
    layout = feed(PEOPLE, **SIDE_BY_SIDE)
    lines = ["A101ab07cd09", "A102ef11", "A103gh13    ", "A104ij150000"]
    frame = rows(tmp_path, text(*lines), layout)
    assert frame.drop(SHAPE, "_row").rows() == [
        ("01", "ab", "07"),
        ("01", "cd", "09"),
        ("02", "ef", "11"),
        ("03", "gh", "13"),
        ("04", "ij", "15"),
    ]


def test_a_part_that_breaks_off_does_not_take_the_one_before_it_along(tmp_path: Path) -> None:
    frame = rows(tmp_path, text("A101ab07cd0", "A102ef11"), feed(PEOPLE, **SIDE_BY_SIDE))
    assert frame[SHAPE].to_list() == [True, False, True]
    assert frame["number"].to_list() == ["ab", None, "ef"]


@pytest.mark.parametrize(("header", "number"), [("HEADEROKE", "12"), ("HEADEROK ", "@#"), ("HEADEROK", "@#")])
def test_letters_mean_others_only_where_the_header_says_so(tmp_path: Path, header: str, number: str) -> None:
    frame = rows(tmp_path, text("A1@#@#@#7", header=header))
    assert frame.row(0)[2:] == ("@#", number, "@#7")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "FILE_EMPTY"),
        ("\n \n", "FILE_EMPTY"),
        ("A10120007\nTRAILER001\n", "FILE_HEADER"),
        ("HEADERNO \nTRAILER000\n", "FILE_HEADER"),
        ("HEADEROK \nA10120007\n", "FILE_TRAILER"),
        ("HEADEROK \nA10120007\nTRAILER002\n", "FILE_TRAILER"),
        ("HEADEROK \nA10120007\nTRAILER\n", "FILE_TRAILER"),
        ("HEADEROK \nA10120007\nTRAILER0²1\n", "FILE_TRAILER"),
        ("HEADEROK \nTRAILER000\nA10120007\n", "FILE_TRAILER"),
        ("HEADEROK \n" + "A1" * 600_000, "FILE_UNREADABLE"),
    ],
)
def test_a_file_without_its_beginning_or_its_end_is_refused_whole(tmp_path: Path, content: str, code: str) -> None:
    assert refused(tmp_path, content) == code


def test_a_quarter_in_which_nothing_happened_is_a_file(tmp_path: Path) -> None:
    assert rows(tmp_path, text()).is_empty()


def test_a_long_file_comes_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_module, "BATCH_ROWS", 2)
    file = tmp_path / "lines.TS06"
    file.write_text(text(*(f"A101{number:02d}007" for number in range(5))))
    batches = list(parse(feed(), file, {}))
    assert [batch["_row"].to_list() for batch in batches] == [[1, 2], [3, 4], [5]]


LINES = strategies.text(strategies.characters(min_codepoint=32, max_codepoint=126), max_size=16)


@settings(deadline=None)
@given(lines=strategies.lists(LINES.filter(str.strip), max_size=20))
def test_every_line_is_a_row_or_another_record(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    between = [line for line in lines if not line.startswith("TRAILER")]
    other: dict[str, int] = {}
    frame = rows(tmp_path_factory.mktemp("lines"), text(*between), other=other)
    assert frame.height + sum(other.values()) == len(between)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"length": [9]}, "length"),
        ({"length": [13, 12]}, "the shortest and the longest"),
        ({"length": [4, 8]}, "beyond the end of the line"),
        ({"others": ["A1"]}, "stands twice"),
        ({"header": {"begins": "HEADER", "says": {"6-8": "LONG"}}}, "another number of places"),
        ({"trailer": {"begins": "TRAILER", "lines": "7"}}, "not a span"),
        ({"repeated": {"span": "4-8", "at": [6]}}, "do not overlap"),
        ({"repeated": {"span": "4-9", "at": [9]}}, "beyond the end of the line"),
        ({"repeated": {"span": "5-8", "at": [8]}}, "across the edge"),
        ({"disguise": {**LAYOUT["disguise"], "fields": ["nobody"]}}, "no column is called nobody"),
        ({"disguise": {**LAYOUT["disguise"], "meaning": "1"}}, "as many letters"),
        ({"disguise": {**LAYOUT["disguise"], "letters": "@@"}}, "stands twice"),
    ],
)
def test_a_layout_that_cannot_mean_what_it_says_does_not_load(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(Misconfigured, match=what):
        feed(**changes)


def test_a_field_of_fixed_width_stands_in_one_place() -> None:
    columns = [{**FEED["columns"][0], "from": ["2-4", "4-6"]}, *FEED["columns"][1:]]
    with pytest.raises(Misconfigured, match="in one place"):
        feed(columns)


@pytest.mark.parametrize("written", ["8", "8-", "-8", "8-8", "9-8", "08-9", "8 - 9", "a-b", "8-9-10", "٣-٤"])
def test_what_is_no_span_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span.of(written)


@given(start=strategies.integers(0, 900), width=strategies.integers(1, 90))
def test_a_span_takes_out_as_many_places_as_it_is_wide(start: int, width: int) -> None:
    span = Span.of(f"{start}-{start + width}")
    assert len(("x" * 1000)[span.slice]) == width
    assert span.moved(3).moved(-3) == span
    assert span.holds(span)
    assert span.meets(span)
    assert not span.meets(span.moved(width))


def test_a_text_that_stands_for_unknown_is_an_empty_cell(tmp_path: Path) -> None:
    contract = Contract(feed(), delivered_on=date(2026, 6, 1))
    judged = contract.judge(rows(tmp_path, text("A10199007", "A10198007")))
    assert judged.kept["number"].to_list() == [None, "98"]
    assert judged.failed.is_empty()
