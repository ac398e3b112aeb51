"""The ledger's head, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """The ledger's signed head: `root` in hex, `note` the signed text, `key` what verifies it (C2SP verifier key)."""

    size: int
    root: str
    note: str
    key: str
