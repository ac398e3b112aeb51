"""Scanning a home for what should be gone: every file in it, and every sealed value in every table, by its own look.

What was written down about files and rows is not asked. A copy of a sealed file is known by its name, wherever it lies;
a sealed value by its head, which says in clear whose keys it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Engine, LargeBinary, MetaData, select

from governance.database import reading
from governance.destruction.inventory import Item
from governance.destruction.scan import Scanned
from governance.holder import Covers, Holding
from governance.ids import AgreementId
from governance.seal import owners

_FILES = frozenset({Covers.RAW, Covers.SEALED, Covers.CROSSWALK})
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class FileScanner:
    """Looks at every file of a home.

    Args:
        home: the installation's folder.
    """

    home: Path

    def scan(self, agreement: AgreementId, items: Iterable[Item]) -> Scanned:
        """Files that carry the name of something that should be gone, and files in a folder of the agreement's name."""
        gone = {each.holding.id for each in items if each.holding.covers in _FILES}
        files = [path for path in self.home.rglob("*") if path.is_file()]
        left = [path for path in files if self._is_left(path, agreement, gone)]
        return Scanned(looked={"files": len(files)}, found=tuple(_file(path) for path in sorted(left)))

    def _is_left(self, path: Path, agreement: AgreementId, gone: set[str]) -> bool:
        inside = path.relative_to(self.home).parts[:-1]
        return path.name.partition(".")[0] in gone or (agreement in inside and "tombstone" not in inside)


@dataclass(frozen=True, slots=True)
class TableScanner:
    """Looks at every binary value of every table, also of tables that this program does not know.

    Args:
        engine: a database.
        name: what it is called in the scan.
    """

    engine: Engine
    name: str

    def scan(self, agreement: AgreementId, items: Iterable[Item]) -> Scanned:  # noqa: ARG002 (it looks for anything)
        """Values that are sealed under the agreement's keys."""
        there = MetaData()
        there.reflect(self.engine)
        columns = [column for table in there.sorted_tables for column in _binary(table.columns)]
        looked, found = 0, list[Item]()
        for column in columns:
            for value in self._values(column):
                looked += 1
                if agreement in owners(value):
                    place = f"{column.table.name}.{column.name}"
                    found.append(Item(holder=self.name, holding=_value(place)))
        return Scanned(looked={"tables": len(there.tables), "values": looked}, found=tuple(found))

    def _values(self, column: Column[bytes]) -> Iterator[bytes]:
        with reading(self.engine) as connection:
            rows = connection.execution_options(yield_per=_PAGE).execute(select(column).where(column.is_not(None)))
            yield from (bytes(value) for value in rows.scalars())


def _binary(columns: Iterable[Column[bytes]]) -> Iterator[Column[bytes]]:
    return (column for column in columns if isinstance(column.type, LargeBinary))


def _file(path: Path) -> Item:
    return Item(holder="files", holding=Holding(covers=Covers.SEALED, kind="file", id=path.name, detail="in this home"))


def _value(place: str) -> Holding:
    return Holding(covers=Covers.SEALED, kind="sealed value", id=place, rows=1, detail="names the agreement's key")
