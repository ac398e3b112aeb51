"""What a command exits with."""

from __future__ import annotations

from governance.errors import ContractBroken, HearthlineError, LedgerBroken, MoveNotYours, Refused

DONE, FAILED, USAGE, REFUSED, CONTRACT, LEDGER = 0, 1, 2, 3, 4, 5
"""Done · failed · called wrongly · refused by governance · input broke its contract · the ledger does not verify."""

_BY_FAMILY: dict[type[HearthlineError], int] = {
    Refused: REFUSED,
    MoveNotYours: REFUSED,
    ContractBroken: CONTRACT,
    LedgerBroken: LEDGER,
}


def of(error: HearthlineError) -> int:
    """The exit code that an error ends a command with."""
    return next((code for kind, code in _BY_FAMILY.items() if isinstance(error, kind)), FAILED)
