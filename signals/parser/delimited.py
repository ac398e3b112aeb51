"""CSV and its like, row by row: quotes, line breaks inside quotes, rows that do not fit the header.

Source: RFC 4180, read leniently row by row and strictly for the file: a quotation that never ends makes it impossible
to say where rows end, so the file is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import TextIO

import polars as pl

from governance.errors import ContractBroken
from signals.feed import Feed
from signals.layout import CsvFormat
from signals.parser.batch import Batches, Cells
from signals.parser.text_file import opened, read_line


def parse(feed: Feed, layout: CsvFormat, path: Path, *, marks: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
    """The rows of a delimited file; see `signals.parser.parse`.

    Args:
        feed: its columns name the headers.
        layout: delimiter and encoding.
        path: the file.
        marks: headers that must be there besides the columns', for formats that are known by them.
    """
    with opened(path, layout.encoding) as file:
        records = _records(file, layout.delimiter)
        header = [cell.strip() for cell in next((record for record in records if record), [])]
        if not header:
            raise ContractBroken(f"The file of {feed.dataset} is empty.", "Ask for it again.", code="FILE_EMPTY")
        places = _places(feed, header, marks)
        present = [name for name, place in places.items() if place is not None]
        batches = Batches(present)
        pick = _picker([place for place in places.values() if place is not None])
        absent = [pl.lit(None, dtype=pl.String).alias(name) for name in places if name not in present]
        for record in records:
            if record:  # a blank line is no row
                for frame in batches.add(pick(record) if len(record) == len(header) else None):
                    yield frame.with_columns(absent)
        for frame in batches.rest():
            yield frame.with_columns(absent)


def head(layout: CsvFormat, path: Path, *, rows: int) -> list[list[str]]:
    """The first rows of a file that are not blank, the header among them; fewer where it has fewer.

    Args:
        layout: delimiter and encoding.
        path: the file.
        rows: how many at most.

    Raises:
        ContractBroken: it cannot be read that far.
    """
    with opened(path, layout.encoding) as file:
        found = (record for record in _records(file, layout.delimiter) if record)
        return [[cell.strip() for cell in record] for record in islice(found, rows)]


def count(path: Path) -> int:
    """How many rows a file has, the header left out."""
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    with opened(path, "latin-1") as file:
        return max(0, sum(1 for record in _records(file, delimiter) if record) - 1)


def _places(feed: Feed, header: list[str], marks: Sequence[str]) -> dict[str, int | None]:
    """Where each column stands; None for an optional one that is not there."""
    wanted = {
        column.name: next((source for source in column.sources if source in header), None) for column in feed.columns
    }
    lost = [column.sources[0] for column in feed.columns if wanted[column.name] is None and not column.optional]
    lost += [mark for mark in marks if mark not in header]
    if lost:
        raise ContractBroken(
            f"The file of {feed.dataset} has no column {', '.join(lost)}.",
            "It may be another file, or another version of the layout: correct the file, or the feed.",
            code="FILE_HEADER",
        )
    twice = sorted(source for source in wanted.values() if source is not None and header.count(source) > 1)
    if twice:
        what = f"The file of {feed.dataset} has column {', '.join(twice)} twice."
        raise ContractBroken(what, "Say which one counts: correct the file.", code="FILE_HEADER")
    return {name: None if source is None else header.index(source) for name, source in wanted.items()}


def _picker(places: list[int]) -> Callable[[list[str]], Cells]:
    """What takes the cells at these places out of a row, always as a sequence."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda record: [record[place] for place in places]


def _records(file: TextIO, delimiter: str) -> Iterator[list[str]]:
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for record in reader:
            lines.pending = 0
            yield record
    except csv.Error:
        raise _unended(reader.line_num) from None


class _Lines:
    """Hands lines to the reader, and knows whether it is in the middle of a row when the file ends."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._number = 0
        self.pending = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = read_line(self._file, self._number + 1)
        if not line and self.pending:
            raise _unended(self._number)
        if not line:
            raise StopIteration
        self.pending += 1
        self._number += 1
        return line


def _unended(line: int) -> ContractBroken:
    return ContractBroken(
        f"A quotation that is open at line {line} of a file never ends, so that its rows cannot be told apart.",
        "Ask for the file again, or close the quotation.",
        code="FILE_QUOTES",
    )
