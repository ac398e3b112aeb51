"""The council: who votes on an agreement that is under review, and how many it takes.

The Data Steward Council approves what both sides have reviewed. Where its members are named, each votes for, against,
or abstains, and the vote that makes a quorum of votes *for* approves. A text that is handed in anew is voted on anew.
Who wrote the text or stands in it as a party's officer does not vote. Where nobody is named, the council is one body.

Source: the Massachusetts framework, in which the council supports, reviews and mediates agreements; recusal after
M.G.L. c.268A s.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from governance.agreement import Agreement
from governance.document import Paper
from governance.errors import Misconfigured
from governance.lifecycle import Life
from governance.officer import not_yours


class Vote(StrEnum):
    """What a member says to a text."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the voting on a text stands.

    `needed` votes for it approve it; `may_vote` are the members who have no part in it; `votes` are theirs so far.
    """

    needed: int
    may_vote: tuple[str, ...]
    votes: Mapping[str, Vote]

    @property
    def in_favour(self) -> int:
        """How many voted for it."""
        return sum(vote is Vote.FOR for vote in self.votes.values())

    @property
    def carried(self) -> bool:
        """Whether it is approved by these votes."""
        return self.in_favour >= self.needed

    @property
    def lost(self) -> bool:
        """Whether it cannot be carried any more, unless somebody changes their vote."""
        still = sum(member not in self.votes for member in self.may_vote)
        return self.in_favour + still < self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """The members by staff id; without any, the council is one body and needs no vote.

    `quorum` is how many votes for a text approve it; None means more than half of those who may vote on it.
    """

    members: tuple[str, ...] = ()
    quorum: int | None = None

    def tally(self, life: Life, paper: Paper) -> Tally:
        """How the voting on a paper's newest text stands. Votes of those who may not vote count for nothing."""
        recused = set(conflicts(life, paper))
        may_vote = tuple(member for member in self.members if member not in recused)
        cast = life.editions[life.newest].votes
        return Tally(
            needed=self.quorum or len(may_vote) // 2 + 1,
            may_vote=may_vote,
            votes={member: Vote(cast[member]) for member in may_vote if member in cast},
        )

    def admit(self, by: str, life: Life, paper: Paper) -> None:
        """Raise unless somebody may vote on a paper's newest text.

        Raises:
            Misconfigured: `COUNCIL_UNNAMED` where there are no members; `VOTE_CONFLICT` where they have a part in it.
            MoveNotYours: they are no member.
        """
        if not self.members:
            what = "The council's members are not named, so that nobody votes: the council approves as one body."
            raise Misconfigured(what, "Name them (HEARTHLINE_COUNCIL), or approve it.", code="COUNCIL_UNNAMED")
        if by not in self.members:
            raise not_yours("voted", life.id)
        if by in conflicts(life, paper):
            what = f"Whoever wrote {life.id}, or is named in it, does not vote on it."
            raise Misconfigured(what, "Leave the vote to the other members.", code="VOTE_CONFLICT")


def conflicts(life: Life, paper: Paper) -> frozenset[str]:
    """Everybody who has a part in a paper's newest text: who handed it in, and who is named as a party's officer."""
    wrote = {step.by for step in life.steps if step.version == life.newest and step.move in {"drafted", "submitted"}}
    return frozenset(wrote | (_named(paper) if isinstance(paper, Agreement) else set()))


def _named(paper: Agreement) -> set[str]:
    owner, parties = paper.parties.owner, paper.parties
    people = {owner.steward, owner.counsel, owner.security_contact}
    people |= {name for each in parties.recipients for name in (each.steward, each.privacy_officer)}
    return people | {each.contact for each in parties.processors}
