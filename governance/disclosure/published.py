"""A published table: what its readers see, in the one form that is hashed, kept, and held against later ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from governance.disclosure.cube import Cell, Cube, Series
from governance.disclosure.dimension import Dimension

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What a table is held to: the strictest of the agreements that it rests on, and of the memorandum.

    Args:
        min_cell: the smallest count that may be shown.
        interval_width: how wide at least the interval must be that an attacker can work out for a hidden count.
        zeros_allowed: whether a zero may be shown.

    Source: the agreement's part "dissemination" (`outputs`).
    """

    min_cell: int = 11
    interval_width: int = 11
    zeros_allowed: bool = True

    def small(self, count: int) -> bool:
        """Whether a count is too small to be shown."""
        return 0 < count < self.min_cell or (count == 0 and not self.zeros_allowed)

    @property
    def least_hidden(self) -> int:
        """The least that a hidden count can be, as every reader knows: where zeros are shown, none is hidden."""
        return 1 if self.zeros_allowed else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A table with its hidden cells. `cells` holds all that it shows, in order; None is a hidden count.

    `number` counts the releases of its cube from 1. It is 0 for one that is not published yet.
    """

    cube: str
    number: int
    title: str
    unit: str
    as_of: date
    series: Series
    dimensions: tuple[Dimension, ...]
    cells: Mapping[Cell, int | None]
    standard: Standard

    @classmethod
    def of(cls, cube: Cube, number: int, hidden: frozenset[Cell], standard: Standard) -> Published:
        """A cube with some of its cells hidden, and without those that are withheld."""
        return cls(
            cube=cube.id,
            number=number,
            title=cube.title,
            unit=cube.unit,
            as_of=cube.as_of,
            series=cube.series,
            dimensions=cube.dimensions,
            cells={
                cell: None if cell in hidden else count
                for cell, count in cube.cells().items()
                if not cube.withheld(cell)
            },
            standard=standard,
        )

    @property
    def id(self) -> str:
        """`signals-by-town.3`: the third release of that cube."""
        return f"{self.cube}.{self.number}"

    @property
    def hidden(self) -> frozenset[Cell]:
        """The cells whose count is not shown."""
        return frozenset(cell for cell, count in self.cells.items() if count is None)

    @property
    def smallest_shown(self) -> int | None:
        """The smallest count shown. Zeros that are allowed are left out, unless nothing else is shown."""
        shown = [count for count in self.cells.values() if count is not None]
        telling = [count for count in shown if count or not self.standard.zeros_allowed]
        return min(telling or shown, default=None)

    def text(self) -> str:
        """The table as canonical JSON: the same table always gives the same bytes."""
        document = {
            "v": VERSION,
            "cube": self.cube,
            "number": self.number,
            "title": self.title,
            "unit": self.unit,
            "as_of": self.as_of.isoformat(),
            "series": self.series.value,
            "dimensions": [_dimension(each) for each in self.dimensions],
            "cells": [[*cell, count] for cell, count in self.cells.items()],
            "min_cell": self.standard.min_cell,
            "interval_width": self.standard.interval_width,
            "zeros": "allowed" if self.standard.zeros_allowed else "suppressed",
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def sha256(self) -> str:
        """The hash of the table, as the ledger names it."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The table as its readers get it: a head, then one line for each cell."""
        yield (*(dimension.name for dimension in self.dimensions), self.unit)
        for cell, count in self.cells.items():
            yield (*cell, "not shown" if count is None else str(count))

    def note(self) -> str:
        """What is printed under the table: what is not shown, and why. It tells no cell's own reason."""
        least, hidden = self.standard.min_cell, len(self.hidden)
        zero = "" if self.standard.zeros_allowed else ", and zeros,"
        why = f"Counts of fewer than {least} {self.unit}{zero} are not shown, so that nobody can be recognised in them."
        if not hidden:
            return f"All {len(self.cells)} counts are shown. {why}"
        return (
            f"{hidden} of {len(self.cells)} counts are not shown. {why} Some larger counts are not shown either, "
            f"because a small one could be worked out from them. Totals count all {self.unit}, also those that are in "
            f"counts which are not shown."
        )


def recall(text: str) -> Published:
    """The table that a canonical text describes.

    Raises:
        ValueError: it is not one.
    """
    try:
        document = json.loads(text)
        if document["v"] != VERSION:
            raise ValueError("not a published table")
        return Published(
            cube=document["cube"],
            number=document["number"],
            title=document["title"],
            unit=document["unit"],
            as_of=date.fromisoformat(document["as_of"]),
            series=Series(document["series"]),
            dimensions=tuple(
                Dimension(
                    name=each["name"],
                    codes=tuple(each["codes"]),
                    sums=tuple((whole, tuple(members)) for whole, members in each["sums"]),
                    withheld=frozenset(each["withheld"]),
                )
                for each in document["dimensions"]
            ),
            cells={tuple(cell): count for *cell, count in document["cells"]},
            standard=Standard(
                min_cell=document["min_cell"],
                interval_width=document["interval_width"],
                zeros_allowed=document["zeros"] == "allowed",
            ),
        )
    except (KeyError, TypeError) as strange:
        raise ValueError("not a published table") from strange


def _dimension(dimension: Dimension) -> dict[str, object]:
    return {
        "name": dimension.name,
        "codes": list(dimension.codes),
        "sums": [[whole, list(members)] for whole, members in dimension.sums],
        "withheld": sorted(dimension.withheld),
    }
