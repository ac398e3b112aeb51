"""Files that are written row by row, and count their rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TextIO

_NAMESPACES = (
    'xmlns="http://ed-fi.org/5.2.0" xmlns:ann="http://ed-fi.org/annotation" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, and how many rows it has; headers are not rows."""

    path: Path
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What an agency sends; and the truth about it: each person key (`space:value`), and whose it is (by number)."""

    files: list[Written] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)


class CsvFile:
    """A CSV file with headers.

    Args:
        file: where it goes.
        header: the names of the columns.
    """

    def __init__(self, file: TextIO, header: Sequence[str]) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        self._header = tuple(header)
        self._names = frozenset(header)
        self._writer.writerow(header)
        self.rows = 0

    def add(self, row: dict[str, object], *more: object) -> None:
        """Add a row.

        Args:
            row: cells by header; what is not in it, or None, is left empty.
            more: cells beyond the header, which a whole row does not have.
        """
        if not row.keys() <= self._names:
            raise KeyError(f"no column {', '.join(sorted(row.keys() - self._names))}")
        self._writer.writerow([*map(row.get, self._header), *more])
        self.rows += 1


class XmlFile:
    """An Ed-Fi interchange; what is added to it is one element under its root."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.rows = 0

    def add(self, lines: Iterable[str]) -> None:
        """Add an element, given line by line."""
        self._file.write("".join([f"\t{line}\n" for line in lines]))
        self.rows += 1


@contextmanager
def csv_file(path: Path, header: Sequence[str], into: list[Written]) -> Iterator[CsvFile]:
    """A CSV file, open while the block runs; after it, `into` has one more entry."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = CsvFile(file, header)
        yield table
    into.append(Written(path, table.rows))


@contextmanager
def xml_file(path: Path, root: str, into: list[Written]) -> Iterator[XmlFile]:
    """An interchange, open while the block runs; after it, `into` has one more entry."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_NAMESPACES}>\n')
        interchange = XmlFile(file)
        yield interchange
        file.write(f"</{root}>\n")
    into.append(Written(path, interchange.rows))


def element(name: str, text: str) -> list[str]:
    """An element that holds a text; nothing where there is none."""
    return [f"<{name}>{escape(text, quote=False)}</{name}>"] if text else []


def parent(name: str, *children: list[str], id: str = "") -> list[str]:
    """An element that holds others, set in by a tab; nothing where they are none."""
    inner = [f"\t{line}" for child in children for line in child]
    opening = f'<{name} id="{escape(id)}">' if id else f"<{name}>"
    return [opening, *inner, f"</{name}>"] if inner else []


def descriptor(name: str, kind: str, value: str) -> list[str]:
    """An element that holds an Ed-Fi descriptor."""
    return element(name, f"uri://ed-fi.org/{kind}Descriptor#{value}" if value else "")


class Numbers:
    """An agency's own numbers for people: none twice, and never two in a row.

    Args:
        offset: from 0 to below a million; other agencies have others.
    """

    _MODULUS = 899_981  # a prime, so that no number comes twice before all have come
    _STRIDE = 314_159

    def __init__(self, offset: int) -> None:
        self._next = offset

    def new(self) -> int:
        """Six digits that nobody has."""
        self._next += 1
        return 100_000 + self._next * self._STRIDE % self._MODULUS
