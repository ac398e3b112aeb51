"""The tip: where the log stands, as the next append finds it, and whether it may be built upon.

A head row that was edited by hand must not be signed over: the next signature would make the edit part of the log. So
the row counts only as far as the signed note in it says the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from governance.errors import LedgerBroken
from governance.ledger import merkle
from governance.ledger.note import Head, open_note

_DO = "Run `hearthline ledger verify`, keep this home as it is, and call the privacy officer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """A signed head, and the compact range of the tree that it stands for."""

    head: Head
    frontier: tuple[bytes, ...]


def trusted(row: Row[Any], verifier: str, seen: Head | None) -> Tip:
    """What a stored head row stands for.

    The frontier needs no signature of its own: it folds to the signed root, and a root that two frontiers of one
    shape fold to would be a collision of SHA-256 (RFC 6962, section 2.1).

    Args:
        row: the row of `ledger_head`, locked.
        verifier: the log's own key.
        seen: the last head that this process saw saved. A log only grows.

    Raises:
        LedgerBroken: it is not what was signed, or older than what was seen.
    """
    frontier = merkle.cut(row.frontier)
    try:
        head = seen if seen is not None and seen.note == row.note else open_note(row.note, verifier)
    except ValueError:
        raise LedgerBroken("The ledger's head is not signed by this ledger's key.", _DO) from None
    fits = len(frontier) == head.size.bit_count() and merkle.root(frontier) == head.root
    if not fits or (row.size, row.root) != (head.size, head.root):
        raise LedgerBroken("The ledger's head is not what was signed.", _DO)
    if seen is not None and (head.size < seen.size or (head.size == seen.size and head.root != seen.root)):
        raise LedgerBroken("The ledger's head is older than one that was there before.", _DO)
    return Tip(head=head, frontier=tuple(frontier))


def occupied() -> LedgerBroken:
    """An entry stands behind the head, where the next one belongs."""
    return LedgerBroken("An entry that nobody signed stands where the next one belongs.", _DO)
