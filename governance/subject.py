"""Subjects: whom a use was about, kept apart from the ledger, so that they can be told, and so that it can be erased.

The ledger holds no household's name: an entry carries a commitment, a digest over a random salt and the households. The
salt and the households stand in a table of the operational database. While they do, the question "who looked at my
data, when, what for" has an answer, and anybody who is shown the salt can check that the ledger meant these households
and no others. Once they are erased, the entry still stands, still verifies, and tells nobody anything.

Source: accounting of uses, M.G.L. c.66A s.2(f); a hash commitment (salt and text under SHA-256).
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Column, Engine, Index, LargeBinary, String, Table, delete, insert, select

from governance.database import metadata, reading, transaction
from governance.ids import HouseholdId

_SALT_BYTES = 16
_PAGE = 500
"""Values in one query: a database has a limit."""

subject_use = Table(
    "subject_use",
    metadata,
    Column("commitment", String(64), primary_key=True),
    Column("household", String(64), primary_key=True),
    Column("salt", LargeBinary(_SALT_BYTES), nullable=False),
    Index("ix_subject_use_household", "household"),
)


def commitment(salt: bytes, about: Iterable[str]) -> str:
    """The digest that an entry bears: SHA-256 over a salt and the sorted names, in hex."""
    return hashlib.sha256(salt + "\n".join(sorted(about)).encode()).hexdigest()


class Subjects:
    """The index behind the ledger's commitments.

    Args:
        engine: the operational database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def commit(self, about: frozenset[str]) -> str:
        """Note whom a use is about, before it is written down. Returns what the entry bears.

        Args:
            about: household ids; at least one. The same ones get another commitment each time.
        """
        salt = secrets.token_bytes(_SALT_BYTES)
        made = commitment(salt, about)
        rows = [{"commitment": made, "household": each, "salt": salt} for each in sorted(about)]
        with transaction(self._engine) as connection:
            connection.execute(insert(subject_use), rows)
        return made

    def households_of(self, commitments: Collection[str]) -> Mapping[str, frozenset[HouseholdId]]:
        """Whom commitments stand for; what was erased stands for nobody, and is left out.

        Args:
            commitments: as entries bear them.
        """
        found: dict[str, set[HouseholdId]] = defaultdict(set)
        wanted = sorted(commitments)
        columns = (subject_use.c.commitment, subject_use.c.household)
        with reading(self._engine) as connection:
            for start in range(0, len(wanted), _PAGE):
                query = select(*columns).where(subject_use.c.commitment.in_(wanted[start : start + _PAGE]))
                for row in connection.execute(query):
                    found[row.commitment].add(HouseholdId(row.household))
        return {each: frozenset(households) for each, households in found.items()}

    def uses_of(self, *names: HouseholdId) -> frozenset[str]:
        """The commitments of every use that was about a household.

        Args:
            names: what it is called, and was called before.
        """
        query = select(subject_use.c.commitment).where(subject_use.c.household.in_(sorted(names)))
        with reading(self._engine) as connection:
            return frozenset(connection.execute(query).scalars())

    def holds(self, made: str) -> bool:
        """Whether the index still says what the ledger committed to: nobody was added to it, nobody taken out.

        Args:
            made: the commitment. One of which a household was erased can no longer be checked.
        """
        query = select(subject_use.c.household, subject_use.c.salt).where(subject_use.c.commitment == made)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        salts = {row.salt for row in rows}
        return len(salts) == 1 and commitment(next(iter(salts)), (row.household for row in rows)) == made

    def erase(self, *names: HouseholdId) -> int:
        """Forget whom uses were about. The ledger keeps its entries, which then stand for nobody.

        Args:
            names: what the household is called, and was called before.

        Returns:
            How many uses were forgotten.
        """
        with transaction(self._engine) as connection:
            gone = connection.execute(delete(subject_use).where(subject_use.c.household.in_(sorted(names))))
            return int(gone.rowcount)
