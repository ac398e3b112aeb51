"""What reviews of links keep that rests on an agreement. A decision about two rows goes with either agreement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, delete, or_, select

from governance.database import reading, transaction
from governance.holder import Covers, Holding
from governance.ids import AgreementId
from signals.linkage.review_table import link_hold, link_review, link_review_event


class LinkReviewHolder:
    """Answers for the reviews of links.

    Args:
        engine: the operational database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        """`link reviews`."""
        return "link reviews"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """Every review of a pair of which one side came in under an agreement."""
        with reading(self._engine) as connection:
            found = _resting_on(connection, agreement)
        yield from (_holding(row) for row in found)

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Delete them with their history, all at once."""
        with transaction(self._engine) as connection:
            found = _resting_on(connection, agreement)
            for row in found:
                connection.execute(delete(link_hold).where(link_hold.c.review == row.id))
                connection.execute(delete(link_review_event).where(link_review_event.c.review == row.id))
                connection.execute(delete(link_review).where(link_review.c.id == row.id))
        yield from (_holding(row) for row in found)

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """Those that are still there."""
        yield from self.inventory(agreement)


def _resting_on(connection: Connection, agreement: AgreementId) -> list[Any]:
    columns = link_review.c
    mine = or_(columns.left_agreement == agreement, columns.right_agreement == agreement)
    return list(connection.execute(select(columns.id, columns.state).where(mine).order_by(columns.id)))


def _holding(row: Any) -> Holding:
    return Holding(covers=Covers.CROSSWALK, kind="review of a link", id=row.id, rows=1, detail=f"was {row.state}")
