"""What a breach touches in this installation: the uses in the ledger, and what is held of the data concerned."""

from __future__ import annotations

from dataclasses import dataclass

from flows.services import Services
from governance.breach import Breaches
from governance.breach.record import Breach
from governance.breach.scope import Scope
from governance.ids import DatasetId, HouseholdId


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of one dataset: sealed files and their rows. `derived` says that it was made from the data."""

    dataset: DatasetId
    files: int
    rows: int
    derived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a breach touches: the uses in its time, what was held of the data, and whom to tell.

    `households` are those that were looked at one by one, as far as the index behind the ledger still knows them. Where
    whole files were read (`scope.whole_files`), everybody in them is concerned besides.
    """

    scope: Scope
    held: tuple[Held, ...]
    households: tuple[HouseholdId, ...]


def breaches_of(house: Services) -> Breaches:
    """The breaches of an installation."""
    return Breaches(house.ledger, house.register, house.clock)


def touched(house: Services, breach: Breach) -> Touched:
    """What a breach touches. No key is needed, and no value is read.

    Args:
        house: the services.
        breach: as it stands.
    """
    concerned, found = set(breach.agreements), dict[tuple[DatasetId, bool], list[int]]()
    for file in house.store.every_file():
        own = file.agreement in concerned
        if own and breach.datasets and file.dataset not in breach.datasets:
            continue
        if own or concerned & set(file.lineage):
            found.setdefault((file.dataset, not own), []).append(file.rows)
    held = (
        Held(dataset=dataset, files=len(rows), rows=sum(rows), derived=derived)
        for (dataset, derived), rows in sorted(found.items())
    )
    scope = breaches_of(house).scope(breach)
    known = house.subjects.households_of(scope.commitments)
    households = {household for about in known.values() for household in about}
    return Touched(scope=scope, held=tuple(held), households=tuple(sorted(households)))


def remind(house: Services) -> tuple[str, ...]:
    """Write down, once each, which notices of open breaches are late: part of every night.

    Returns:
        Those that are late since the last time, as `reference duty`.
    """
    return breaches_of(house).remind(by="hearthline")
