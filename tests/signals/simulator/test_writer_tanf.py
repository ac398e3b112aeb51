from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from signals.simulator.writer import tanf_layout as layout

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "benefits" / "tanf"


@pytest.mark.parametrize(("record", "width"), [("T1", 156), ("T2", 156), ("T4", 71), ("T5", 71), ("child", 41)])
def test_a_line_is_as_wide_as_its_record(record: str, width: int) -> None:
    assert sum(wide for _, wide, _ in layout.FIELDS[record]) == width
    assert len(layout.line(record, {})) == width


def test_two_children_stand_side_by_side() -> None:
    start: layout.Cells = {"RecordType": "T3", "RPT_MONTH_YEAR": "202601", "CASE_NUMBER": "251234567"}
    first: layout.Cells = {"FAMILY_AFFILIATION": 1, "DATE_OF_BIRTH": "20150102", "SSN": "900010001"}
    alone, both = layout.children(start, first, None), layout.children(start, first, first)
    assert len(alone) == len(both) == 156
    assert alone[60:] == " " * 96
    assert both[19:60] == both[60:101]
    assert (both[20:28], both[61:69], both[69:78]) == ("20150102", "20150102", "900010001")


def test_numbers_are_filled_with_zeros_and_texts_with_blanks() -> None:
    line = layout.line("T1", {"RecordType": "T1", "CASE_NUMBER": "251234567", "CASH_AMOUNT": 450})
    assert (line[8:19], line[55:59], line[92:96]) == ("251234567  ", "0450", "0000")


def test_a_cell_that_is_too_wide_is_refused() -> None:
    with pytest.raises(ValueError, match="a field is 4 wide"):
        layout.line("T1", {"CASH_AMOUNT": 10_000})


def test_the_first_and_the_last_line_are_about_the_file() -> None:
    assert layout.header(date(2025, 11, 1), "A") == "HEADER20254A25   TAN1 D"
    assert layout.trailer(2643) == "TRAILER0002643         "


@pytest.mark.parametrize(("name", "section"), [("ADS.E2J.FTP1.TS06", "A"), ("ADS.E2J.FTP2.TS06", "C")])
def test_lines_are_like_those_of_a_real_report(name: str, section: str) -> None:
    real = REAL / name
    if not real.is_file():
        pytest.skip("THE REAL TANF REPORT IS NOT HERE: lines were not compared")
    lines = real.read_text(encoding="ascii").splitlines()
    assert len(lines[0]) == len(layout.header(date(2021, 10, 1), section))
    assert (lines[0][10:12], lines[0][17:20]) == (f"4{section}", "TAN")
    assert len(lines[-1]) == len(layout.trailer(1))
    ours = {"T3": layout.children({}, {}, None), **{each: layout.line(each, {}) for each in ("T1", "T2", "T4", "T5")}}
    for line in lines[1:-1]:
        assert len(line) == len(ours[line[:2]])
