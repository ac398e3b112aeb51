"""What is remembered of a night: which day, which policy, which inputs, how far it came, what it counted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Date, Engine, Integer, String, Table, select

from governance.database import metadata, reading, transaction
from governance.ids import RunId
from governance.instant import Instant
from governance.register import Register
from signals.delivery import ids

night = Table(
    "night",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("policy", String(64), nullable=False),
    Column("inputs", String(64), nullable=False),
    Column("link", String(40), nullable=False, default=""),
    Column("fields", JSON, nullable=False),
    Column("report", JSON, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRecord:
    """One night as recorded. `inputs` digests the deliveries and the agreements' standing that it rests on.

    `fields` are the fields that its reasons may show, by dataset. `finished_at` is None where it broke off.
    """

    run: RunId
    as_of: date
    revision: int
    policy: str
    inputs: str
    link: str
    fields: dict[str, list[str]]
    report: dict[str, Any]
    started_at: datetime
    finished_at: datetime | None


def inputs_digest(
    engine: Engine,
    register: Register,
    at: datetime,
    *,
    model: str,
    out: Collection[str] = (),
    refused: Collection[str] = (),
) -> str:
    """A digest of everything that a night's outcome depends on besides its day and its policy.

    Args:
        engine: the operational database.
        register: the agreements; their versions, and whether each may be used, count.
        at: this instant.
        model: the model in use; empty where a night goes by rules alone.
        out: the digests of those who opted out.
        refused: the files that were refused whole: what rests on their datasets is not known.
    """
    deliveries = ids(engine)
    standings = []
    for each in register.all():
        stopped = register.objection(each.agreement.id, at)
        standings.append((each.agreement.id, each.version, each.sha256, stopped.code if stopped else "active"))
    written = [deliveries, sorted(standings), model, sorted(out), *([sorted(refused)] if refused else [])]
    return hashlib.sha256(json.dumps(written).encode()).hexdigest()


def find(engine: Engine, *, as_of: date | None = None, finished: bool = True) -> list[NightRecord]:
    """Nights on record, newest first.

    Args:
        engine: the operational database.
        as_of: only those that looked from this day.
        finished: leave out nights that broke off.
    """
    query = select(night).order_by(night.c.started_at.desc(), night.c.revision.desc())
    if as_of is not None:
        query = query.where(night.c.as_of == as_of)
    if finished:
        query = query.where(night.c.finished_at.is_not(None))
    with reading(engine) as connection:
        return [NightRecord(**row._asdict()) for row in connection.execute(query)]


def newest(engine: Engine, since: date) -> NightRecord | None:
    """The finished night that looked from the latest day, this one or a later one; None where there is none.

    Args:
        engine: the operational database.
        since: the day.
    """
    query = select(night).where(night.c.finished_at.is_not(None), night.c.as_of >= since)
    order = (night.c.as_of.desc(), night.c.started_at.desc(), night.c.revision.desc())
    with reading(engine) as connection:
        row = connection.execute(query.order_by(*order).limit(1)).one_or_none()
    return None if row is None else NightRecord(**row._asdict())


def of_runs(engine: Engine, runs: Collection[RunId]) -> list[NightRecord]:
    """These nights' records.

    Args:
        engine: the operational database.
        runs: the nights.
    """
    with reading(engine) as connection:
        rows = connection.execute(select(night).where(night.c.run.in_(runs)))
        return [NightRecord(**row._asdict()) for row in rows]


def start(engine: Engine, *, as_of: date, policy: str, inputs: str, at: datetime) -> NightRecord:
    """The night for this day: the newest on record if policy and inputs are still the same, else a new one.

    Args:
        engine: the operational database.
        as_of: the day looked from.
        policy: the policy's hash.
        inputs: see `inputs_digest`.
        at: this instant.
    """
    with transaction(engine) as connection:
        nights = select(night).where(night.c.as_of == as_of).order_by(night.c.started_at, night.c.revision)
        rows = [NightRecord(**row._asdict()) for row in connection.execute(nights)]
        if rows and (rows[-1].policy, rows[-1].inputs) == (policy, inputs):
            return rows[-1]
        revision = 1 + sum(row.policy == policy for row in rows)
        return _insert(connection, as_of=as_of, policy=policy, inputs=inputs, at=at, revision=revision)


def finish(
    connection: Connection, run: RunId, *, link: str, fields: dict[str, list[str]], report: dict[str, Any], at: datetime
) -> None:
    """Record a night's end, in the transaction that makes its tasks count.

    Args:
        connection: of that transaction.
        run: the night.
        link: the link run that it rests on.
        fields: what its reasons may show, by dataset.
        report: its counts; numbers and names of stages, rules and datasets only.
        at: this instant.
    """
    values = {"link": link, "fields": fields, "report": report, "finished_at": at}
    connection.execute(night.update().where(night.c.run == run).values(**values))


def rewrite(connection: Connection, run: RunId, report: dict[str, Any]) -> None:
    """Put a fuller report in place of a finished night's.

    Args:
        connection: of the caller's transaction.
        run: the night.
        report: as for `finish`.
    """
    connection.execute(night.update().where(night.c.run == run).values(report=report))


def redact(connection: Connection, run: RunId, *, fields: dict[str, list[str]], report: dict[str, Any]) -> None:
    """Put fields and report in place of a night's that said more, finished or not.

    Args:
        connection: of the caller's transaction.
        run: the night.
        fields: what may still be named.
        report: what may still be told.
    """
    connection.execute(night.update().where(night.c.run == run).values(fields=fields, report=report))


def _insert(
    connection: Connection, *, as_of: date, policy: str, inputs: str, at: datetime, revision: int
) -> NightRecord:
    record = NightRecord(
        run=RunId(f"{as_of.isoformat()}-{policy[:8]}-r{revision}"),
        as_of=as_of,
        revision=revision,
        policy=policy,
        inputs=inputs,
        link="",
        fields={},
        report={},
        started_at=at,
        finished_at=None,
    )
    connection.execute(night.insert(), {name: getattr(record, name) for name in NightRecord.__slots__})
    return record
