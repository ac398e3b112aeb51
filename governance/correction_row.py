"""The rows that an open correction is about, so that the owner's next delivery can be compared with them.

The ledger has the correction and not the rows; they stand here by the names that the store gives them, which are keyed
digests, and only as long as the correction is open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Column, Connection, Engine, String, Table, delete, insert, select

from governance.database import metadata, reading, transaction
from governance.holder import Covers, Holding
from governance.ids import AgreementId

correction_row = Table(
    "correction_row",
    metadata,
    Column("number", String(40), primary_key=True),
    Column("record", String(64), primary_key=True),
    Column("agreement", String(64), nullable=False),
)


class CorrectionRows:
    """Keeps them; and answers for them when an agreement is destroyed.

    Args:
        engine: the operational database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        """`corrections`."""
        return "corrections"

    def remember(self, number: str, agreement: AgreementId, records: Collection[str]) -> None:
        """Note which rows a correction is about.

        Args:
            number: of the correction.
            agreement: that they came in under.
            records: as the store names rows.
        """
        rows = [{"number": number, "record": each, "agreement": agreement} for each in sorted(records)]
        with transaction(self._engine) as connection:
            connection.execute(delete(correction_row).where(correction_row.c.number == number))
            if rows:
                connection.execute(insert(correction_row), rows)

    def of(self, number: str) -> frozenset[str]:
        """The rows that a correction is about; none where that was forgotten."""
        with reading(self._engine) as connection:
            query = select(correction_row.c.record).where(correction_row.c.number == number)
            return frozenset(connection.execute(query).scalars())

    def forget(self, number: str) -> None:
        """Forget them: the correction is answered, or nobody shall know whom it was about."""
        with transaction(self._engine) as connection:
            connection.execute(delete(correction_row).where(correction_row.c.number == number))

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """Every open correction of rows that came in under an agreement."""
        with reading(self._engine) as connection:
            found = _kept(connection, agreement)
        yield from found

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Forget their rows, all at once."""
        with transaction(self._engine) as connection:
            found = _kept(connection, agreement)
            connection.execute(delete(correction_row).where(correction_row.c.agreement == agreement))
        yield from found

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """Those that are still there."""
        yield from self.inventory(agreement)


def _kept(connection: Connection, agreement: AgreementId) -> list[Holding]:
    query = select(correction_row.c.number).where(correction_row.c.agreement == agreement)
    numbers = sorted(connection.execute(query).scalars())
    return [
        Holding(covers=Covers.CROSSWALK, kind="open correction", id=number, rows=numbers.count(number))
        for number in dict.fromkeys(numbers)
    ]
