"""A batch: some thousand rows of text as a frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

BATCH_ROWS = 50_000
"""Rows that are looked at together: enough to be quick, few enough to be held in memory whatever the file's size."""

SHAPE = "_shape"
"""The column that says whether a row fits the header."""

Cells = Sequence[str | None]


class Batches:
    """Gathers rows into frames.

    Args:
        names: the fields, in the order of each row's cells.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._blank: Cells = (None,) * len(self._names)
        self._cells: list[Cells] = []
        self._shape: list[bool] = []
        self._rows = 0

    def add(self, cells: Cells | None) -> Iterator[pl.DataFrame]:
        """Add a row; None is one that does not fit the header. Yields a frame when one is full."""
        self._cells.append(self._blank if cells is None else cells)
        self._shape.append(cells is not None)
        if len(self._cells) >= BATCH_ROWS:
            yield self._frame()

    def add_all(self, shape: pl.Series, columns: Sequence[pl.Series]) -> Iterator[pl.DataFrame]:
        """Add many rows, a column at a time. Yields what was gathered before, then these, some thousand at a time.

        Args:
            shape: for each row, whether it fits the header.
            columns: each field's cells; null in rows that do not fit.
        """
        yield from self.rest()
        for begin in range(0, len(shape), BATCH_ROWS):
            cells = [column.slice(begin, BATCH_ROWS) for column in columns]
            yield self._numbered(shape.slice(begin, BATCH_ROWS), cells)

    def rest(self) -> Iterator[pl.DataFrame]:
        """What is left at the end of the file."""
        if self._cells:
            yield self._frame()

    def _frame(self) -> pl.DataFrame:
        columns = list(zip(*self._cells, strict=True)) or [()] * len(self._names)
        shape = pl.Series(self._shape, dtype=pl.Boolean)
        self._cells, self._shape = [], []
        return self._numbered(shape, [pl.Series(cells, dtype=pl.String) for cells in columns])

    def _numbered(self, shape: pl.Series, columns: Sequence[pl.Series]) -> pl.DataFrame:
        number = len(shape)
        frame = pl.DataFrame(
            [
                pl.int_range(self._rows + 1, self._rows + number + 1, dtype=pl.UInt32, eager=True).alias("_row"),
                shape.alias(SHAPE),
                *(cells.alias(name) for name, cells in zip(self._names, columns, strict=True)),
            ]
        )
        self._rows += number
        return frame
