"""Work on a mailroom's folder that may be killed anywhere, and what must be there once it was done again.

The mailroom is imported where it is used: reading the feeds starts polars' threads, and a process that forks has none.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import select

from governance.database import metadata, reading
from governance.ids import DatasetId
from governance.keystore import FileKeyStore
from governance.use import Action, Use
from governance.vault import Vault
from signals.compaction import Compaction
from signals.delivery import delivery, quarantined_row
from signals.linkage.link import Linker
from signals.linkage.run import link_run
from signals.profile import delivery_profile
from signals.sealed_file import sealed_file

if TYPE_CHECKING:
    from tests.signals.mailroom import Mailroom

EXIT, CLIENT = DatasetId("hmis.exit"), DatasetId("hmis.client")
LATE = date(2030, 1, 1)
TO_TAKE = "to-take.csv"
_VOLATILE = {"grant", "at"}


def compaction_of(room: Mailroom) -> Compaction:
    """What compaction works with in a mailroom."""
    intake = room.intake
    return Compaction(
        engine=room.engine,
        gate=room.gate,
        ledger=room.ledger,
        store=room.store,
        clock=intake.clock,
        actor=intake.actor,
        purpose=intake.purpose,
    )


def linker_of(room: Mailroom, folder: Path) -> Linker:
    """What linkage works with in a mailroom."""
    metadata.create_all(room.engine, tables=[link_run])
    return Linker(
        engine=room.engine,
        gate=room.gate,
        register=room.register,
        ledger=room.ledger,
        feeds=room.intake.feeds,
        store=room.store,
        vault=Vault(FileKeyStore(folder / "vault")),
        clock=room.intake.clock,
        actor=room.intake.actor,
        purpose=room.intake.purpose,
    )


def attributed(room: Mailroom, dataset: DatasetId, link: str) -> pl.DataFrame:
    """A dataset's rows with the households that a link run gave them."""
    use = Use.of(
        actor=room.intake.actor,
        action=Action.MATCH,
        purpose="prevention.outreach",
        dataset=dataset,
        fields=(),
        zone="enclave",
    )
    with room.gate.open(room.gate.request(use)) as opened:
        return pl.concat(room.store.read(opened, dataset, (), LATE, link=link))


class _Intake:
    """A file is taken in: rows of two months, one of them in quarantine."""

    def work(self, folder: Path) -> None:
        _room(folder).take(EXIT, folder / TO_TAKE)

    def look(self, folder: Path) -> Any:
        return _looked(_room(folder))


class _Link:
    """Everybody is linked."""

    def work(self, folder: Path) -> None:
        linker_of(_room(folder), folder).link()

    def look(self, folder: Path) -> Any:
        room = _room(folder)
        link = linker_of(room, folder).link()
        with reading(room.engine) as connection:
            runs = connection.execute(select(link_run.c.id, link_run.c.counts, link_run.c.agreements)).all()
        homes = {each: _rows(attributed(room, DatasetId(each), link.id)) for each in (EXIT, CLIENT)}
        return {**_looked(room), "runs": [list(run) for run in runs], "homes": homes}


class _Compaction:
    """Small files are written together, and what does not count is swept."""

    def work(self, folder: Path) -> None:
        compaction = compaction_of(_room(folder))
        compaction.compact()
        compaction.sweep()

    def look(self, folder: Path) -> Any:
        return _looked(_room(folder))


class _Sweep:
    """What was replaced some time ago is deleted."""

    def work(self, folder: Path) -> None:
        room = _room(folder)
        room.store.sweep(_later(room))

    def look(self, folder: Path) -> Any:
        return _looked(_room(folder))


def _looked(room: Mailroom) -> dict[str, Any]:
    """The files that count and all that is in them, every count, the ledger's words; no file that nothing names."""
    room.store.sweep(_later(room))
    # a grant's number is another one each time
    taken = select(*(column for column in delivery.c if column.name != "grant_id"))
    told = {"taken": taken, "quarantined": select(quarantined_row), "profiles": select(delivery_profile)}
    with reading(room.engine) as connection:
        kept = {name: sorted(map(str, connection.execute(each))) for name, each in told.items()}
        files = connection.execute(
            select(sealed_file.c.id, sealed_file.c.kind, sealed_file.c.rows, sealed_file.c.month)
        )
        on_record = sorted(list(row) for row in files)
    said = [
        (entry.kind, entry.topic, {name: said for name, said in entry.body.items() if name not in _VOLATILE})
        for kind in ("delivery", "link", "store", "alarm")
        for entry in room.ledger.entries(kind=kind)
    ]
    return {
        **kept,
        "files": on_record,
        "lying": sorted(path.name for path in (room.folder.parent / "sealed").glob("*/*/*/*")),
        "rows": {each: _rows(room.read(each, {"_person"})) for each in (EXIT, CLIENT)},
        "ledger": said,
        "verified": room.ledger.verify().verified,
    }


def _room(folder: Path) -> Mailroom:
    from tests.signals.mailroom import mailroom  # noqa: PLC0415

    return mailroom(folder)


def _later(room: Mailroom) -> datetime:
    return room.intake.clock.now() + timedelta(days=1)


def _rows(frame: pl.DataFrame) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in frame.iter_rows()]


intake, link, compaction, sweep = _Intake(), _Link(), _Compaction(), _Sweep()
