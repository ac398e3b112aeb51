"""The stage that links: identifiers are read in the enclave under grants, and households are left behind, sealed.

Running it again on the same rows under the same agreements makes the same link run: the same id, the same files. So
what is on record whole is not made again. The gate is asked all the same, each time, and an agreement that has stopped
makes another run.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any

import polars as pl
from sqlalchemy import JSON, Column, Date, Engine, String, Table, delete, select

from governance.clock import Clock
from governance.database import metadata, reading, transaction
from governance.gate import Gate
from governance.ids import AgreementId, DatasetId, HouseholdId, RunId
from governance.instant import Instant
from governance.ledger import Ledger
from governance.opened import Opened
from governance.opt_out import OptOuts
from governance.register import Register
from governance.use import Actor
from governance.vault import Vault
from signals import attribution
from signals.feed import Feeds
from signals.linkage.asking import Asked, Asker, NotLinked, asking
from signals.linkage.build import Linked, build
from signals.linkage.method import program, rested_on
from signals.linkage.name import Whose, whose
from signals.linkage.neighbour import Choose, neighbours
from signals.linkage.reading import Rows, attributed, records_of, relations_of, rows_of
from signals.sealed_file import ATTRIBUTION, SIGNAL, SealedFile
from signals.store import Store

_DIGITS = 32

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Linker:
    """Links persons and households.

    Args:
        engine: the operational database.
        gate: the gate.
        register: the agreements.
        ledger: where the run is written down.
        feeds: every dataset's declaration.
        store: where the rows are.
        vault: has the enclave's secret, which makes the pseudonyms.
        clock: the time.
        actor: who runs it.
        purpose: what for.
        run: the run it belongs to, if any.
        as_of: the day looked from: rows known later do not exist yet. Left out, everything known counts.
        opt_outs: who opted out; their rows are left without a household. None: for what a household itself asks for.
        quarters: addresses known to be group quarters, as (street, postcode) in standard writing.
    """

    engine: Engine
    gate: Gate
    register: Register
    ledger: Ledger
    feeds: Feeds
    store: Store
    vault: Vault
    clock: Clock
    actor: Actor
    purpose: str
    run: RunId | None = None
    as_of: date = date.max
    opt_outs: OptOuts | None = None
    quarters: frozenset[tuple[str, str]] = frozenset()

    def link(self) -> LinkReport:
        """Link everything that may be linked now, and seal each row's household beside it.

        Returns:
            The run. It counts once this returns; what was refused stands in the ledger and in the report.

        Raises:
            Refused: where an agreement stopped while its rows were being read. Link again: it goes on without.
        """
        with self.store.writing():
            with asking(self._asker(), self.feeds, self._datasets()) as asked:
                id = self._id(asked)
                counts, files = self._on_record(id, asked), list[SealedFile]()
                if counts is None:
                    counts, files = self._make(id, asked)
            report = LinkReport(
                id=id,
                as_of=self.as_of,
                counts=counts,
                refused=asked.refused,
                agreements=tuple(sorted({door.agreement for door in asked.doors})),
                fields={door.dataset: tuple(sorted(door.opened.grant.fields)) for door in asked.doors},
            )
            self._record(report, files)
        return report

    def persons(self) -> Linked:
        """Who is who, for measuring. Nothing is stored; what this returns stays in the enclave.

        Raises:
            Refused: where an agreement stopped while its rows were being read.
        """
        with asking(self._asker(), self.feeds, self._datasets()) as asked:
            return self._build(asked, self._read(asked))

    def neighbours(self, choose: Choose) -> Mapping[HouseholdId, frozenset[HouseholdId]]:
        """Who lives next to some households, for oversight. Nothing is stored; what this returns stays in the enclave.

        Args:
            choose: picks the households that are asked about.

        Raises:
            Refused: where an agreement stopped while its rows were being read.
        """
        with asking(self._asker(), self.feeds, self._datasets()) as asked:
            read = self._read(asked)
            return neighbours(records_of(read), self._build(asked, read), choose)

    def whose(self, names: Collection[HouseholdId]) -> Mapping[HouseholdId, Whose]:
        """Households' people, each found by any name that it ever had. What this returns stays in the enclave.

        Raises:
            Refused: where an agreement stopped while its rows were being read.
        """
        linked = self.persons()
        return whose(linked.persons.join(linked.households, on="person"), names, self.vault.secret("enclave"))

    def _asker(self) -> Asker:
        return Asker(gate=self.gate, register=self.register, actor=self.actor, purpose=self.purpose, run=self.run)

    def _datasets(self) -> list[DatasetId]:
        """Datasets with persons of which something is there: what has no rows is not asked for."""
        with_persons = [dataset for dataset, feed in self.feeds.items() if feed.person is not None]
        return [name for name in with_persons if self.store.files(name, kind=SIGNAL, until=self.as_of)]

    def _make(self, id: str, asked: Asked) -> tuple[dict[str, int], list[SealedFile]]:
        """Link: the run's counts, and what it sealed."""
        read = self._read(asked)
        linked = self._build(asked, read)
        files: list[SealedFile] = []
        for rows in read:
            attribution.prepare(rows.door.opened, rows.months)
            for file, frame in attributed(rows, linked):
                files += self._attribute(rows.door.opened, file, frame, id)
        return {**linked.counts, "rows": sum(file.rows for file in files)}, files

    def _on_record(self, id: str, asked: Asked) -> dict[str, int] | None:
        """The counts of the run by this id where it was made before and all of its files are still there.

        Raises:
            Refused: an agreement that it rests on stopped since it was asked for.
        """
        with reading(self.engine) as connection:
            counts = connection.execute(select(link_run.c.counts).where(link_run.c.id == id)).scalar()
        if counts is None:
            return None
        sealed = [self.store.files(door.dataset, kind=ATTRIBUTION, link=id) for door in asked.doors]
        files = [file for own in sealed for file in own]
        there = all(self.store.path(file).exists() for file in files)
        if not there or sum(file.rows for file in files) != counts["rows"]:
            return None
        for door, own in zip(asked.doors, sealed, strict=True):
            door.opened.recheck({agreement for file in own for agreement in file.lineage})
        return dict(counts)

    def _read(self, asked: Asked) -> list[Rows]:
        return list(rows_of(self.store, asked.doors, self.as_of))

    def _build(self, asked: Asked, read: Sequence[Rows]) -> Linked:
        records, relations = records_of(read), relations_of(read)
        people = {*records["person"], *relations["left"], *relations["right"]} - {None}
        return build(
            records,
            relations,
            asked.named,
            key=self.vault.secret("enclave"),
            quarters=self.quarters,
            out=self.opt_outs.out_of(people) if self.opt_outs is not None else (),
        )

    def _attribute(self, opened: Opened, file: SealedFile, frame: pl.DataFrame, id: str) -> list[SealedFile]:
        """Seal the households of one file's rows; what is sealed rests on the agreements of its own households."""
        lineage = {AgreementId(one) for each in frame["_lineage"].unique() for one in each.split(",")}
        return attribution.write(self.store, opened, file, frame, link=id, lineage=lineage)

    def _id(self, asked: Asked) -> str:
        """The same for the same rows, read under the same agreements in the same fields, and linked in the same way."""
        out = sorted(self.opt_outs.current()) if self.opt_outs is not None else []
        inputs: list[Any] = [program(), self._mark(), self.as_of.isoformat(), sorted(self.quarters), out]
        files = partial(self.store.files, kind=SIGNAL, until=self.as_of)
        inputs += [rested_on(door, files(door.dataset)) for door in asked.doors]
        digest = hashlib.sha256(json.dumps(inputs, separators=(",", ":")).encode()).hexdigest()
        return f"l-{digest[:_DIGITS]}"

    def _mark(self) -> str:
        """Tells the enclave's secret from another one: with another one the households have other names."""
        return hmac.digest(self.vault.secret("enclave"), b"link run", "sha256").hex()

    def _record(self, report: LinkReport, files: list[SealedFile]) -> None:
        document = asdict(report)
        row = {**document, "refused": [list(line) for line in report.refused], "agreements": list(report.agreements)}
        row["fields"] = {dataset: list(names) for dataset, names in report.fields.items()}
        with transaction(self.engine) as connection:
            connection.execute(delete(link_run).where(link_run.c.id == report.id))
            connection.execute(link_run.insert(), [{**row, "run": self.run, "made_at": self.clock.now()}])
            self.store.renew_link(connection, report.id, files, at=self.clock.now())
        body = {"as_of": report.as_of.isoformat(), "counts": report.counts, "agreements": row["agreements"]}
        self.ledger.append_once("link.made", report.id, {**body, "fields": row["fields"]})
