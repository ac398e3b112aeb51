"""Minutes: writing a paper's moves down, once whoever makes them may, and the paper can.

A move is tried on a copy of the paper's life first. If somebody else moved the paper between the check and the write,
the fold passes over ours and we say so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from governance import misstep
from governance.archive import Archive
from governance.document import Paper
from governance.ids import AgreementId
from governance.ledger import Json, Ledger
from governance.lifecycle import PREFIX, Life
from governance.officer import Officers, not_yours
from governance.view import View
from governance.wording import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of one version, with what else its entry says."""

    name: str
    version: int
    more: Mapping[str, Json] = field(default_factory=dict)


class Minutes:
    """Writes moves.

    Args:
        ledger: where they are written.
        archive: where texts are stored before the ledger speaks of them.
        view: where papers stand.
        officers: who may make which move; None where everybody may.
        members: the council's, who vote whatever other office they hold.
    """

    def __init__(
        self, ledger: Ledger, archive: Archive, view: View, officers: Officers | None, members: Collection[str]
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._view = view
        self._officers = officers
        self._members = frozenset(members)

    def admit(self, by: str, name: str, topic: str) -> None:
        """Raise unless somebody holds an office that may make a move. Who does not has tried it in the ledger.

        Raises:
            Misconfigured: `AGREEMENT_BY` where nobody makes it.
            MoveNotYours: it is another's.
        """
        if not by.strip():
            raise misstep.nobody()
        member = by in self._members and name in {"voted", "approved", "mediation_raised"}
        if self._officers is None or member or self._officers.may(by, name):
            return
        self._ledger.append("move.refused", topic, {"by": shown([by]), "move": name})
        raise not_yours(name, topic)

    def together(
        self,
        first: tuple[str, str, Mapping[str, Json]],
        moves: Mapping[AgreementId, Sequence[str]],
        by: str,
        why: str,
        **more: Json,
    ) -> None:
        """Write an entry of another kind and, in the same breath, the moves of several papers that it brings about.

        A move that a paper cannot make is left out: what happened has happened, wherever the paper stands.
        """
        drafts = [first]
        for id, names in moves.items():
            life = self.known(id)
            version, trial = life.current or life.newest, deepcopy(life)
            for name in names:
                if trial.take(name, version, {**more, "by": by}):
                    made = Move(name=name, version=version, more=more)
                    drafts.append((PREFIX + name, str(id), _body(life, made, by, why)))
        self._ledger.append_many(drafts)

    def write(self, life: Life, moves: Sequence[Move], by: str, why: str, paper: Paper | None = None) -> None:
        """Write moves of one paper down, all of them or none; a text is stored before the ledger speaks of it."""
        if not by.strip():
            raise misstep.nobody()
        self.tried(life, moves, by)
        if paper is not None:
            self._archive.put(paper)
        entries = [(PREFIX + move.name, str(life.id), _body(life, move, by, why)) for move in moves]
        written = self._ledger.append_many(entries)
        after = self._view.life(life.id)
        effective = {step.entry for step in after.steps} if after is not None else set()
        if not effective.issuperset(entry.index for entry in written):
            raise misstep.overtaken(life.id)

    def tried(self, life: Life, moves: Sequence[Move], by: str) -> Life:
        """The life after these moves, on a copy."""
        trial = deepcopy(life)
        for move in moves:
            if not trial.take(move.name, move.version, {**move.more, "by": by}):
                raise misstep.state(trial, move.name)
        return trial

    def known(self, id: AgreementId) -> Life:
        """The life of a paper that is on file."""
        life = self._view.life(id)
        if life is None or not life.editions:
            raise misstep.unknown(id)
        return life

    def text(self, life: Life, version: int) -> Paper:
        """The stored text of one of its versions."""
        paper = self._archive.get(life.id, version, life.editions[version].sha256)
        if paper is None:
            raise misstep.damaged(life, version)
        return paper


def _body(life: Life, move: Move, by: str, why: str) -> dict[str, Json]:
    return {"document": life.sort, "version": move.version, "by": by, "why": why, **move.more}
