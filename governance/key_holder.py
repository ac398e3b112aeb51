"""Keys as a holding: each field of an agreement, with the months that it has keys for. They go first."""

from __future__ import annotations

from collections.abc import Iterator

from governance.holder import Covers, Holding
from governance.ids import AgreementId
from governance.vault import Vault


class KeyHolder:
    """Answers for an agreement's keys. What they sealed is out of reach with them, wherever a copy of it lies.

    Args:
        vault: where they are.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @property
    def name(self) -> str:
        """`keys`."""
        return "keys"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """Every field that there are keys for; and the agreement's own key, under which they and derived things are."""
        for (dataset, name), months in sorted(self._vault.fields(agreement).items()):
            detail = f"{len(months)} keys, {months[0]} to {months[-1]}"
            yield Holding(covers=Covers.KEYS, kind="field", id=f"{dataset}.{name}", detail=detail)
        if self._vault.has_keys(agreement):
            detail = "seals what rests on the agreement in tasks, models and contacts"
            yield Holding(covers=Covers.KEYS, kind="keyring", id=agreement, detail=detail)

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Destroy the keyring, leave a tombstone, and wrap every other keyring anew."""
        gone = list(self.inventory(agreement))
        self._vault.destroy(agreement)
        yield from gone

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """A keyring that lies in the store, usable or not; and an agreement that keys could be made for."""
        there = self._vault.has_keys(agreement) or bool(self._vault.fields(agreement))
        if there or not self._vault.is_destroyed(agreement):
            yield Holding(covers=Covers.KEYS, kind="keyring", id=agreement, detail="is there, or could be made")
