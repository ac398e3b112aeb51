"""The life of a paper: its states, the moves between them, and the fold that computes where it stands.

    draft → under_review → approved → out_for_signature → executed → active ⇄ suspended
    active → amended (by a new version) | expired | terminated → destruction_pending → destroyed → closed
    under_review, approved, out_for_signature → declined; whatever is not yet in force → voided

Some entries leave a paper where it is: the council's votes, a disagreement and its settlement, a breach that freezes
it, a warning that its term ends.

Nobody sets a status. It is what the ledger's entries, in their order, come to; an entry that is no legal move from
where the paper stands when it is reached (two processes wrote at once) changes nothing, for every reader alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from governance.hold import FROZEN, HEARD, RAISED, SETTLED, THAWED, Holds
from governance.ids import AgreementId
from governance.ledger import Entry

PREFIX = "agreement."


class Status(StrEnum):
    """Where a version of a paper stands. Only `active` permits a use."""

    DRAFT = "draft"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    OUT_FOR_SIGNATURE = "out_for_signature"
    EXECUTED = "executed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    AMENDED = "amended"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    DESTRUCTION_PENDING = "destruction_pending"
    DESTROYED = "destroyed"
    CLOSED = "closed"
    DECLINED = "declined"
    VOIDED = "voided"


_S = Status
IN_FORCE = frozenset({_S.ACTIVE, _S.SUSPENDED})
OPEN = frozenset({_S.DRAFT, _S.UNDER_REVIEW, _S.APPROVED, _S.OUT_FOR_SIGNATURE, _S.EXECUTED})
"""On its way, and not yet in force."""
REWRITABLE = frozenset({_S.DRAFT, _S.UNDER_REVIEW})
"""Its text may still be replaced under the same version number."""
RENEWABLE = frozenset({_S.ACTIVE, _S.EXPIRED})
"""A new version can take its place. Not from `suspended`: an amendment must not lift a suspension in passing."""
_ENDED = frozenset({_S.TERMINATED, _S.DESTRUCTION_PENDING, _S.DESTROYED, _S.CLOSED})
_GONE = frozenset({_S.CLOSED, _S.DECLINED, _S.VOIDED})

MOVES: dict[str, tuple[frozenset[Status | None], Status | None]] = {
    "drafted": (frozenset({None, _S.DRAFT}), _S.DRAFT),
    "submitted": (frozenset({None, _S.DRAFT, _S.UNDER_REVIEW}), _S.UNDER_REVIEW),
    "approved": (frozenset({_S.UNDER_REVIEW}), _S.APPROVED),
    "sent": (frozenset({_S.APPROVED}), _S.OUT_FOR_SIGNATURE),
    "signed": (frozenset({_S.OUT_FOR_SIGNATURE}), _S.OUT_FOR_SIGNATURE),
    "executed": (frozenset({_S.OUT_FOR_SIGNATURE}), _S.EXECUTED),
    "activated": (frozenset({_S.EXECUTED}), _S.ACTIVE),
    "joined": (frozenset({_S.ACTIVE}), _S.ACTIVE),
    "left": (frozenset({_S.ACTIVE}), _S.ACTIVE),
    "suspended": (frozenset({_S.ACTIVE}), _S.SUSPENDED),
    "resumed": (frozenset({_S.SUSPENDED}), _S.ACTIVE),
    "amended": (RENEWABLE, _S.AMENDED),
    "expired": (frozenset({_S.ACTIVE, _S.SUSPENDED}), _S.EXPIRED),
    "terminated": (frozenset({_S.ACTIVE, _S.SUSPENDED, _S.EXPIRED}), _S.TERMINATED),
    "destruction_pending": (frozenset({_S.EXPIRED, _S.TERMINATED}), _S.DESTRUCTION_PENDING),
    "destroyed": (frozenset({_S.DESTRUCTION_PENDING}), _S.DESTROYED),
    "closed": (frozenset({_S.DESTROYED}), _S.CLOSED),
    "declined": (frozenset({_S.UNDER_REVIEW, _S.APPROVED, _S.OUT_FOR_SIGNATURE}), _S.DECLINED),
    "voided": (OPEN, _S.VOIDED),
    "voted": (frozenset({_S.UNDER_REVIEW}), None),
    "warned": (frozenset({_S.ACTIVE}), None),
    RAISED: (OPEN | IN_FORCE, None),
    HEARD: (frozenset(_S), None),
    SETTLED: (frozenset(_S), None),
    FROZEN: (frozenset(_S) - _GONE, None),
    THAWED: (frozenset(_S), None),
}
"""Every move: the states it may start from (None: there is no such version yet), and the state it ends in (None: it
stays where it is)."""

VOTES = frozenset({"for", "against", "abstain"})

ON_CURRENT = frozenset({"suspended", "resumed", "terminated", "joined", "left", "warned", FROZEN, THAWED})
"""Moves of the paper, whichever version is in force by the time they arrive: a suspension cannot miss an amendment."""


_NEEDS = {
    "drafted": frozenset({"sha256"}),
    "submitted": frozenset({"sha256"}),
    "signed": frozenset({"party", "sha256"}),
    "joined": frozenset({"party", "sha256"}),
    "left": frozenset({"party"}),
    "voted": frozenset({"sha256", "vote", "by"}),
    "warned": frozenset({"days"}),
    FROZEN: frozenset({"breach"}),
    THAWED: frozenset({"breach"}),
}
"""What an entry must say for its move to mean anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One move that took effect: its ledger entry, when, what, of which version, by whom and why.

    `said` is what else it says in a word: a vote, a party, the days of a warning, a breach's reference; else empty.
    """

    entry: int
    at: datetime
    move: str
    version: int
    by: str
    why: str
    said: str = ""


@dataclass(slots=True, kw_only=True)
class Edition:
    """One version: where it stands, the hash of its text, who signed which hash, who voted how on this very text.

    `warned` are the warnings that its term ends that were given: 90, 30, 7 (days).
    """

    status: Status
    sha256: str
    signed: dict[str, str] = field(default_factory=dict)
    votes: dict[str, str] = field(default_factory=dict)
    warned: set[int] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Life:
    """A paper's life so far. `current` is the version activated last, in force or ended; None before the first."""

    id: AgreementId
    sort: str
    editions: dict[int, Edition] = field(default_factory=dict)
    current: int | None = None
    steps: list[Step] = field(default_factory=list)
    holds: Holds = field(default_factory=Holds)

    @property
    def newest(self) -> int:
        """The highest version number; 0 where there is none."""
        return max(self.editions, default=0)

    def apply(self, entry: Entry) -> bool:
        """Take one ledger entry in. Returns whether it was a legal move; if not, nothing changed."""
        move, body = entry.kind.removeprefix(PREFIX), entry.body
        version = self.version_of(move, body)
        if version is None or not self.take(move, version, body):
            return False
        by, why = str(body.get("by", "")), str(body.get("why", ""))
        said = next((str(body[key]) for key in _SAID if key in body), "")
        self.steps.append(Step(entry=entry.index, at=entry.at, move=move, version=version, by=by, why=why, said=said))
        return True

    def take(self, move: str, version: int, body: Mapping[str, Any]) -> bool:
        """Make a move, if it is legal. Returns whether it was; if not, nothing changed."""
        if not self.allows(move, version) or not _NEEDS.get(move, frozenset()) <= body.keys():
            return False
        if not self.holds.fits(move, body) or not _fits(self.editions.get(version), move, body):
            return False
        self._change(move, version, body)
        return True

    def version_of(self, move: str, body: Mapping[str, Any]) -> int | None:
        """The version that an entry moves; None where it names none."""
        if move in ON_CURRENT and (self.current is not None or move not in {FROZEN, THAWED}):
            return self.current
        version = body.get("version")
        return version if isinstance(version, int) else None

    def allows(self, move: str, version: int) -> bool:
        """Whether a move is legal now, for a version."""
        if move not in MOVES:
            return False
        edition = self.editions.get(version)
        if (edition.status if edition else None) not in MOVES[move][0] or self.holds.stops(move):
            return False
        if move in {"drafted", "submitted"}:
            return self.accepts(version)
        if move == "activated" and self.current is not None:
            return self.editions[self.current].status is Status.AMENDED
        return True

    def accepts(self, version: int) -> bool:
        """Whether a text that is handed in now may carry this version number. The first may carry any."""
        return version >= 1 if not self.editions else version == self.next_version()

    def next_version(self) -> int | None:
        """The number that the next text must carry; None where none can be handed in."""
        if self.current is not None and self.editions[self.current].status in _ENDED:
            return None
        newest = self.editions[self.newest].status if self.editions else Status.VOIDED
        if newest in REWRITABLE:
            return self.newest
        return None if newest in OPEN else self.newest + 1

    def _change(self, move: str, version: int, body: Mapping[str, Any]) -> None:
        after = MOVES[move][1]
        self.holds.take(move, body)
        if move in {"drafted", "submitted"} and after is not None:
            self.editions[version] = Edition(status=after, sha256=str(body["sha256"]))
            return
        edition = self.editions[version]
        edition.status = after or edition.status
        if move in {"signed", "joined"}:
            edition.signed[str(body["party"])] = str(body["sha256"])
        if move == "left":
            edition.signed.pop(str(body["party"]), None)
        if move == "activated":
            self.current = version
        if move == "voted":
            edition.votes[str(body["by"])] = str(body["vote"])
        if move == "warned":
            edition.warned.add(int(body["days"]))


_SAID = ("vote", "days", "breach", "party")


def _fits(edition: Edition | None, move: str, body: Mapping[str, Any]) -> bool:
    """Whether what an entry says can be: a vote on this very text, a warning for the first time, enough votes."""
    if edition is None:
        return True
    if move == "voted":
        return body["sha256"] == edition.sha256 and body["vote"] in VOTES
    if move == "warned":
        return isinstance(body["days"], int) and body["days"] not in edition.warned
    if move == "approved" and "quorum" in body:
        carried = list(edition.votes.values()).count("for")
        return isinstance(body["quorum"], int) and carried >= body["quorum"]
    return True
