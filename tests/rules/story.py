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
from signals.signal import current

FOLDER = Path(__file__).parent.parent / "scenarios"

Shows = Literal["boundary", "known_later", "corrected", "deleted"]

SIGNALS: dict[str, pl.DataType | type[pl.DataType]] = {
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

VERSIONS: dict[str, pl.DataType | type[pl.DataType]] = {
    "_record": pl.String,
    "_known_on": pl.Date,
    "_deleted_on": pl.Date,
    "_kinds": pl.List(pl.String),
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
    """What is expected, looked at from a day; `unheard` are datasets whose next delivery should have come by then."""

    as_of: date
    fires: bool
    because: Text
    shows: Shows | None = None
    due_on: date | None = None
    says: Text | None = None
    unheard: tuple[Dataset, ...] = ()


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
    rows = [row for family in families for row in _versions(family)]
    versions = pl.DataFrame(rows, schema=SIGNALS | VERSIONS, orient="row")
    if know_all:
        versions = versions.with_columns(pl.min_horizontal("_known_on", pl.lit(as_of)).alias("_known_on"))
    if not revise:
        versions = versions.unique("_record", keep="first", maintain_order=True)
    known = current(versions, as_of).with_columns(pl.col("_known_on").alias("known_on"))
    return known.with_columns(pl.col("_kinds").alias("kind")).explode("kind").select(list(SIGNALS))


def _versions(family: Family) -> Iterator[tuple[object, ...]]:
    """What was said of each record, in the order in which it was told."""
    for number, fact in enumerate(family.facts):
        for place, day in enumerate(fact.on):
            known = fact.known if isinstance(fact.known, date) else day + timedelta(days=fact.known.days_later)
            came = (f"DULA-{fact.dataset.split('.')[0].upper()}", "g-1", None, day, known, fact.measure)
            row = (family.family, fact.dataset, *came, f"d-{fact.dataset}-{known}", number * 100 + place + 1)
            record = f"{family.family}, {fact.record or f'{number}.{place}'}"
            yield (*row, record, known, fact.deleted, list(fact.kinds))
