"""What linkage remembers from one run to the next: what stewards decided, and what everybody is called.

All else it makes anew each time from the rows of active agreements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from governance.ledger import Json, Ledger
from governance.vault import Vault
from signals.linkage.build import Linked
from signals.linkage.name_record import NameRecord
from signals.linkage.review import LinkReviews
from signals.linkage.review_queue import ask, holds_of, pairs_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What linkage remembers.

    Args:
        vault: has the secrets that digests are made with.
        ledger: says that names were merged or split, never whose.
        reviews: what stewards decided.
        names: what everybody is and was called.
    """

    vault: Vault
    ledger: Ledger
    reviews: LinkReviews
    names: NameRecord

    @classmethod
    def of(cls, engine: Engine, vault: Vault, ledger: Ledger) -> Memory:
        """The memory of an installation.

        Args:
            engine: the operational database.
            vault: has the secrets that digests are made with.
            ledger: says that names were merged or split.
        """
        return cls(vault=vault, ledger=ledger, reviews=LinkReviews(engine, vault), names=NameRecord(engine, vault))

    def keep(
        self, connection: Connection, link: str, linked: Linked, doubted: Mapping[str, frozenset[str]], at: datetime
    ) -> None:
        """Remember a run: its names, what it is not sure of, and whom a doubt is about.

        Args:
            connection: of the transaction that makes the run count.
            link: the run.
            linked: who is who.
            doubted: the undecided reviews that a person key stands in.
            at: this instant.
        """
        placed = linked.persons.join(linked.households, on="person")
        self.names.keep(connection, link, placed, linked.changes, at)
        ask(connection, self.vault, link, pairs_of(linked), holds_of(linked, doubted), at)

    def tell(self, link: str) -> None:
        """Write into the ledger what a run did to names: how many, and nothing of whom. Once for each time it did."""
        rows = [row for row in self.names.changes() if row.link == link]
        for at in sorted({row.at for row in rows}):
            mine = [row for row in rows if row.at == at]
            for kind in sorted({row.kind for row in mine}):
                same = [row for row in mine if row.kind == kind]
                body: dict[str, Json] = {
                    "link": link,
                    "persons": sum(row.scope == "person" for row in same),
                    "households": sum(row.scope == "household" for row in same),
                }
                self.ledger.append_once(
                    f"link.{'merged' if kind == 'merged' else 'split'}", f"{link}/{same[0].id}", body
                )
