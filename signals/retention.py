"""Retention at the store: files and rows that became known too long ago are left out, and counted for the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

from governance.opened import Opened
from signals.known_month import month_of
from signals.sealed_file import SealedFile


def young(opened: Opened, files: Iterable[SealedFile], since: date | None) -> Iterator[SealedFile]:
    """Files that may have rows young enough; one whose whole month is too old is not opened, its rows are counted.

    Args:
        opened: the door.
        files: of its own agreement.
        since: the first day that a row may have become known on; None is no limit.
    """
    for file in files:
        if since is not None and file.month < month_of(since):
            opened.count(0, past_retention=file.rows)
        else:
            yield file


def kept(opened: Opened, frame: pl.DataFrame, since: date | None) -> pl.DataFrame:
    """The rows that are young enough; the others are counted.

    Args:
        opened: the door.
        frame: rows with `_known_on`.
        since: the first day that a row may have become known on; None is no limit.
    """
    if since is None:
        return frame
    left = frame.filter(pl.col("_known_on") >= since)
    if left.height < frame.height:
        opened.count(0, past_retention=frame.height - left.height)
    return left
