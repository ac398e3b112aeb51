"""The stage that links: identifiers are read in the enclave under grants, and households are left behind, sealed.

Running it again on the same rows under the same agreements makes the same link run: the same id, the same files. So
what is on record whole is not made again. The gate is asked all the same, each time, and an agreement that has stopped
makes another run.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TypeVar

import polars as pl
from sqlalchemy import Engine, select

from governance.clock import Clock
from governance.database import reading, transaction
from governance.gate import Gate
from governance.ids import DatasetId, HouseholdId, RunId
from governance.ledger import Ledger
from governance.opt_out import OptOuts
from governance.register import Register
from governance.use import Actor
from governance.vault import Vault
from signals import attribution
from signals.feed import Feeds
from signals.linkage.asking import Asked, Asker, asking
from signals.linkage.build import Linked, build
from signals.linkage.likely.backend import LinkBackend
from signals.linkage.matchable import matchable
from signals.linkage.memory import Memory
from signals.linkage.method import program, rested_on
from signals.linkage.name import Whose, whose
from signals.linkage.neighbour import Choose, neighbours
from signals.linkage.reading import Rows, attributed, records_of, relations_of, rows_of
from signals.linkage.review import NOTHING_DECIDED, Decided
from signals.linkage.run import LinkReport, Made, body, link_run, record
from signals.sealed_file import ATTRIBUTION, SIGNAL, SealedFile
from signals.store import Store

_DIGITS = 32
Result = TypeVar("Result")


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
        memory: what stewards decided, which binds, and what everybody is called. None: nothing is remembered.
        backend: the engine that finds links by likeness, after the passes. None: the passes only.
        remembers: whether a run is remembered in its turn, and what it is not sure of is put before a steward.
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
    memory: Memory | None = None
    backend: LinkBackend | None = None
    remembers: bool = True

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
                counts = self._on_record(id, asked)
                made = self._make(id, asked) if counts is None else Made(counts=counts)
            report = LinkReport(
                id=id,
                as_of=self.as_of,
                counts=made.counts,
                refused=asked.refused,
                agreements=tuple(sorted({door.agreement for door in asked.doors})),
                fields={door.dataset: tuple(sorted(door.opened.grant.fields)) for door in asked.doors},
            )
            self._keep(report, made)
        return report

    def persons(self) -> Linked:
        """Who is who, for measuring. Nothing is stored; what this returns stays in the enclave.

        Raises:
            Refused: where an agreement stopped while its rows were being read.
        """
        with asking(self._asker(), self.feeds, self._datasets()) as asked:
            return self._build(asked, self._read(asked))[0]

    def neighbours(self, choose: Choose) -> Mapping[HouseholdId, frozenset[HouseholdId]]:
        """Who lives next to some households, for oversight. Nothing is stored; what this returns stays in the enclave.

        Args:
            choose: picks the households that are asked about.

        Raises:
            Refused: where an agreement stopped while its rows were being read.
        """
        return self.examine(lambda records, linked: neighbours(records, linked, choose))

    def examine(self, work: Callable[[pl.DataFrame, Linked], Result]) -> Result:
        """Look at who is who beside the records that say so. What leaves the enclave is what the work returns.

        Args:
            work: takes the records, of `record.RECORD_SCHEMA`, and who is who; returns nothing that names anybody.

        Raises:
            Refused: where an agreement stopped while its rows were being read.
        """
        with asking(self._asker(), self.feeds, self._datasets()) as asked:
            read = self._read(asked)
            return work(records_of(read), self._build(asked, read)[0])

    def whose(self, names: Collection[HouseholdId]) -> Mapping[HouseholdId, Whose]:
        """Households' people, each found by any name that it ever had. What this returns stays in the enclave.

        Raises:
            Refused: where an agreement stopped while its rows were being read.
        """
        linked = self.persons()
        homes = linked.persons.join(linked.households, on="person")
        before = self.memory.names.before(homes["person_key"].unique()) if self.memory is not None else None
        return whose(homes, names, self.vault.secret("enclave"), before)

    def _asker(self) -> Asker:
        return Asker(gate=self.gate, register=self.register, actor=self.actor, purpose=self.purpose, run=self.run)

    def _datasets(self) -> list[DatasetId]:
        """Datasets with persons of which something is there: what has no rows is not asked for."""
        with_persons = [name for name, feed in self.feeds.items() if feed.person and matchable(self.register, name)]
        return [name for name in with_persons if self.store.files(name, kind=SIGNAL, until=self.as_of)]

    def _make(self, id: str, asked: Asked) -> Made:
        """Link, and seal what was found."""
        read = self._read(asked)
        linked, decided = self._build(asked, read)
        files: list[SealedFile] = []
        for rows in read:
            attribution.prepare(rows.door.opened, rows.months)
            for file, frame in attributed(rows, linked):
                files += attribution.write(self.store, rows.door.opened, file, frame, link=id)
        counts = {**linked.counts, "rows": sum(file.rows for file in files)}
        return Made(counts=counts, files=files, linked=linked, doubted=decided.doubted)

    def _on_record(self, id: str, asked: Asked) -> dict[str, int] | None:
        """The counts of the run by this id where it was made before and all of its files are still there.

        Raises:
            Refused: an agreement that it rests on stopped since it was asked for.
        """
        with reading(self.engine) as connection:
            counts = connection.execute(select(link_run.c.counts).where(link_run.c.id == id)).scalar()
        if counts is None or not self._is_newest(id):
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

    def _build(self, asked: Asked, read: Sequence[Rows]) -> tuple[Linked, Decided]:
        """Who is who, and what of it stewards decided."""
        records, relations = records_of(read), relations_of(read)
        people = {*records["person"], *relations["left"], *relations["right"]} - {None}
        decided = self.memory.reviews.decided(people) if self.memory is not None else NOTHING_DECIDED
        linked = build(
            records,
            relations,
            asked.named,
            key=self.vault.secret("enclave"),
            quarters=self.quarters,
            out=self.opt_outs.out_of(people) if self.opt_outs is not None else (),
            together=decided.together,
            apart=decided.apart,
            before=self.memory.names.before(people) if self.memory is not None else None,
            backend=self.backend,
        )
        return linked, decided

    def _id(self, asked: Asked) -> str:
        """The same for the same rows, read under the same agreements in the same fields, and linked in the same way."""
        out = sorted(self.opt_outs.current()) if self.opt_outs is not None else []
        decided = self.memory.reviews.mark() if self.memory is not None else []
        secret = hmac.digest(self.vault.secret("enclave"), b"link run", "sha256").hex()  # with another, other names
        inputs: list[Any] = [program(), repr(self.backend), secret, self.as_of.isoformat()]
        inputs += [sorted(self.quarters), out, decided]
        files = partial(self.store.files, kind=SIGNAL, until=self.as_of)
        inputs += [rested_on(door, files(door.dataset)) for door in asked.doors]
        return "l-" + hashlib.sha256(json.dumps(inputs, separators=(",", ":")).encode()).hexdigest()[:_DIGITS]

    def _keep(self, report: LinkReport, made: Made) -> None:
        """Make a run count, all of it at once; the ledger is told afterwards, also where a crash came in between."""
        now = self.clock.now()
        with transaction(self.engine) as connection:
            record(connection, report, run=self.run, at=now)
            self.store.renew_link(connection, report.id, made.files, at=now)
            if self.memory is not None and self.remembers and made.linked is not None:
                self.memory.keep(connection, report.id, made.linked, made.doubted, now)
        self.ledger.append_once("link.made", report.id, body(report))
        if self.memory is not None:
            self.memory.tell(report.id)

    def _is_newest(self, id: str) -> bool:
        """Whether what is remembered is this run's: if another came between, it is made again."""
        return self.memory is None or not self.remembers or self.memory.reviews.asked_for() == id
