"""A feed: who sends a file, what it promises, and what its rows mean. Declared in YAML; nothing in it is programmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field, model_validator

from governance.ids import DatasetId
from governance.written import Agency, Dataset, FieldName, Text, Written, invalid, once, read, read_yaml
from signals.check import KNOWN_ON, Check
from signals.column import Column
from signals.condition import Condition, all_hold
from signals.kind import Kind
from signals.layout import Format
from signals.school_day import Calendar
from signals.tolerance import Tolerance
from signals.who import HouseholdKey, PersonKey, Role


class KnownOn(Written):
    """How the day is found on which a row became known.

    `field` or `latest_of`: the file says so, row by row. `lag_days`: so many days after it happened. `delivery`: the
    day of the delivery. The day that a steward gives with a delivery stands in for the latter two, and for rows that
    lack their own.
    """

    field: FieldName | None = None
    latest_of: tuple[FieldName, ...] | None = Field(default=None, min_length=1)
    lag_days: int | None = Field(default=None, ge=0)
    delivery: Literal[True] | None = None

    @model_validator(mode="after")
    def _one(self) -> KnownOn:
        if len(self.model_fields_set) != 1:
            raise ValueError("known_on is exactly one of field, latest_of, lag_days, delivery")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that say it."""
        return self.latest_of or ((self.field,) if self.field else ())


class Feed(Written):
    """One feed. `identity` says which of its fields tells what about who a person is.

    A row is deleted from the day `deleted_on`; or, where all of `deleted_when` holds, from the day on which it became
    known, and then nothing that it says is stored: it is there to take back what was said before.

    `about` is what a row is about where that is nobody: a school, an area. Such rows are kept, and never have a person.
    `snapshot` says that each file is a whole list of who is somewhere on a day; see `signals.snapshot`. `calendar`
    names the dataset that says which days count; see `signals.school_day`.
    """

    dataset: Dataset
    title: Text
    agency: Agency
    source: Text
    format: Format
    file: Text
    columns: tuple[Column, ...] = Field(min_length=1)
    key: tuple[FieldName, ...] = ()
    person: PersonKey | None = None
    about: FieldName | None = None
    occurred_on: FieldName | None
    known_on: KnownOn
    deleted_on: FieldName | None = None
    deleted_when: Mapping[FieldName, Condition] = Field(default_factory=dict)
    identity: Mapping[Role, FieldName] = Field(default_factory=dict)
    household: HouseholdKey | None = None
    snapshot: bool = False
    calendar: Calendar | None = None
    kinds: tuple[Kind, ...] = ()
    checks: tuple[Check, ...] = ()
    drift: Tolerance = Tolerance()

    @model_validator(mode="after")
    def _holds_together(self) -> Feed:
        once([column.name for column in self.columns], "column")
        once([kind.kind for kind in self.kinds], "kind")
        once([check.name for check in self.checks], "check")
        unknown = sorted({name for name, _ in self._mentioned()} - set(self.column))
        if unknown:
            raise ValueError(f"no column is called {', '.join(unknown)}")
        undated = sorted({name for name, is_day in self._mentioned() if is_day and not self.column[name].is_day})
        if undated:
            raise ValueError(f"{', '.join(undated)} is not a day")
        for name, condition in self._conditions():
            if not all(self.column[name].type.takes(operand) for operand in condition.operands):
                raise ValueError(f"{name} is compared with something of another type")
        self._complete()
        for column in self.columns:
            self.format.check(column.sources)
        return self

    @property
    def column(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def fields(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(self.column)

    def takes_back(self) -> pl.Expr:
        """Whether a row only takes back what was said before (`deleted_when`); never null."""
        return all_hold(self.deleted_when).fill_null(value=False) if self.deleted_when else pl.lit(value=False)

    def matches(self, file: str) -> bool:
        """Whether a file of this name, in an agency's folder, is one of this feed's."""
        return fnmatchcase(file, self.file)

    def narrowed(self, listed: Collection[str]) -> Feed:
        """This feed as far as an agreement lists its fields: what is not listed is not looked at.

        The key stays, as a pseudonym joins a correction to what it corrects, and so does what says that a row is
        deleted, or about nobody of ours, which protects who it is about. Without all of its fields, the day on which a
        row became known is the delivery's.
        """
        kept = {*listed, *self.key, *self.deleted_when, *(self.person.when if self.person else ())}
        kept |= {self.deleted_on} if self.deleted_on else set()
        dated = self.occurred_on if self.occurred_on in listed else None
        lagging = self.known_on.lag_days is not None and dated is None
        undated = lagging or not set(self.known_on.fields) <= set(listed)
        return self.model_copy(
            update={
                "columns": tuple(column for column in self.columns if column.name in kept),
                "person": self.person if self.person and self.person.field in listed else None,
                "about": self.about if self.about in listed else None,
                "occurred_on": dated,
                "known_on": KnownOn(delivery=True) if undated else self.known_on,
                "checks": tuple(check for check in self.checks if check.fields <= set(listed)),
            }
        )

    def _complete(self) -> None:
        if (self.person or self.about) and not self.key:
            raise ValueError("rows about people, schools or areas need a key, or corrections could not replace them")
        if self.about and (self.person or self.identity or self.household):
            raise ValueError("a row that is about a school or an area is about no person")
        if any((kind.change is not None) != self.snapshot for kind in self.kinds):
            raise ValueError("the kinds of a snapshot feed are changes, and no other feed's are")
        listed = self.person is not None and self.key == (self.person.field,) and self.occurred_on is not None
        if self.snapshot and not (listed and self.known_on.delivery):
            raise ValueError("a list has a day, is known with its delivery, and its key is the person")
        if self.deleted_when and not self.key:
            raise ValueError("a row that takes another back needs a key")
        if self.known_on.lag_days is not None and self.occurred_on is None:
            raise ValueError("a lag counts from occurred_on")
        if any(kind.on is None for kind in self.kinds) and self.occurred_on is None:
            raise ValueError("a kind needs a day: its own `on`, or occurred_on")

    def _mentioned(self) -> Iterator[tuple[str, bool]]:
        """Every field that a part of the feed names, and whether it must be a day."""
        days = [self.occurred_on, self.deleted_on, *self.known_on.fields, *(kind.on for kind in self.kinds)]
        days += [kind.within.after for kind in self.kinds if kind.within]
        yield from ((name, True) for name in days if name is not None)
        for check in self.checks:
            yield check.field, check.compares_days
            yield from ((name, True) for name in check.compared if name != KNOWN_ON)
        plain: list[str | None] = [*self.key, *self.identity.values(), *(kind.measure for kind in self.kinds)]
        plain += self.format.mentioned
        plain += [self.person.field if self.person else None, self.about]
        plain += [self.calendar.place] if self.calendar else []
        plain += [self.household.shared, self.household.person] if self.household else []
        plain += [name for name, _ in self._conditions()]
        yield from ((name, False) for name in plain if name is not None)

    def _conditions(self) -> Iterator[tuple[str, Condition]]:
        for kind in self.kinds:
            yield from kind.where.items()
        if self.household is not None:
            yield from self.household.when.items()
        if self.person is not None:
            yield from self.person.when.items()
        yield from self.deleted_when.items()


class Feeds(dict[DatasetId, Feed]):
    """Every feed, by dataset, in order of dataset."""

    def of(self, prefix: str) -> list[Feed]:
        """The feeds of an agency's prefix: `hmis` has `hmis.client` and others."""
        return [feed for dataset, feed in self.items() if dataset == prefix or dataset.startswith(f"{prefix}.")]


def load_feeds(folder: Path | None = None) -> Feeds:
    """The feeds that a folder declares, one YAML file each.

    Args:
        folder: an agency's own; the packaged ones where it is left out.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming the file and the place in it.
    """
    files = sorted((folder or Path(__file__).parent / "feeds").glob("*.yaml"))
    return gather((file.name, read(Feed, read_yaml(file), where=file.name)) for file in files)


def gather(feeds: Iterable[tuple[str, Feed]]) -> Feeds:
    """Put feeds together, each with the name of its file.

    Raises:
        Misconfigured: `POLICY_INVALID` where a dataset is declared twice, or not by the file of its name.
    """
    found = Feeds()
    for name, feed in sorted(feeds):
        if name != f"{feed.dataset}.yaml":
            raise invalid(name, "dataset", f"a feed stands in the file of its name, {feed.dataset}.yaml")
        found[feed.dataset] = feed
    for feed in found.values():
        if feed.calendar is not None and not _keeps_days(found.get(feed.calendar.dataset), feed.calendar):
            raise invalid(f"{feed.dataset}.yaml", "calendar", "no feed keeps such a calendar")
    return found


def _keeps_days(feed: Feed | None, calendar: Calendar) -> bool:
    """Whether a feed has the days of places, and what makes one of them count."""
    if feed is None or feed.about != calendar.place or feed.occurred_on is None or not calendar.fields <= feed.fields:
        return False
    return all(feed.column[name].type.takes(each) for name, one in calendar.held.items() for each in one.operands)
