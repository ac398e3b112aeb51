"""Force: whether an agreement permits anything at all at an instant. The clauses that ask nothing about the use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from governance.errors import Reason
from governance.lifecycle import Status
from governance.standing import MouStanding, Papers, Standing
from governance.wording import reason, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When, and under which memorandum, force is asked about. `day` is the day where the agency works."""

    at: datetime
    day: date
    mou: MouStanding | None

    @classmethod
    def of(cls, papers: Papers, at: datetime) -> Moment:
        """An instant, as these papers see it."""
        return cls(at=at, day=at.astimezone(papers.zone).date(), mou=papers.mou)


def objections(standing: Standing, moment: Moment, agencies: frozenset[str] = frozenset()) -> tuple[Reason, ...]:
    """Everything that keeps an agreement from permitting anything now.

    Args:
        standing: the agreement.
        moment: when, and under which memorandum.
        agencies: those that must take part in the memorandum besides the owner.
    """
    found = (
        not_started(standing, moment),
        expired(standing, moment),
        not_active(standing),
        mou_inactive(standing, moment, agencies),
    )
    return tuple(reason for reason in found if reason is not None)


def not_started(standing: Standing, moment: Moment) -> Reason | None:
    """`TERM_NOT_STARTED`: before the start of the day it takes effect.

    Source: the agreement's part "term and termination".
    """
    effective = standing.agreement.term.effective
    if moment.day >= effective:
        return None
    return reason("TERM_NOT_STARTED", standing, "term.effective", f"takes effect on {effective}")


def expired(standing: Standing, moment: Moment) -> Reason | None:
    """`TERM_EXPIRED`: at or after the start of the day it expires.

    Source: the agreement's part "term and termination".
    """
    expires = standing.agreement.term.expires
    if moment.day < expires:
        return None
    return reason("TERM_EXPIRED", standing, "term.expires", f"expired on {expires}")


def not_active(standing: Standing) -> Reason | None:
    """`NOT_ACTIVE`: any status but active, or a document that is not the one that was signed.

    Source: the process of the agreements: both sides review, both sides sign, then active.
    """
    if standing.status is not Status.ACTIVE:
        return reason("NOT_ACTIVE", standing, "lifecycle", f"is {words(standing.status)}, not active")
    return reason("NOT_ACTIVE", standing, "signatures", standing.flaw) if standing.flaw else None


def mou_inactive(standing: Standing, moment: Moment, agencies: frozenset[str]) -> Reason | None:
    """`MOU_INACTIVE`: the memorandum is missing, another, too old, not in force, or a party takes no part in it.

    An agreement written under an earlier version stays good: it is the present floor that holds for it.

    Source: the statewide memorandum, under which every agreement stands.
    """
    what = _mou_flaw(standing, moment, agencies)
    return reason("MOU_INACTIVE", standing, "mou", what) if what else None


def _mou_flaw(standing: Standing, moment: Moment, agencies: frozenset[str]) -> str:
    named, mou = standing.agreement.mou, moment.mou
    if mou is None or mou.mou.id != named.id:
        return f"stands on {named.id}, which is not in force here"
    if named.version > mou.version:
        return f"stands on version {named.version} of {named.id}; version {mou.version} is in force here"
    if not mou.active:
        return f"stands on {named.id}, which is {words(mou.status)}" + (f": {mou.flaw}" if mou.flaw else "")
    if moment.day < mou.mou.effective or (mou.mou.expires is not None and moment.day >= mou.mou.expires):
        return f"stands on {named.id}, which is outside its term"
    owner = standing.agreement.parties.owner.agency
    if owner in mou.participants and agencies <= mou.participants:
        return ""
    return f"{', '.join(sorted((agencies | {owner}) - mou.participants))} takes no part in {named.id}"
