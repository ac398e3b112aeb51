"""Releases: the only way for a table to leave. Suppressed, attacked, decided, written down; then it is published.

    releases.publish(cube, use, why="quarterly report")

What is public stays public: every release is kept, and each later one of its cube is attacked together with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine

from governance.agreement import Agreement
from governance.database import reading, transaction
from governance.decision import Decision
from governance.disclosure.audit import Audit, audit
from governance.disclosure.cube import Cell, Cube
from governance.disclosure.published import Published, Standard, recall
from governance.disclosure.release_table import keep, kept
from governance.disclosure.suppression import suppress
from governance.errors import Busy, Misconfigured, refusal
from governance.gate import Gate
from governance.ids import AgreementId
from governance.ledger import Entry, Ledger
from governance.obligation import obligations
from governance.register import Register
from governance.use import Action, Use

PUBLISHED = "release.published"
"""The kind of the ledger's entries about releases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A table that would be published, what an attacker made of it, and what the agreements say."""

    table: Published
    audit: Audit
    use: Use
    decision: Decision


class Releases:
    """Published tables, and the gate before them.

    Args:
        engine: the operational database.
        ledger: where every release is written down.
        register: the agreements, which say what a table is held to.
        gate: decides whether it may be released.
    """

    def __init__(self, engine: Engine, ledger: Ledger, register: Register, gate: Gate) -> None:
        self._engine = engine
        self._ledger = ledger
        self._register = register
        self._gate = gate

    def check(self, cube: Cube, use: Use, *, hidden: frozenset[Cell] | None = None) -> Proposal:
        """What would be published, and what would be said to it. Nothing is published, nothing is written down.

        Args:
            cube: the true counts.
            use: who would publish it, for which purpose, resting on which fields; its action and what is known about
                its cells are filled in.
            hidden: cells to hide instead of those that would be chosen here, for a table that was prepared elsewhere.
                It is attacked like any other.

        Raises:
            Misconfigured: `NOTHING_TO_SHOW`, `RELEASE_ALTERED`, and what `audit` raises.
        """
        table, found = self._prepare(cube, use, hidden)
        asked = _known(use, table, found)
        return Proposal(table=table, audit=found, use=asked, decision=self._gate.decide(asked))

    def publish(self, cube: Cube, use: Use, *, why: str = "", hidden: frozenset[Cell] | None = None) -> Published:
        """Publish a table: suppress it, attack it, ask the gate, write it down.

        Args:
            cube: the true counts.
            use: as for `check`.
            why: why it is published, for the log.
            hidden: as for `check`.

        Returns:
            The table as its readers get it. From here on it is public: later releases are held against it.

        Raises:
            Refused: with every clause that failed: `SMALL_CELL`, `RECOVERABLE`, `ACTION_NOT_GRANTED` and the others.
            Busy: another release of the cube was published meanwhile.
            Misconfigured: as for `check`.
        """
        table, found = self._prepare(cube, use, hidden)
        asked = _known(use, table, found)
        decision = self._gate.attempt(asked)
        if not decision.permitted:
            raise refusal(decision.reasons, "See `hearthline release check` for what stands against it.")
        with transaction(self._engine) as connection:
            keep(connection, table.id, table.sha256, table.text())
        if self._ledger.append_once(PUBLISHED, table.id, _body(table, asked, decision, why)) is None:
            raise Busy(
                f"Another release of {table.cube} was published meanwhile.",
                "Run it again: the table is then held against that one too.",
            )
        return table

    def all(self, cube: str | None = None) -> tuple[Published, ...]:
        """Everything that was published, in order, of one cube or of all.

        Raises:
            Misconfigured: `RELEASE_ALTERED` where a release is no longer kept as it was published.
        """
        return tuple(self._recall(entry) for entry in self.entries(cube))

    def entries(self, cube: str | None = None) -> tuple[Entry, ...]:
        """What the ledger says was published, in order, of one cube or of all."""
        entries = self._ledger.entries(kind=PUBLISHED)
        return tuple(entry for entry in entries if cube is None or entry.body["cube"] == cube)

    def get(self, id: str) -> Published:
        """One release, as its readers got it.

        Raises:
            Misconfigured: `RELEASE_UNKNOWN`, `RELEASE_ALTERED`.
        """
        entry = next(iter(self._ledger.entries(kind=PUBLISHED, topic=id)), None)
        if entry is None:
            raise Misconfigured(
                "No release by that number was published.", "See `hearthline release list`.", code="RELEASE_UNKNOWN"
            )
        return self._recall(entry)

    def _prepare(self, cube: Cube, use: Use, hidden: frozenset[Cell] | None) -> tuple[Published, Audit]:
        earlier = self.all(cube.id)
        standard, number = self._standard(use), len(earlier) + 1
        if hidden is None:
            table = suppress(cube, standard, earlier, number)
        else:
            table = Published.of(cube, number, hidden, standard)
        if table.smallest_shown is None:
            raise Misconfigured(
                f"Every count of {cube.id} would have to be hidden.",
                "Count over larger groups, or over a longer time.",
                code="NOTHING_TO_SHOW",
            )
        return table, audit(table, earlier)

    def _standard(self, use: Use) -> Standard:
        """What a table is held to: the strictest of every agreement that covers what it rests on, and of the floor.

        Where no paper covers it there is nothing to be held to, and the gate will refuse it.
        """
        papers = self._register.papers()
        over: dict[AgreementId, Agreement] = {
            standing.id: standing.agreement for ask in use.asks for standing in papers.covering.get(ask.dataset, ())
        }
        parents = (papers.agreements[id] for id in use.lineage if id in papers.agreements)
        over |= {standing.id: standing.agreement for standing in parents}
        if papers.mou is None or not over:
            return Standard()
        owed = obligations(over.values(), papers.mou.mou.floor)
        return Standard(min_cell=owed.min_cell, interval_width=owed.interval_width, zeros_allowed=owed.zeros_allowed)

    def _recall(self, entry: Entry) -> Published:
        sha256 = str(entry.body["sha256"])
        with reading(self._engine) as connection:
            text = kept(connection, entry.topic, sha256)
        table = None if text is None else _read(text)
        if table is None or table.sha256 != sha256:
            raise Misconfigured(
                f"Release {entry.topic} is no longer kept as it was published.",
                "Restore the database: without it, no later table can be held against it.",
                code="RELEASE_ALTERED",
            )
        return table


def _read(text: str) -> Published | None:
    try:
        return recall(text)
    except ValueError:
        return None


def _known(use: Use, table: Published, found: Audit) -> Use:
    """The use as it is decided: a release, and what was found about the table."""
    facts = replace(use.facts, smallest_cell=table.smallest_shown, recoverable_cells=found.recoverable)
    return replace(use, action=Action.RELEASE, facts=facts)


def _body(table: Published, use: Use, decision: Decision, why: str) -> Mapping[str, Any]:
    """A release as the ledger tells of it: the table's hash and size, and none of its counts."""
    return {
        "cube": table.cube,
        "number": table.number,
        "as_of": table.as_of.isoformat(),
        "series": table.series.value,
        "sha256": table.sha256,
        "cells": len(table.cells),
        "hidden": len(table.hidden),
        "min_cell": table.standard.min_cell,
        "interval_width": table.standard.interval_width,
        "actor": use.actor.id,
        "purpose": use.purpose,
        "recipient": use.recipient,
        "agreements": [{"id": id, "version": version} for id, version in decision.agreements],
        "why": why,
    }
