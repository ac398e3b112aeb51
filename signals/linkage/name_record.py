"""Names on record: what every person key is and was called, so that the next run can call it the same.

A person key rests as a keyed digest, with the agreement that it came under; it goes with that agreement. What became of
names is kept beside it: a merge or a split is an event of its own.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from governance.database import metadata, reading, transaction
from governance.holder import Covers, Holding
from governance.ids import AgreementId, HouseholdId
from governance.instant import Instant
from governance.vault import Vault
from signals.linkage.naming import BEFORE_SCHEMA

SECRET = "link_name"  # noqa: S105 (its name, not the secret)
_ROW = ("digest", "agreement", "person", "household")
_DIGEST_SCHEMA = {"digest": pl.String, **{name: kind for name, kind in BEFORE_SCHEMA.items() if name != "person_key"}}

link_name = Table(
    "link_name",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("agreement", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("household", String(64), primary_key=True),
    Column("current", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Index("ix_link_name_household", "household"),
)

link_change = Table(
    "link_change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("link", String(40), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("old", String(64), nullable=False, index=True),
    Column("new", String(64), nullable=False),
    Column("keys", Integer, nullable=False),
    Column("agreements", JSON, nullable=False),
    Column("at", Instant, nullable=False),
)


class NameRecord:
    """What people and households are and were called.

    Args:
        engine: the operational database.
        vault: has the secret that digests are made with.
    """

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    @property
    def name(self) -> str:
        """`link names`."""
        return "link names"

    def before(self, people: Collection[str]) -> pl.DataFrame:
        """What these person keys were called, of `naming.BEFORE_SCHEMA`, and every other name that is taken.

        Args:
            people: the person keys of a run. Of others on record the row stands without its key.
        """
        with reading(self._engine) as connection:
            kept = _frame(connection.execute(select(link_name)).all())
        if not kept.height:
            return kept.rename({"digest": "person_key"}).select(BEFORE_SCHEMA.keys())
        keys = pl.DataFrame(
            list(self._each(people)), schema={"person_key": pl.String, "digest": pl.String}, orient="row"
        )
        return kept.join(keys, on="digest", how="left").select(BEFORE_SCHEMA.keys())

    def keep(
        self, connection: Connection, link: str, persons: pl.DataFrame, changes: pl.DataFrame, at: datetime
    ) -> None:
        """Put a run's names on record. The same names again change nothing.

        Args:
            connection: of the transaction that makes the run count.
            link: the run.
            persons: person_key, agreement, person and household of everybody.
            changes: what became of names, of `naming.CHANGE_SCHEMA`.
            at: this instant.
        """
        kept = _frame(connection.execute(select(link_name)).all())
        digest = dict(self._each(persons["person_key"].unique()))
        now = persons.with_columns(
            pl.col("person_key").replace_strict(digest, return_dtype=pl.String).alias("digest")
        ).select(_ROW)
        fresh = now.join(kept.filter("current"), on=list(_ROW), how="anti")
        again = fresh.join(kept, on=list(_ROW), how="semi")
        ends = fresh.select("digest", "agreement").unique()
        _mark(connection, kept.filter("current").join(ends, on=["digest", "agreement"], how="semi"), current=False)
        _mark(connection, again, current=True)
        new = fresh.join(kept, on=list(_ROW), how="anti").with_columns(pl.lit(value=True).alias("current"))
        _insert(connection, link_name, ({**row, "since": at} for row in new.iter_rows(named=True)))
        _insert(connection, link_change, ({**row, "link": link, "at": at} for row in changes.iter_rows(named=True)))

    def today(self, names: Collection[str] | None = None) -> dict[HouseholdId, HouseholdId]:
        """Households that are called anew, by the name of before: the one in which most of its people are now.

        Args:
            names: what households were called when somebody wrote it down; all of them where it is left out. What is
                still a name, and what nobody ever bore, is left out.
        """
        with reading(self._engine) as connection:
            kept = _frame(connection.execute(select(link_name)).all())
        now = kept.filter("current").select("digest", "agreement", new="household")
        old = kept.filter(~pl.col("household").is_in(now["new"].implode()))
        old = old if names is None else old.filter(pl.col("household").is_in(sorted(set(names))))
        moved = old.join(now, on=["digest", "agreement"]).group_by("household", "new")
        counts = moved.agg(pl.col("digest").n_unique().alias("keys"))
        best = counts.sort(["keys", "new"], descending=[True, False]).unique("household", maintain_order=True)
        return {HouseholdId(one): HouseholdId(other) for one, other in best.select("household", "new").iter_rows()}

    def changes(self, *names: str) -> list[Any]:
        """What became of names, oldest first: all of it, or what concerns these."""
        query = select(link_change).order_by(link_change.c.id)
        either = link_change.c.old.in_(names) | link_change.c.new.in_(names)
        with reading(self._engine) as connection:
            return list(connection.execute(query.where(either) if names else query))

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """The names of person keys that came in under an agreement, and what became of them."""
        with reading(self._engine) as connection:
            found = _resting_on(connection, agreement)
        yield from found

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Forget them, all at once. The names stay those of whoever else bears them."""
        with transaction(self._engine) as connection:
            found = _resting_on(connection, agreement)
            connection.execute(delete(link_name).where(link_name.c.agreement == agreement))
            for id in _changes_of(connection, agreement):
                connection.execute(delete(link_change).where(link_change.c.id == id))
        yield from found

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """Those that are still there."""
        yield from self.inventory(agreement)

    def _each(self, people: Iterable[str]) -> Iterator[tuple[str, str]]:
        key = self._vault.secret(SECRET)
        for person in people:
            yield person, hmac.digest(key, person.encode(), "sha256").hex()


def _frame(rows: Iterable[Any]) -> pl.DataFrame:
    plain = [(row.digest, row.agreement, row.person, row.household, row.current, row.since) for row in rows]
    return pl.DataFrame(plain, schema=_DIGEST_SCHEMA, orient="row")


def _mark(connection: Connection, rows: pl.DataFrame, *, current: bool) -> None:
    """Say of rows on record whether they are the last one of their key."""
    if not rows.height:
        return
    mine = [link_name.c[name] == bindparam(f"_{name}") for name in _ROW]
    values = [{f"_{name}": row[name] for name in _ROW} for row in rows.iter_rows(named=True)]
    connection.execute(update(link_name).where(*mine).values(current=current), values)


def _insert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    found = [dict(row) for row in rows]
    if found:
        connection.execute(insert(table), found)


def _resting_on(connection: Connection, agreement: AgreementId) -> list[Holding]:
    query = select(link_name.c.digest).where(link_name.c.agreement == agreement)
    keys = len(connection.execute(query).all())
    found = [_holding("names of person keys", agreement, keys)] if keys else []
    changes = len(_changes_of(connection, agreement))
    return found + ([_holding("merges and splits", agreement, changes)] if changes else [])


def _changes_of(connection: Connection, agreement: AgreementId) -> list[int]:
    rows = connection.execute(select(link_change.c.id, link_change.c.agreements))
    return [row.id for row in rows if agreement in row.agreements]


def _holding(kind: str, agreement: AgreementId, rows: int) -> Holding:
    return Holding(covers=Covers.CROSSWALK, kind=kind, id=f"{kind} of {agreement}", rows=rows)
