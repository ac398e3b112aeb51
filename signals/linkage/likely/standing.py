"""New records linked to a standing base, without making it anew.

The base knows who is who, what that was learnt from, and its keys in order. New records look their keys up, are
compared with whom they find, compete for them as in a whole run, and join a standing person or are somebody new. They
never make one person of two that stand: a record that fits two is somebody's to look at, and the next whole run's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import polars as pl

from signals.linkage.cluster import Labels
from signals.linkage.engine import Database, database
from signals.linkage.likely.block import keys
from signals.linkage.likely.comparison import COMPARED, MISSING, Comparison
from signals.linkage.likely.family import COMPARISONS, family
from signals.linkage.likely.guard import BORNE
from signals.linkage.likely.index import Index, index
from signals.linkage.likely.learn import Learnt
from signals.linkage.likely.likely import possible, probable, twice
from signals.linkage.likely.prepare import comparable
from signals.linkage.likely.promise import Numbers, Promise
from signals.linkage.likely.settle import settle

_MEMORY = "500MB"
_SAID = ("first", "short", "initial", "last", "lasts", "birth", "born", "ssn", "sex", "phone")
_LIVED = ("house", "road", "unit", "postcode", "crowd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who is who already.

    Attributes:
        records: what is compared of each record, in order of `rid`.
        labels: the person of each, named by its smallest record.
        members: all records, in order of their person.
        names: of spaces, by number.
        files: what the files promise.
        learnt: what weights rest on.
        index: who shares a key.
    """

    records: pl.DataFrame
    labels: Labels
    members: Numbers
    names: tuple[str, ...]
    files: Promise
    learnt: Learnt
    index: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What became of new records.

    Attributes:
        labels: of each new record the smallest record of its person: of the base, or, from the size of the base on, a
            new one.
        pairs: left (of the base, or new) and right (new), counted as in `labels`; levels, `probability`, and `used`.
    """

    labels: Labels
    pairs: pl.DataFrame


def standing(standard: pl.DataFrame, labels: Labels, files: Promise, learnt: Learnt) -> Standing:
    """Make a base of a whole run.

    Args:
        standard: the records of the run, with `rid` (0, 1, 2…, in order) and `circle`.
        labels: the person of each, named by its smallest record.
        files: what the files promise, of `Likely.promise`.
        learnt: of `Likely.learnt`.
    """
    frame = comparable(standard, files)
    spaces = pl.DataFrame({"space": standard["space"], "number": files.space}).unique().sort("number")
    return Standing(
        records=frame.select("circle", *_SAID, *_LIVED),
        labels=labels,
        members=np.argsort(labels, kind="stable"),
        names=tuple(spaces["space"]),
        files=files,
        learnt=learnt,
        index=index(keys(frame)),
    )


@contextmanager
def linking(base: Standing) -> Iterator[Linking]:
    """A base that new records can be linked to, as often as they come."""
    with database(_MEMORY) as connection:
        yield Linking(base=base, connection=connection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """An open base."""

    base: Standing
    connection: Database

    def link(self, standard: pl.DataFrame, *, above: float) -> Arrived:
        """Link new records.

        Args:
            standard: the new records, with `circle`; of spaces that the base knows.
            above: the probability from which a pair is linked.

        Returns:
            What became of each. The base is not changed.

        Raises:
            ValueError: a record's space is none of the base's: nothing is known of its promise or its size.
        """
        size = len(self.base.labels)
        spaces = _numbered(standard["space"], self.base.names)
        frame = comparable(standard, self._files(spaces))
        left, right = self._candidates(keys(frame), spaces)
        local = _local(self.base, left, frame.height)
        files = self._files(np.concatenate([self.base.files.space[local.records], spaces]), new=spaces)
        pairs = possible(self._compared(frame, left, right, local), files, self.base.learnt).with_columns(twice())
        likely = probable(pairs, self.base.learnt.weights(pairs), files, self.base.learnt, local.start)
        bearing = pl.concat([self.base.records.select(BORNE)[local.records], frame.select(BORNE)])
        founded = len(local.records)
        labels, used = settle(pairs, likely, files, bearing, above=above, start=local.start, founded=founded)
        every = np.concatenate([local.records, size + np.arange(frame.height)])
        ends = [pl.Series(end, every[pairs[end].to_numpy()]) for end in ("left", "right")]
        told = pairs.with_columns(*ends, pl.Series("probability", likely, dtype=pl.Float64), used)
        return Arrived(labels=every[labels[founded:]], pairs=told)

    def _files(self, spaces: Numbers, new: Numbers | None = None) -> Promise:
        """The promise of some records, where new ones came to the base's."""
        files = self.base.files
        more = np.zeros_like(files.size) if new is None else np.bincount(new, minlength=len(files.size))
        return Promise(space=spaces, once=files.once, size=files.size + more)

    def _candidates(self, own: pl.DataFrame, spaces: Numbers) -> tuple[Numbers, Numbers]:
        """New records (right) and those that share a key with them (left), each pair once; new ones follow the base."""
        base = self.base
        size = len(base.labels)
        rows, found, sure = base.index.shared(own)
        meet = sure | (spaces[rows] != base.files.space[found]) | ~base.files.once[spaces[rows]]
        one, other = index(own).among()
        pairs = pl.DataFrame(
            {"left": np.concatenate([found[meet], size + one]), "right": np.concatenate([rows[meet], other])}
        ).unique()
        return pairs["left"].to_numpy(), pairs["right"].to_numpy()

    def _compared(self, frame: pl.DataFrame, left: Numbers, right: Numbers, local: _Local) -> pl.DataFrame:
        """The level of each comparison, both ends counted among those that matter."""
        columns = [name for name in self.base.records.columns if name in frame.columns]
        known = pl.concat([self.base.records.select(columns)[local.records], frame.select(columns)])
        ends = {"left": local.place(left), "right": len(local.records) + right}
        wide = [
            known[place].rename({name: f"{name}_{end[0]}" for name in columns}).with_columns(pl.Series(end, place))
            for end, place in ends.items()
        ]
        self.connection.register("pairs", pl.concat(wide, how="horizontal").to_arrow())
        found = pl.DataFrame(self.connection.sql(_LEVELS).to_arrow_table())
        levels_of = [pl.col(one.name).cast(pl.Int8) for one in COMPARISONS]
        return found.with_columns(family()).select("left", "right", *levels_of).sort("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Local:
    """The standing records that matter to new ones: all of everybody of whom one shares a key with one of them.

    Attributes:
        records: theirs, in order.
        size: how many stand in all.
        start: who is one person already, of these and the new ones after them.
    """

    records: Numbers
    size: int
    start: Labels

    def place(self, records: Numbers) -> Numbers:
        """Where records are among those that matter."""
        stands = np.searchsorted(self.records, records)
        return np.where(records < self.size, stands, len(self.records) + records - self.size)


def _local(base: Standing, left: Numbers, new: int) -> _Local:
    size = len(base.labels)
    persons = np.unique(base.labels[left[left < size]])
    ordered = base.labels[base.members]
    first = np.searchsorted(ordered, persons, side="left")
    many = np.searchsorted(ordered, persons, side="right") - first
    within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    records = np.sort(base.members[np.repeat(first, many) + within])
    stands = np.searchsorted(records, base.labels[records])
    return _Local(records=records, size=size, start=np.concatenate([stands, len(records) + np.arange(new)]))


def _numbered(spaces: pl.Series, names: tuple[str, ...]) -> Numbers:
    known = {name: number for number, name in enumerate(names)}
    strange = sorted(set(spaces.unique()) - set(names))
    if strange:
        raise ValueError(f"the base knows nothing of {', '.join(strange)}")
    return spaces.replace_strict(known, return_dtype=pl.Int64).to_numpy()


def _level(one: Comparison) -> str:
    top = len(one.rungs) - 1
    rungs = " ".join(f"when {rung.when} then {top - place}" for place, rung in enumerate(one.rungs[:-1]))
    return f"case when {one.missing} then {MISSING} {rungs} else 0 end as {one.name}"


_LEVELS = f'select "left", "right", {", ".join(_level(one) for one in COMPARED)} from pairs'  # noqa: S608 - texts of ours
"""The same ladders as a whole run's, on few pairs: Splink would take longer to write its SQL than this takes to run."""
