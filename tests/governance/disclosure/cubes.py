"""Tables for tests, and an attacker of their own: it reads a published table and nothing else of the program's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from governance.disclosure.cube import Cell, Cube, Series, equations
from governance.disclosure.dimension import Dimension
from governance.disclosure.published import Published

DAY = date(2026, 6, 30)
COUNTIES = {"Hampden": ("Holyoke", "Springfield", "Westfield"), "Franklin": ("Greenfield", "Orange")}
TOWN = Dimension.grouped("town", COUNTIES, "All")
KIND = Dimension.flat("kind", ("arrears", "eviction", "lapse"), "Any")


def cube(counts: Mapping[Any, int], dimensions: tuple[Dimension, ...] = (TOWN, KIND), **changes: Any) -> Cube:
    """A cube with some of its parts changed."""
    plain: dict[str, Any] = {"id": "signals-by-town", "title": "Signals by town", "as_of": DAY}
    return Cube(**{**plain, "series": Series.SEPARATE, "dimensions": dimensions, "counts": counts, **changes})


def line(counts: Iterable[int], total: str = "All", **changes: Any) -> Cube:
    """A cube of one dimension: towns a, b, c … and their total."""
    numbers = list(counts)
    codes = [chr(ord("a") + place) for place in range(len(numbers))]
    dimension = Dimension.flat("town", codes, total)
    return cube({(code,): count for code, count in zip(codes, numbers, strict=True)}, (dimension,), **changes)


small_counts = st.one_of(st.integers(0, 15), st.integers(0, 200))


@st.composite
def cubes(draw: st.DrawFn, series: Series = Series.SEPARATE) -> Cube:
    """Cubes of one to three dimensions, flat and grouped, with and without totals."""
    dimensions = []
    for name in draw(st.sampled_from(["x", "xy", "xyz"])):
        codes = [f"{name}{number}" for number in range(draw(st.integers(1, 4 if name == "x" else 3)))]
        total = draw(st.sampled_from(["", f"{name}-all"]))
        if draw(st.booleans()) and len(codes) > 1:
            cut = draw(st.integers(1, len(codes) - 1))
            groups = {f"{name}-left": codes[:cut], f"{name}-right": codes[cut:]}
            dimensions.append(Dimension.grouped(name, groups, total))
        else:
            dimensions.append(Dimension.flat(name, codes, total))
    return filled(draw, tuple(dimensions), series=series)


def filled(draw: st.DrawFn, dimensions: tuple[Dimension, ...], **changes: Any) -> Cube:
    """A cube with invented counts."""
    cells: list[Cell] = [()]
    for dimension in dimensions:
        cells = [(*cell, code) for cell in cells for code in dimension.smallest]
    return cube({cell: draw(small_counts) for cell in cells}, dimensions, **changes)


def worked_out(table: Published, *, integers: bool = False) -> dict[Cell, tuple[float, float]]:
    """For every hidden cell, the least and the most that the table allows: two linear programs for each, no shortcut.

    The attacker knows that a hidden count is not below the least that the note implies, and has no upper limit.

    Args:
        table: as its readers got it.
        integers: insist on whole numbers.
    """
    cells = list(table.cells)
    place = {cell: number for number, cell in enumerate(cells)}
    rows = []
    for whole, parts in equations(table.dimensions):
        row = np.zeros(len(cells))
        row[place[whole]] = -1
        for part in parts:
            row[place[part]] = 1
        rows.append(row)
    hidden_least = 1 if table.standard.zeros_allowed else 0
    bounds = [(hidden_least, None) if count is None else (count, count) for count in table.cells.values()]
    found = {}
    for cell in table.hidden:
        limits = []
        for sign in (1.0, -1.0):
            cost = np.zeros(len(cells))
            cost[place[cell]] = sign
            matrix = np.array(rows) if rows else None
            right = np.zeros(len(rows)) if rows else None
            answer = linprog(cost, A_eq=matrix, b_eq=right, bounds=bounds, integrality=1 if integers else 0)
            limits.append(sign * float(answer.fun or 0) if answer.status == 0 else np.inf)
        found[cell] = (limits[0], limits[1])
    return found
