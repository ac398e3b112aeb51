"""From sealed rows to what linkage works on, through open doors; and back: which household each row belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

import polars as pl

from signals.linkage.asking import TOGETHER, Door
from signals.linkage.build import Linked
from signals.linkage.record import RECORD_SCHEMA, RELATION_SCHEMA, records, relations
from signals.signal import current
from signals.store import Store


def records_of(store: Store, doors: Iterable[Door], as_of: date) -> pl.DataFrame:
    """A record for every row that describes a person, and one for every person that is only named by number.

    Args:
        store: where the rows are.
        doors: the open datasets.
        as_of: the day looked from; the version of a row that counted then.
    """
    return pl.concat([pl.DataFrame(schema=RECORD_SCHEMA), *(_described(store, door, as_of) for door in doors)])


def relations_of(store: Store, doors: Iterable[Door], as_of: date) -> pl.DataFrame:
    """A relation for every row that says who lives together.

    Args:
        store: where the rows are.
        doors: the open datasets.
        as_of: the day looked from.
    """
    telling = [door for door in doors if TOGETHER in door.parts]
    return pl.concat([pl.DataFrame(schema=RELATION_SCHEMA), *(_related(store, door, as_of) for door in telling)])


def attributed(store: Store, door: Door, linked: Linked, as_of: date) -> Iterator[pl.DataFrame]:
    """The household of each row of a dataset, a delivery's month at a time.

    Args:
        store: where the rows are.
        door: the open dataset.
        linked: who is who.
        as_of: the day looked from.

    Yields:
        Frames for `signals.attribution.write`, each with all rows of one delivery and known-month.
    """
    homes = _homes(linked, door)
    frames = (frame for frame in store.read(door.opened, door.dataset, ["_person"], as_of) if frame.height)
    for _, parts in groupby(frames, key=_whence):
        rows = [part.select("_delivery", "_row", "_known_on", "_person").join(homes, on="_person") for part in parts]
        yield pl.concat(rows).drop("_person")


def _whence(frame: pl.DataFrame) -> tuple[str, str]:
    """The delivery and month of a stored file: the store yields them next to each other."""
    return frame["_delivery"][0], frame["_known_on"][0].strftime("%Y-%m")


def _homes(linked: Linked, door: Door) -> pl.DataFrame:
    own = linked.persons.filter(pl.col("agreement") == door.agreement)
    placed = own.join(linked.households, on="person").join(linked.lineage, on="household")
    return placed.select(
        pl.col("person_key").alias("_person"),
        pl.col("household").alias("_household"),
        pl.col("agreements").list.join(",").alias("_lineage"),
    )


def _described(store: Store, door: Door, as_of: date) -> pl.DataFrame:
    """A dataset's records. Without identifiers the numbers are enough, and one record for each."""
    roles = door.roles
    read = store.read(door.opened, door.dataset, ["_person", *roles.values()], as_of)
    if roles:
        rows = _valid(list(read), as_of)
    else:
        numbers = [frame.select("_person").unique() for frame in read]
        rows = pl.concat(numbers).unique().with_columns(pl.lit(None, dtype=pl.Date).alias("_known_on"))
    named = rows.filter(pl.col("_person").is_not_null()).select(
        pl.col("_person").alias("person"),
        pl.col("_known_on").alias("known_on"),
        *_origin(door),
        *(pl.col(name).alias(role) for role, name in roles.items()),
    )
    return records(named)


def _related(store: Store, door: Door, as_of: date) -> pl.DataFrame:
    says = door.feed.household
    other = (says.shared or says.person) if says else None
    if says is None or other is None:
        return pl.DataFrame(schema=RELATION_SCHEMA)
    read = store.read(door.opened, door.dataset, ["_person", *{other, *says.when}], as_of)
    told = pl.all_horizontal(pl.lit(value=True), *(condition.holds(name) for name, condition in says.when.items()))
    rows = _valid(list(read), as_of).filter(told)
    end = pl.col(other).cast(pl.String)
    found = end.alias("shared") if says.shared else (pl.lit(f"{says.space}:") + end).alias("right")
    began = pl.coalesce("_occurred_on", "_known_on").alias("since")
    return relations(rows.select(pl.col("_person").alias("left"), found, began, *_origin(door)).drop_nulls())


def _origin(door: Door) -> list[pl.Expr]:
    return [pl.lit(door.dataset).alias("dataset"), pl.lit(door.agreement).alias("agreement")]


def _valid(frames: list[pl.DataFrame], as_of: date) -> pl.DataFrame:
    return current(pl.concat(frames, how="vertical_relaxed"), as_of)
