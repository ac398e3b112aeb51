"""Release: quarantined rows held against the contract of now, and rows that the sender delivered anew.

Both ask the gate for `ingest` anew, as the rows' own delivery did; both can be run again, and then change nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from governance.database import reading, transaction
from governance.errors import Busy, Misconfigured
from governance.ids import DeliveryId
from governance.ledger import Json
from signals import delivery as deliveries
from signals.aside import Aside, aside
from signals.cell import tidy, typed
from signals.intake import Intake
from signals.parser import SHAPE
from signals.quarantine import Decision, Fate, blame, decide, recount, standing
from signals.reception import Reception
from signals.sealed_file import SIGNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What became of rows that were looked at again: looked = kept + unlinkable + failed + unreadable.

    `unreadable` are rows of which nothing is kept, as they did not fit their file: only a new delivery helps them.
    """

    delivery: DeliveryId
    looked: int
    kept: int
    unlinkable: int
    failed: int
    unreadable: int


def release(intake: Intake, id: DeliveryId, *, by: str, checks: Collection[str] = ()) -> Released:
    """Hold a delivery's open rows against the contract of now; those that keep it are taken, as if it had been then.

    They are known on the day on which they would have been: a row that replaced them since still does.

    Args:
        intake: what to work with.
        id: the delivery.
        by: who decided it: a staff id.
        checks: only rows that broke one of these checks.

    Raises:
        Misconfigured: `DELIVERY_UNKNOWN`.
        Refused: what the gate says; nothing was taken.
    """
    with aside(intake, id, intake.actor) as found:
        with reading(intake.engine) as connection:
            open_rows = standing(connection, id, checks)
        mine = found.rows.filter(pl.col("_row").is_in(open_rows))
        readable = mine.filter(pl.col(SHAPE))
        reception = _reception(intake, found)
        reception.take(readable)
        reception.finish()
        flaws = [flaw for some in reception.quarantined() for flaw in some]
        passed = set(readable["_row"].to_list()) - {flaw["row"] for flaw in flaws}
        found.opened.recheck()
        tally, at = reception.tally, intake.clock.now()
        if passed:
            body: dict[str, Json] = {"by": by, "rows": len(passed), "kept": tally.kept, "failed": len(flaws)}
            intake.ledger.append("quarantine.released", id, body)
        with transaction(intake.engine) as connection:
            done = decide(connection, id, passed, Decision(state=Fate.RELEASED, by=by, at=at))
            blame(connection, id, flaws)
            if done != len(passed):
                raise Busy("Somebody else decides about these rows.", "Run this again in a moment.")
            if done:
                recount(connection, found.taken, tally.kept, tally.unlinkable, reception.covers())
                intake.store.record(connection, reception.files)
        found.opened.count(tally.kept, unlinkable=tally.unlinkable, quarantined=len(flaws))
    return Released(
        delivery=id,
        looked=len(open_rows),
        kept=tally.kept,
        unlinkable=tally.unlinkable,
        failed=len(flaws),
        unreadable=len(open_rows) - readable.height,
    )


def resolve(intake: Intake, id: DeliveryId, anew: DeliveryId, *, by: str, every: bool = False) -> int:
    """Mark a delivery's open rows as resolved by another delivery, which brought the same records and kept them.

    Args:
        intake: what to work with.
        id: the delivery whose rows are in quarantine.
        anew: the delivery that brought them anew.
        by: who decided it: a staff id.
        every: the sender says that it replaces all of them, also those whose record cannot be told.

    Returns:
        How many rows.

    Raises:
        Misconfigured: `DELIVERY_UNKNOWN`; `DELIVERY_OTHER`, where it is of another dataset or agreement, or the same.
        Refused: what the gate says.
    """
    with aside(intake, id, intake.actor) as found:
        with reading(intake.engine) as connection:
            other, open_rows = deliveries.find(connection, anew), standing(connection, id)
        mine = (found.taken.dataset, found.taken.agreement)
        if other is None or other.id == id or (other.dataset, other.agreement) != mine:
            what = "Rows are delivered anew by another delivery of the same dataset, under the same agreement."
            raise Misconfigured(what, "See `hearthline deliveries list`.", code="DELIVERY_OTHER")
        rows = found.rows.filter(pl.col("_row").is_in(open_rows))
        kept = set() if every else set(_records(intake, found, anew))
        again = open_rows if every else [row for row, record in _named(found, rows) if record in kept]
        at = intake.clock.now()
        if again:
            body: dict[str, Json] = {"by": by, "rows": len(again), "delivery": anew, "every": every}
            intake.ledger.append("quarantine.resolved", id, body)
        with transaction(intake.engine) as connection:
            done = decide(connection, id, again, Decision(state=Fate.RESOLVED, by=by, at=at, resolved_by=anew))
    return done


def _reception(intake: Intake, found: Aside) -> Reception:
    """What takes a delivery's rows in again, beside those of it that are sealed already."""
    taken = found.taken
    mine = (file.part for file in intake.store.files(taken.dataset, kind=SIGNAL) if file.delivery == taken.id)
    return Reception(
        intake.store,
        found.opened,
        found.feed,
        delivery=taken.id,
        delivered_on=taken.taken_on,
        known_on=taken.known_on,
        parts=1 + max(mine, default=0),
    )


def _named(found: Aside, rows: pl.DataFrame) -> Iterator[tuple[int, str]]:
    """The pseudonym of each row's record, where its whole key can be read."""
    feed = found.feed
    keyed = [feed.column[name] for name in feed.key]
    whole = [typed(each, tidy(pl.col(each.name), each.unknown)).cast(pl.String).alias(each.name) for each in keyed]
    known = rows.filter(pl.col(SHAPE)).select("_row", *whole).drop_nulls()
    if not feed.key or known.is_empty():
        return
    texts = known.select(pl.struct(feed.key).struct.json_encode()).to_series()
    names = found.opened.pseudonyms(f"{feed.dataset}\0{key}" for key in texts)
    yield from zip(known["_row"].to_list(), names, strict=True)


def _records(intake: Intake, found: Aside, id: DeliveryId) -> Iterator[str]:
    """The records that a delivery kept."""
    for frame in intake.store.read(found.opened, found.feed.dataset, (), date.max, where=pl.col("_delivery") == id):
        yield from frame["_record"].drop_nulls().to_list()
