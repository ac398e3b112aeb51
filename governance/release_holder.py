"""Published tables as a holding: what is public stays public; our copy goes, unless the agreement lets it stay.

Without the copy no later table of that series can be held against it, so none is published any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, delete, select

from governance.database import reading, transaction
from governance.disclosure.release import PUBLISHED
from governance.disclosure.release_table import release
from governance.holder import Covers, Holding
from governance.ids import AgreementId
from governance.ledger import Ledger
from governance.register import Register

_MAY_STAY = "released_aggregates"


class ReleaseHolder:
    """Answers for copies of published tables.

    Args:
        engine: the operational database.
        ledger: says which tables rest on which agreements.
        register: says what each agreement lets stay.
    """

    def __init__(self, engine: Engine, ledger: Ledger, register: Register) -> None:
        self._engine = engine
        self._ledger = ledger
        self._register = register

    @property
    def name(self) -> str:
        """`releases`."""
        return "releases"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """The copies that there still are of tables that rest on an agreement which does not let them stay."""
        if _MAY_STAY in self._register.get(agreement).agreement.destruction.keeps:
            return
        for entry in self._ledger.entries(kind=PUBLISHED):
            owners: Any = entry.body["agreements"]
            if agreement in {each["id"] for each in owners} and self._kept(entry.topic):
                cells = int(str(entry.body["cells"]))
                yield Holding(
                    covers=Covers.EXPORTS, kind="published table", id=entry.topic, rows=cells, detail="a copy"
                )

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Delete them."""
        for each in list(self.inventory(agreement)):
            with transaction(self._engine) as connection:
                connection.execute(delete(release).where(release.c.id == each.id))
            yield each

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """Those that are still there."""
        yield from self.inventory(agreement)

    def _kept(self, id: str) -> bool:
        with reading(self._engine) as connection:
            return connection.execute(select(release.c.id).where(release.c.id == id)).first() is not None
