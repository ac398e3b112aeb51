"""From sealed rows to signals of households, under grants: what tonight's indicators are computed from.

One grant per dataset and night. Where an agreement does not give everything that the rulebook would read, each
indicator is asked for alone, so that exactly those which rest on what was refused drop out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date

import polars as pl

from governance.decision import Decision
from governance.errors import Reason
from governance.gate import Gate
from governance.grant import Grant
from governance.ids import DatasetId, RunId
from governance.opened import Opened
from governance.use import Action, Actor, Use
from rules.history import NEVER, ROW, History, ends
from rules.indicator import Indicator
from rules.needs import needs
from signals.feed import Feeds
from signals.roll_call import call, lists
from signals.sealed_file import QUARANTINE, SIGNAL
from signals.signal import derive
from signals.store import Store

BLOCK_ROWS = 2_000_000
"""Rows of signals that one block of households may bring into memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What a night looks with: the gate, the store, and on whose behalf.

    `link` is the link run that says which household a row belongs to; `as_of` the day looked from; `action` what is
    asked for: a night scores, and a model is trained under grants of its own.
    """

    gate: Gate
    store: Store
    feeds: Feeds
    indicators: Mapping[str, Indicator]
    actor: Actor
    purpose: str
    run: RunId
    as_of: date
    link: str
    action: Action = Action.SCORE


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What may be looked at tonight.

    `doors` are open per dataset that has rows, `fields` what each shows; `available` the indicators that can be
    computed, `refused` the others with the clause that took each out.
    """

    watch: Watch
    doors: Mapping[DatasetId, Opened]
    fields: Mapping[DatasetId, frozenset[str]]
    available: frozenset[str]
    refused: tuple[tuple[str, Reason], ...]

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

    def histories(self) -> Iterator[History]:
        """The same blocks, with every version of their rows: read once, to be looked at from many days."""
        number = self._blocks()
        rows = [dataset for dataset in self.doors if not self.watch.feeds[dataset].snapshot]
        ended = {dataset: self._ends(dataset, number) for dataset in rows}
        lists = {dataset: self._lists(dataset) for dataset in self.doors if self.watch.feeds[dataset].snapshot}
        for block in range(number):
            parts = [
                self._changes(dataset, lists[dataset], block, number)
                if dataset in lists
                else self._signals(dataset, ended[dataset], block, number)
                for dataset in self.doors
            ]
            if parts:
                yield History(signals=pl.concat(parts, how="vertical_relaxed"))

    def _blocks(self) -> int:
        files = [file for dataset in self.doors for file in self.watch.store.files(dataset, kind=SIGNAL)]
        return max(1, -(-sum(file.rows for file in files) // BLOCK_ROWS))

    def _ends(self, dataset: DatasetId, number: int) -> pl.DataFrame:
        """Rows that a later version replaced or deleted: found by record, before households tell rows apart.

        A correction can move a row to another person; the old one's household must lose it all the same.
        """
        watch, door = self.watch, self.doors[dataset]
        found = []
        for block in range(number):
            mine = pl.col("_record").hash(seed=0) % number == block
            frames = [
                frame.select(*_VERSION).filter(mine) for frame in watch.store.read(door, dataset, (), watch.as_of)
            ]
            if frames:
                found.append(ends(pl.concat(frames), watch.as_of))
        return pl.concat(found) if found else ends(pl.DataFrame(schema=_VERSION), watch.as_of)

    def _signals(self, dataset: DatasetId, ended: pl.DataFrame, block: int, number: int) -> pl.DataFrame:
        rows = self._block(dataset, block, number)
        if rows is None:
            return _nothing()
        counted = rows.join(ended.filter(pl.col("until") == NEVER), on=ROW, how="anti")
        long = derive(self.watch.feeds[dataset], counted).join(ended, on=ROW, how="left")
        return _placed(long, self.doors[dataset])

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
        for dataset, members in _by_dataset(watch).items():
            if not watch.store.files(dataset, kind=SIGNAL, until=watch.as_of):
                available |= {indicator.id for indicator in members}  # nothing is there: nothing need be asked for
                continue
            grant, held, lost = _ask(watch, dataset, members)
            refused += lost
            if grant is not None:
                doors[dataset] = stack.enter_context(watch.gate.open(grant))
                fields[dataset] = grant.fields
                available |= held
        yield Observed(watch=watch, doors=doors, fields=fields, available=frozenset(available), refused=tuple(refused))


def _ask(
    watch: Watch, dataset: DatasetId, members: Iterable[Indicator]
) -> tuple[Grant | None, set[str], list[tuple[str, Reason]]]:
    """A grant for all of a dataset's indicators, or for those that are permitted, with the others' reasons."""
    wanted = {indicator.id: needs(indicator, watch.feeds).fields for indicator in members}
    answer = watch.gate.ask(_use(watch, dataset, frozenset().union(*wanted.values())))
    if isinstance(answer, Grant):
        return answer, set(wanted), []
    single = {id: watch.gate.attempt(_use(watch, dataset, fields)) for id, fields in wanted.items()}
    held = {id for id, decision in single.items() if decision.permitted}
    lost = [(id, decision.reasons[0]) for id, decision in single.items() if not decision.permitted]
    if not held:
        return None, set(), lost
    again = watch.gate.ask(_use(watch, dataset, frozenset().union(*(wanted[id] for id in held))))
    if isinstance(again, Decision):
        return None, set(), lost + [(id, again.reasons[0]) for id in sorted(held)]
    return again, held, lost


def _use(watch: Watch, dataset: DatasetId, fields: Iterable[str]) -> Use:
    return Use.of(
        actor=watch.actor, action=watch.action, purpose=watch.purpose, dataset=dataset, fields=fields, run=watch.run
    )


def _by_dataset(watch: Watch) -> dict[DatasetId, list[Indicator]]:
    """The indicators of each dataset, in a fixed order."""
    grouped: dict[DatasetId, list[Indicator]] = {}
    for indicator in sorted(watch.indicators.values(), key=lambda each: (each.dataset, each.id)):
        grouped.setdefault(DatasetId(indicator.dataset), []).append(indicator)
    return grouped


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
