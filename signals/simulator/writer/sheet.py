"""A sheet of an agency: rows that are entered late, corrected, entered in error, written twice, and broken.

What an agency sends again under the same key, with a later day of entry, replaces what it sent before. How often
something goes wrong is invented.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from signals.simulator.clerk import NowAndThen
from signals.simulator.writer.file import CsvFile

Row = dict[str, object]
State = tuple[date, Row]
"""A day, and what is true of a record from that day on, as far as it differs from before."""

_WEEKS = (10, 40)
"""Days until something is entered late: from the first on, below the second."""
_CORRECTED = (2, 25)
_ERASED = (1, 20)
_TOO_MANY = "see file"
"""What stands in a cell beyond the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishaps:
    """After about how many records each thing goes wrong again; the first time comes soon.

    `erased` is None where what was entered in error stays in the file. What is not late is entered in fewer than
    `within` days.
    """

    within: int = 3
    late: int = 13
    corrected: int = 30
    erased: int | None = 90
    twice: int = 130
    broken: int = 170


class Sheet:
    """One file of an agency, as known by a day.

    Args:
        file: where the rows go.
        rng: where chance comes from.
        until: the last day of the data; what would be entered later is not in the file.
        flaws: what can be wrong with a row, so that no contract keeps it; a row may also have a cell too many.
        gone: the column that says on which day a row was deleted, sealed, withdrawn or expunged.
        mishaps: how often what goes wrong.
    """

    def __init__(
        self,
        file: CsvFile,
        rng: np.random.Generator,
        *,
        until: date,
        flaws: Sequence[Row],
        gone: str = "deleted_on",
        mishaps: Mishaps | None = None,
    ) -> None:
        self._file, self._rng, self._until, self._gone = file, rng, until, gone
        self._flaws: tuple[Row | None, ...] = (*flaws, None)
        often = mishaps or Mishaps()
        self._within = often.within
        self._late = NowAndThen(rng, first=10, every=often.late)
        self._corrected = NowAndThen(rng, first=6, every=often.corrected)
        self._erased = NowAndThen(rng, first=8, every=often.erased) if often.erased else None
        self._twice = NowAndThen(rng, first=15, every=often.twice)
        self._broken = NowAndThen(rng, first=18, every=often.broken)
        self._ways = 0

    def record(self, key: Callable[[], Row], states: Sequence[State], *, wrong: Row | None = None) -> date | None:
        """Write a record: a row for each of its states that had been entered by the last day.

        Args:
            key: makes its key; asked once more where it was entered in error before.
            states: what was true from which day on, in the order of days.
            wrong: cells as somebody might get them wrong first; corrected under the same key later.

        Returns:
            The day on which it was first entered; None where nothing of it is in the file.
        """
        versions = self._versions(states)
        if not versions:
            return None
        first, cells = versions[0]
        erased = self._later(first, _ERASED) if self._erased else None
        if erased and self._erased and self._erased.due():
            mistaken = {**key(), **cells}
            self._add({**mistaken, "updated_on": first})
            self._add({**mistaken, "updated_on": erased, self._gone: erased})
        own = key()
        for updated_on, row in self._mistaken(versions, wrong):
            self._add({**own, **row, "updated_on": updated_on})
        return first

    def _versions(self, states: Sequence[State]) -> list[State]:
        """Each state in full, with the day on which it was entered; each day later than the one before."""
        found: list[State] = []
        cells: Row = {}
        for day, change in states:
            entered = self._entered(day)
            if found and entered <= found[-1][0]:
                entered = found[-1][0] + timedelta(days=1)
            if entered > self._until:
                break
            cells = {**cells, **change}
            found.append((entered, cells))
        return found

    def _mistaken(self, versions: list[State], wrong: Row | None) -> list[State]:
        """The versions; now and then the first one was wrong for a while, before anything else changed."""
        first, cells = versions[0]
        later = self._later(first, _CORRECTED) if wrong else None
        ahead = len(versions) == 1 or (later is not None and later < versions[1][0])
        if later is None or not ahead or not self._corrected.due():
            return versions
        return [(first, {**cells, **(wrong or {})}), (later, cells), *versions[1:]]

    def _entered(self, day: date) -> date:
        share = float(self._rng.random())
        low, high = _WEEKS
        return day + timedelta(days=low + int(share * (high - low)) if self._late.due() else int(share * self._within))

    def _later(self, day: date, between: tuple[int, int]) -> date | None:
        """A day later, unless it is after the last one."""
        low, high = between
        found = day + timedelta(days=low + int(self._rng.random() * (high - low)))
        return found if found <= self._until else None

    def _add(self, row: Row) -> None:
        """Write a row: once, twice, or broken, each time in another way."""
        if self._broken.due():
            flaw = self._flaws[self._ways % len(self._flaws)]
            self._ways += 1
            self._file.add(row, _TOO_MANY) if flaw is None else self._file.add({**row, **flaw})
            return
        self._file.add(row)
        if self._twice.due():
            self._file.add(row)
