"""Lines: taken at once or one by one, in pieces of any size, they are the same lines; tables read alike either way."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from governance.errors import ContractBroken
from governance.ids import DatasetId
from signals.feed import load_feeds
from signals.parser import line as line_module
from signals.parser import parse
from signals.parser.line import Lines
from signals.parser.text_file import LONGEST_LINE

FEED = load_feeds()[DatasetId("oca.decisions")]
HEADER = "indexnumberid,sequence,resultof,highlight\n"
TEXTS = st.lists(
    st.sampled_from(["a", "7", ",", ",", ",", "\n", "\r\n", "\r", '"', " ", "é", "\u2028"]), max_size=60
).map("".join)
PIECES = st.integers(min_value=1, max_value=40)


def lines_of(text: str, piece: int) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_module, "PIECE", piece)
        return list(Lines(io.StringIO(text, newline="")))


def frames_of(file: Path, piece: int, *, plain: bool) -> pl.DataFrame | str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_module, "PIECE", piece)
        if not plain:
            patch.setattr(Lines, "ahead", lambda _: None)
        try:
            frames = list(parse(FEED, file, {}))
        except ContractBroken as refused:
            return refused.code
    return pl.concat(frames) if frames else pl.DataFrame()


@given(TEXTS, PIECES)
def test_lines_are_those_that_the_file_itself_hands_out(text: str, piece: int) -> None:
    assert lines_of(text, piece) == list(io.StringIO(text, newline=""))


@given(TEXTS, PIECES)
def test_taken_at_once_or_one_by_one_a_table_has_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, text: str, piece: int
) -> None:
    file = tmp_path_factory.mktemp("tables") / "file.csv"
    file.write_bytes((HEADER + text).encode())
    once, singly = frames_of(file, piece, plain=True), frames_of(file, piece, plain=False)
    if isinstance(once, str) or isinstance(singly, str):
        assert once == singly
    else:
        assert_frame_equal(once, singly)


def test_what_is_ahead_is_read_or_handed_out_line_by_line() -> None:
    lines = Lines(io.StringIO("a,b\nc,d\r\n", newline=""))
    assert lines.ahead() == "a,b\nc,d\n" == lines.ahead()
    lines.singly()
    assert lines.ahead() is None
    assert list(csv.reader(lines)) == [["a", "b"], ["c", "d"]]
    again = Lines(io.StringIO("a,b\nc", newline=""))
    text = again.ahead()
    assert text == "a,b\n"
    again.passed(text)
    assert (again.number, list(again)) == (1, ["c"])


@pytest.mark.parametrize("end", ["", "\n", "x\n"])
def test_a_line_that_is_longer_than_any_row_is_refused_either_way(tmp_path: Path, end: str) -> None:
    file = tmp_path / "file.csv"
    file.write_text(HEADER + "a,1,b,c\n" + "9" * (LONGEST_LINE + 1) + end + "d,2,e,f\n" * 3, encoding="utf-8")
    assert frames_of(file, 1 << 22, plain=True) == frames_of(file, 1 << 22, plain=False) == "FILE_UNREADABLE"
