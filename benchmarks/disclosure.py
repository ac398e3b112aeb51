"""Disclosure control of a state's table: towns in counties, by kinds of signals, with every total.

    python benchmarks/disclosure.py --towns 351 --kinds 12 --rounds 3
    python benchmarks/disclosure.py --weeks 3 --series cumulative

Towns are as unequal as real ones, so that about two cells in five are too small to show. Suppression and the attack on
the finished table are timed apart. With `--weeks`, each week is held against all before it.
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import replace
from datetime import date, timedelta
from time import perf_counter

import numpy as np

from governance.disclosure.audit import audit
from governance.disclosure.cube import Cell, Cube, Series
from governance.disclosure.dimension import Dimension
from governance.disclosure.primary import primary
from governance.disclosure.published import Published, Standard
from governance.disclosure.suppression import suppress

COUNTIES = 14


def invented(towns: int, kinds: int, series: Series, seed: int) -> Cube:
    """A state's counts."""
    draw = np.random.default_rng(seed)
    names = [f"town-{number}" for number in range(towns)]
    groups = {f"county-{number}": names[number::COUNTIES] for number in range(min(COUNTIES, towns))}
    size, rate = draw.lognormal(2.3, 1.4, towns), draw.lognormal(0, 0.8, kinds)
    counts: dict[Cell, int] = {
        (name, f"kind-{kind}"): int(draw.poisson(size[place] * rate[kind]))
        for place, name in enumerate(names)
        for kind in range(kinds)
    }
    kind = Dimension.flat("kind", [f"kind-{number}" for number in range(kinds)], "any")
    town = Dimension.grouped("town", groups, "all")
    return Cube(id="benchmark", title="", as_of=date(2026, 1, 2), series=series, dimensions=(town, kind), counts=counts)


def measure(cube: Cube, earlier: list[Published]) -> tuple[Published, float, float]:
    """Suppress a table and attack it; the table, and the seconds that each took."""
    start = perf_counter()
    table = suppress(cube, Standard(), earlier, len(earlier) + 1)
    hidden = perf_counter()
    found = audit(table, earlier)
    end = perf_counter()
    small = len(primary(cube, Standard(), earlier))
    print(
        f"{len(table.cells)} cells, {small} too small, {len(table.hidden)} hidden, {found.recoverable} recoverable: "
        f"suppressed in {hidden - start:.1f} s, attacked in {end - hidden:.1f} s"
    )
    return table, hidden - start, end - hidden


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=351)
    parser.add_argument("--kinds", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--weeks", type=int, default=1)
    parser.add_argument("--series", type=Series, default=Series.SEPARATE)
    told = parser.parse_args()
    totals = []
    for seed in range(told.rounds):
        cube, earlier = invented(told.towns, told.kinds, told.series, seed), list[Published]()
        draw = np.random.default_rng(seed)
        for _ in range(told.weeks):
            table, hiding, attacking = measure(cube, earlier)
            earlier.append(table)
            totals.append(hiding + attacking)
            grown = {cell: count + int(draw.poisson(count * 0.1)) for cell, count in cube.counts.items()}
            cube = replace(cube, counts=grown, as_of=cube.as_of + timedelta(days=7))
    print(f"median {statistics.median(totals):.1f} s, from {min(totals):.1f} to {max(totals):.1f} s")


if __name__ == "__main__":
    main()
