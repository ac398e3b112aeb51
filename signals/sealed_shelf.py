"""The shelf: which sealed files there are, which of them count, and where they lie. It opens none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from governance.database import reading
from governance.ids import DatasetId
from governance.opened import Opened
from signals import leftover, sealed_file
from signals.known_month import month_of
from signals.sealed_file import ATTRIBUTION, RETIRED, SIGNAL, SealedFile

_FILE = sealed_file.sealed_file.c


class Shelf:
    """The files of a folder, as the database knows them.

    Args:
        folder: where the files are.
        engine: the operational database, which knows which files count.
    """

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine

    def record(self, connection: Connection, files: Iterable[SealedFile]) -> None:
        """Make files visible to readers, inside the caller's transaction.

        Args:
            connection: of the transaction that says what the files belong to.
            files: what `write` returned.
        """
        sealed_file.record(connection, files)

    def renew_link(self, connection: Connection, link: str, files: Sequence[SealedFile], *, at: datetime) -> None:
        """Make a link run's attributions visible to readers in the place of those that it had; none leave all as it is.

        Made again, after rows of several files were written together, they are fewer: one left over would say
        of a row twice where it belongs.

        Args:
            connection: of the transaction that makes the run count.
            link: the link run.
            files: what was sealed for it.
            at: now.
        """
        if files:
            sealed_file.retire(connection, at, _FILE.kind == ATTRIBUTION, _FILE.link == link)
            self.record(connection, files)

    def files(
        self, dataset: DatasetId, *, kind: str, until: date | None = None, link: str | None = None
    ) -> list[SealedFile]:
        """The visible files of a dataset, oldest month first. Tells nothing that is in them.

        Args:
            dataset: the dataset.
            kind: signal, quarantine or attribution.
            until: leave out months after this day's.
            link: only of this link run.
        """
        conditions = [_FILE.dataset == dataset, _FILE.kind == kind]
        if until is not None:
            conditions.append(_FILE.month <= month_of(until))
        if link is not None:
            conditions.append(_FILE.link == link)
        with reading(self._engine) as connection:
            return sealed_file.listed(connection, *conditions)

    def readable(self, opened: Opened, dataset: DatasetId, as_of: date) -> list[SealedFile]:
        """The files that a read of a dataset goes through: those that count now, of the grant's own agreement.

        Whoever reads more than once reads the same ones each time, whatever comes or is written together meanwhile.

        Args:
            opened: the door; a delivery belongs to one agreement, and another one's grant does not see it.
            dataset: the dataset.
            as_of: the day looked from.
        """
        own = opened.grant.agreement
        return [file for file in self.files(dataset, kind=SIGNAL, until=as_of) if file.agreement == own]

    def every_file(self) -> list[SealedFile]:
        """All visible files of any kind."""
        with reading(self._engine) as connection:
            return sealed_file.listed(connection, _FILE.kind != RETIRED)

    def path(self, file: SealedFile) -> Path:
        """Where a file lies."""
        return self._folder / file.agreement / file.dataset / file.month / f"{file.id}.parquet"

    def forget_links(self, connection: Connection, *, keep: str, at: datetime) -> None:
        """Let the attributions of all link runs but one count no longer. Their files go with the next `sweep`.

        Args:
            connection: of the caller's transaction.
            keep: the link run that counts now.
            at: now.
        """
        sealed_file.retire(connection, at, _FILE.kind == ATTRIBUTION, _FILE.link != keep)

    def writing(self) -> AbstractContextManager[None]:
        """A block in which files are written and put on record: until it ends nobody sweeps. See `leftover.writing`."""
        return leftover.writing(self._folder)

    def sweep(self, before: datetime) -> int | None:
        """Delete what does not count. See `leftover.sweep`.

        Args:
            before: files that were retired later are left: a read that began before may still come to them.
        """
        return leftover.sweep(self._engine, self._folder, before)
