"""Checking a log without trusting whoever keeps it.

Everything is recomputed from the entries' canonical texts: the numbering, each leaf, the tree's root, the head's
signature, and every checkpoint that was kept on the way. An export is checked the same way with nothing but the public
key and this package.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from governance.ledger import merkle
from governance.ledger.entry import Entry, read
from governance.ledger.note import Head, open_note
from governance.ledger.table import ledger_checkpoint, ledger_entry, ledger_head

MOST_PROBLEMS = 100
_ENTRIES, _CHECKPOINT, _CHECKPOINTS, _KEY = "entries.jsonl", "checkpoint", "checkpoints.json", "key.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check found. `verified` is True only where nothing at all was wrong, and the head is signed."""

    size: int
    root: bytes
    signed: bool
    verified: bool
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as it lies in storage: the text that counts, and the columns beside it, which must agree with it."""

    text: str
    number: int | None = None
    kind: str | None = None
    topic: str | None = None
    leaf: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLog:
    """A log as it lies in storage: entries in their order, the signed head, and the checkpoints kept on the way."""

    entries: Iterable[StoredEntry]
    head: str | None
    checkpoints: Mapping[int, str] = field(default_factory=dict)


def stored(connection: Connection) -> StoredLog:
    """The log in a database; entries are read as they are asked for."""
    query = select(ledger_entry).order_by(ledger_entry.c.number).execution_options(yield_per=10_000)
    head = connection.execute(select(ledger_head.c.note)).scalar()
    kept = {row.size: row.note for row in connection.execute(select(ledger_checkpoint))}

    def entries() -> Iterator[StoredEntry]:
        for row in connection.execute(query):
            yield StoredEntry(text=row.text, number=row.number, kind=row.kind, topic=row.topic, leaf=row.leaf)

    return StoredLog(entries=entries(), head=head, checkpoints=kept)


def verify_log(log: StoredLog, verifier: str) -> Verification:
    """Check a log. Never raises for a broken one: what is wrong is what it returns.

    Args:
        log: the log.
        verifier: the public key to trust, as a C2SP verifier key.
    """
    problems: list[str] = []
    marks = _marks(log.checkpoints, verifier, problems)
    head = _head(log.head, verifier, problems)
    if head is not None:
        marks[head.size] = [*marks.get(head.size, []), head]
    frontier: list[bytes] = []
    size = 0
    _compare(marks.pop(0, []), merkle.EMPTY_ROOT, problems)
    for row in log.entries:
        leaf = _check(row, size, problems)
        frontier = merkle.extend(frontier, size, leaf)
        size += 1
        if size in marks:
            _compare(marks.pop(size), merkle.root(frontier), problems)
    problems += [f"The signed head or a checkpoint speaks of {beyond} entries; there are {size}." for beyond in marks]
    if head is None and size:
        problems.append("There are entries, and no signed head.")
    elif head is not None and head.size < size:
        problems.append(f"{size - head.size} entries stand behind the signed head.")
    return Verification(
        size=size,
        root=merkle.root(frontier),
        signed=head is not None or size == 0,
        verified=not problems,
        problems=tuple(problems[:MOST_PROBLEMS]),
    )


def write_export(folder: Path, log: StoredLog, verifier: str) -> None:
    """Write a log to a folder: `entries.jsonl`, `checkpoint` (the signed head), `checkpoints.json`, `key.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _ENTRIES).open("w", encoding="utf-8", newline="\n") as out:
        for row in log.entries:
            out.write(row.text + "\n")
    (folder / _CHECKPOINT).write_text(log.head or "", encoding="utf-8")
    (folder / _CHECKPOINTS).write_text(json.dumps(log.checkpoints, ensure_ascii=False), encoding="utf-8")
    (folder / _KEY).write_text(verifier + "\n", encoding="utf-8")


def verify_export(folder: Path, verifier: str) -> Verification:
    """Check an exported log.

    Args:
        folder: what `write_export` wrote.
        verifier: the public key that is trusted; never the one that lies in the folder.
    """
    try:
        head = (folder / _CHECKPOINT).read_text(encoding="utf-8")
        checkpoints = json.loads((folder / _CHECKPOINTS).read_text(encoding="utf-8"))
        kept = {int(size): str(note) for size, note in checkpoints.items()}
        lines = (folder / _ENTRIES).read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError, AttributeError) as unreadable:
        problem = f"The export cannot be read ({type(unreadable).__name__})."
        return Verification(size=0, root=merkle.EMPTY_ROOT, signed=False, verified=False, problems=(problem,))
    tail = lines.pop()
    entries = [StoredEntry(text=line) for line in [*lines, *([tail] if tail else [])]]
    return verify_log(StoredLog(entries=entries, head=head or None, checkpoints=kept), verifier)


def _check(row: StoredEntry, place: int, problems: list[str]) -> bytes:
    """One entry's leaf, as recomputed from its text; what does not fit is noted."""
    leaf = merkle.leaf_hash(row.text.encode("utf-8", "surrogatepass"))
    try:
        entry = read(row.text)
    except ValueError:
        problems.append(f"Entry {place} is not a canonical entry.")
        return leaf
    problems += [f"Entry {place}: {what}" for what in _differences(row, entry, place)]
    return leaf


def _differences(row: StoredEntry, entry: Entry, place: int) -> Iterator[str]:
    if entry.index != place:
        yield f"it calls itself {entry.index}."
    if row.number is not None and row.number != place:
        yield f"it is stored as {row.number}; one is missing or was moved."
    if row.kind is not None and (row.kind, row.topic) != (entry.kind, entry.topic):
        yield "the columns that it is found by were edited."
    if row.leaf is not None and row.leaf != entry.leaf:
        yield "its text does not have the hash that was stored."


def _marks(kept: Mapping[int, str], verifier: str, problems: list[str]) -> dict[int, list[Head]]:
    marks: dict[int, list[Head]] = {}
    for size, note in kept.items():
        head = _head(note, verifier, problems)
        if head is not None and head.size != size:
            problems.append(f"The checkpoint kept for {size} entries speaks of {head.size}.")
        if head is not None:
            marks.setdefault(head.size, []).append(head)
    return marks


def _head(note: str | None, verifier: str, problems: list[str]) -> Head | None:
    if note is None:
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
