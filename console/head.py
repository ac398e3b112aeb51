"""The ledger's head, as a page shows it."""

from __future__ import annotations

from console.view import LedgerHead
from governance.ledger import Ledger


def ledger_head(ledger: Ledger) -> LedgerHead:
    """The newest signed head.

    Args:
        ledger: the ledger.
    """
    head = ledger.head()
    return LedgerHead(size=head.size, root=head.root.hex(), note=head.note, key=ledger.verifier_key)
