"""Compaction, put together for this installation."""

from __future__ import annotations

from flows.services import Services
from flows.stage import Stage
from signals.compaction import Compaction


def compaction_of(house: Services) -> Compaction:
    """What compaction works with here."""
    return Compaction(
        engine=house.engine,
        gate=house.gate,
        ledger=house.ledger,
        store=house.store,
        clock=house.clock,
        actor=house.flow,
        purpose=house.settings.purpose,
    )


def tidy(house: Services) -> None:
    """Write small files together and delete what does not count any more: part of every night, before it looks.

    Args:
        house: the services.
    """
    compaction = compaction_of(house)
    Stage("compact").attempt("small files", compaction.compact)
    compaction.sweep()
