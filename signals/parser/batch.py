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
        self._numbers: list[int] = []
        self._rows = 0

    def add(self, cells: Cells | None, *, number: int | None = None) -> Iterator[pl.DataFrame]:
        """Add a row. Yields a frame when one is full.

        Args:
            cells: the row's; None for one that does not fit the header.
            number: the row's own, higher than the one before; the next one where it is left out.
        """
        self._rows = self._rows + 1 if number is None else number
        self._numbers.append(self._rows)
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
        first, self._rows = self._rows + 1, self._rows + len(shape)
        numbers = pl.int_range(first, self._rows + 1, dtype=pl.UInt32, eager=True)
        for begin in range(0, len(shape), BATCH_ROWS):
            parts = [each.slice(begin, BATCH_ROWS) for each in (numbers, shape, *columns)]
            yield self._named(parts)

    def rest(self) -> Iterator[pl.DataFrame]:
        """What is left at the end of the file."""
        if self._cells:
            yield self._frame()

    def _frame(self) -> pl.DataFrame:
        columns = list(zip(*self._cells, strict=True)) or [()] * len(self._names)
        numbers, shape = pl.Series(self._numbers, dtype=pl.UInt32), pl.Series(self._shape, dtype=pl.Boolean)
        self._cells, self._shape, self._numbers = [], [], []
        return self._named([numbers, shape, *(pl.Series(cells, dtype=pl.String) for cells in columns)])

    def _named(self, columns: Sequence[pl.Series]) -> pl.DataFrame:
        return pl.DataFrame(
            [each.alias(name) for name, each in zip(("_row", SHAPE, *self._names), columns, strict=True)]
        )
