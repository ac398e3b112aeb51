"""The log itself: append, look up, sign. Every append is durable, and signed, before it returns."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, or_, select
from sqlalchemy.exc import IntegrityError

from governance.clock import Clock
from governance.database import reading, transaction
from governance.errors import LedgerBroken, Misconfigured
from governance.ledger import entry as form
from governance.ledger import merkle
from governance.ledger.entry import Entry, Json
from governance.ledger.export import write_export, write_tiled
from governance.ledger.note import Head, sign, verifier_key
from governance.ledger.table import ADD, HEAD, HELD, MOVE, first_insert, ledger_checkpoint, ledger_entry, snapshot
from governance.ledger.tip import Tip, occupied, trusted
from governance.ledger.verification import Verification, stored, verify_stored

_PAGE = 5_000

Draft = tuple[str, str, Mapping[str, Json]]
"""Kind, topic and body of an entry to be."""


class Ledger:
    """An append-only log.

    Args:
        engine: the ledger's own database.
        key: signs every head.
        origin: the log's name in its checkpoints.
        clock: the time that entries bear.
    """

    def __init__(self, engine: Engine, *, key: Ed25519PrivateKey, origin: str, clock: Clock) -> None:
        self._engine = engine
        self._key = key
        self._origin = origin
        self._clock = clock
        self._turn = threading.Lock()
        self._seen: Head | None = None
        self.verifier_key = verifier_key(origin, key.public_key())

    def append(self, kind: str, topic: str, body: Mapping[str, Json]) -> Entry:
        """Write one entry down. It is on disk, and the new head is signed, before this returns.

        Args:
            kind: what happened, dotted.
            topic: what it is about: an id that is not a person's.
            body: the rest; no personal data.
        """
        return self.append_many([(kind, topic, body)])[0]

    def append_many(self, entries: Sequence[Draft]) -> list[Entry]:
        """Write several entries down at once: all of them or none."""
        return self._write(entries) or []

    def append_once(self, kind: str, topic: str, body: Mapping[str, Json]) -> Entry | None:
        """Write an entry down unless there is one of this kind about this topic.

        Of several processes that try, one succeeds.

        Returns:
            The entry; None where it was there already.
        """
        written = self._write([(kind, topic, body)], once=True)
        return written[0] if written else None

    def entries(
        self, *, kind: str | None = None, topic: str | None = None, after: int = -1, limit: int | None = None
    ) -> Iterator[Entry]:
        """Entries in their order.

        Args:
            kind: only this kind and those below it: `grant` also gives `grant.opened`.
            topic: only about this topic.
            after: only those with a greater number.
            limit: at most so many.
        """
        query = select(ledger_entry.c.number, ledger_entry.c.text).order_by(ledger_entry.c.number)
        if kind is not None:
            query = query.where(or_(ledger_entry.c.kind == kind, ledger_entry.c.kind.startswith(f"{kind}.")))
        if topic is not None:
            query = query.where(ledger_entry.c.topic == topic)
        left = limit
        while left is None or left > 0:
            page = min(_PAGE, left) if left is not None else _PAGE
            with reading(self._engine) as connection:
                rows = connection.execute(query.where(ledger_entry.c.number > after).limit(page)).all()
            for row in rows:
                yield _read(row.text)
            if len(rows) < page:
                return
            after = rows[-1].number
            left = left - page if left is not None else None

    def get(self, index: int) -> Entry:
        """The entry by that number.

        Raises:
            Misconfigured: `ENTRY_UNKNOWN` where there is none.
        """
        with reading(self._engine) as connection:
            text = connection.execute(select(ledger_entry.c.text).where(ledger_entry.c.number == index)).scalar()
        if text is None:
            raise Misconfigured(f"The ledger has no entry {index}.", "See `ledger verify`.", code="ENTRY_UNKNOWN")
        return _read(text)

    def size(self) -> int:
        """How many entries there are."""
        with reading(self._engine) as connection:
            row = connection.execute(HEAD).first()
        return 0 if row is None else int(row.size)

    def head(self) -> Head:
        """The log as it stands, signed."""
        with reading(self._engine) as connection:
            row = connection.execute(HEAD).first()
        if row is None:
            return sign(self._origin, self._key, 0, merkle.EMPTY_ROOT)
        return Head(size=row.size, root=row.root, note=row.note)

    def checkpoint(self) -> Head:
        """Keep the signed head as it stands: later heads are checked against it."""
        head = self.head()
        with self._turn, transaction(self._engine) as connection:
            known = select(ledger_checkpoint.c.size).where(ledger_checkpoint.c.size == head.size)
            if connection.execute(known).first() is None:
                connection.execute(ledger_checkpoint.insert(), {"size": head.size, "note": head.note})
        return head

    def prove(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The audit path of an entry (RFC 6962, section 2.1.1).

        Args:
            index: the entry.
            size: in the log as it was at this size; as it is, where it is left out.

        Raises:
            Misconfigured: `ENTRY_UNKNOWN` where the log is not that long.
        """
        leaves = self._leaves(self.size() if size is None else size)
        if not 0 <= index < len(leaves):
            raise Misconfigured(f"The ledger has no entry {index}.", "See `ledger verify`.", code="ENTRY_UNKNOWN")
        return merkle.inclusion_proof(index, len(leaves), lambda low, high: merkle.root_of(leaves[low:high]))

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """The proof that the log at one size is the beginning of the log at another (RFC 6962, section 2.1.2).

        Raises:
            Misconfigured: `ENTRY_UNKNOWN` where the sizes are not ones that this log had, in that order.
        """
        to = self.size() if new is None else new
        leaves = self._leaves(to)
        if not 0 < old <= to:
            raise Misconfigured(f"The ledger did not grow from {old} to {to}.", code="ENTRY_UNKNOWN")
        return merkle.consistency_proof(old, to, lambda low, high: merkle.root_of(leaves[low:high]))

    def verify(self) -> Verification:
        """Recompute everything and hold it against every signature. See `verification.verify_log`."""
        with snapshot(self._engine) as connection:
            return verify_stored(connection, self.verifier_key)

    def export(self, folder: Path, *, tiles: bool = False) -> None:
        """Write the log to a folder that anyone can check with the public key; as C2SP tlog-tiles too, if asked for."""
        with snapshot(self._engine) as connection:
            write_export(folder, stored(connection), self.verifier_key)
            if tiles:
                write_tiled(folder, stored(connection))

    def _write(self, drafts: Sequence[Draft], *, once: bool = False) -> list[Entry] | None:
        """Append in one transaction; None where it is to be done once and was done before."""
        with self._turn:
            with transaction(self._engine) as connection:
                tip = self._lock(connection)
                if once and _is_there(connection, *drafts[0][:2]):
                    return None
                tip, written = self._append(connection, tip, drafts, once=once)
            self._seen = tip.head  # only now is it saved
        return written

    def _append(
        self, connection: Connection, tip: Tip, drafts: Sequence[Draft], *, once: bool
    ) -> tuple[Tip, list[Entry]]:
        at = self._clock.now()
        size, frontier = tip.head.size, list(tip.frontier)
        written: list[Entry] = []
        rows: list[dict[str, object]] = []
        for kind, topic, body in drafts:
            text = form.write(index=size, at=at, kind=kind, topic=topic, body=body, once=once)
            entry = form.read(text, check=False)
            frontier = merkle.extend(frontier, size, entry.leaf)
            key = form.once_key(kind, topic) if once else None
            rows.append({"number": size, "kind": kind, "topic": topic, "once": key, "leaf": entry.leaf, "text": text})
            written.append(entry)
            size += 1
        if not rows:
            return tip, written
        try:
            connection.execute(ADD, rows)
        except IntegrityError:
            raise occupied() from None
        head = sign(self._origin, self._key, size, merkle.root(frontier))
        values = {"size": size, "root": head.root, "frontier": b"".join(frontier), "note": head.note}
        connection.execute(MOVE, values)
        return Tip(head=head, frontier=tuple(frontier)), written

    def _lock(self, connection: Connection) -> Tip:
        """Hold the head until the transaction ends, so that nobody else appends in between."""
        row = connection.execute(HELD).first()
        if row is None:
            empty = sign(self._origin, self._key, 0, merkle.EMPTY_ROOT)
            first_insert(connection, {"id": 1, "size": 0, "root": empty.root, "frontier": b"", "note": empty.note})
            row = connection.execute(HELD).one()
        tip = trusted(row, self.verifier_key, self._seen)
        if tip.head.size == 0 and connection.execute(select(ledger_entry.c.number).limit(1)).first() is not None:
            raise occupied()
        return tip

    def _leaves(self, size: int) -> list[bytes]:
        with reading(self._engine) as connection:
            query = select(ledger_entry.c.leaf).where(ledger_entry.c.number < size).order_by(ledger_entry.c.number)
            leaves = list(connection.execute(query).scalars())
        if len(leaves) != size:
            raise Misconfigured(f"The ledger never had {size} entries.", "See `ledger verify`.", code="ENTRY_UNKNOWN")
        return leaves


def _is_there(connection: Connection, kind: str, topic: str) -> bool:
    """Whether there is such an entry. Found by topic: a kind has many entries, a topic few."""
    return kind in connection.execute(select(ledger_entry.c.kind).where(ledger_entry.c.topic == topic)).scalars()


def _read(text: str) -> Entry:
    try:
        return form.read(text)
    except ValueError:
        raise LedgerBroken(
            "An entry of the ledger is not as it was written.", "Run `hearthline ledger verify`."
        ) from None
