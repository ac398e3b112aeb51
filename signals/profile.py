"""A delivery's profile: how often each column was empty and each code came. Small counts, made while the rows pass by.

It is what later deliveries of the dataset are compared with, and belongs to the agreement that the delivery came under.
No row, person or free text is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl
from sqlalchemy import JSON, Column, Connection, ForeignKey, Integer, String, Table, delete, select

from governance.database import metadata
from governance.ids import DeliveryId
from signals.code_list import CodeList, code_lists
from signals.feed import Feed

delivery_profile = Table(
    "delivery_profile",
    metadata,
    Column("delivery", String(40), ForeignKey("delivery.id"), primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("missing", JSON, nullable=False),
    Column("codes", JSON, nullable=False),
    Column("unlisted", JSON, nullable=False),
    Column("unnamed", JSON, nullable=False),
)

NAMED_FROM = 11
"""People who must share an unknown code before it is named: what fewer have could tell who they are. Source: the cell
size below which federal agencies publish no count of people (CMS Cell Size Suppression Policy)."""
NAMED = 20
"""Unknown codes of a column that a profile names, the most frequent first."""
_FOLLOWED = 200
"""Unknown values of a column whose people are counted at a time: a slipped column must not fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One delivery's counts. `rows` are those of the file's shape; the rest is by column.

    `missing` counts empty cells, `codes` each listed code. `unlisted` counts each unknown code that is named, and
    `unnamed` the cells with one that is not.
    """

    rows: int
    missing: dict[str, int]
    codes: dict[str, dict[str, int]]
    unlisted: dict[str, dict[str, int]]
    unnamed: dict[str, int]


@dataclass(slots=True)
class _Unknown:
    """An unknown code on its way: its rows, and as many of its people as decide whether it is named."""

    rows: int = 0
    people: set[str] = field(default_factory=set)


class Profiler:
    """Counts a file's rows as they pass by, batch after batch.

    Args:
        feed: the feed, narrowed to what may be looked at.
        fields: the fields that the agreement lists: the others are not counted either.
    """

    def __init__(self, feed: Feed, fields: Collection[str]) -> None:
        self._columns = [column.name for column in feed.columns if column.name in fields]
        self._person = feed.person.field if feed.person else None
        self._lists = code_lists(feed, fields)
        self._rows = 0
        self._missing: Counter[str] = Counter()
        self._codes = {name: Counter[str]() for name in self._lists}
        self._unlisted = Counter[str]()
        self._unknown: dict[str, dict[str, _Unknown]] = {name: {} for name in self._lists}

    def add(self, text: pl.DataFrame, values: pl.DataFrame) -> None:
        """Count a batch.

        Args:
            text: each field's tidy text, of rows that have the file's shape.
            values: the same rows' values.
        """
        self._rows += text.height
        if not text.height:
            return
        self._missing.update({name: text[name].null_count() for name in self._columns})
        for name, listed in self._lists.items():
            cells = values.select(
                pl.col(name).cast(pl.String).alias("code"),
                (pl.col(self._person).cast(pl.String) if self._person else pl.col("_row").cast(pl.String)).alias("who"),
            ).drop_nulls("code")
            known = cells["code"].is_in(listed.codes)
            for code, number in cells.filter(known)["code"].value_counts().iter_rows():
                self._codes[name][code] += number
            if not known.all():
                self._meet(name, listed, cells.filter(~known))

    def profile(self) -> Profile:
        """What was counted."""
        named = {name: self._named(name) for name in self._lists}
        hidden = {name: self._unlisted[name] - sum(codes.values()) for name, codes in named.items()}
        return Profile(
            rows=self._rows,
            missing={name: self._missing[name] for name in self._columns},
            codes={name: dict(sorted(counts.items())) for name, counts in self._codes.items()},
            unlisted={name: codes for name, codes in named.items() if codes},
            unnamed={name: number for name, number in hidden.items() if number},
        )

    def _meet(self, name: str, listed: CodeList, cells: pl.DataFrame) -> None:
        """Count cells with unknown codes, and the people of those that may be codes."""
        self._unlisted[name] += cells.height
        followed = self._unknown[name]
        found = cells.group_by("code").agg(pl.len().alias("rows"), pl.col("who").drop_nulls().unique().head(NAMED_FROM))
        for code, rows, people in found.sort(["rows", "code"], descending=[True, False]).iter_rows():
            if not listed.resembles(code) or (code not in followed and len(followed) >= _FOLLOWED):
                continue
            unknown = followed.setdefault(code, _Unknown())
            unknown.rows += rows
            if len(unknown.people) < NAMED_FROM:
                unknown.people.update(people)

    def _named(self, name: str) -> dict[str, int]:
        shared = [(code, each.rows) for code, each in self._unknown[name].items() if len(each.people) >= NAMED_FROM]
        return dict(sorted(shared, key=lambda pair: (-pair[1], pair[0]))[:NAMED])


def record(connection: Connection, id: DeliveryId, profile: Profile) -> None:
    """Put a delivery's profile on record, in the caller's transaction."""
    values = {name: getattr(profile, name) for name in Profile.__slots__}
    connection.execute(delivery_profile.insert(), {"delivery": id, **values})


def find(connection: Connection, ids: Collection[DeliveryId]) -> dict[DeliveryId, Profile]:
    """The profiles of deliveries; those taken before profiles were kept have none."""
    columns = delivery_profile.c
    found = connection.execute(select(delivery_profile).where(columns.delivery.in_(sorted(ids))))
    return dict(_recalled(row._asdict()) for row in found)


def forget(connection: Connection, id: DeliveryId) -> None:
    """Delete a delivery's profile, in the caller's transaction."""
    connection.execute(delete(delivery_profile).where(delivery_profile.c.delivery == id))


def _recalled(row: dict[str, object]) -> tuple[DeliveryId, Profile]:
    id = DeliveryId(str(row.pop("delivery")))
    return id, Profile(**row)  # type: ignore[arg-type] # as `record` wrote it
