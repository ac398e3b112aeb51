"""Files of an HMIS CSV export.

Source: HUD HMIS CSV Format Specifications FY2026: comma, UTF-8, text quoted or not, days as YYYY-MM-DD, times after
them, and every file's rows name the export that they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from signals.feed import Feed
from signals.layout import CsvFormat
from signals.parser import delimited

_LAYOUT = CsvFormat(kind="csv")
_MARK = "ExportID"


def parse(feed: Feed, path: Path) -> Iterator[pl.DataFrame]:
    """The rows of an HMIS file; see `signals.parser.parse`."""
    return delimited.parse(feed, _LAYOUT, path, marks=[_MARK])
