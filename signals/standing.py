"""Rows on both clocks: what happened in a period, as it was known on a day. Late, corrected and deleted rows included.

A row that came late is not there before the day it became known; a corrected one is there as it was said until the
correction became known; a deleted one until the deletion did. The rows of a state do not fit into memory, so that which
of them are replaced is found out first, from their names alone:

    names, once → names that came more than once → which versions of those are replaced → rows, without these

All of it looks at the same files, whatever is delivered or written together meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from governance.ids import DatasetId
from governance.opened import Opened
from signals.repeats import Repeats
from signals.sealed_file import SealedFile
from signals.signal import current
from signals.store import Store

BATCH_ROWS = 250_000
"""Rows of one batch, at the most."""
_AT_ONCE = 2_000_000
"""Versions that are compared at once, about."""
_VERSION = ("_delivery", "_row", "_record", "_known_on", "_deleted_on")
_ROW = ["_delivery", "_row"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A period on the clock of what happened, both days included; None leaves that side open."""

    first: date | None = None
    last: date | None = None

    @property
    def holds(self) -> pl.Expr:
        """Whether a row happened in it. One that nobody knows the day of did not, unless both sides are open."""
        day = pl.col("_occurred_on")
        sides = [day >= self.first] if self.first else []
        sides += [day <= self.last] if self.last else []
        return pl.all_horizontal(sides) if sides else pl.lit(value=True)


ALWAYS = Happened()


def standing(
    store: Store,
    opened: Opened,
    dataset: DatasetId,
    fields: Iterable[str],
    as_of: date,
    *,
    happened: Happened = ALWAYS,
    where: pl.Expr | None = None,
    link: str = "",
    batch: int = BATCH_ROWS,
) -> Iterator[pl.DataFrame]:
    """The rows that count, as they were known on a day, of what happened in a period; a bounded number at a time.

    Args:
        store: where they are.
        opened: the door; its grant must name the dataset and every field, those in `where` included.
        dataset: the dataset.
        fields: fields to read; the system columns come along.
        as_of: the day looked from, on the clock of what was known.
        happened: the period, on the clock of what happened.
        where: keeps only rows for which this is true.
        link: the link run whose households to add.
        batch: rows of one frame, at the most.

    Yields:
        What `signals.signal.current` would leave of all versions together, in the order in which they became known.

    Raises:
        Refused: before the file that may no longer be read.
    """
    files = store.readable(opened, dataset, as_of)
    replaced = _replaced(store, opened, dataset, files, as_of)
    meant = happened.holds if where is None else happened.holds & where
    read = store.read_files(opened, dataset, fields, as_of, where=meant, link=link, files=files)
    for file, frame in read:
        gone = replaced.get(file.id)
        left = frame if gone is None else frame.join(gone, on=_ROW, how="anti", maintain_order="left")
        yield from (part for part in left.iter_slices(batch) if part.height)


def versions(
    store: Store, opened: Opened, dataset: DatasetId, as_of: date, *, files: Sequence[SealedFile] | None = None
) -> Iterator[pl.DataFrame]:
    """Every version of the records of which there may be several, or one that was deleted: all that can be replaced.

    Args:
        store: where they are.
        opened: the door.
        dataset: the dataset.
        as_of: the day looked from; a version known later is not there yet.
        files: those that `store.readable` found before; they are looked up where this is left out.

    Yields:
        `_delivery`, `_row`, `_record`, `_known_on`, `_deleted_on`, in the order of reading, and `_file`, the id of
        the row's file. All versions of a record come in the same frame; there are more frames the more was corrected.

    Raises:
        Refused: before the file that may no longer be read.
    """
    files = store.readable(opened, dataset, as_of) if files is None else files
    names = Repeats(sum(file.rows for file in files))
    several = 0
    for _, frame in store.read_files(opened, dataset, (), as_of, files=files):
        several += names.add(frame["_record"]) + frame["_deleted_on"].count()
    blocks = -(-several // _AT_ONCE)
    for block in range(blocks):
        found = []
        for file, frame in store.read_files(opened, dataset, (), as_of, files=files):
            found.append(_contested(frame, names, block, blocks).with_columns(pl.lit(file.id).alias("_file")))
        yield pl.concat(found)


def _contested(frame: pl.DataFrame, names: Repeats, block: int, blocks: int) -> pl.DataFrame:
    mine = frame.filter(pl.col("_record").hash(seed=1) % blocks == block) if blocks > 1 else frame
    return mine.filter(names.has(mine["_record"]) | mine["_deleted_on"].is_not_null()).select(_VERSION)


def _replaced(
    store: Store, opened: Opened, dataset: DatasetId, files: Sequence[SealedFile], as_of: date
) -> dict[str, pl.DataFrame]:
    """The rows that do not count, by file."""
    found: dict[str, list[pl.DataFrame]] = {}
    for frame in versions(store, opened, dataset, as_of, files=files):
        gone = frame.join(current(frame, as_of), on=_ROW, how="anti").select("_file", *_ROW)
        for (file,), rows in gone.partition_by("_file", as_dict=True, include_key=False).items():
            found.setdefault(str(file), []).append(rows)
    return {file: pl.concat(rows) for file, rows in found.items()}
