"""A link run as it is on record: what it did in numbers, which agreements took part, which fields were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Date, String, Table, delete

from governance.database import metadata
from governance.ids import AgreementId, DatasetId, RunId
from governance.instant import Instant
from signals.linkage.asking import NotLinked
from signals.linkage.build import Linked
from signals.sealed_file import SealedFile

link_run = Table(
    "link_run",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("run", String(64)),
    Column("made_at", Instant, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("refused", JSON, nullable=False),
    Column("agreements", JSON, nullable=False),
    Column("fields", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReport:
    """What a link run did, in numbers.

    `id` is what `store.read(…, link=id)` takes; `refused` one line for each part that linkage went on without;
    `agreements` those whose rows took part; `fields` what was read of each dataset.
    """

    id: str
    as_of: date
    counts: dict[str, int]
    refused: tuple[NotLinked, ...]
    agreements: tuple[AgreementId, ...]
    fields: dict[DatasetId, tuple[str, ...]]


@dataclass(slots=True, kw_only=True)
class Made:
    """What a run made now: counts, what it sealed, whom to ask about, whom to leave in peace until that is clear."""

    counts: dict[str, int]
    files: list[SealedFile] = field(default_factory=list)
    linked: Linked | None = None
    doubted: Mapping[str, frozenset[str]] = field(default_factory=dict)


def record(connection: Connection, report: LinkReport, *, run: RunId | None, at: datetime) -> None:
    """Put a link run on record. A second record of the same run replaces the first.

    Args:
        connection: of the transaction that makes the run count.
        report: what it did.
        run: the run that it is part of, if any.
        at: this instant.
    """
    row = {**asdict(report), **_plain(report), "refused": [list(line) for line in report.refused]}
    connection.execute(delete(link_run).where(link_run.c.id == report.id))
    connection.execute(link_run.insert(), [{**row, "run": run, "made_at": at}])


def body(report: LinkReport) -> dict[str, Any]:
    """A link run as the ledger has it: numbers, agreements, names of fields."""
    return {"as_of": report.as_of.isoformat(), "counts": report.counts, **_plain(report)}


def _plain(report: LinkReport) -> Mapping[str, Any]:
    fields = {dataset: list(names) for dataset, names in report.fields.items()}
    return {"agreements": list(report.agreements), "fields": fields}
