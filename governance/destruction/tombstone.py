"""Tombstones: which agreements' keys were destroyed, as the ledger has it. What the ledger has, no backup forgets.

A key store that was restored from a backup brings old keyrings back. The vault asks here before it uses any.
"""

from __future__ import annotations

from governance.ids import AgreementId
from governance.ledger import Ledger

KEYS_DESTROYED = "destruction.keys"
"""The kind of the entry that is written before the keys go."""


class Tombstones:
    """The agreements whose keys were destroyed.

    Args:
        ledger: where it stands. While it has not grown, it is not read again.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._gone: set[AgreementId] = set()
        self._looked: dict[AgreementId, int] = {}

    def __contains__(self, agreement: object) -> bool:
        """Whether the keys of an agreement were destroyed."""
        if not isinstance(agreement, str):
            return False
        id = AgreementId(agreement)
        if id not in self._gone:
            self._look(id)
        return id in self._gone

    def _look(self, id: AgreementId) -> None:
        size, seen = self._ledger.size(), self._looked.get(id, 0)
        if size == seen:
            return
        if any(self._ledger.entries(kind=KEYS_DESTROYED, topic=id, after=min(seen, size) - 1)):
            self._gone.add(id)
        self._looked[id] = size
