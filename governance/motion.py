"""Motion: a paper's moves, each with the steps that go with it.

Every move is only for somebody whose office it is, from a state in which it can be made. What is written is written in
one go, so that no reader ever sees an amendment half made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from governance import misstep
from governance.council import Council, Tally, Vote
from governance.document import Paper, sha256, sort
from governance.ids import AgreementId
from governance.ledger import Json
from governance.lifecycle import ON_CURRENT, OPEN, RENEWABLE, Life, Status
from governance.minute import Minutes, Move
from governance.officer import Officers
from governance.signing import Mark
from governance.signing.signature import missing
from governance.view import View


class Motion:
    """Makes moves.

    Args:
        minutes: writes them down, where whoever makes them may.
        view: where papers stand.
        officers: who may make which move; None where everybody may.
        council: who approves.
    """

    def __init__(self, minutes: Minutes, view: View, officers: Officers | None, council: Council) -> None:
        self._minutes = minutes
        self._view = view
        self._officers = officers
        self._council = council

    def hand_in(self, name: str, document: Paper, by: str, why: str) -> None:
        """Store a text, then say so: `drafted` or `submitted`."""
        self._minutes.admit(by, name, document.id)
        life = self._view.life(document.id) or Life(id=document.id, sort=sort(document))
        self._numbered(life, document)
        self._minutes.write(
            life, [Move(name=name, version=document.version, more={"sha256": sha256(document)})], by, why, document
        )

    def move(self, id: AgreementId, name: str, by: str, why: str, **more: Json) -> None:
        """A move that needs nothing but the right state and the right office."""
        self._minutes.admit(by, name, id)
        life = self._minutes.known(id)
        current = name in ON_CURRENT or (life.current is not None and name in _ON_LAST)
        version = (life.current or 0) if current else life.newest
        self._minutes.write(life, [Move(name=name, version=version, more=more)], by, why)

    def approve(self, id: AgreementId, by: str, why: str) -> None:
        """The council as a body approves; where its members are named, this is one member's vote for it."""
        if self._council.members:
            self.vote(id, Vote.FOR, by, why)
        else:
            self.move(id, "approved", by, why)

    def vote(self, id: AgreementId, vote: Vote, by: str, why: str) -> None:
        """A member's vote; the one with which enough are for it approves it."""
        self._minutes.admit(by, "voted", id)
        life = self._minutes.known(id)
        paper, version = self._minutes.text(life, life.newest), life.newest
        self._council.admit(by, life, paper)
        cast = Move(name="voted", version=version, more={"vote": str(vote), "sha256": life.editions[version].sha256})
        tally = self._council.tally(self._minutes.tried(life, [cast], by), paper)
        carried = [Move(name="approved", version=version, more={"quorum": tally.needed})] if tally.carried else []
        if life.holds.stops("approved"):
            raise misstep.state(life, "approved")
        self._minutes.write(life, [cast, *carried], by, why)

    def tally(self, id: AgreementId) -> Tally:
        """How the voting on a paper's newest text stands."""
        life = self._minutes.known(id)
        return self._council.tally(life, self._minutes.text(life, life.newest))

    def sign(self, id: AgreementId, mark: Mark, by: str, why: str) -> None:
        """Write a signature down; when it is the last that was missing, the paper is executed by it."""
        self._minutes.admit(by, "signed", id)
        life = self._minutes.known(id)
        version = life.newest
        edition = life.editions[version]
        mark = mark if mark.sha256 else replace(mark, sha256=edition.sha256)
        self._admitted(self._minutes.text(life, version), mark)
        moves = _sent(life, version)
        moves.append(Move(name="signed", version=version, more=mark.body()))
        if not missing(life.sort, {*edition.signed, mark.party}):
            moves.append(Move(name="executed", version=version))
        self._minutes.write(life, moves, by, why)

    def activate(self, id: AgreementId, by: str, why: str) -> None:
        """Bring the newest version into force, with every step that leads there from `approved`."""
        self._minutes.admit(by, "activated", id)
        life = self._minutes.known(id)
        version = life.newest
        self._minutes.write(life, self._activation(life, version, self._minutes.text(life, version), []), by, why)

    def amend(self, document: Paper, by: str, why: str, signed_by: Mapping[str, str]) -> None:
        """Hand in the next version; with every signature that it needs, bring it into force in the same breath.

        Unless the council is to be asked, and is not the one that hands it in: then it waits for its approval.
        """
        self._minutes.admit(by, "amended", document.id)
        life = self._minutes.known(document.id)
        if life.current is None or life.editions[life.current].status not in RENEWABLE:
            raise misstep.state(life, "amended")
        officers = self._officers
        asked = bool(self._council.members) or (officers and officers.are_named and not officers.may(by, "approved"))
        self._at_once(life, document, by, why, signed_by, waits=bool(asked))

    def adopt(self, document: Paper, by: str, why: str) -> None:
        """Hand in a paper that is not on file yet; if it is fully signed, bring it into force in the same breath."""
        self._minutes.admit(by, "adopted", document.id)
        self._at_once(Life(id=document.id, sort=sort(document)), document, by, why, {}, waits=False)

    def _at_once(
        self, life: Life, document: Paper, by: str, why: str, signed_by: Mapping[str, str], *, waits: bool
    ) -> None:
        self._numbered(life, document)
        own = sha256(document)
        said = [Mark(party=party, name=name, sha256=own) for party, name in signed_by.items()]
        for mark in said:
            self._admitted(document, mark)
        told = self._view.signatories.embedded(document)
        moves = [Move(name="submitted", version=document.version, more={"sha256": own})]
        if not waits and not missing(life.sort, {mark.party for mark in (*told, *said)}):
            moves.append(Move(name="approved", version=document.version))
            moves += self._activation(self._minutes.tried(life, moves, by), document.version, document, said)
        self._minutes.write(life, moves, by, why, document)

    def join(self, id: AgreementId, mark: Mark, by: str, why: str) -> None:
        """An agency signs the memorandum in force."""
        self._minutes.admit(by, "joined", id)
        life = self._minutes.known(id)
        if life.sort != "mou" or life.current is None:
            raise misstep.state(life, "joined")
        mark = mark if mark.sha256 else replace(mark, sha256=life.editions[life.current].sha256)
        self._view.signatories.admit(mark, self._minutes.text(life, life.current))
        self._minutes.write(life, [Move(name="joined", version=life.current, more=mark.body())], by, why)

    def terminate(self, id: AgreementId, by: str, why: str) -> None:
        """End the version in force, and void the one that waits beside it."""
        self._minutes.admit(by, "terminated", id)
        life = self._minutes.known(id)
        moves = [Move(name="terminated", version=life.current or 0)]
        if life.current not in {None, life.newest} and life.editions[life.newest].status in OPEN:
            moves.append(Move(name="voided", version=life.newest))
        self._minutes.write(life, moves, by, why)

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
            flaw = misstep.unsigned(life, version, paper, {*have, *(mark.party for mark in told)})
            if flaw is not None:
                raise flaw
        if life.current is not None and life.current != version:
            if life.editions[life.current].status is Status.SUSPENDED:
                raise misstep.suspended(life.id)
            moves.append(Move(name="amended", version=life.current))
        return [*moves, Move(name="activated", version=version)]

    def _numbered(self, life: Life, document: Paper) -> None:
        wrong = misstep.misnumbered(life, document)
        if wrong is not None:
            raise wrong

    def _admitted(self, paper: Paper, mark: Mark) -> None:
        """Raise unless a signature names a party and somebody, and counts."""
        wrong = misstep.partyless(paper, mark.party, mark.name)
        if wrong is not None:
            raise wrong
        self._view.signatories.admit(mark, paper)


_ON_LAST = frozenset({"expired", "destruction_pending", "destroyed", "closed"})
"""Moves of the version that is or was in force, not of one that waits beside it."""


def _sent(life: Life, version: int) -> list[Move]:
    approved = life.editions[version].status is Status.APPROVED
    return [Move(name="sent", version=version)] if approved else []
