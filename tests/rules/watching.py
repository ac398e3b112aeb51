"""A night's look at what a mailroom took in: linked, asked for and opened, without the rest of a night."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from governance.ids import RunId
from governance.use import Action
from governance.vault import Vault
from rules.indicator import PACKAGED, load_indicators
from rules.observe import Watch
from rules.rulebook import Rulebook, load_rulebook
from signals.linkage.link import Linker
from tests.signals.mailroom import FEEDS, FLOW, Mailroom

PURPOSE = "prevention.outreach"


def linker(room: Mailroom, vault: Vault, as_of: date) -> Linker:
    """Links what was known on a day. The mailroom's database needs the table of link runs."""
    return Linker(
        engine=room.engine,
        gate=room.gate,
        register=room.register,
        ledger=room.ledger,
        feeds=FEEDS,
        store=room.store,
        vault=vault,
        clock=room.intake.clock,
        actor=FLOW,
        purpose=PURPOSE,
        as_of=as_of,
    )


def watch(room: Mailroom, vault: Vault, rulebook: Rulebook, dataset: str, as_of: date) -> Watch:
    """Looks from a day, at one dataset's indicators."""
    return Watch(
        gate=room.gate,
        store=room.store,
        feeds=FEEDS,
        indicators={id: each for id, each in rulebook.indicators.items() if each.dataset == dataset},
        actor=FLOW,
        purpose=PURPOSE,
        run=RunId("r-1"),
        as_of=as_of,
        link=linker(room, vault, as_of).link().id,
        action=Action.SCORE,
    )


def reading_instead(folder: Path, dataset: str, another: str) -> Rulebook:
    """The packaged rules over an agency's own indicators, which read another dataset in place of one."""
    own = folder / "indicators"
    shutil.copytree(PACKAGED, own)
    for file in own.glob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace(dataset, another), encoding="utf-8")
    return load_rulebook(None, load_indicators(own, FEEDS))
