"""Circles: which households are a member of staff's own, their family's, or their neighbours'.

Declared by the person or an officer, so that a look at one of them is noticed (`governance.anomaly.reach`). A
household rests as a keyed digest only: the table does not tell who on the staff is a client, and the ledger says no
more than that a circle was declared. Nobody is refused for it: a worker may have to hand the task over.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from sqlalchemy import Column, Engine, String, Table, delete, insert, select

from governance.database import metadata, reading, transaction
from governance.errors import Misconfigured
from governance.ids import HouseholdId
from governance.ledger import Ledger
from governance.vault import Vault

SECRET = "circle"  # noqa: S105 (the name of a secret)
"""The installation's secret that the digests are made with."""

staff_circle = Table(
    "staff_circle",
    metadata,
    Column("staff", String(64), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("relation", String(16), nullable=False),
)


class Relation(StrEnum):
    """What a household is to a member of staff."""

    OWN = "own"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"


class Circles:
    """Declared circles.

    Args:
        engine: the operational database.
        vault: has the secret that digests are made with.
        ledger: says that a circle was declared, and by whom.
    """

    def __init__(self, engine: Engine, vault: Vault, ledger: Ledger) -> None:
        self._engine = engine
        self._vault = vault
        self._ledger = ledger

    def declare(self, staff: str, household: HouseholdId, relation: Relation, *, by: str) -> None:
        """Note that a household belongs to somebody's circle. Declaring it again changes what it is.

        Args:
            staff: whose circle.
            household: which household.
            relation: what it is to them.
            by: who declares it.

        Raises:
            Misconfigured: `STAFF_NEEDED` where one of them is not named.
        """
        if not staff.strip() or not by.strip():
            raise Misconfigured("A circle needs whose it is, and who declares it.", "Name both.", code="STAFF_NEEDED")
        self._ledger.append("staff.circle_declared", staff, {"by": by, "relation": str(relation)})
        row = {"staff": staff, "digest": self._digest(household), "relation": str(relation)}
        with transaction(self._engine) as connection:
            connection.execute(delete(staff_circle).where(*(staff_circle.c[key] == row[key] for key in _KEY)))
            connection.execute(insert(staff_circle).values(**row))

    def withdraw(self, staff: str, household: HouseholdId, *, by: str) -> None:
        """Take a household out of somebody's circle; taking out what is not in it is done already."""
        self._ledger.append("staff.circle_withdrawn", staff, {"by": by})
        with transaction(self._engine) as connection:
            mine = (staff_circle.c.staff == staff, staff_circle.c.digest == self._digest(household))
            connection.execute(delete(staff_circle).where(*mine))

    def among(self, households: Iterable[HouseholdId]) -> Mapping[str, Mapping[HouseholdId, str]]:
        """Whose circle each of these households is in.

        Args:
            households: those to be asked about.

        Returns:
            By staff id: households of the circle, each with its relation. Staff without any are left out.
        """
        by_digest = {self._digest(household): household for household in households}
        found: dict[str, dict[HouseholdId, str]] = defaultdict(dict)
        with reading(self._engine) as connection:
            for row in connection.execute(select(staff_circle)):
                if row.digest in by_digest:
                    found[row.staff][by_digest[row.digest]] = row.relation
        return found

    def declared(self) -> bool:
        """Whether anybody declared anything."""
        with reading(self._engine) as connection:
            return connection.execute(select(staff_circle.c.staff).limit(1)).first() is not None

    def _digest(self, household: HouseholdId) -> str:
        return hmac.digest(self._vault.secret(SECRET), household.encode(), "sha256").hex()


_KEY = ("staff", "digest")
