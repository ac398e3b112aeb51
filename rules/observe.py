"""From sealed rows to signals of households, under grants: what tonight's indicators are computed from.

What is asked for is in `rules.watch`. A dataset whose days a calendar vouches for is read with that calendar, where it
is there and may be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from governance.errors import Reason
from governance.grant import Grant
from governance.ids import DatasetId
from governance.opened import Opened
from rules.history import NEVER, ROW, History, ends
from rules.watch import Watch, ask, by_dataset, use_of
from signals.hearing import Unheard
from signals.roll_call import call, lists
from signals.school_day import Calendar, days, on_school_days
from signals.sealed_file import QUARANTINE, SIGNAL
from signals.signal import derive
from signals.standing import versions

__all__ = ["Observed", "Watch", "observing"]

BLOCK_ROWS = 2_000_000
"""Rows of signals that one block of households may bring into memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What may be looked at tonight.

    `doors` are open per dataset that has rows, `fields` what each shows; `available` the indicators that can be
    computed, `refused` the others with the clause that took each out. `calendars` are open by the dataset for which
    they say which days count.
    """

    watch: Watch
    doors: Mapping[DatasetId, Opened]
    fields: Mapping[DatasetId, frozenset[str]]
    available: frozenset[str]
    refused: tuple[tuple[str, Reason], ...]
    calendars: Mapping[DatasetId, Opened] = field(default_factory=dict)

    def blocks(self, as_of: date | None = None) -> Iterator[pl.DataFrame]:
        """Signals of all households, a block of households at a time, so that a state fits into memory.

        Args:
            as_of: a day before the watch's own, to look from that one; the watch's own where it is left out.

        Yields:
            Long frames: household, lineage, dataset, agreement, grant, kind, occurred_on, known_on, measure, _delivery,
            _row. Each holds every signal of its households that is known and valid as of the day.
        """
        for history in self.histories():
            yield history.on(as_of or self.watch.as_of)

    def unheard(self, day: date | None = None) -> dict[DatasetId, Unheard]:
        """The datasets that indicators rest on and of which it is not known what there is to know.

        Args:
            day: another day than the watch's own.
        """
        rested_on = set(by_dataset(self.watch))
        found = self.watch.hearing.unheard(day or self.watch.as_of)
        return {dataset: each for dataset, each in found.items() if dataset in rested_on}

    def stale(self, day: date | None = None) -> frozenset[str]:
        """The indicators that rest on them, on such a day: of nobody are they known. See `rules.compute`."""
        unheard = self.unheard(day)
        return frozenset(id for id, each in self.watch.indicators.items() if each.dataset in unheard)

    def histories(self) -> Iterator[History]:
        """The same blocks, with every version of their rows: read once, to be looked at from many days."""
        number = self._blocks()
        rows = [dataset for dataset in self.doors if not self.watch.feeds[dataset].snapshot]
        ended = {dataset: self._ends(dataset) for dataset in rows}
        lists = {dataset: self._lists(dataset) for dataset in self.doors if self.watch.feeds[dataset].snapshot}
        known = {dataset: self._days(dataset) for dataset in self.calendars}
        for block in range(number):
            parts = [
                self._changes(dataset, lists[dataset], block, number)
                if dataset in lists
                else self._signals(dataset, ended[dataset], known, block, number)
                for dataset in self.doors
            ]
            if parts:
                yield History(signals=pl.concat(parts, how="vertical_relaxed"))

    def _blocks(self) -> int:
        files = [file for dataset in self.doors for file in self.watch.store.files(dataset, kind=SIGNAL)]
        return max(1, -(-sum(file.rows for file in files) // BLOCK_ROWS))

    def _ends(self, dataset: DatasetId) -> pl.DataFrame:
        """Rows that a later version replaced or deleted: found by record, before households tell rows apart.

        A correction can move a row to another person; the old one's household must lose it all the same.
        """
        watch, door = self.watch, self.doors[dataset]
        found = [ends(each, watch.as_of) for each in versions(watch.store, door, dataset, watch.as_of)]
        return pl.concat(found) if found else ends(pl.DataFrame(schema=_VERSION), watch.as_of)

    def _signals(
        self, dataset: DatasetId, ended: pl.DataFrame, known: Mapping[DatasetId, pl.DataFrame], block: int, number: int
    ) -> pl.DataFrame:
        rows = self._block(dataset, block, number)
        if rows is None:
            return _nothing()
        counted = rows.join(ended.filter(pl.col("until") == NEVER), on=ROW, how="anti")
        long = derive(self.watch.feeds[dataset], counted).join(ended, on=ROW, how="left")
        if dataset in known:
            place = pl.col(_calendar(self.watch, dataset).place).cast(pl.String).alias("_place")
            long = on_school_days(long, counted.select(*ROW, place), known[dataset])
        return _placed(long, self.doors[dataset])

    def _days(self, dataset: DatasetId) -> pl.DataFrame:
        """The days of the calendar that vouches for a dataset's."""
        watch, calendar = self.watch, _calendar(self.watch, dataset)
        id = DatasetId(calendar.dataset)
        return days(calendar, watch.store.read(self.calendars[dataset], id, calendar.fields, watch.as_of))

    def _changes(self, dataset: DatasetId, lists: pl.DataFrame, block: int, number: int) -> pl.DataFrame:
        """The signals of a snapshot feed: what differs between lists."""
        rows = self._block(dataset, block, number)
        if rows is None:
            return _nothing()
        return _placed(call(self.watch.feeds[dataset], rows, lists, self.watch.as_of), self.doors[dataset])

    def _lists(self, dataset: DatasetId) -> pl.DataFrame:
        """The lists of a snapshot feed, of everybody's rows: that somebody is in none of them is what tells."""
        watch, door = self.watch, self.doors[dataset]
        broken = {file.delivery for file in watch.store.files(dataset, kind=QUARANTINE)}
        return lists(watch.store.read(door, dataset, self.fields[dataset], watch.as_of), broken)

    def _block(self, dataset: DatasetId, block: int, number: int) -> pl.DataFrame | None:
        """The rows of a block of households; None where the dataset has no files."""
        watch, door = self.watch, self.doors[dataset]
        mine = pl.col("_household").is_not_null() & (pl.col("_household").hash(seed=0) % number == block)
        frames = watch.store.read(door, dataset, self.fields[dataset], watch.as_of, link=watch.link)
        rows = [frame.filter(mine) for frame in frames]
        return pl.concat(rows, how="vertical_relaxed") if rows else None


@contextmanager
def observing(watch: Watch) -> Iterator[Observed]:
    """Ask for everything that the indicators need and open what is granted, for the length of a `with` block.

    Args:
        watch: what to look with.

    Yields:
        What may be looked at. Refusals stand in the ledger and in `refused`; they do not stop the rest.
    """
    with ExitStack() as stack:
        doors: dict[DatasetId, Opened] = {}
        fields: dict[DatasetId, frozenset[str]] = {}
        available: set[str] = set()
        refused: list[tuple[str, Reason]] = []
        for dataset, members in by_dataset(watch).items():
            if not watch.store.files(dataset, kind=SIGNAL, until=watch.as_of):
                available |= {indicator.id for indicator in members}  # nothing is there: nothing need be asked for
                continue
            grant, held, lost = ask(watch, dataset, members)
            refused += lost
            if grant is not None:
                doors[dataset] = stack.enter_context(watch.gate.open(grant))
                fields[dataset] = grant.fields
                available |= held
        yield Observed(
            watch=watch,
            doors=doors,
            fields=fields,
            available=frozenset(available),
            refused=tuple(refused),
            calendars={
                dataset: stack.enter_context(watch.gate.open(each)) for dataset, each in _vouching(watch, doors)
            },
        )


def _vouching(watch: Watch, datasets: Iterable[DatasetId]) -> Iterator[tuple[DatasetId, Grant]]:
    """Grants for the calendars of datasets, where they are there. Without one, what was missed stands."""
    for dataset in datasets:
        calendar = watch.feeds[dataset].calendar
        if calendar is None:
            continue
        id = DatasetId(calendar.dataset)
        if watch.store.files(id, kind=SIGNAL, until=watch.as_of):
            grant = watch.gate.ask(use_of(watch, id, calendar.fields))
            if isinstance(grant, Grant):
                yield dataset, grant


def _calendar(watch: Watch, dataset: DatasetId) -> Calendar:
    calendar = watch.feeds[dataset].calendar
    if calendar is None:
        raise ValueError(f"{dataset} has no calendar")  # nobody asks for the days of one that has none
    return calendar


_SCHEMA: dict[str, type[pl.DataType]] = {
    "household": pl.String,
    "lineage": pl.String,
    "dataset": pl.String,
    "agreement": pl.String,
    "grant": pl.String,
    "kind": pl.String,
    "occurred_on": pl.Date,
    "known_on": pl.Date,
    "measure": pl.Float64,
    "_delivery": pl.String,
    "_row": pl.UInt32,
    "until": pl.Date,
}
_COLUMNS = list(_SCHEMA)
_VERSION: dict[str, type[pl.DataType]] = {
    "_delivery": pl.String,
    "_row": pl.UInt32,
    "_record": pl.String,
    "_known_on": pl.Date,
    "_deleted_on": pl.Date,
}


def _placed(long: pl.DataFrame, door: Opened) -> pl.DataFrame:
    """Signals with where they come from."""
    return long.with_columns(
        pl.lit(door.grant.dataset).alias("dataset"),
        pl.lit(door.grant.agreement).alias("agreement"),
        pl.lit(door.grant.id).alias("grant"),
    ).select(pl.col("_household").alias("household"), pl.col("_lineage").alias("lineage"), *_COLUMNS[2:])


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=_SCHEMA)
