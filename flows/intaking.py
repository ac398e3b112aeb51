"""Intake and linkage, put together for this installation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.bootstrap import Services
from governance.ids import DatasetId, RunId
from signals.intake import Delivered, Intake, take, take_folder
from signals.linkage.likely.backend import LinkBackend
from signals.linkage.link import Linker


def intake_of(house: Services) -> Intake:
    """What intake works with here."""
    return Intake(
        engine=house.engine,
        gate=house.gate,
        register=house.register,
        ledger=house.ledger,
        feeds=house.feeds,
        store=house.store,
        clock=house.clock,
        actor=house.flow,
        purpose=house.settings.purpose,
    )


def linker_of(house: Services, *, run: RunId | None = None, purpose: str = "") -> Linker:
    """What linkage works with here.

    Args:
        house: the services.
        run: the night that it is part of, for the ledger.
        purpose: what for; this installation's purpose where it is left out.
    """
    return Linker(
        engine=house.engine,
        gate=house.gate,
        register=house.register,
        ledger=house.ledger,
        feeds=house.feeds,
        store=house.store,
        vault=house.vault,
        clock=house.clock,
        actor=house.flow,
        purpose=purpose or house.settings.purpose,
        run=run,
        opt_outs=house.opt_outs,
        memory=house.link_memory,
        backend=_backend(house),
    )


def _backend(house: Services) -> LinkBackend | None:
    """The engine that finds links by likeness, where this installation has one. Splink takes a second to import."""
    if house.settings.link_backend == "passes":
        return None
    from signals.linkage.likely.splink_backend import DuckDBBackend

    return DuckDBBackend()


def take_path(intake: Intake, dataset: DatasetId, path: Path, *, known_on: date | None) -> list[Delivered]:
    """Take a file of a dataset, or a folder of an agency's files.

    Args:
        intake: what to work with.
        dataset: a dataset, or for a folder an agency's prefix (`hmis`).
        path: the file or folder.
        known_on: the day we learned of it; today where it is left out.
    """
    if path.is_dir():
        return take_folder(intake, dataset, path, known_on=known_on)
    return [take(intake, dataset, path, known_on=known_on)]
