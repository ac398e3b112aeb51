"""Ed-Fi API resources as JSON lines: one object on each line, and the deletions that the API reports beside them.

A line is a resource as `GET /ed-fi/<resources>` gives it, with nested references (`studentReference.studentUniqueId`),
or one of what `/deletes` and `/keyChanges` give: the key of a record that is gone, under `keyValues` or
`oldKeyValues`. What a column is called in each of them stands in its feed, so that this module knows no resource.

A line is looked at by itself: one that cannot be read says nothing about the next, so it is a row that does not fit
and the others are kept. Rows are numbered by line, so that a steward finds them in the file. Limits on length and depth
hold whatever a line says. A file of which no line fits is another file, and refused whole.

Source: Ed-Fi ODS/API 7 resources and Change Queries (`/deletes`, `/keyChanges`), JSON after RFC 8259, names in an
object once each after RFC 7493 (I-JSON), one text per line as in JSON Lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import polars as pl

from governance.errors import ContractBroken
from signals.feed import Feed
from signals.json_path import JsonPath
from signals.layout import EdfiJsonFormat
from signals.parser.batch import Batches, Cells
from signals.parser.text_file import opened_raw

LONGEST_ROW = 1 << 18
"""Bytes of the longest line that is looked at; a longer one is passed over without being held in memory."""

DEEPEST = 12
"""Objects and lists inside each other, the line's own one counted; resources have at most five or six."""

_MARK = b"\xef\xbb\xbf"


def parse(feed: Feed, layout: EdfiJsonFormat, path: Path) -> Iterator[pl.DataFrame]:
    """The rows of a file of JSON lines; see `signals.parser.parse`. `_row` is the line's number in the file.

    Args:
        feed: its columns' sources are paths into the objects.
        layout: which names an object must have one of, to be a row at all.
        path: the file.

    Raises:
        ContractBroken: `FILE_EMPTY`, `FILE_JSON` where no line is a row, or `FILE_UNREADABLE`.
    """
    cells = _Cells(feed, layout)
    batches = Batches([column.name for column in feed.columns])
    seen = fitted = False
    for number, line in _lines(path):
        seen, row = True, None if line is None else cells.of(line)
        fitted = fitted or row is not None
        yield from batches.add(row, number=number)
    if not seen:
        raise ContractBroken(f"The file of {feed.dataset} is empty.", "Ask for it again.", code="FILE_EMPTY")
    if not fitted:
        raise ContractBroken(
            f"No line of the file of {feed.dataset} is one JSON object with {', '.join(layout.records)}.",
            "It may be a list instead of lines, another resource, or deletions without their keys: export it again.",
            code="FILE_JSON",
        )
    yield from batches.rest()


def count(path: Path) -> int:
    """How many lines a file has that are not blank."""
    return sum(1 for _ in _lines(path))


class _Cells:
    """Finds the columns' texts in a line.

    Args:
        feed: its columns say where.
        layout: says what marks a row.
    """

    def __init__(self, feed: Feed, layout: EdfiJsonFormat) -> None:
        self._ways = [[JsonPath.of(source) for source in column.sources] for column in feed.columns]
        self._records = frozenset(layout.records)

    def of(self, line: bytes) -> Cells | None:
        """Each column's text, of its sources the first that is there; None for a line that is no row."""
        try:
            found = _DECODER.decode(line.decode())
            if not isinstance(found, dict) or self._records.isdisjoint(found) or _too_deep(line, found):
                return None
            return [next((text for way in ways if (text := way.text(found)) is not None), None) for ways in self._ways]
        except (ValueError, RecursionError):
            return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of which no name stands twice: nobody could say which one counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(_word: str) -> NoReturn:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=_no_number)
"""Numbers stay as they are written: what a cell's text means is the contract's business."""


def _too_deep(line: bytes, found: dict[str, Any]) -> bool:
    """Whether objects and lists stand in each other deeper than any resource's do."""
    if line.count(b"{") + line.count(b"[") <= DEEPEST:
        return False
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        inner = [value for each in level for value in (each.values() if isinstance(each, dict) else each)]
        level = [value for value in inner if isinstance(value, dict | list)]
    return bool(level)


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Each line that is not blank with its number, from 1; None for one that is too long."""
    with opened_raw(path) as file:
        number = 0
        while line := file.readline(LONGEST_ROW + 1):
            number += 1
            bare = line.removeprefix(_MARK) if number == 1 else line
            if len(line) > LONGEST_ROW and not line.endswith(b"\n"):
                _pass_over(file)
                yield number, None
            elif bare.strip():
                yield number, bare


def _pass_over(file: BinaryIO) -> None:
    """Read on to the end of a line, a piece of it at a time in memory."""
    while (piece := file.readline(LONGEST_ROW)) and not piece.endswith(b"\n"):
        pass
