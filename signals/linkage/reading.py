"""From sealed rows to what linkage works on, through open doors; and back: which household each row belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from signals.linkage.asking import TOGETHER, Door
from signals.linkage.build import Linked
from signals.linkage.completing import alike, complete
from signals.linkage.record import RECORD_SCHEMA, RELATION_SCHEMA, records, relations
from signals.sealed_file import SealedFile
from signals.signal import current
from signals.store import Store

_PLACE = ("_delivery", "_row", "_known_on", "_person")
_VERSION = ("_occurred_on", "_known_on", "_record", "_deleted_on", "_person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What was read of an open dataset, once for all that linkage needs of it.

    `places` has every row's _delivery, _row, _known_on and _person, one frame for each of `files`; `current` the rows
    that count, with the door's roles and what says who lives together, or None where nothing is told but numbers.
    """

    door: Door
    files: tuple[SealedFile, ...]
    places: tuple[pl.DataFrame, ...]
    current: pl.DataFrame | None

    @property
    def months(self) -> frozenset[str]:
        """The known-months of the rows."""
        return frozenset(file.month for file in self.files)


def rows_of(store: Store, doors: Iterable[Door], as_of: date) -> Iterator[Rows]:
    """Read the open datasets, one after the other.

    Args:
        store: where the rows are.
        doors: the open datasets.
        as_of: the day looked from; the version of a row that counted then.
    """
    for door in doors:
        told = sorted({*door.roles.values(), *_telling(door)})
        files: list[SealedFile] = []
        places: list[pl.DataFrame] = []
        frames: list[pl.DataFrame] = []
        for file, frame in store.read_files(door.opened, door.dataset, ["_person", *told], as_of):
            if frame.height:
                files.append(file)
                places.append(frame.select(_PLACE))
            if told:
                frames.append(frame.select(*_VERSION, *told))
        counting = current(pl.concat(frames, how="vertical_relaxed"), as_of) if frames else None
        yield Rows(door=door, files=tuple(files), places=tuple(places), current=counting)


def records_of(read: Iterable[Rows]) -> pl.DataFrame:
    """A record for every row that describes a person, and one for every person that is only named by number.

    What one of an agency's files tells of a person is in the records of its others that do not tell it.
    """
    every = list(read)
    described = pl.concat([pl.DataFrame(schema=RECORD_SCHEMA), *(_described(rows) for rows in every)])
    tells = {str(rows.door.dataset): frozenset(rows.door.roles) for rows in every}
    numbered = [(rows.door, rows.door.feed.person) for rows in every]
    shared = alike((door.agreement, person.space, door.dataset) for door, person in numbered if person is not None)
    return complete(described, tells, shared)


def relations_of(read: Iterable[Rows]) -> pl.DataFrame:
    """A relation for every row that says who lives together."""
    return pl.concat([pl.DataFrame(schema=RELATION_SCHEMA), *(_related(rows) for rows in read)])


def attributed(rows: Rows, linked: Linked) -> Iterator[tuple[SealedFile, pl.DataFrame]]:
    """The household of each row of a dataset, a file at a time.

    Args:
        rows: what was read of it.
        linked: who is who.

    Yields:
        For `signals.attribution.write`: each file, and its rows that have a household. Rows of people who opted out
        have none, and are counted for the ledger as left out.
    """
    if not rows.places:
        return
    numbered = [frame.with_columns(pl.lit(number).alias("_file")) for number, frame in enumerate(rows.places)]
    every = pl.concat(numbered)
    out = int(every["_person"].is_in(sorted(linked.out)).sum()) if linked.out else 0
    if out:
        rows.door.opened.count(-out, opted_out=out)
    placed = every.join(_homes(linked, rows.door), on="_person", maintain_order="left")
    parts = placed.drop("_person").partition_by("_file", include_key=False, maintain_order=True, as_dict=True)
    yield from ((rows.files[number], part) for (number,), part in parts.items())


def _homes(linked: Linked, door: Door) -> pl.DataFrame:
    own = linked.persons.filter(pl.col("agreement") == door.agreement)
    placed = own.join(linked.households, on="person").join(linked.lineage, on="household")
    return placed.select(
        pl.col("person_key").alias("_person"),
        pl.col("household").alias("_household"),
        pl.col("agreements").list.join(",").alias("_lineage"),
    )


def _described(rows: Rows) -> pl.DataFrame:
    """A dataset's records. Without identifiers the numbers are enough, and one record for each."""
    roles = rows.door.roles
    person = pl.col("_person").alias("person")
    if roles and rows.current is not None:
        told = [pl.col(name).alias(role) for role, name in roles.items()]
        named = rows.current.select(person, pl.col("_known_on").alias("known_on"), *told)
    else:
        numbers = [frame.select(person).unique() for frame in rows.places]
        named = pl.concat([pl.DataFrame(schema={"person": pl.String}), *numbers]).unique()
    return records(named.filter(pl.col("person").is_not_null()).with_columns(_origin(rows.door)))


def _related(rows: Rows) -> pl.DataFrame:
    door, says = rows.door, rows.door.feed.household
    other = (says.shared or says.person) if says else None
    if says is None or other is None or rows.current is None or TOGETHER not in door.parts:
        return pl.DataFrame(schema=RELATION_SCHEMA)
    told = pl.all_horizontal(pl.lit(value=True), *(condition.holds(name) for name, condition in says.when.items()))
    end = pl.col(other).cast(pl.String)
    found = end.alias("shared") if says.shared else (pl.lit(f"{says.space}:") + end).alias("right")
    space = pl.lit(says.space or door.dataset).alias("space")
    began = pl.coalesce("_occurred_on", "_known_on").alias("since")
    ends = rows.current.filter(told).select(pl.col("_person").alias("left"), found, space, began, *_origin(door))
    return relations(ends.drop_nulls())


def _telling(door: Door) -> frozenset[str]:
    """The fields that say who lives together, where they may be read."""
    says = door.feed.household
    if says is None or TOGETHER not in door.parts:
        return frozenset()
    return frozenset(name for name in (says.shared, says.person, *says.when) if name is not None)


def _origin(door: Door) -> list[pl.Expr]:
    return [pl.lit(door.dataset).alias("dataset"), pl.lit(door.agreement).alias("agreement")]
