"""Checking a log without trusting whoever keeps it.

Everything is recomputed from the entries' canonical texts: the numbering, each leaf, the tree's root, the head's
signature, and every checkpoint that was kept on the way. What lies beside the texts (the columns that entries are found
by, the head's own columns) must agree with them: a column that is believed and not checked is a way in.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, select, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import NullType

from governance.ledger import merkle
from governance.ledger.entry import Entry, once_key, read
from governance.ledger.note import Head, open_note
from governance.ledger.table import ledger_checkpoint, ledger_cosignature, ledger_entry, ledger_head

MOST_PROBLEMS = 100
_PAGE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check found. `verified` is True only where nothing at all was wrong, and the head is signed."""

    size: int
    root: bytes
    signed: bool
    verified: bool
    problems: tuple[str, ...]


class StoredEntry(NamedTuple):
    """An entry as it lies in storage: the text that counts, and the columns beside it, which must agree with it.

    `columns` is number, kind, topic, once and leaf; None in an export, which has the texts alone.
    """

    text: Any
    columns: tuple[Any, ...] | None = None

    @property
    def raw(self) -> bytes:
        """The text as bytes, whatever somebody made of it."""
        return self.text if isinstance(self.text, bytes) else str(self.text).encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHead:
    """A head as it lies in storage: the signed note, and the columns beside it: size, root, frontier."""

    note: Any
    columns: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLog:
    """A log as it lies in storage: entries in their order, its heads (one), and the checkpoints kept on the way.

    `witnessed` is the newest head with what witnesses signed below it; empty where none did.
    """

    entries: Iterable[StoredEntry]
    heads: Sequence[StoredHead]
    checkpoints: Mapping[int, Any] = field(default_factory=dict)
    witnessed: str = ""


def stored(connection: Connection) -> StoredLog:
    """The log in a database; entries are read as they are asked for, and as they lie there, types and all."""
    query = _raw(ledger_entry).order_by(ledger_entry.c.number).execution_options(yield_per=_PAGE)
    heads = connection.execute(_raw(ledger_head).order_by(ledger_head.c.id)).all()
    kept = connection.execute(_raw(ledger_checkpoint)).all()

    def entries() -> Iterator[StoredEntry]:
        for number, kind, topic, once, leaf, text in connection.execute(query):
            yield StoredEntry(text=text, columns=(number, kind, topic, once, leaf))

    return StoredLog(
        entries=entries(),
        heads=[StoredHead(note=row.note, columns=(row.size, row.root, row.frontier)) for row in heads],
        checkpoints={row.size: row.note for row in kept},
        witnessed=witnessed(connection),
    )


def witnessed(connection: Connection) -> str:
    """The newest kept head that a witness signed, with every witness's line below it; empty where none did."""
    newest = select(func.max(ledger_cosignature.c.size)).scalar_subquery()
    query = select(ledger_cosignature.c.line).where(ledger_cosignature.c.size == newest)
    lines = connection.execute(query.order_by(ledger_cosignature.c.witness)).scalars().all()
    note = connection.execute(select(ledger_checkpoint.c.note).where(ledger_checkpoint.c.size == newest)).scalar()
    return note + "".join(lines) if note and lines else ""


def verify_stored(connection: Connection, verifier: str) -> Verification:
    """Check the log in a database. See `verify_log`.

    Text that is not even UTF-8, or a table that is gone, is a broken log too, and reported as one.
    """
    try:
        return verify_log(stored(connection), verifier)
    except DBAPIError as unreadable:
        if unreadable.connection_invalidated:
            raise
        problem = f"The log cannot be read as it is stored ({type(unreadable).__name__})."
        return Verification(size=0, root=merkle.EMPTY_ROOT, signed=False, verified=False, problems=(problem,))


def verify_log(log: StoredLog, verifier: str) -> Verification:
    """Check a log. Never raises for a broken one: what is wrong is what it returns.

    Args:
        log: the log.
        verifier: the public key to trust, as a C2SP verifier key.
    """
    problems: list[str] = []
    marks = _marks(log.checkpoints, verifier, problems)
    heads = [head for kept in log.heads if (head := _head(kept.note, verifier, problems)) is not None]
    for head in heads:
        marks.setdefault(head.size, []).append(head)
    frontier: list[bytes] = []
    size = 0
    _compare(marks.pop(0, []), merkle.EMPTY_ROOT, problems)
    for row in log.entries:
        frontier = merkle.extend(frontier, size, _check(row, size, problems))
        size += 1
        if size in marks:
            _compare(marks.pop(size), merkle.root(frontier), problems)
    problems += [f"The signed head or a checkpoint speaks of {beyond} entries; there are {size}." for beyond in marks]
    problems += _beside(log.heads, heads, size, frontier)
    return Verification(
        size=size,
        root=merkle.root(frontier),
        signed=bool(heads) or size == 0,
        verified=not problems,
        problems=tuple(problems[:MOST_PROBLEMS]),
    )


def _raw(table: Table) -> Any:
    """All columns as the driver gives them: a value of another type than its column's must not stop the check."""
    return select(*(type_coerce(column, NullType()).label(column.name) for column in table.c))


def _beside(lying: Sequence[StoredHead], heads: Sequence[Head], size: int, frontier: list[bytes]) -> Iterator[str]:
    """What is wrong with the head beside its signature."""
    if len(lying) > 1:
        yield f"There are {len(lying)} heads; a log has one."
    if not heads and size:
        yield "There are entries, and no signed head."
    for head in heads:
        if head.size < size:
            yield f"{size - head.size} entries stand behind the signed head, from entry {head.size} on."
    true = (size, merkle.root(frontier), b"".join(frontier))
    for kept in lying:
        if kept.columns is not None and kept.columns != true:
            yield "The head's columns (size, root, frontier) are not those of the entries."


def _check(row: StoredEntry, place: int, problems: list[str]) -> bytes:
    """One entry's leaf, as recomputed from its text; what does not fit is noted."""
    try:
        entry = read(row.text, check=False) if isinstance(row.text, str) else None
    except ValueError:
        entry = None
    if entry is None:
        problems.append(f"Entry {place} is not an entry.")
        return merkle.leaf_hash(row.raw)
    if entry.index != place or (row.columns is not None and row.columns != _columns(entry, place)):
        problems += [f"Entry {place}: {what}" for what in _differences(row, entry, place)]
    return entry.leaf


def _columns(entry: Entry, place: int) -> tuple[Any, ...]:
    once = once_key(entry.kind, entry.topic) if entry.once else None
    return place, entry.kind, entry.topic, once, entry.leaf


def _differences(row: StoredEntry, entry: Entry, place: int) -> Iterator[str]:
    if entry.index != place:
        yield f"it calls itself {entry.index}."
    if row.columns is None:
        return
    number, kind, topic, once, leaf = row.columns
    if number != place:
        yield f"it is stored as {number}; one is missing or was moved."
    if (kind, topic, once) != _columns(entry, place)[1:4]:
        yield "the columns that it is found by were edited."
    if leaf != entry.leaf:
        yield "its text does not have the hash that was stored."


def _marks(kept: Mapping[int, Any], verifier: str, problems: list[str]) -> dict[int, list[Head]]:
    """The checkpoints that hold, by size."""
    marks: dict[int, list[Head]] = {}
    for size, note in kept.items():
        head = _head(note, verifier, problems)
        if head is not None and head.size != size:
            problems.append(f"The checkpoint kept for {size} entries speaks of {head.size}.")
        if head is not None:
            marks.setdefault(head.size, []).append(head)
    return marks


def _head(note: Any, verifier: str, problems: list[str]) -> Head | None:
    if not isinstance(note, str):
        problems.append("A signed head is not a text.")
        return None
    try:
        return open_note(note, verifier)
    except ValueError as wrong:
        problems.append(f"A signed head does not hold: {wrong}.")
        return None


def _compare(heads: Iterable[Head], root: bytes, problems: list[str]) -> None:
    for head in heads:
        if head.root != root:
            found = base64.b64encode(root).decode()
            problems.append(f"At {head.size} entries the root is {found}; another one was signed.")
