"""A cube: counts of households by one or more dimensions, with every sum that its dimensions name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product

from governance.disclosure.dimension import Dimension, wrong

Cell = tuple[str, ...]
"""One code of each dimension, in the dimensions' order."""

Equation = tuple[Cell, tuple[Cell, ...]]
"""A cell, and the cells that add up to it."""


class Series(StrEnum):
    """How the releases of one cube hang together, which decides what an attacker may subtract from what.

    Releases as of the same day always state the same facts. Across days: `restated` counts the same households again;
    `cumulative` counts those so far, so that it never falls; `stock` counts whoever is there on the day, many of them
    the same as before; `separate` counts others each time, such as whoever was new in that quarter.
    """

    RESTATED = "restated"
    CUMULATIVE = "cumulative"
    STOCK = "stock"
    SEPARATE = "separate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """What would be published, before anything is hidden.

    Args:
        id: the table's name across its releases: lower-case words joined by hyphens.
        title: what it shows, for its readers.
        as_of: the day that the counts speak of.
        series: how its releases hang together.
        dimensions: at least one.
        counts: households by the smallest codes of each dimension; what is left out counts nobody.
        unit: what is counted.

    Raises:
        Misconfigured: `CUBE_INVALID` where the name, a cell or a count cannot be.
    """

    id: str
    title: str
    as_of: date
    series: Series
    dimensions: tuple[Dimension, ...]
    counts: Mapping[Cell, int]
    unit: str = "households"

    def __post_init__(self) -> None:
        if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", self.id) is None or not self.dimensions:
            raise wrong("name", "it takes lower-case words joined by hyphens, and at least one dimension")
        smallest = set(product(*(dimension.smallest for dimension in self.dimensions)))
        if any(cell not in smallest for cell in self.counts):
            raise wrong("counts", "a cell is none of the dimensions' smallest parts")
        if any(count < 0 for count in self.counts.values()):
            raise wrong("counts", "a count is below zero")

    def cells(self) -> dict[Cell, int]:
        """Every cell that there is, with its true count: also what is withheld."""
        return totals(self.dimensions, self.counts)

    def withheld(self, cell: Cell) -> bool:
        """Whether a cell only serves the sums, and the table does not show it."""
        return withheld(self.dimensions, cell)


def withheld(dimensions: tuple[Dimension, ...], cell: Cell) -> bool:
    """Whether one of a cell's codes is not shown."""
    return any(code in dimension.withheld for dimension, code in zip(dimensions, cell, strict=True))


def totals(dimensions: tuple[Dimension, ...], counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """The count of every cell, sums included, in the table's order."""
    found = dict(counts)
    for place, dimension in enumerate(dimensions):
        over: dict[str, list[str]] = {code: [] for code in dimension.smallest}
        for code in dimension.codes:
            for part in dimension.parts[code]:
                over[part].append(code)
        summed: dict[Cell, int] = {}
        for cell, count in found.items():
            for code in over[cell[place]]:
                key = (*cell[:place], code, *cell[place + 1 :])
                summed[key] = summed.get(key, 0) + count
        found = summed
    return {cell: found.get(cell, 0) for cell in product(*(dimension.codes for dimension in dimensions))}


def equations(dimensions: tuple[Dimension, ...]) -> Iterator[Equation]:
    """Every sum that holds in a table of these dimensions, whatever its counts are."""
    for place, dimension in enumerate(dimensions):
        others = [each.codes for number, each in enumerate(dimensions) if number != place]
        for whole, members in dimension.sums:
            for rest in product(*others):
                head, tail = rest[:place], rest[place:]
                yield (*head, whole, *tail), tuple((*head, member, *tail) for member in members)
