"""A ledger without a tree: what the register needs of one, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from governance.clock import Clock
from governance.ledger import Entry


class FakeLedger:
    """Keeps entries in a list. `reads` counts how many were handed out."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.kept: list[Entry] = []
        self.reads = 0

    def append(self, kind: str, topic: str, body: Mapping[str, Any]) -> Entry:
        entry = Entry(index=len(self.kept), at=self.clock.now(), kind=kind, topic=topic, body=dict(body), leaf=b"")
        self.kept.append(entry)
        return entry

    def append_many(self, entries: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[Entry]:
        return [self.append(*entry) for entry in entries]

    def entries(
        self, *, kind: str | None = None, topic: str | None = None, after: int = -1, limit: int | None = None
    ) -> Iterator[Entry]:
        for entry in self.kept[after + 1 :]:
            if kind is None or entry.kind == kind or entry.kind.startswith(f"{kind}."):
                self.reads += 1
                yield entry

    def size(self) -> int:
        return len(self.kept)
