"""The desk for rows in quarantine: a data steward looks at one, takes what keeps the contract by now, or decides.

A look is a use like any other: it asks the gate as a steward for what the agency wrote, and stands in the ledger. Lists
and decisions say nothing of what is in a row.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from flows.intaking import intake_of
from flows.link_desk import STEWARD
from flows.services import Services
from governance.database import reading, transaction
from governance.errors import Misconfigured, MoveNotYours
from governance.ids import DatasetId, DeliveryId
from governance.ledger import Json
from governance.officer import Officers
from governance.role import Role
from signals.aside import Aside, aside
from signals.cell import tidy, typed
from signals.delivered import Delivered
from signals.intake import take
from signals.quarantine import Decision, Fate, Pile, about, decide, piles, standing
from signals.release import Released, release, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A quarantined row as it came: each field's text, what is wrong with it, and what became of it.

    `cells` is empty for a row that did not fit its file, of which nothing is kept. For a steward's eyes only.
    """

    delivery: DeliveryId
    dataset: DatasetId
    row: int
    check: str
    detail: str
    contract: str
    state: str
    cells: dict[str, str]
    decided_by: str | None
    decided_at: datetime | None
    resolved_by: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redelivered:
    """What a new delivery came to, how many quarantined rows of the old one it resolved, and how many are left."""

    delivered: Delivered
    resolved: int
    left: int


class QuarantineDesk:
    """Where a data steward looks at rows in quarantine, and decides.

    Args:
        house: the services.
        by: who looks: a staff id.
        purpose: what for; this installation's purpose where it is left out.

    Raises:
        MoveNotYours: whoever it is holds no data steward's office. The try is in the ledger.
    """

    def __init__(self, house: Services, by: str, purpose: str = "") -> None:
        self._house, self._by = house, by
        self._intake = replace(intake_of(house), purpose=purpose or house.settings.purpose)
        if Role.DATA_STEWARD not in Officers(house.settings.officers).roles(by):
            what = "Rows in quarantine are looked at by a data steward, and by nobody else."
            reason = {"code": MoveNotYours.code, "clause": "quarantine", "detail": what}
            house.ledger.append("use.refused", "quarantine", {"actor": by, "reasons": [reason]})
            raise MoveNotYours(what, "Let somebody look who holds the office (HEARTHLINE_OFFICERS names them).")

    def waiting(self, dataset: DatasetId | None = None, *states: Fate) -> list[Pile]:
        """What stands in quarantine, in counts. It says nothing of what is in the rows."""
        return piles(self._house.engine, dataset, *states)

    def show(self, id: DeliveryId, row: int) -> ShownRow:
        """A row as the agency wrote it.

        Raises:
            Misconfigured: `DELIVERY_UNKNOWN`; `QUARANTINE_UNKNOWN`; `QUARANTINE_GONE`, as the person opted out.
            Refused: the agreement does not let a steward look.
        """
        with reading(self._house.engine) as connection:
            known = about(connection, id, row)
        with aside(self._intake, id, self._house.person(self._by, role=STEWARD)) as found:
            mine = found.rows.filter(pl.col("_row") == row)
            if known is None:
                raise _unknown()
            if self._house.opt_outs.out_of(_people(found, mine)):
                what = "The person that this row is about opted out: nobody looks at it."
                raise Misconfigured(what, "Dismiss the row.", code="QUARANTINE_GONE")
            cells = mine.drop("_row", "_shape").to_dicts()[0] if mine.height else {}
            reason = found.opened.unseal(known.reason_sealed, _context(id)).decode() if known.reason_sealed else ""
            found.opened.count(mine.height)
        return ShownRow(
            delivery=id,
            dataset=found.taken.dataset,
            row=row,
            check=known.check,
            detail=known.detail,
            contract=known.contract,
            state=known.state,
            cells={name: text for name, text in cells.items() if text is not None},
            decided_by=known.decided_by,
            decided_at=known.decided_at,
            resolved_by=known.resolved_by,
            reason=reason,
        )

    def release(self, id: DeliveryId, *checks: str) -> Released:
        """Hold open rows against the contract of now and take those that keep it; see `signals.release.release`."""
        return release(self._intake, id, by=self._by, checks=checks)

    def redeliver(
        self, id: DeliveryId, file: Path, *, known_on: date | None = None, every: bool = False
    ) -> Redelivered:
        """Take the sender's corrected file, and mark the rows that it brings anew as resolved.

        Args:
            id: the delivery whose rows are in quarantine.
            file: the corrected rows, or the whole file anew.
            known_on: the day we learned of it, as for intake.
            every: the sender says that it replaces all of them, also those whose record cannot be told.

        Raises:
            Misconfigured: `DELIVERY_UNKNOWN`; `DELIVERY_OTHER`.
            Refused: what the gate says.
            ContractBroken: the file as a whole breaks its contract; nothing changed.
        """
        with aside(self._intake, id, self._intake.actor) as found:
            dataset = found.taken.dataset
        taken = take(self._intake, dataset, file, known_on=known_on)
        done = resolve(self._intake, id, DeliveryId(taken.delivery), by=self._by, every=every)
        with reading(self._house.engine) as connection:
            return Redelivered(delivered=taken, resolved=done, left=len(standing(connection, id)))

    def dismiss(self, id: DeliveryId, *, reason: str, checks: Collection[str] = (), rows: Collection[int] = ()) -> int:
        """Say of open rows that nobody wants them. They stay sealed until their agreement is destroyed.

        Args:
            id: the delivery.
            reason: why; it rests sealed under the agreement.
            checks: only rows that broke one of these checks.
            rows: only these rows.

        Returns:
            How many rows.

        Raises:
            Misconfigured: `REASON_NEEDED`; `DELIVERY_UNKNOWN`.
            Refused: the agreement does not let a steward look.
        """
        if not reason.strip():
            raise Misconfigured("A decision needs a reason.", "Say why (--reason).", code="REASON_NEEDED")
        with aside(self._intake, id, self._house.person(self._by, role=STEWARD)) as found:
            sealed = found.opened.seal(reason.encode(), _context(id))
        with reading(self._house.engine) as connection:
            mine = [row for row in standing(connection, id, checks) if not rows or row in set(rows)]
        if mine:
            body: dict[str, Json] = {"by": self._by, "rows": len(mine)}
            self._house.ledger.append("quarantine.dismissed", id, body)
        done = Decision(state=Fate.DISMISSED, by=self._by, at=self._house.clock.now(), reason_sealed=sealed)
        with transaction(self._house.engine) as connection:
            return decide(connection, id, mine, done)


def _people(found: Aside, rows: pl.DataFrame) -> list[str]:
    """The persons that rows are about, as far as that can be read."""
    feed = found.feed
    if feed.person is None:
        return []
    columns = [feed.column[name] for name in dict.fromkeys([feed.person.field, *feed.person.when])]
    values = rows.select(typed(each, tidy(pl.col(each.name), each.unknown)).alias(each.name) for each in columns)
    return values.select(feed.person.name()).to_series().drop_nulls().to_list()


def _context(id: DeliveryId) -> str:
    """What a decision's sealed reason is bound to."""
    return f"quarantine:{id}"


def _unknown() -> Misconfigured:
    return Misconfigured(
        "That row never stood in quarantine.", "See `hearthline quarantine list`.", code="QUARANTINE_UNKNOWN"
    )
