"""Freshness: up to which day each dataset has been told of, against how often its agreement says that it is renewed.

Both clocks count: when a delivery came, and which days its rows tell of. Old rows that come today are no news of today.
And of a past day, rows that were known on it count although their file came later, as they do in everything that is
computed as of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, select

from governance.database import reading
from governance.ids import AgreementId, DatasetId, DeliveryId
from governance.register import Register
from signals.coverage import newest
from signals.delivery import delivery
from signals.feed import Feed

WITHOUT_PROMISE = 30
"""Days that a dataset may go without a delivery where no agreement on file says how often it is renewed."""
REACHES_BACK = 90
"""Days that may lie between a delivery's newest row and its coming, or between rows of a file that came later: in a
small town nothing may happen for weeks. A feed may say otherwise (`reaches_back_days`), and what promises less often
may reach back as far as it promises. Beyond that a delivery is one of old rows, and tells up to its newest row only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How far a dataset has been told of, seen from a day.

    `delivery` is the last one that had come by then (or the first that told of the day afterwards), `last_on` the day
    up to which it is known what there is to know, `days` how long ago that is, and `allowed_days` how long ago it may
    be: the `promised_days`, or more where only the rows' own days can be gone by.
    """

    dataset: DatasetId
    agreement: AgreementId
    delivery: DeliveryId
    last_on: date
    days: int
    promised_days: int
    allowed_days: int

    @property
    def stale(self) -> bool:
        """Whether more should have come by now."""
        return self.days > self.allowed_days


def freshness(
    engine: Engine, register: Register, day: date, feeds: Mapping[DatasetId, Feed] | None = None
) -> list[Freshness]:
    """How fresh every dataset is of which anything is known by a day, in their order.

    Args:
        engine: the operational database.
        register: the agreements, for what they promise.
        day: the day to look from. Of what came after it, only what its rows say was known by then counts.
        feeds: the feeds, for how old the newest row of a file may be.
    """
    query = select(*(delivery.c[name] for name in ("id", "dataset", "agreement", "taken_on", "delivered", "covers")))
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(delivery.c.taken_at, delivery.c.id)).all()
    promised, came = promises(register), dict[DatasetId, list[Any]]()
    for row in rows:
        came.setdefault(DatasetId(row.dataset), []).append(row)
    back = {dataset: feed.reaches_back_days or REACHES_BACK for dataset, feed in (feeds or {}).items()}
    found = (
        _fresh(dataset, mine, promised, back.get(dataset, REACHES_BACK), day) for dataset, mine in sorted(came.items())
    )
    return [each for each in found if each is not None]


def promises(register: Register) -> dict[tuple[AgreementId, DatasetId], int]:
    """How often, in days, each agreement says that each of its datasets is renewed.

    Args:
        register: the agreements.
    """
    papers = [standing.agreement for standing in register.all()]
    return {(paper.id, terms.id): terms.refresh_days for paper in papers for terms in paper.datasets}


def _fresh(
    dataset: DatasetId, came: Iterable[Any], promised: Mapping[tuple[AgreementId, DatasetId], int], back: int, day: date
) -> Freshness | None:
    """A dataset's freshness by whichever delivery keeps it fresh longest; None where nothing is known by the day."""
    told: list[tuple[date, int, int]] = []
    last: Any = None
    for row in came:
        often = promised.get((row.agreement, dataset), WITHOUT_PROMISE)
        until = _told(row, day, often, max(often, back))
        told += [(*until, often)] if until else []
        if row.taken_on <= day or (last is None and until):
            last = row
    if not told:
        return None
    until_on, allowed, often = max(told, key=lambda each: (each[0].toordinal() + each[1], each[0]))
    return Freshness(
        dataset=dataset,
        agreement=AgreementId(last.agreement),
        delivery=DeliveryId(last.id),
        last_on=until_on,
        days=(day - until_on).days,
        promised_days=often,
        allowed_days=allowed,
    )


def _told(row: Any, day: date, promised: int, reach: int) -> tuple[date, int] | None:
    """Up to which day a delivery tells, seen from a day, and how long ago that may be; None where it tells nothing.

    A file without a row says that there is nothing new. One whose rows are all in quarantine says nothing.
    """
    if row.taken_on <= day and (row.covers is None or not row.delivered):
        return row.taken_on, promised
    until = newest(row.covers, day) if row.covers else None
    if until is None:
        return None
    if row.taken_on <= day and (row.taken_on - until).days <= reach:
        return row.taken_on, promised
    return until, reach
