"""Files of an HMIS CSV export, of the FY2024 or the FY2026 specifications.

Source: HUD HMIS CSV Format Specifications FY2024 and FY2026: comma, UTF-8, text quoted or not, days as YYYY-MM-DD,
times after them, and every file's rows name the export that they belong to. `Export.csv` names the specifications in
`CSVVersion` ("2026 v1.0").

What changed in FY2026, as far as it concerns the files that feeds declare: in `Client.csv` one column `Sex` took the
place of the gender columns; `Enrollment.csv` lost translation assistance and sexual orientation and gained
`MentalHealthConsultation`. None of these is taken, so that one feed reads both. Before FY2024, living situations
and destinations had other numbers: read as today's, they would mean something else, so such a file is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from governance.errors import ContractBroken
from signals.feed import Feed
from signals.layout import CsvFormat
from signals.parser import delimited

_LAYOUT = CsvFormat(kind="csv")
_MARK = "ExportID"
_EXPORT = "Export.csv"
_READ = ("2024", "2026")
"""The specifications that are read, by fiscal year."""

_TELLING = {
    "Sex": "2026",
    "MentalHealthConsultation": "2026",
    "Woman": "2024",
    "NonBinary": "2024",
    "TranslationNeeded": "2024",
    "NoSingleGender": "2022",
}
"""Columns that only one year's specifications have."""


def parse(feed: Feed, path: Path) -> Iterator[pl.DataFrame]:
    """The rows of an HMIS file; see `signals.parser.parse`.

    Raises:
        ContractBroken: `FILE_VERSION` where the export, or the file's own columns, are of specifications that are not
            read, or where the two contradict each other.
    """
    _check_version(feed, path)
    return delimited.parse(feed, _LAYOUT, path, marks=[_MARK])


def _check_version(feed: Feed, path: Path) -> None:
    """Look at what the export beside the file says, and at what its columns say; either may be silent."""
    header = delimited.head(_LAYOUT, path, rows=1)
    shown = sorted({_TELLING[name] for name in (header[0] if header else []) if name in _TELLING})
    said = _said(path.parent / _EXPORT)
    if said is not None and said not in _READ:
        raise _other(f"The export of {feed.dataset} says in {_EXPORT} that it is of other specifications, or of none.")
    for year in shown:
        if year not in _READ:
            raise _other(f"The file of {feed.dataset} has columns of the FY{year} specifications.")
    if len({*shown, *([said] if said else [])}) > 1:
        raise _other(f"The file of {feed.dataset} has columns of other specifications than it says, or of two.")


def _said(export: Path) -> str | None:
    """The fiscal year that the export says, "" where it says none; None where there is no such file beside."""
    if not export.is_file():
        return None
    rows = delimited.head(_LAYOUT, export, rows=2)
    header, *exports = rows or [[]]
    said = dict(zip(header, exports[0], strict=False)) if exports else {}
    return said.get("CSVVersion", "").removeprefix("FY")[:4]


def _other(what: str) -> ContractBroken:
    years = " or ".join(f"FY{year}" for year in _READ)
    return ContractBroken(what, f"Ask for an HMIS CSV export of {years}, all of it of one.", code="FILE_VERSION")
