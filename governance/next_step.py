"""Next steps: what an agreement still needs, in words for a steward."""

from __future__ import annotations

from datetime import date

from governance.document import embedded
from governance.expiry_warning import warning
from governance.lifecycle import OPEN, Status
from governance.obligation import looser
from governance.signing.signature import REQUIRED
from governance.standing import MouStanding, Pending, Standing
from governance.wording import words

_STEPS: dict[Status, str] = {
    Status.DRAFT: "Submit it, so that both sides can review it.",
    Status.UNDER_REVIEW: "Both sides review it; then approve it.",
    Status.EXECUTED: "All have signed: activate it.",
    Status.SUSPENDED: "Resume it when its cause is settled, or terminate it.",
    Status.EXPIRED: "Amend it with a later term, or begin destruction.",
    Status.TERMINATED: "Begin destruction.",
    Status.DESTRUCTION_PENDING: "Destroy what it covers and record the certificate.",
    Status.DESTROYED: "Close it.",
    Status.DECLINED: "Submit a new version, if there is to be one.",
    Status.VOIDED: "Submit a new version, if there is to be one.",
}


def next_steps(standing: Standing, mou: MouStanding | None, today: date) -> tuple[str, ...]:
    """What is to be done next for an agreement, most urgent first; empty where there is nothing to do.

    Args:
        standing: the agreement as it stands, with the version that waits beside it.
        mou: the memorandum as it stands.
        today: the day it is where the agency works.
    """
    steps = [f"Version {standing.version} is {words(standing.status)}."] if standing.status not in _QUIET else []
    if standing.status is Status.ACTIVE and standing.flaw:
        steps.append(f"It permits nothing: {standing.flaw}. Restore the signed document, or amend it.")
    if standing.mediation is not None:
        steps.append("A disagreement about it is open: the council hears both sides and settles it.")
    steps += [f"It is frozen by breach {each}: close that first." for each in sorted(standing.breaches)]
    steps += _steps(standing)
    if standing.pending is not None:
        steps += _waiting(standing.pending)
    left = warning(standing.agreement.term.expires, today) if standing.status is Status.ACTIVE else None
    if left is not None:
        steps.append(f"It expires within {left} days, on {standing.agreement.term.expires}: renew it by an amendment.")
    if mou is None or not mou.active:
        steps.append(f"Bring {standing.agreement.mou.id} into force: without the memorandum nothing is permitted.")
    elif standing.status in OPEN | {Status.ACTIVE}:
        steps += [f"Looser than the floor: {what}." for what in looser(standing.agreement, mou.mou.floor)]
    return tuple(steps)


_QUIET = frozenset({Status.ACTIVE, Status.CLOSED})


def _steps(standing: Standing) -> list[str]:
    if standing.status in {Status.APPROVED, Status.OUT_FOR_SIGNATURE}:
        return _signatures(standing)
    return [_STEPS[standing.status]] if standing.status in _STEPS else []


def _signatures(standing: Standing) -> list[str]:
    """Which signatures are missing, and which stand in the document but are over another text."""
    steps = []
    written = dict(embedded(standing.agreement))
    for party in REQUIRED:
        if party in standing.signed or written.get(party) == standing.sha256:
            continue
        if party in written:
            steps.append(f"The {party}'s signature is over another text: the document was edited after signing.")
        steps.append(f"The {party} signs version {standing.version} (document {standing.sha256}).")
    return steps or ["All have signed: activate it."]


def _waiting(pending: Pending) -> list[str]:
    steps = [f"Version {pending.version} is {words(pending.status)} and waits beside it."]
    if pending.status in {Status.APPROVED, Status.OUT_FOR_SIGNATURE}:
        steps.append(f"Owner and recipient sign version {pending.version} (document {pending.sha256}); activate it.")
    elif pending.status in _STEPS:
        steps.append(_STEPS[pending.status])
    return steps
