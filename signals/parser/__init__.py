"""Parsers: from a file to rows of text, a batch at a time. What the text means is the contract's business."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from signals.feed import Feed
from signals.layout import CsvFormat, EdfiFormat, EdfiJsonFormat, FixedWidthFormat
from signals.parser import delimited, edfi_json, edfi_xml, fixed_width, hmis_csv
from signals.parser.batch import SHAPE

__all__ = ["SHAPE", "count", "parse"]


def parse(feed: Feed, path: Path, other: dict[str, int]) -> Iterator[pl.DataFrame]:
    """The rows of a file, as text.

    Args:
        feed: what the file should be.
        path: the file.
        other: filled with what stands beside the rows and is none, by its name, with how often it stands there.

    Yields:
        Frames of at most `BATCH_ROWS` rows: `_row` (from 1, headers not counted; of JSON lines the line's number),
        `_shape` (false where the row does not fit the header; its cells are null then), and each column's text.

    Raises:
        ContractBroken: the file as a whole is not what the feed promises.
    """
    if isinstance(feed.format, EdfiFormat):
        return edfi_xml.parse(feed, feed.format, path, other)
    if isinstance(feed.format, EdfiJsonFormat):
        return edfi_json.parse(feed, feed.format, path)
    if isinstance(feed.format, CsvFormat):
        return delimited.parse(feed, feed.format, path)
    if isinstance(feed.format, FixedWidthFormat):
        return fixed_width.parse(feed, feed.format, path, other)
    return hmis_csv.parse(feed, path)


def count(path: Path) -> int:
    """How many rows a file has that no feed declares; by its ending, as far as it can be read.

    Raises:
        ContractBroken: it cannot be read.
    """
    ending = path.suffix.lower()
    if ending in _JSON_LINES:
        return edfi_json.count(path)
    return edfi_xml.count(path) if ending == ".xml" else delimited.count(path)


_JSON_LINES = frozenset({".jsonl", ".ndjson"})
COUNTED = frozenset({".csv", ".tsv", ".txt", ".xml"}) | _JSON_LINES
"""Endings of files that hold rows, as far as is known here."""
