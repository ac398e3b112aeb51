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

import polars as pl

from governance.errors import ContractBroken
from signals.feed import Feed
from signals.layout import CsvFormat
from signals.parser.batch import Batches, Cells
from signals.parser.line import Lines
from signals.parser.table import Table, columns_of
from signals.parser.text_file import opened


def parse(feed: Feed, layout: CsvFormat, path: Path, *, marks: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
    """The rows of a delimited file; see `signals.parser.parse`.

    Args:
        feed: its columns name the headers.
        layout: delimiter and encoding.
        path: the file.
        marks: headers that must be there besides the columns', for formats that are known by them.
    """
    with opened(path, layout.encoding) as file:
        lines = Lines(file)
        records = _records(lines, layout.delimiter)
        header = [cell.strip() for cell in next((record for record in records if record), [])]
        if not header:
            raise ContractBroken(f"The file of {feed.dataset} is empty.", "Ask for it again.", code="FILE_EMPTY")
        places = _places(feed, header, marks)
        present = {name: place for name, place in places.items() if place is not None}
        absent = [pl.lit(None, dtype=pl.String).alias(name) for name in places if name not in present]
        table = Table(width=len(header), places=tuple(present.values()), delimiter=layout.delimiter)
        for frame in _frames(lines, records, table, Batches(list(present))):
            yield frame.with_columns(absent)


def _frames(lines: Lines, records: Iterator[list[str]], table: Table, batches: Batches) -> Iterator[pl.DataFrame]:
    """The rows after the header: many at once where each line is a row, else one by one."""
    pick = _picker(table.places)
    while True:
        text = lines.ahead()
        if text is not None:
            apart = columns_of(text, table)
            if apart is None:
                lines.singly()
                continue
            yield from batches.add_all(*apart)
            lines.passed(text)
            continue
        record = next(records, None)
        if record is None:
            break
        if record:  # a blank line is no row
            yield from batches.add(pick(record) if len(record) == table.width else None)
    yield from batches.rest()


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
        found = (record for record in _records(Lines(file), layout.delimiter) if record)
        return [[cell.strip() for cell in record] for record in islice(found, rows)]


def count(path: Path) -> int:
    """How many rows a file has, the header left out."""
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    with opened(path, "latin-1") as file:
        return max(0, sum(1 for record in _records(Lines(file), delimiter) if record) - 1)


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


def _picker(places: Sequence[int]) -> Callable[[list[str]], Cells]:
    """What takes the cells at these places out of a row, always as a sequence."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda record: [record[place] for place in places]


def _records(lines: Lines, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(_unbroken(lines), delimiter=delimiter)
    try:
        for record in reader:
            lines.pending = 0
            yield record
    except csv.Error:
        raise _unended(lines.number) from None


def _unbroken(lines: Lines) -> Iterator[str]:
    """The lines; a file that ends in the middle of a row is refused."""
    yield from lines
    if lines.pending:
        raise _unended(lines.number)


def _unended(line: int) -> ContractBroken:
    return ContractBroken(
        f"A quotation that is open at line {line} of a file never ends, so that its rows cannot be told apart.",
        "Ask for the file again, or close the quotation.",
        code="FILE_QUOTES",
    )
