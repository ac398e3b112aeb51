"""Primary suppression: which counts are too small to be shown, or have changed by too few since one was shown."""

from __future__ import annotations

from collections.abc import Iterable

from governance.disclosure.cube import Cell, Cube, Series
from governance.disclosure.published import Published, Standard

CHANGING = frozenset({Series.CUMULATIVE, Series.STOCK})
"""Series in which two releases count mostly the same households, so that their difference counts few of them."""


def primary(cube: Cube, standard: Standard, earlier: Iterable[Published] = ()) -> frozenset[Cell]:
    """The cells to hide because of what they are themselves.

    A count that grew from 40 to 43 tells of three households as plainly as a count of three would: in a series that
    counts the same households again, a change is held to the same smallest count.

    Args:
        cube: the true counts.
        standard: what the table is held to.
        earlier: what was published of this cube.

    Source: the agreement's `outputs.min_cell` and `outputs.zeros`.
    """
    before = tuple(earlier) if cube.series in CHANGING else ()
    return frozenset(
        cell
        for cell, count in cube.cells().items()
        if not cube.withheld(cell) and (standard.small(count) or _barely_changed(cell, count, standard, before))
    )


def _barely_changed(cell: Cell, count: int, standard: Standard, earlier: Iterable[Published]) -> bool:
    shown = (release.cells.get(cell) for release in earlier)
    return any(0 < abs(count - last) < standard.min_cell for last in shown if last is not None)
