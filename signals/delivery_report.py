"""The delivery report: what became of a file's rows, what is new, what is not as usual, and whether it came in time.

It is worked out from the counts on record, so that it can be asked for at any time; no row is opened for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, or_, select

from governance.database import reading
from governance.errors import Misconfigured
from governance.ids import DatasetId, DeliveryId
from governance.register import Register
from signals import profile as profiles
from signals.delivery import Delivery, delivery, find
from signals.drift import Drift, Measured, compare
from signals.feed import Feeds
from signals.freshness import promises
from signals.tolerance import Tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What can be told of a delivery: delivered = kept + unlinkable + all of `quarantine_counts`.

    `unlisted` are codes that the feed's lists do not know, by column, with their rows; `unnamed` counts, by column,
    the rows with others that are not named: too few people share them, or they look like no code. `drift` is what is
    not as in the `compared` deliveries before. `promised_days` is how often the agreement says that the data is
    renewed, `waited_days` how long after the delivery before it this one came; None where there is none.
    """

    delivery: DeliveryId
    dataset: DatasetId
    agreement: str
    taken_on: date
    known_on: date | None
    delivered: int
    kept: int
    unlinkable: int
    quarantine_counts: dict[str, int]
    unlisted: dict[str, dict[str, int]]
    unnamed: dict[str, int]
    compared: int
    drift: list[Drift]
    promised_days: int | None
    waited_days: int | None

    @property
    def late(self) -> bool:
        """Whether it came later than the agreement promises."""
        if self.promised_days is None or self.waited_days is None:
            return False
        return self.waited_days > self.promised_days


def report_on(engine: Engine, register: Register, feeds: Feeds, id: DeliveryId) -> DeliveryReport:
    """The report of a delivery.

    Args:
        engine: the operational database.
        register: the agreements, for what they promise.
        feeds: the feeds, for how much their deliveries may differ.
        id: the delivery.

    Raises:
        Misconfigured: `DELIVERY_UNKNOWN` where none of this id is on record, or it was destroyed.
    """
    with reading(engine) as connection:
        taken = find(connection, id)
        if taken is None:
            what = "No delivery of that id is on record: it was never taken, or destroyed with its agreement."
            raise Misconfigured(what, "See `hearthline deliveries list`.", code="DELIVERY_UNKNOWN")
        feed = feeds.get(taken.dataset)
        tolerance = feed.drift if feed else Tolerance()
        earlier = _before(connection, taken, tolerance.among)
        found = profiles.find(connection, [taken.id, *(each.id for each in earlier)])
    profile = found.get(taken.id)
    return DeliveryReport(
        delivery=taken.id,
        dataset=taken.dataset,
        agreement=taken.agreement,
        taken_on=taken.taken_on,
        known_on=taken.known_on,
        delivered=taken.delivered,
        kept=taken.kept,
        unlinkable=taken.unlinkable,
        quarantine_counts=taken.quarantine_counts,
        unlisted=profile.unlisted if profile else {},
        unnamed=profile.unnamed if profile else {},
        compared=len(earlier),
        drift=compare(_measured(taken, profile), [_measured(each, found.get(each.id)) for each in earlier], tolerance),
        promised_days=promises(register).get((taken.agreement, taken.dataset)),
        waited_days=(taken.taken_on - earlier[0].taken_on).days if earlier else None,
    )


def all_deliveries(engine: Engine, dataset: DatasetId | None = None) -> list[Delivery]:
    """Every delivery on record, the newest first.

    Args:
        engine: the operational database.
        dataset: only of this one.
    """
    query = select(delivery).order_by(delivery.c.taken_at.desc(), delivery.c.id.desc())
    if dataset is not None:
        query = query.where(delivery.c.dataset == dataset)
    with reading(engine) as connection:
        return [Delivery(**row._asdict()) for row in connection.execute(query)]


def _before(connection: Connection, taken: Delivery, limit: int) -> list[Delivery]:
    """The last deliveries of a dataset before one, the newest first; of two taken at once, by their ids."""
    columns = delivery.c
    sooner = or_(columns.taken_at < taken.taken_at, (columns.taken_at == taken.taken_at) & (columns.id < taken.id))
    query = select(delivery).where(columns.dataset == taken.dataset, sooner)
    query = query.order_by(columns.taken_at.desc(), columns.id.desc()).limit(limit)
    return [Delivery(**row._asdict()) for row in connection.execute(query)]


def _measured(taken: Delivery, profile: profiles.Profile | None) -> Measured:
    return Measured(delivered=taken.delivered, quarantined=sum(taken.quarantine_counts.values()), profile=profile)
