"""What contacts keep that rests on an agreement: telephones that were sealed under it.

The household, the language and the number go. What a family said, above all its no, stays in the ledger under the
contact's keyed digest: a later agreement must not find it again without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, delete, select

from governance.contact.table import contact
from governance.database import reading, transaction
from governance.holder import Covers, Holding
from governance.ids import AgreementId
from governance.seal import owners


class ContactHolder:
    """Answers for telephones.

    Args:
        engine: the operational database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        """`contacts`."""
        return "contacts"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """Every telephone whose number is sealed under an agreement."""
        with reading(self._engine) as connection:
            ids = _sealed(connection, agreement)
        yield from (_holding(id) for id in ids)

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Delete them, all at once."""
        with transaction(self._engine) as connection:
            ids = _sealed(connection, agreement)
            for id in ids:
                connection.execute(delete(contact).where(contact.c.id == id))
        yield from (_holding(id) for id in ids)

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """Those that are still there."""
        yield from self.inventory(agreement)


def _sealed(connection: Connection, agreement: AgreementId) -> list[str]:
    rows = connection.execute(select(contact.c.id, contact.c.phone_sealed).order_by(contact.c.id)).all()
    return [str(row.id) for row in rows if agreement in owners(row.phone_sealed)]


def _holding(id: str) -> Holding:
    return Holding(covers=Covers.RAW, kind="telephone", id=id, rows=1, detail="with its household and language")
