"""Reception: one file's rows on their way into the sealed store, a bounded number of them at a time in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from governance.errors import ContractBroken
from governance.ids import DeliveryId
from governance.opened import Opened
from signals.contract import Contract, Flaw
from signals.coverage import Coverage
from signals.feed import Feed
from signals.known_month import by_month
from signals.profile import Profile, Profiler
from signals.sealed_file import QUARANTINE, SIGNAL, SealedFile
from signals.store import Store

HELD_ROWS = 250_000
"""Rows that may wait in memory before some are sealed; a file's months may come in any order."""
_TOGETHER = 5_000


class _Buffer:
    """Gathers rows by the month in which they became known, so that a big file becomes few sealed files.

    Args:
        write: seals a frame as the part of that number.
    """

    def __init__(self, write: Callable[[pl.DataFrame, int], list[SealedFile]]) -> None:
        self._write = write
        self._months: dict[str, list[pl.DataFrame]] = {}
        self._rows: dict[str, int] = {}
        self._parts = 0
        self.files: list[SealedFile] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows in; where too many wait, the fullest months are sealed."""
        for month, rows in by_month(frame):
            self._months.setdefault(month, []).append(rows)
            self._rows[month] = self._rows.get(month, 0) + rows.height
        if sum(self._rows.values()) > HELD_ROWS:
            while sum(self._rows.values()) > HELD_ROWS // 2:
                self._flush(max(self._rows, key=lambda month: (self._rows[month], month)))

    def finish(self, prepare: Callable[[list[str], list[str]], None]) -> None:
        """Seal what is left.

        Args:
            prepare: is told the months and columns of several files before they are sealed.
        """
        months = sorted(self._rows)
        if len(months) > 1:
            prepare(months, self._months[months[0]][0].columns)
        for month in months:
            self._flush(month)

    def _flush(self, month: str) -> None:
        del self._rows[month]
        self.files += self._write(pl.concat(self._months.pop(month)), self._parts)
        self._parts += 1


@dataclass(slots=True)
class Tally:
    """What became of the rows so far: delivered = kept + unlinkable + failed."""

    delivered: int = 0
    kept: int = 0
    unlinkable: int = 0
    failed: list[pl.DataFrame] = field(default_factory=list)


class Reception:
    """Takes a file's batches: checks them, seals what is kept and what failed, counts everything.

    Args:
        store: where rows are sealed.
        opened: a door for `ingest`; only the fields that it names are stored.
        feed: the feed, narrowed to what may be looked at.
        delivery: the delivery.
        delivered_on: its day.
        known_on: the day on which we learned of it, where a steward says so.
        parts: the parts of it that are sealed already, where rows in quarantine are looked at again: what fails stays.
    """

    def __init__(
        self,
        store: Store,
        opened: Opened,
        feed: Feed,
        *,
        delivery: DeliveryId,
        delivered_on: date,
        known_on: date | None,
        parts: int = 0,
    ) -> None:
        self._store = store
        self._opened = opened
        self._feed = feed
        self._delivery = delivery
        self._again = parts > 0
        self._day = known_on or delivered_on
        self._fields = sorted(opened.grant.fields)
        self._profiler = Profiler(feed, self._fields)
        self._contract = Contract(feed, delivered_on=delivered_on, known_on=known_on, profiler=self._profiler)
        self._coverage = Coverage(feed)
        self._kept = _Buffer(lambda frame, part: self._seal(frame, parts + part, SIGNAL))
        self._quarantined = _Buffer(lambda frame, part: self._seal(frame, part, QUARANTINE))
        self.tally = Tally()

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """What `_flaw` in a failed row means, by place."""
        return self._contract.flaws

    @property
    def files(self) -> list[SealedFile]:
        """What was sealed so far."""
        return [*self._kept.files, *self._quarantined.files]

    def take(self, raw: pl.DataFrame) -> None:
        """Take a batch of rows as text."""
        judged = self._contract.judge(raw)
        self._coverage.add(judged.kept)
        linkable = self._with_person(judged.kept)
        self.tally.delivered += raw.height
        self.tally.kept += linkable.height
        self.tally.unlinkable += judged.kept.height - linkable.height
        if linkable.height:
            self._kept.add(self._completed(linkable))
        if judged.failed.height:
            self.tally.failed.append(judged.failed.select("_row", "_flaw"))
            if not self._again:
                self._quarantined.add(self._set_aside(judged.failed))

    def finish(self) -> None:
        """Seal what still waits. What was sealed counts once the store has it on record."""
        self._kept.finish(self._opened.make_keys)
        self._quarantined.finish(self._opened.make_keys)

    def discard(self) -> None:
        """Take back what was sealed: the file turned out to be broken as a whole."""
        for file in self.files:
            self._store.path(file).unlink(missing_ok=True)

    def profile(self) -> Profile:
        """What the rows so far were like, in numbers."""
        return self._profiler.profile()

    def covers(self) -> dict[str, list[str]]:
        """Which days the rows so far tell of; see `signals.coverage`."""
        return self._coverage.covers()

    def quarantine_counts(self) -> dict[str, int]:
        """How many rows failed each check, by its name."""
        counts: dict[str, int] = {}
        for frame in self.tally.failed:
            for place, number in frame.group_by("_flaw").len().sort("_flaw").iter_rows():
                check = self.flaws[place].check
                counts[check] = counts.get(check, 0) + number
        return counts

    def quarantined(self) -> Iterator[list[dict[str, Any]]]:
        """The failed rows with their reasons, some thousand at a time."""
        version = self._contract.version
        said = [{"check": flaw.check, "detail": flaw.detail, "contract": version} for flaw in self.flaws]
        for frame in self.tally.failed:
            for some in frame.iter_slices(_TOGETHER):
                yield [{"row": row, **said[place]} for row, place in some.iter_rows()]

    def _with_person(self, kept: pl.DataFrame) -> pl.DataFrame:
        """The rows that are about a person who can be named by number, or about a school or an area.

        The others serve nobody and are not stored.

        A row that only takes back what was said before is kept whoever it is about, and names nobody.
        """
        person, about = self._feed.person, self._feed.about
        if about is not None:
            return kept.filter(pl.col(about).is_not_null()).with_columns(pl.lit(None, pl.String).alias("_person"))
        if person is None:
            return kept.clear()
        taken_back = self._feed.takes_back()
        named = kept.with_columns(pl.when(~taken_back).then(person.name()).alias("_person"))
        return named.filter(pl.col("_person").is_not_null() | taken_back)

    def _completed(self, kept: pl.DataFrame) -> pl.DataFrame:
        """The listed fields and the system columns.

        Of a row that only takes back what was said before, nothing is stored but the pseudonym of what it takes back.
        """
        feed = self._feed
        nothing = pl.lit(None, dtype=pl.Date)
        occurred = pl.col(feed.occurred_on).cast(pl.Date) if feed.occurred_on else nothing
        deleted = pl.col(feed.deleted_on).cast(pl.Date) if feed.deleted_on else nothing
        taken_back = feed.takes_back()
        key = pl.struct(pl.col(feed.key).cast(pl.String)).struct.json_encode()
        records = kept.select(pl.lit(f"{feed.dataset}\0") + key).to_series()
        names = self._opened.pseudonyms(records.to_list())
        stored = [column.name for column in feed.columns if column.name in self._opened.grant.fields]
        return kept.select(
            "_row",
            pl.lit(self._delivery).alias("_delivery"),
            "_person",
            pl.when(~taken_back).then(occurred).alias("_occurred_on"),
            "_known_on",
            pl.Series("_record", names, dtype=pl.String),
            pl.when(taken_back).then("_known_on").otherwise(deleted).alias("_deleted_on"),
            *(pl.when(~taken_back).then(name).alias(name) for name in stored),
        )

    def _set_aside(self, failed: pl.DataFrame) -> pl.DataFrame:
        """What a steward may see of failed rows: the listed fields' text.

        Of a row that does not fit the header nothing is stored: nobody knows which of its cells is which.
        """
        listed = [name for name in failed.columns if name in self._opened.grant.fields]
        shapely = pl.col("_flaw") != 0
        return failed.select(
            "_row",
            pl.lit(self._day).alias("_known_on"),
            pl.when(shapely).then(pl.struct(listed).struct.json_encode()).alias("_raw"),
        )

    def _seal(self, frame: pl.DataFrame, part: int, kind: str) -> list[SealedFile]:
        return self._store.write(
            self._opened, dataset=self._feed.dataset, delivery=self._delivery, part=part, frame=frame, kind=kind
        )


def receive(reception: Reception, batches: Iterable[pl.DataFrame]) -> None:
    """Take all batches of a file, or none of them.

    Raises:
        ContractBroken: the file is broken as a whole; what was sealed of it was taken back. Nobody else can have put it
            on record: the same bytes are broken for everyone.
    """
    try:
        for raw in batches:
            reception.take(raw)
        reception.finish()
    except ContractBroken:
        reception.discard()
        raise
