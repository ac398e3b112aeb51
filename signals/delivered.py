"""What became of a file: what whoever brought it is told, and what the ledger holds of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from governance.database import reading
from governance.ledger import Json, Ledger
from signals.delivery import Delivery, find, quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of a file: delivered = kept + unlinkable + all of `quarantine_counts` + undeclared.

    `quarantined` are the first rows in quarantine; `not_taken` the fields that the agreement does not list; `other`
    what stood beside the rows. `undeclared` are rows of a file that no feed declares: `dataset` is its name then.
    `refused` is the code of what stopped a file of a folder, `entry` where the ledger has it, -1 for an undeclared
    file. `repeated`: it was taken before.
    """

    dataset: str
    delivery: str = ""
    agreement: str = ""
    delivered: int = 0
    kept: int = 0
    unlinkable: int = 0
    quarantined: list[dict[str, Any]] = field(default_factory=list)
    quarantine_counts: dict[str, int] = field(default_factory=dict)
    not_taken: list[str] = field(default_factory=list)
    other: dict[str, int] = field(default_factory=dict)
    undeclared: int = 0
    refused: str = ""
    entry: int = -1
    repeated: bool = False


def report(engine: Engine, ledger: Ledger, taken: Delivery, *, repeated: bool) -> Delivered:
    """What a delivery on record came to. It is in the ledger afterwards, also where a crash came in between.

    Args:
        engine: the operational database.
        ledger: the ledger.
        taken: the delivery.
        repeated: it had been taken before.
    """
    with reading(engine) as connection:
        stored = find(connection, taken.id) or taken
        rows = quarantined(connection, taken.id)
    return Delivered(
        dataset=stored.dataset,
        delivery=stored.id,
        agreement=stored.agreement,
        delivered=stored.delivered,
        kept=stored.kept,
        unlinkable=stored.unlinkable,
        quarantined=[{"row": each.row, "check": each.check, "detail": each.detail} for each in rows],
        quarantine_counts=stored.quarantine_counts,
        not_taken=stored.not_taken,
        other=stored.other,
        entry=_entry(ledger, stored),
        repeated=repeated,
    )


def _entry(ledger: Ledger, taken: Delivery) -> int:
    body: dict[str, Json] = {
        "dataset": taken.dataset,
        "agreement": taken.agreement,
        "version": taken.version,
        "grant": taken.grant_id,
        "known_on": taken.known_on.isoformat() if taken.known_on else None,
        "delivered": taken.delivered,
        "kept": taken.kept,
        "unlinkable": taken.unlinkable,
        "quarantined": taken.quarantine_counts,
        "not_taken": taken.not_taken,
    }
    entry = ledger.append_once("delivery.taken", taken.id, body)
    if entry is None:
        entry = next(ledger.entries(kind="delivery.taken", topic=taken.id))
    return entry.index
