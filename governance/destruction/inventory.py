"""The inventory of an agreement: everything that rests on it, asked of every holder, and frozen in the ledger.

It is written in parts, because a log's entries are kept small, and all parts in one go. What is found only while things
are being deleted is added to it afterwards: nothing goes that is not on the list.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.holder import Holder, Holding, holding
from governance.ids import AgreementId
from governance.ledger import Entry, Ledger
from governance.ledger.entry import canonical
from governance.ledger.log import Draft

PART, FROZEN, LATE = "destruction.inventory", "destruction.frozen", "destruction.late"
"""Kinds of entries: a part of the list, the list as a whole, and what was found after it."""

_PART_BYTES = 32_000
"""Of a part's canonical text, at most: an entry of a tiled log has less than 65,536 (C2SP tlog-tiles)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an inventory: a holding, and who holds it."""

    holder: str
    holding: Holding

    def body(self) -> dict[str, Any]:
        """The line as part of a JSON document."""
        return {"holder": self.holder, **self.holding.body()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What rests on an agreement. `entry` is the ledger's that froze it; None until then."""

    items: tuple[Item, ...]
    entry: Entry | None = None

    @property
    def sha256(self) -> str:
        """The hash of the whole list, in its order."""
        return hashlib.sha256(canonical([item.body() for item in self.items]).encode()).hexdigest()

    def counts(self) -> dict[str, int]:
        """How many lines there are of each kind of thing that an agreement's `destruction.covers` names."""
        return dict(sorted(Counter(item.holding.covers.value for item in self.items).items()))


def identity(item: Item) -> str:
    """What makes a line the same line again, whatever its detail says by then."""
    return f"{item.holder} {item.holding.kind} {item.holding.id}"


def take_stock(holders: Iterable[Holder], agreement: AgreementId) -> Inventory:
    """Ask every holder what it keeps that rests on an agreement. Changes nothing."""
    return Inventory(
        items=tuple(
            Item(holder=holder.name, holding=each) for holder in holders for each in holder.inventory(agreement)
        )
    )


def freeze(ledger: Ledger, agreement: AgreementId, stock: Inventory, *, by: str, why: str) -> Inventory:
    """Write an inventory down: all of its parts and their end, or nothing."""
    sha256 = stock.sha256
    drafts: list[Draft] = [
        (PART, agreement, {"inventory": sha256, "part": number, "items": [item.body() for item in part]})
        for number, part in enumerate(_parts(stock.items))
    ]
    end: dict[str, Any] = {"inventory": sha256, "parts": len(drafts), "items": len(stock.items)}
    end |= {"counts": stock.counts(), "by": by, "why": why}
    written = ledger.append_many([*drafts, (FROZEN, agreement, end)])
    return Inventory(items=stock.items, entry=written[-1])


def frozen(ledger: Ledger, agreement: AgreementId) -> Inventory | None:
    """The inventory that was frozen; None where none was.

    Raises:
        ValueError: the parts do not make the list that their end speaks of.
    """
    end = next(iter(ledger.entries(kind=FROZEN, topic=agreement)), None)
    if end is None:
        return None
    parts = [each for each in ledger.entries(kind=PART, topic=agreement) if each.index < end.index]
    mine = parts[len(parts) - int(str(end.body["parts"])) :]
    found = Inventory(items=tuple(item for part in mine for item in _items(part)), entry=end)
    if found.sha256 != end.body["inventory"]:
        raise ValueError("the inventory is not the one that was frozen")
    return found


def add_late(ledger: Ledger, agreement: AgreementId, items: Sequence[Item]) -> None:
    """Write down what was found, and went, that is not in the inventory."""
    if items:
        ledger.append_many([(LATE, agreement, {"items": [item.body() for item in part]}) for part in _parts(items)])


def late(ledger: Ledger, agreement: AgreementId, *, before: int | None = None) -> tuple[Item, ...]:
    """What was found after the inventory was frozen, and went too.

    Args:
        ledger: where it stands.
        agreement: whose.
        before: only what was written before this entry.
    """
    entries = ledger.entries(kind=LATE, topic=agreement)
    return tuple(line for entry in entries if before is None or entry.index < before for line in _items(entry))


def item(body: Mapping[str, Any]) -> Item:
    """The line that a JSON document describes.

    Raises:
        KeyError: a part of it is missing.
        ValueError: it covers nothing that is known.
    """
    return Item(holder=str(body["holder"]), holding=holding(body))


def _items(part: Entry) -> Iterator[Item]:
    lines: Any = part.body["items"]
    return (item(line) for line in lines)


def _parts(items: Iterable[Item]) -> Iterator[list[Item]]:
    part: list[Item] = []
    size = 0
    for each in items:
        length = len(canonical(each.body()).encode()) + 1
        if part and size + length > _PART_BYTES:
            yield part
            part, size = [], 0
        part.append(each)
        size += length
    if part:
        yield part
