"""Freshness: how long ago each dataset was last delivered, against how often its agreement says that it is renewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select

from governance.database import reading
from governance.ids import AgreementId, DatasetId, DeliveryId
from governance.register import Register
from signals.delivery import delivery

WITHOUT_PROMISE = 30
"""Days that a dataset may go without a delivery where no agreement on file says how often it is renewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """A dataset's last delivery. `days` is how old it is, `promised_days` how old it may be."""

    dataset: DatasetId
    agreement: AgreementId
    delivery: DeliveryId
    last_on: date
    days: int
    promised_days: int

    @property
    def stale(self) -> bool:
        """Whether the next one should have come."""
        return self.days > self.promised_days


def freshness(engine: Engine, register: Register, day: date) -> list[Freshness]:
    """How fresh every dataset is that was ever delivered, in their order.

    Args:
        engine: the operational database.
        register: the agreements, for what they promise.
        day: the day to look from; what came after it is not looked at.
    """
    columns = delivery.c
    query = select(columns.dataset, columns.agreement, columns.id, columns.taken_on).where(columns.taken_on <= day)
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(columns.taken_at, columns.id)).all()
    last, promised = {DatasetId(row.dataset): row for row in rows}, promises(register)
    return [
        Freshness(
            dataset=dataset,
            agreement=AgreementId(row.agreement),
            delivery=DeliveryId(row.id),
            last_on=row.taken_on,
            days=(day - row.taken_on).days,
            promised_days=promised.get((row.agreement, dataset), WITHOUT_PROMISE),
        )
        for dataset, row in sorted(last.items())
    ]


def promises(register: Register) -> dict[tuple[AgreementId, DatasetId], int]:
    """How often, in days, each agreement says that each of its datasets is renewed.

    Args:
        register: the agreements.
    """
    papers = [standing.agreement for standing in register.all()]
    return {(paper.id, terms.id): terms.refresh_days for paper in papers for terms in paper.datasets}
