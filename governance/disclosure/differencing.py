"""Differencing: one body of knowledge out of a table and of everything that was published of its cube before.

What was published stays known. Two releases as of one day state the same facts, whatever groups they sum by; and
across days a series may count the same households again (see `cube.Series`). All of it becomes one set of numbers and
sums, in which one attack finds what any subtraction, across tables and across weeks, would give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import inf

from governance.disclosure.cube import Cell, Series, equations, withheld
from governance.disclosure.dimension import wrong
from governance.disclosure.primary import CHANGING
from governance.disclosure.published import Published
from governance.disclosure.system import Key, Knowledge, Term
from governance.errors import Misconfigured


@dataclass(slots=True)
class _Gathered:
    """What is public, while it is put together. `low` is the least that each number can be."""

    shown: dict[Key, float | None] = field(default_factory=dict)
    low: dict[Key, float] = field(default_factory=dict)
    sums: dict[tuple[Term, ...], None] = field(default_factory=dict)


def period(release: Published) -> str:
    """The facts that a release states: those of its day, or, where it restates the same ones, the series' own."""
    return "" if release.series is Series.RESTATED else release.as_of.isoformat()


def key(release: Published, cell: Cell) -> Key:
    """The number that a cell of a release states."""
    return period(release), cell


def related(draft: Published, earlier: Sequence[Published]) -> tuple[Published, ...]:
    """Those earlier releases of its cube that say something about the draft's households.

    Raises:
        Misconfigured: `CUBE_INVALID` where the cube was published as another kind of series. An attacker's subtraction
            does not care what a release calls itself.
    """
    mine = tuple(release for release in earlier if release.cube == draft.cube)
    if any(release.series is not draft.series for release in mine):
        raise wrong("series", "this cube was published before as another series")
    if any(len(release.dimensions) != len(draft.dimensions) for release in mine):
        raise wrong("dimensions", "this cube was published before with another number of them")
    if draft.series in CHANGING:
        return mine
    return tuple(release for release in mine if period(release) == period(draft))


def gather(draft: Published, earlier: Sequence[Published]) -> Knowledge:
    """Everything that is public once the draft is, as numbers and sums.

    Args:
        draft: the table that would be published.
        earlier: those before it that are related to it.

    Raises:
        Misconfigured: `RELEASE_CONTRADICTS` where two releases state two numbers for one fact.
    """
    gathered = _Gathered()
    for release in (*earlier, draft):
        for cell in product(*(dimension.codes for dimension in release.dimensions)):
            _state(gathered, release, cell)
        for whole, parts in equations(release.dimensions):
            own = period(release)
            terms = (((own, whole), -1.0), *(((own, part), 1.0) for part in parts))
            gathered.sums[terms] = None
    if draft.series in CHANGING:
        _changes(gathered, draft, earlier)
    return Knowledge.of(gathered.shown, gathered.low, gathered.sums)


def _state(gathered: _Gathered, release: Published, cell: Cell) -> None:
    """Take in what a release says about one number, or that it says nothing.

    What it shows gets the least that it could be if it were hidden: suppression has yet to choose.
    """
    number = key(release, cell)
    known, said = gathered.shown.get(number), release.cells.get(cell)
    if known is not None and said is not None and known != said:
        raise Misconfigured(
            f"Release {release.id} would state another count for a fact that was published before.",
            "Publish it as of another day, or as a series whose counts change.",
            code="RELEASE_CONTRADICTS",
        )
    gathered.shown[number] = known if said is None else float(said)
    nobody = said == 0 or withheld(release.dimensions, cell)
    least = 0.0 if nobody else float(release.standard.least_hidden)
    gathered.low[number] = max(least, gathered.low.get(number, 0.0))


def _changes(gathered: _Gathered, draft: Published, earlier: Sequence[Published]) -> None:
    """Tie each day of a series to the next by the change between them, which is a count of households too."""
    least = 0.0 if draft.series is Series.CUMULATIVE else -inf
    for one, next_one in pairwise(sorted({period(release) for release in (*earlier, draft)})):
        for cell in tuple(_common(gathered, one, next_one)):
            if period(draft) not in (one, next_one) and _both_shown(gathered, one, next_one, cell):
                continue  # said already, and nothing in this release can change it
            change = (f"{one}/{next_one}", cell)
            gathered.shown[change] = None
            gathered.low[change] = least
            gathered.sums[((next_one, cell), -1.0), ((one, cell), 1.0), (change, 1.0)] = None


def _common(gathered: _Gathered, one: str, other: str) -> Iterator[Cell]:
    return (cell for at, cell in gathered.shown if at == one and (other, cell) in gathered.shown)


def _both_shown(gathered: _Gathered, one: str, other: str, cell: Cell) -> bool:
    return gathered.shown[one, cell] is not None and gathered.shown[other, cell] is not None
