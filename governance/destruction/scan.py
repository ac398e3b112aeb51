"""The scan: what proves that an agreement's data is gone, by looking where things lie and not in what was written down.

Each scanner looks somewhere else (the holders at what they keep; the home's files; every table), and says how much it
looked at. A scan that found nothing because it looked at nothing would prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from governance.destruction.inventory import Item
from governance.holder import Holder, Holding
from governance.ids import AgreementId


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What a scan looked at (numbers by name), and what it found that should be gone."""

    looked: Mapping[str, int] = field(default_factory=dict)
    found: tuple[Item, ...] = ()

    def __add__(self, other: Scanned) -> Scanned:
        """Both scans as one."""
        names = sorted({*self.looked, *other.looked})
        looked = {name: self.looked.get(name, 0) + other.looked.get(name, 0) for name in names}
        return Scanned(looked=looked, found=self.found + other.found)


class Scanner(Protocol):
    """Looks for what should be gone."""

    def scan(self, agreement: AgreementId, items: Iterable[Item]) -> Scanned:
        """Look.

        Args:
            agreement: whose data should be gone.
            items: what is known to have been there.
        """
        ...


@dataclass(frozen=True, slots=True)
class HolderScanner:
    """Asks every holder to look for itself.

    Args:
        holders: all of them.
    """

    holders: tuple[Holder, ...]

    def scan(self, agreement: AgreementId, items: Iterable[Item]) -> Scanned:  # noqa: ARG002 (they look for anything)
        """What they find."""
        found = [(holder.name, each) for holder in self.holders for each in holder.remains(agreement)]
        return Scanned(
            looked={"holders": len(self.holders)}, found=tuple(Item(holder=name, holding=each) for name, each in found)
        )


def nothing(found: Iterable[Holding]) -> bool:
    """Whether there is nothing."""
    return next(iter(found), None) is None
