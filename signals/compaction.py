"""Compaction: many small sealed files become few, and no read returns anything else than before.

    ask the gate → seal the rows of neighbours in one file → one transaction puts it in their place → the ledger → sweep

Broken off anywhere, the old files count or the new one does, never both and never neither; run again, it is finished.
What was replaced stays on disk until every grant that was given before has run out, so that whoever reads goes on
reading what they began with; then a sweep deletes it, and whatever a killed process left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import Engine

from governance.clock import Clock
from governance.database import transaction
from governance.decision import Decision
from governance.gate import Gate
from governance.ids import AgreementId, DatasetId
from governance.ledger import Ledger
from governance.use import Action, Actor, Use
from signals import sealed_file
from signals.known_month import month_of
from signals.sealed_file import SIGNAL, SealedFile
from signals.store import Store
from signals.together import runs

_KIND = "store.compacted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What became of one run of small files: `files` of them with `rows` rows became `into`.

    `into` is empty where they stayed as they are, and `code` says why: what the gate refused, `RETENTION_EXCEEDED`
    where some rows are past what may be looked at, `COLUMN_TYPE` where a column changed its type between them,
    `OTHER_AGREEMENT` where the dataset is another agreement's by now, `CHANGED` where one of them went meanwhile.
    """

    dataset: DatasetId
    agreement: AgreementId
    month: str
    files: int
    rows: int
    into: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """Writes small files together.

    Args:
        engine: the operational database.
        gate: the gate.
        ledger: the ledger.
        store: where the files are.
        clock: the time.
        actor: who runs it.
        purpose: what the rows were taken in for.
    """

    engine: Engine
    gate: Gate
    ledger: Ledger
    store: Store
    clock: Clock
    actor: Actor
    purpose: str

    def compact(self, dataset: DatasetId | None = None) -> list[Compacted]:
        """Write together whatever is worth it. Running it again changes nothing more.

        Args:
            dataset: only this one; all of them where it is left out.

        Returns:
            What became of each run of files, also of those that had to stay as they are.

        Raises:
            Refused: an agreement stopped while its rows were being written. Run it again: it goes on without.
        """
        self._write_down()
        found: list[Compacted] = []
        datasets = sorted({file.dataset for file in self.store.every_file() if dataset in {None, file.dataset}})
        for each in datasets:
            apart: set[str] = set()
            while todo := list(runs(self.store.files(each, kind=SIGNAL), apart=apart)):
                done = [self._together(run) for run in todo]
                for run, one in zip(todo, done, strict=True):
                    apart |= {file.id for file in run} if one.code else set()
                found += done
        return found

    def sweep(self) -> int | None:
        """Delete what was replaced before any grant that still runs was given, and what killed processes left.

        Returns:
            How many files were deleted; None where somebody is writing: the next sweep will do it.
        """
        return self.store.sweep(self.clock.now() - 2 * timedelta(minutes=self.gate.minutes))

    def _together(self, run: Sequence[SealedFile]) -> Compacted:
        first, rows = run[0], sum(file.rows for file in run)
        told = Compacted(dataset=first.dataset, agreement=first.agreement, month=first.month, files=len(run), rows=rows)
        grant = self.gate.ask(self._use(first))
        if isinstance(grant, Decision):
            return _stayed(told, code=grant.reasons[0].code)
        if grant.agreement != first.agreement:
            return _stayed(told, code="OTHER_AGREEMENT")
        with self.gate.open(grant) as opened, self.store.writing():
            since = opened.since(grant.fields)
            if since is not None and first.month <= month_of(since):
                return _stayed(told, code="RETENTION_EXCEEDED")
            one = self.store.together(opened, run)
            if one is None:
                return _stayed(told, code="COLUMN_TYPE")
            opened.recheck()
            with transaction(self.engine) as connection:
                replaced = sealed_file.replace(connection, run, one, self.clock.now())
        if not replaced:
            return _stayed(told, code="CHANGED")  # what was written is left to the sweep: another process may be as far
        self._note(one)
        return Compacted(**{**asdict(told), "into": one.id})

    def _use(self, file: SealedFile) -> Use:
        return Use.of(
            actor=self.actor,
            action=Action.INGEST,
            purpose=self.purpose,
            dataset=file.dataset,
            fields=[name for name in file.columns if not name.startswith("_")],
            zone="enclave",
        )

    def _write_down(self) -> None:
        """Put into the ledger what a crash kept out of it."""
        noted = {entry.topic for entry in self.ledger.entries(kind=_KIND)}
        for file in self._written_together():
            if file.id not in noted:
                self._note(file)

    def _written_together(self) -> Iterator[SealedFile]:
        return (file for file in self.store.every_file() if file.kind == SIGNAL and file.sources)

    def _note(self, one: SealedFile) -> None:
        body = {"dataset": one.dataset, "agreement": one.agreement, "month": one.month}
        self.ledger.append_once(_KIND, one.id, {**body, "files": len(one.sources), "rows": one.rows})


def _stayed(told: Compacted, *, code: str) -> Compacted:
    return Compacted(**{**asdict(told), "code": code})
