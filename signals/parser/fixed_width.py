"""Lines of fixed width: a header, lines of several records, a trailer that says how many they are.

The header says which file it is and the trailer that all of it is here, so a file that breaks off or lacks one of them
is refused whole. A line between them that is too short or too long, or begins like none of the file's records, is a row
that does not fit: nobody knows which of its characters is which.

Source: the flat files of ACF-199 (45 CFR 265.3) and their like, as mainframes write them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import polars as pl

from governance.errors import ContractBroken
from signals.feed import Feed
from signals.layout import FixedWidthFormat, Trailer
from signals.parser.batch import Batches, Cells
from signals.parser.text_file import opened, read_line
from signals.span import Span

_NOTHING = " 0"
"""What fills a part of a line in which there is nobody."""


def parse(feed: Feed, layout: FixedWidthFormat, path: Path, other: dict[str, int]) -> Iterator[pl.DataFrame]:
    """The rows of a file of fixed width; see `signals.parser.parse`. Rows are counted, not the file's lines.

    Args:
        feed: its columns say where their fields stand.
        layout: how lines are told apart.
        path: the file.
        other: gets the lines of other records, by how they begin.
    """
    batches = Batches([column.name for column in feed.columns])
    with opened(path, layout.encoding) as file:
        lines = _lines(file)
        cut = _Cut(feed, layout, _header(lines, feed, layout))
        for line in _between(lines, feed, layout.trailer):
            beginning = next((each for each in layout.others if line.startswith(each)), None)
            if beginning is not None:
                other[beginning] = other.get(beginning, 0) + 1
                continue
            for cells in cut.rows(line) if line.startswith(layout.record) else (None,):
                yield from batches.add(cells)
        yield from batches.rest()


class _Cut:
    """Takes rows out of lines.

    Args:
        feed: says where each field stands.
        layout: the lines.
        header: the file's first line, which says whether fields are disguised.
    """

    def __init__(self, feed: Feed, layout: FixedWidthFormat, header: str) -> None:
        spans = [Span.of(column.sources[0]) for column in feed.columns]
        first, *_ = layout.parts or (Span(0, 0),)
        self._shortest, self._longest = layout.length
        self._parts = [
            (part, [(span.moved(part.start - first.start) if first.holds(span) else span).slice for span in spans])
            for part in layout.parts or (first,)
        ]
        self._disguised: list[int] = []
        self._meaning: dict[int, int] = {}
        disguise = layout.disguise
        if disguise is not None and header[Span.of(disguise.header).slice] == disguise.mark:
            names = [column.name for column in feed.columns]
            self._disguised = [place for place, name in enumerate(names) if name in disguise.fields]
            self._meaning = str.maketrans(disguise.letters, disguise.meaning)

    def rows(self, line: str) -> Iterator[Cells | None]:
        """The rows of a line: one for each of its parts that is not empty; None for one that does not fit."""
        if len(line) < self._shortest or len(line.rstrip()) > self._longest:
            yield None
            return
        for number, (part, slices) in enumerate(self._parts):
            if number and not line[part.slice].strip(_NOTHING):
                continue
            yield self._cells(line, slices) if len(line) >= part.end else None

    def _cells(self, line: str, slices: list[slice]) -> Cells:
        cells = [line[place] for place in slices]
        for place in self._disguised:
            cells[place] = cells[place].translate(self._meaning)
        return cells


def _lines(file: TextIO) -> Iterator[str]:
    """The lines without their ends; blank ones are none."""
    number = 1
    while line := read_line(file, number):
        number += 1
        if line.strip():
            yield line.rstrip("\r\n")


def _header(lines: Iterator[str], feed: Feed, layout: FixedWidthFormat) -> str:
    """The first line, which must be the layout's header."""
    line = next(lines, None)
    if line is None:
        raise ContractBroken(f"The file of {feed.dataset} is empty.", "Ask for it again.", code="FILE_EMPTY")
    says = layout.header.says.items()
    if not line.startswith(layout.header.begins) or any(line[Span.of(span).slice] != text for span, text in says):
        raise ContractBroken(
            f"The first line of the file of {feed.dataset} is not the header that the feed promises.",
            "It may be another file, or another section of the report: give it to the feed that it belongs to.",
            code="FILE_HEADER",
        )
    return line


def _between(lines: Iterator[str], feed: Feed, trailer: Trailer) -> Iterator[str]:
    """The lines between header and trailer, as many as the trailer says."""
    for count, line in enumerate(lines):
        if line.startswith(trailer.begins):
            said = line[Span.of(trailer.lines).slice].strip()
            if said.isascii() and said.isdigit() and int(said) == count and next(lines, None) is None:
                return
            break
        yield line
    raise ContractBroken(
        f"The file of {feed.dataset} does not end with a trailer that counts the lines before it.",
        "It may have been cut off on its way: ask for it again.",
        code="FILE_TRAILER",
    )
