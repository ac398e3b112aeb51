"""What signals keep that rests on an agreement: sealed files, households, deliveries. Read off lineage, without a key.

A delivery's own files belong to the agreement that they came under. A file that says who lives with whom also rests on
every agreement that its households were made from, whoever delivered the rows.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select

from governance.database import reading, transaction
from governance.holder import Covers, Holding
from governance.ids import AgreementId
from signals import profile
from signals.delivery import delivery, quarantined_row
from signals.linkage.run import link_run
from signals.sealed_file import SealedFile, listed, sealed_file
from signals.store import Store


class SignalHolder:
    """Answers for the sealed store and for what intake and linkage wrote beside it.

    Args:
        engine: the operational database.
        store: the sealed store.
        folder: where the store's files are: each agreement's in a folder of its own.
    """

    def __init__(self, engine: Engine, store: Store, folder: Path) -> None:
        self._engine = engine
        self._store = store
        self._folder = folder

    @property
    def name(self) -> str:
        """`signals`."""
        return "signals"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """Every sealed file, link run and delivery that rests on an agreement."""
        for file in self._files(agreement):
            yield _file(file)
        with reading(self._engine) as connection:
            runs, deliveries = _runs(connection, agreement), _deliveries(connection, agreement)
        yield from (_run(row) for row in runs)
        yield from (_delivery(row) for row in deliveries)

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Delete them: a file first, then what knows of it, so that nothing is forgotten that is still there."""
        for file in self._files(agreement):
            self._store.path(file).unlink(missing_ok=True)
            with transaction(self._engine) as connection:
                connection.execute(delete(sealed_file).where(sealed_file.c.id == file.id))
            yield _file(file)
        for stray in self._lying(agreement):
            stray.unlink(missing_ok=True)
            yield _stray(stray)
        shutil.rmtree(self._folder / agreement, ignore_errors=True)  # by now, folders without a file in them
        with transaction(self._engine) as connection:
            runs, deliveries = _runs(connection, agreement), _deliveries(connection, agreement)
            for row in runs:
                connection.execute(delete(link_run).where(link_run.c.id == row.id))
            for row in deliveries:
                connection.execute(delete(quarantined_row).where(quarantined_row.c.delivery == row.id))
                profile.forget(connection, row.id)
                connection.execute(delete(delivery).where(delivery.c.id == row.id))
        yield from (_run(row) for row in runs)
        yield from (_delivery(row) for row in deliveries)

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """What of it is still on record; and every file that lies in the agreement's folder, on record or not."""
        yield from self.inventory(agreement)
        yield from (_stray(path) for path in self._lying(agreement))

    def _lying(self, agreement: AgreementId) -> list[Path]:
        """The files in the agreement's folder, also those that a broken-off write left."""
        return sorted(path for path in (self._folder / agreement).rglob("*") if not path.is_dir())

    def _files(self, agreement: AgreementId) -> list[SealedFile]:
        with reading(self._engine) as connection:
            files = sorted(listed(connection), key=lambda file: file.id)  # those that were retired still lie there
        return [file for file in files if file.agreement == agreement or agreement in file.lineage]


def _runs(connection: Connection, agreement: AgreementId) -> list[Any]:
    """The link runs that an agreement's rows took part in."""
    rows = connection.execute(select(link_run.c.id, link_run.c.as_of, link_run.c.counts, link_run.c.agreements))
    return sorted((row for row in rows if agreement in row.agreements), key=lambda row: str(row.id))


def _deliveries(connection: Connection, agreement: AgreementId) -> list[Any]:
    """An agreement's deliveries, each with the number of its rows in quarantine."""
    columns = delivery.c
    held = select(func.count()).where(quarantined_row.c.delivery == columns.id).scalar_subquery().label("quarantined")
    query = select(columns.id, columns.dataset, columns.taken_on, columns.delivered, held)
    return list(connection.execute(query.where(columns.agreement == agreement).order_by(columns.id)))


def _file(file: SealedFile) -> Holding:
    crosswalk = bool(file.link)
    return Holding(
        covers=Covers.CROSSWALK if crosswalk else Covers.SEALED,
        kind=f"{file.kind} file",
        id=file.id,
        rows=file.rows,
        detail=f"{file.dataset}, {file.month}" + (f", under {file.agreement}" if crosswalk else ""),
    )


def _run(row: Any) -> Holding:
    return Holding(
        covers=Covers.CROSSWALK, kind="link run", id=row.id, rows=int(row.counts.get("rows", 0)), detail="households"
    )


def _delivery(row: Any) -> Holding:
    detail = f"{row.dataset}, taken {row.taken_on.isoformat()}, {row.quarantined} rows in quarantine"
    return Holding(covers=Covers.RAW, kind="delivery", id=row.id, rows=row.delivered, detail=detail)


def _stray(path: Path) -> Holding:
    return Holding(covers=Covers.SEALED, kind="stray file", id=path.name, detail="not on record")
