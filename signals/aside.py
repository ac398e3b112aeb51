"""Rows set aside: a delivery's quarantined rows as they came, behind a door for `ingest`, which alone sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from governance.database import reading
from governance.decision import Decision
from governance.errors import Misconfigured, refusal
from governance.ids import DeliveryId
from governance.opened import Opened
from governance.use import Actor
from signals import delivery as deliveries
from signals.delivery import Delivery
from signals.feed import Feed
from signals.intake import Intake, use_to_take
from signals.parser import SHAPE
from signals.sealed_file import QUARANTINE
from signals.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A delivery's quarantined rows behind an open door: `rows` has `_row`, `_shape` and each column's text."""

    taken: Delivery
    feed: Feed
    opened: Opened
    rows: pl.DataFrame


@contextmanager
def aside(intake: Intake, id: DeliveryId, actor: Actor) -> Iterator[Aside]:
    """Open a delivery's quarantined rows, for the length of a `with` block. Each look is a use in the ledger.

    Args:
        intake: what to work with.
        id: the delivery.
        actor: who looks.

    Raises:
        Misconfigured: `DELIVERY_UNKNOWN`.
        Refused: what the gate says; nothing was read.
    """
    with reading(intake.engine) as connection:
        taken = deliveries.find(connection, id)
    feed = intake.feeds.get(taken.dataset) if taken else None
    if taken is None or feed is None:
        what = "No delivery of that id is on record: it was never taken, or destroyed with its agreement."
        raise Misconfigured(what, "See `hearthline quarantine list`.", code="DELIVERY_UNKNOWN")
    grant = intake.gate.ask(use_to_take(intake, feed, actor))
    if isinstance(grant, Decision):
        raise refusal(grant.reasons, "See `hearthline agreement list`.")
    with intake.gate.open(grant) as opened:
        narrow = feed.narrowed(grant.fields)
        yield Aside(
            taken=taken,
            feed=narrow,
            opened=opened,
            rows=_text(narrow, _rows(intake.store, opened, id), grant.fields),
        )


def _rows(store: Store, opened: Opened, id: DeliveryId) -> pl.DataFrame:
    """`_row` and `_raw` (each field's text as JSON) of what was set aside under the door's own agreement."""
    mine = [
        file
        for file in store.files(opened.grant.dataset, kind=QUARANTINE)
        if (file.delivery, file.agreement) == (id, opened.grant.agreement)
    ]
    frames = [store.whole(opened, file, ("_row", "_raw")) for file in mine]
    schema = {"_row": pl.UInt32, "_raw": pl.String}
    return pl.concat([pl.DataFrame(schema=schema), *frames], how="vertical_relaxed").sort("_row")


def _text(feed: Feed, rows: pl.DataFrame, listed: Collection[str]) -> pl.DataFrame:
    """Quarantined rows as a parser gives them; what is not listed by now is not looked at."""
    names = [column.name for column in feed.columns]
    written = pl.Struct(dict.fromkeys(names, pl.String))
    cells = pl.col("_raw").str.json_decode(written)
    nothing = pl.lit(None, dtype=pl.String)
    return rows.select(
        "_row",
        pl.col("_raw").is_not_null().alias(SHAPE),
        *((cells.struct.field(name) if name in listed else nothing).alias(name) for name in names),
    )
