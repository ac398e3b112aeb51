"""Scenarios as they are written in tests/scenarios, and how they are run.

A scenario holds families. Each has facts with two days: when a thing happened (`on`) and when it became known (`known`:
a day, or so many days later). A fact may have a `record`; a later fact of the same record corrects it, and one with
`deleted` takes it back. A day says whether the rule fires, looked at from it, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field, model_validator

from governance.written import Dataset, Text, Written, read, read_yaml

FOLDER = Path(__file__).parent.parent / "scenarios"

Shows = Literal["boundary", "known_later", "corrected", "deleted"]

SIGNALS: dict[str, type[pl.DataType]] = {
    "household": pl.String,
    "dataset": pl.String,
    "agreement": pl.String,
    "grant": pl.String,
    "kind": pl.String,
    "occurred_on": pl.Date,
    "known_on": pl.Date,
    "measure": pl.Float64,
    "_delivery": pl.String,
    "_row": pl.UInt32,
}


class Later(Written):
    """So many days after it happened."""

    days_later: int


class Fact(Written):
    """Something that happened, once for each of its days; every kind of signal that its row yields."""

    dataset: Dataset
    kinds: tuple[Text, ...] = ()
    on: tuple[date, ...]
    known: date | Later = Field(default=Later(days_later=1))
    record: Text | None = None
    measure: float | None = None
    deleted: date | None = None

    @model_validator(mode="after")
    def _one_record_one_day(self) -> Fact:
        if self.record is not None and len(self.on) != 1:
            raise ValueError("a record has one day")
        if self.deleted is None and not self.kinds:
            raise ValueError("a fact has kinds, or is deleted")
        return self


class Day(Written):
    """What is expected, looked at from a day."""

    as_of: date
    fires: bool
    because: Text
    shows: Shows | None = None
    due_on: date | None = None
    says: Text | None = None


class Family(Written):
    """One household's story."""

    family: Text
    story: Text
    facts: tuple[Fact, ...]
    days: tuple[Day, ...]


class Scenario(Written):
    """The stories of one rule."""

    rule: Text
    families: tuple[Family, ...]


def scenarios() -> Iterator[tuple[Path, Scenario]]:
    """Every scenario, with its file."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield path, read(Scenario, read_yaml(path), where=path.name)


def signals(families: Iterable[Family], as_of: date, *, know_all: bool = False, revise: bool = True) -> pl.DataFrame:
    """The signals of families as they stood on a day.

    Args:
        families: whose.
        as_of: the day looked from.
        know_all: as if every fact had been known at once.
        revise: whether corrections and deletions count.
    """
    rows = [row for family in families for row in _rows(family, as_of, know_all=know_all, revise=revise)]
    return pl.DataFrame(rows, schema=SIGNALS, orient="row")


def _rows(family: Family, as_of: date, *, know_all: bool, revise: bool) -> Iterator[tuple[object, ...]]:
    current: dict[str, tuple[date, Fact, date, int]] = {}
    for number, fact in enumerate(family.facts):
        for place, day in enumerate(fact.on):
            known = fact.known if isinstance(fact.known, date) else day + timedelta(days=fact.known.days_later)
            record = fact.record or f"{number}.{place}"
            if (known > as_of and not know_all) or (record in current and not revise):
                continue
            if record not in current or known >= current[record][0]:
                current[record] = (known, fact, day, number * 100 + place + 1)
    for known, fact, day, row in current.values():
        if fact.deleted is None or fact.deleted > as_of:
            for kind in fact.kinds:
                delivery = f"d-{fact.dataset}-{known}"
                paper = f"DULA-{fact.dataset.split('.')[0].upper()}"
                seen_on = min(known, as_of) if know_all else known
                yield (family.family, fact.dataset, paper, "g-1", kind, day, seen_on, fact.measure, delivery, row)
