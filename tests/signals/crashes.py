"""Work on a mailroom's folder that may be killed anywhere, and what must be there once it was done again.

Feeds are read by each process for itself, and only those that count here: reading them starts polars' threads, and a
process that forks has none.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import select

import signals
from governance.database import metadata, reading
from governance.ids import DatasetId
from governance.keystore import FileKeyStore
from governance.use import Action, Use
from governance.vault import Vault
from governance.written import read, read_yaml
from signals.compaction import Compaction
from signals.delivery import delivery, quarantined_row
from signals.feed import Feed, Feeds, gather
from signals.linkage.link import Linker
from signals.linkage.memory import Memory
from signals.linkage.name_record import link_change, link_name
from signals.linkage.review_table import link_asked, link_hold, link_review, link_review_event
from signals.linkage.run import link_run
from signals.profile import delivery_profile
from signals.sealed_file import sealed_file
from tests.signals.mailroom import Mailroom, mailroom

_REMEMBERED = (link_asked, link_change, link_hold, link_name, link_review, link_review_event)
EXIT, CLIENT = DatasetId("hmis.exit"), DatasetId("hmis.client")
LATE = date(2030, 1, 1)
TO_TAKE = "to-take.csv"
NUMBER = "personal_id"
_FEEDS = Path(signals.__file__).parent / "feeds"
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


def linker_of(room: Mailroom) -> Linker:
    """What linkage works with in a mailroom."""
    metadata.create_all(room.engine, tables=[link_run, *_REMEMBERED])
    vault = Vault(FileKeyStore(room.folder.parent / "vault"))
    return Linker(
        engine=room.engine,
        gate=room.gate,
        register=room.register,
        ledger=room.ledger,
        feeds=room.intake.feeds,
        store=room.store,
        vault=vault,
        clock=room.intake.clock,
        actor=room.intake.actor,
        purpose=room.intake.purpose,
        memory=Memory.of(room.engine, vault, room.ledger),
    )


def attributed(room: Mailroom, dataset: DatasetId, link: str) -> pl.DataFrame:
    """A dataset's rows with the households that a link run gave them."""
    use = Use.of(
        actor=room.intake.actor,
        action=Action.MATCH,
        purpose="prevention.outreach",
        dataset=dataset,
        fields={NUMBER},
        zone="enclave",
    )
    with room.gate.open(room.gate.request(use)) as opened:
        return pl.concat(room.store.read(opened, dataset, (), LATE, link=link))


class _Work:
    """Work in a folder's mailroom; what came of it is looked at in the same way whatever it was."""

    def work(self, folder: Path) -> None:
        self.do(_room(folder))

    def do(self, room: Mailroom) -> None:
        raise NotImplementedError

    def work_and_look(self, folder: Path) -> Any:
        room = _room(folder)
        before = _counting(room)
        self.do(room)
        return {"before": before, "after": _counting(room), **self.look(room)}

    def look(self, room: Mailroom) -> Any:
        return _looked(room)


class _Intake(_Work):
    """A file is taken in: rows of two months, one of them in quarantine."""

    def do(self, room: Mailroom) -> None:
        room.take(EXIT, room.folder.parent / TO_TAKE)


class _Link(_Work):
    """Everybody is linked."""

    def do(self, room: Mailroom) -> None:
        linker_of(room).link()

    def look(self, room: Mailroom) -> Any:
        link = linker_of(room).link()
        columns = link_run.c
        with reading(room.engine) as connection:
            runs = connection.execute(select(columns.id, columns.counts, columns.agreements).order_by(columns.id))
            told = {"runs": sorted(map(str, runs))}
            told |= {table.name: sorted(map(str, connection.execute(select(table)))) for table in _REMEMBERED}
        homes = {each: _rows(attributed(room, each, link.id)) for each in (EXIT, CLIENT)}
        return {**_looked(room), **told, "homes": homes}


class _Compaction(_Work):
    """Small files are written together, and what does not count is swept."""

    def do(self, room: Mailroom) -> None:
        compaction = compaction_of(room)
        compaction.compact()
        compaction.sweep()


class _Sweep(_Work):
    """What was replaced some time ago is deleted."""

    def do(self, room: Mailroom) -> None:
        room.store.sweep(_later(room))


def _looked(room: Mailroom) -> dict[str, Any]:
    """The files that count and all that is in them, every count, the ledger's words; no file that nothing names."""
    room.store.sweep(_later(room))
    # a grant's number is another one each time
    taken = select(*(column for column in delivery.c if column.name != "grant_id"))
    told = {"taken": taken, "quarantined": select(quarantined_row), "profiles": select(delivery_profile)}
    files = select(sealed_file.c.id, sealed_file.c.kind, sealed_file.c.rows, sealed_file.c.month)
    with reading(room.engine) as connection:
        kept = {name: sorted(map(str, connection.execute(each))) for name, each in told.items()}
        on_record = sorted(list(row) for row in connection.execute(files))
    said = [
        (entry.kind, entry.topic, {name: said for name, said in entry.body.items() if name not in _VOLATILE})
        for kind in ("delivery", "link", "store", "alarm")
        for entry in room.ledger.entries(kind=kind)
    ]
    return {
        **kept,
        "files": on_record,
        "lying": sorted(path.name for path in (room.folder.parent / "sealed").glob("*/*/*/*")),
        "rows": {each: _rows(room.read(each, {"_person", NUMBER})) for each in (EXIT, CLIENT)},
        "ledger": said,
        "verified": room.ledger.verify().verified,
    }


def _counting(room: Mailroom) -> list[str]:
    """What a reader sees."""
    return sorted(file.id for file in room.store.every_file())


def _room(folder: Path) -> Mailroom:
    return mailroom(folder, feeds=_few())


def _few() -> Feeds:
    names = [f"{each}.yaml" for each in (EXIT, CLIENT)]
    return gather((name, read(Feed, read_yaml(_FEEDS / name), where=name)) for name in names)


def _later(room: Mailroom) -> datetime:
    return room.intake.clock.now() + timedelta(days=1)


def _rows(frame: pl.DataFrame) -> list[list[str]]:
    """Rows as they lie; a record is told by its place, since a secret made anew names it otherwise."""
    if not frame.is_empty():
        frame = frame.with_columns(_place(frame["_record"]))
    return [[str(cell) for cell in row] for row in frame.iter_rows()]


def _place(names: pl.Series) -> pl.Series:
    places = {name: place for place, name in enumerate(names.unique(maintain_order=True))}
    return names.replace_strict(places, return_dtype=pl.Int64)


intake, link, compaction, sweep = _Intake(), _Link(), _Compaction(), _Sweep()
