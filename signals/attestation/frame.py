"""A frame: a CSV file of rows that somebody wants in the analytic zone, looked at a batch at a time.

It is CSV in UTF-8 and nothing else: a file that is only its cells has no place for what nobody looks at (a hidden
sheet, an index, a description of its columns).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from governance.errors import ContractBroken

BATCH_ROWS = 250_000
"""Rows that are in memory at a time while values are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame's file as it was when it was opened: its columns in their order, and the SHA-256 of its bytes in hex."""

    path: Path
    columns: tuple[str, ...]
    sha256: str

    def lazy(self) -> pl.LazyFrame:
        """Its rows, every cell a text, an empty one as an empty text; nothing is read yet."""
        return pl.scan_csv(self.path, infer_schema=False, raise_if_empty=False, encoding="utf8", glob=False).fill_null(
            ""
        )

    def batches(self) -> Iterator[pl.DataFrame]:
        """Its rows, some at a time.

        Raises:
            ContractBroken: `FRAME_UNREADABLE` where a line has more cells than the head, or is no UTF-8.
        """
        try:
            yield from self.lazy().collect_batches(chunk_size=BATCH_ROWS, maintain_order=False)
        except (pl.exceptions.PolarsError, UnicodeError):
            raise _unreadable("its lines are not rows under its head, in UTF-8") from None

    def unchanged(self) -> None:
        """Make sure that the file is still the one that was opened.

        Raises:
            ContractBroken: `FRAME_CHANGED`.
        """
        if digest(self.path) != self.sha256:
            what = "The frame was changed while it was looked at."
            raise ContractBroken(what, "Leave the file alone, and check it again.", code="FRAME_CHANGED")


def open_frame(path: Path) -> Frame:
    """A frame's head and hash.

    Raises:
        ContractBroken: `FRAME_UNREADABLE`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head = next(csv.reader(lines, strict=True), [])
    except (OSError, UnicodeError, csv.Error):
        raise _unreadable("it is no CSV in UTF-8") from None
    if not head or len(set(head)) < len(head) or "" in head:
        raise _unreadable("its first line does not name each column, once")
    return Frame(path=path, columns=tuple(head), sha256=digest(path))


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex.

    Raises:
        ContractBroken: `FRAME_UNREADABLE`.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise _unreadable("it cannot be opened") from None


def _unreadable(why: str) -> ContractBroken:
    what = f"The frame cannot be read: {why}."
    return ContractBroken(what, "Write it as CSV in UTF-8, with a head.", code="FRAME_UNREADABLE")
