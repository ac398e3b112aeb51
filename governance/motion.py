"""Motion: checking a paper's moves against where it stands, and writing them down.

A move is tried on a copy of the paper's life first. What is written is written in one go, so that no reader ever sees
an amendment half made. If somebody else moved the paper between the check and the write, the fold passes over ours
and we say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace

from governance.archive import Archive
from governance.document import Paper, embedded, sha256, sort
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.ledger import Json, Ledger
from governance.lifecycle import ON_CURRENT, OPEN, PREFIX, RENEWABLE, Life, Status
from governance.mou import Mou
from governance.signature import PARTIES, missing
from governance.signing import Mark
from governance.view import View
from governance.wording import words

_LOOK = "See `hearthline agreement show` for where it stands."
_SUSPENDED = "It is suspended: resume or terminate it first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of one version, with what else its entry says."""

    name: str
    version: int
    more: Mapping[str, str] = field(default_factory=dict)


class Motion:
    """Makes moves.

    Args:
        ledger: where they are written.
        archive: where texts are stored before the ledger speaks of them.
        view: where papers stand.
    """

    def __init__(self, ledger: Ledger, archive: Archive, view: View) -> None:
        self._ledger = ledger
        self._archive = archive
        self._view = view

    def hand_in(self, name: str, document: Paper, by: str, why: str) -> None:
        """Store a text, then say so: `drafted` or `submitted`."""
        life = self._view.life(document.id) or Life(id=document.id, sort=sort(document))
        self._numbered(life, document)
        self._write(
            life, [Move(name=name, version=document.version, more={"sha256": sha256(document)})], by, why, document
        )

    def move(self, id: AgreementId, name: str, by: str, why: str, **more: str) -> None:
        """A move that needs nothing but the right state."""
        life = self._known(id)
        current = name in ON_CURRENT or (life.current is not None and name in _ON_LAST)
        version = (life.current or 0) if current else life.newest
        self._write(life, [Move(name=name, version=version, more=more)], by, why)

    def sign(self, id: AgreementId, mark: Mark, by: str, why: str) -> None:
        """Write a signature down; when it is the last that was missing, the paper is executed by it."""
        life = self._known(id)
        version = life.newest
        edition = life.editions[version]
        mark = mark if mark.sha256 else replace(mark, sha256=edition.sha256)
        self._admitted(self._text(life, version), mark)
        moves = _sent(life, version)
        moves.append(Move(name="signed", version=version, more=mark.body()))
        if not missing(life.sort, {*edition.signed, mark.party}):
            moves.append(Move(name="executed", version=version))
        self._write(life, moves, by, why)

    def activate(self, id: AgreementId, by: str, why: str) -> None:
        """Bring the newest version into force, with every step that leads there from `approved`."""
        life = self._known(id)
        version = life.newest
        self._write(life, self._activation(life, version, self._text(life, version), []), by, why)

    def amend(self, document: Paper, by: str, why: str, signed_by: Mapping[str, str]) -> None:
        """Hand in the next version; with every signature that it needs, bring it into force in the same breath."""
        life = self._known(document.id)
        if life.current is None or life.editions[life.current].status not in RENEWABLE:
            raise _state(life, "amended")
        self._at_once(life, document, by, why, signed_by)

    def adopt(self, document: Paper, by: str, why: str) -> None:
        """Hand in a paper that is not on file yet; if it is fully signed, bring it into force in the same breath."""
        self._at_once(Life(id=document.id, sort=sort(document)), document, by, why, {})

    def _at_once(self, life: Life, document: Paper, by: str, why: str, signed_by: Mapping[str, str]) -> None:
        self._numbered(life, document)
        own = sha256(document)
        said = [Mark(party=party, name=name, sha256=own) for party, name in signed_by.items()]
        for mark in said:
            self._admitted(document, mark)
        told = self._view.signatories.embedded(document)
        moves = [Move(name="submitted", version=document.version, more={"sha256": own})]
        if not missing(life.sort, {mark.party for mark in (*told, *said)}):
            moves.append(Move(name="approved", version=document.version))
            moves += self._activation(self._tried(life, moves), document.version, document, said)
        self._write(life, moves, by, why, document)

    def join(self, id: AgreementId, mark: Mark, by: str, why: str) -> None:
        """An agency signs the memorandum in force."""
        life = self._known(id)
        if life.sort != "mou" or life.current is None:
            raise _state(life, "joined")
        mark = mark if mark.sha256 else replace(mark, sha256=life.editions[life.current].sha256)
        self._view.signatories.admit(mark, self._text(life, life.current))
        self._write(life, [Move(name="joined", version=life.current, more=mark.body())], by, why)

    def terminate(self, id: AgreementId, by: str, why: str) -> None:
        """End the version in force, and void the one that waits beside it."""
        life = self._known(id)
        moves = [Move(name="terminated", version=life.current or 0)]
        if life.current not in {None, life.newest} and life.editions[life.newest].status in OPEN:
            moves.append(Move(name="voided", version=life.newest))
        self._write(life, moves, by, why)

    def _activation(self, life: Life, version: int, paper: Paper, said: Sequence[Mark]) -> list[Move]:
        """The moves from where a version stands to `active`."""
        edition = life.editions[version]
        moves = _sent(life, version)
        if edition.status in {Status.APPROVED, Status.OUT_FOR_SIGNATURE}:
            have = {*edition.signed, *(mark.party for mark in said)}
            told = [mark for mark in self._view.signatories.embedded(paper) if mark.party not in have]
            moves += [
                Move(name="signed", version=version, more=mark.body())
                for mark in (*sorted(told, key=lambda each: each.party), *said)
            ]
            moves.append(Move(name="executed", version=version))
            _signed(life, version, paper, {*have, *(mark.party for mark in told)})
        if life.current is not None and life.current != version:
            if life.editions[life.current].status is Status.SUSPENDED:
                raise Misconfigured(f"{life.id} cannot be amended.", _SUSPENDED, code="AGREEMENT_STATE")
            moves.append(Move(name="amended", version=life.current))
        return [*moves, Move(name="activated", version=version)]

    def _write(self, life: Life, moves: Sequence[Move], by: str, why: str, paper: Paper | None = None) -> None:
        if not by.strip():
            raise Misconfigured("A move needs somebody who makes it.", "Name them (--by).", code="AGREEMENT_BY")
        self._tried(life, moves)
        if paper is not None:
            self._archive.put(paper)
        entries = [(PREFIX + move.name, str(life.id), _body(life, move, by, why)) for move in moves]
        written = self._ledger.append_many(entries)
        after = self._view.life(life.id)
        effective = {step.entry for step in after.steps} if after is not None else set()
        if not effective.issuperset(entry.index for entry in written):
            what = f"{life.id} was moved by somebody else at the same moment; this move had no effect."
            raise Misconfigured(what, "Look at it again, then decide.", code="AGREEMENT_STATE")

    def _tried(self, life: Life, moves: Sequence[Move]) -> Life:
        """The life after these moves, on a copy."""
        trial = deepcopy(life)
        for move in moves:
            if not trial.take(move.name, move.version, {**move.more}):
                raise _state(trial, move.name)
        return trial

    def _known(self, id: AgreementId) -> Life:
        life = self._view.life(id)
        if life is None or not life.editions:
            what = f"There is no agreement {id}."
            raise Misconfigured(what, "See `hearthline agreement list`.", code="AGREEMENT_UNKNOWN")
        return life

    def _text(self, life: Life, version: int) -> Paper:
        paper = self._archive.get(life.id, version, life.editions[version].sha256)
        if paper is None:
            raise _damaged(life, version)
        return paper

    def _numbered(self, life: Life, document: Paper) -> None:
        if sort(document) != life.sort:
            what = f"{life.id} is the id of another kind of paper ({life.sort})."
            raise Misconfigured(what, "Give it an id of its own.", code="AGREEMENT_STATE")
        if life.accepts(document.version):
            return
        expected = life.next_version()
        if expected is None:
            raise _state(life, "submitted")
        what = f"{life.id} version {document.version} cannot be handed in: version {expected} is next."
        raise Misconfigured(what, f"Write `version: {expected}`.", code="AGREEMENT_VERSION")

    def _admitted(self, paper: Paper, mark: Mark) -> None:
        """Raise unless a signature names a party and somebody, and counts."""
        self._party(paper, mark.party, mark.name)
        self._view.signatories.admit(mark, paper)

    @staticmethod
    def _party(paper: Paper, party: str, name: str) -> None:
        named = [agency for agency, _ in embedded(paper)] if isinstance(paper, Mou) else list(PARTIES)
        if party not in named or not name.strip():
            what = f"A signature under {paper.id} needs a name, and a party: {', '.join(named)}."
            raise Misconfigured(what, "Name both.", code="AGREEMENT_PARTY")


_ON_LAST = frozenset({"expired", "destruction_pending", "destroyed", "closed"})
"""Moves of the version that is or was in force, not of one that waits beside it."""


def _signed(life: Life, version: int, paper: Paper, have: set[str]) -> None:
    """Raise unless the text is the one that was handed in, and everybody who must has signed it."""
    own = sha256(paper)
    if own != life.editions[version].sha256:
        raise _damaged(life, version)
    lacking = missing(life.sort, have)
    if not lacking:
        return
    edited = sorted(party for party, over in embedded(paper) if over != own)
    why = f" {', '.join(edited)} signed another text: it was edited after signing." if edited else ""
    raise Misconfigured(
        f"{life.id} version {version} is not signed by {' and '.join(lacking)} as it stands.{why}",
        f"Let them sign document {own}.",
        code="AGREEMENT_UNSIGNED",
    )


def _sent(life: Life, version: int) -> list[Move]:
    approved = life.editions[version].status is Status.APPROVED
    return [Move(name="sent", version=version)] if approved else []


def _body(life: Life, move: Move, by: str, why: str) -> dict[str, Json]:
    return {"document": life.sort, "version": move.version, "by": by, "why": why, **move.more}


def _damaged(life: Life, version: int) -> Misconfigured:
    what = f"The stored text of {life.id} version {version} is gone, or is not the one that was handed in."
    return Misconfigured(what, "Restore the database from a backup.", code="AGREEMENT_DAMAGED")


def _state(life: Life, name: str) -> Misconfigured:
    statuses = ", ".join(f"version {version} is {words(edition.status)}" for version, edition in life.editions.items())
    what = f"{life.id} cannot be {name.replace('_', ' ')} now: {statuses or 'it is not on file'}."
    return Misconfigured(what, _LOOK, code="AGREEMENT_STATE")
