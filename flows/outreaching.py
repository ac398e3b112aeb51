"""Reaching families in this installation: who is invited, and who is sent an offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from alerts.outreach import ALREADY, SENT, Drafted, Offer, Outcome
from flows.bootstrap import Services
from flows.contacting import BATCH, attempt, contacting, outreach_of
from flows.hearing import InboundRow, ReceiveReport, read_replies, receive
from flows.signing_up import asked_contacts, place_contacts
from flows.stage import Stage
from governance.consent import ConsentState
from governance.ids import HouseholdId, TaskId
from governance.opened import Opened

__all__ = [
    "Draft",
    "InboundRow",
    "Offer",
    "OutreachReport",
    "PreviewReport",
    "ReceiveReport",
    "invite",
    "place_contacts",
    "preview",
    "read_replies",
    "receive",
    "send_offers",
]

PAUSED = "CHANNEL_PAUSED"
"""Why texts are held after a carrier's answer that concerns all of them."""

_SAID = {
    ConsentState.NONE: "NO_CONSENT",
    ConsentState.ASKED: "CONSENT_NOT_CONFIRMED",
    ConsentState.REVOKED: "CONSENT_REVOKED",
}

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachReport:
    """What went out, and what was held for which reason. `already` went out before, `invited` are the questions."""

    sent: int = 0
    held: list[dict[str, str | int]] = field(default_factory=list)
    invited: int = 0
    already: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text as it would leave for a task; `held` says what stands against it already, empty where nothing does."""

    task: TaskId
    household: HouseholdId
    held: str
    template: str = ""
    language: str = ""
    body: str = ""
    encoding: str = ""
    segments: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewReport:
    """What would go out now, as far as that is known without asking governance. Nothing is sent by looking."""

    drafts: list[Draft]
    held: list[dict[str, str | int]]
    sent: int = 0
    would_send: int = 0


def preview(house: Services, offers: Sequence[Offer]) -> PreviewReport:
    """Draft the offers of these tasks, and send nothing. No number is opened, and no clearance asked for.

    Args:
        house: the services.
        offers: what for, most urgent first.
    """
    outreach = outreach_of(house, dry=True)
    drafts = [_draft(house, offer, outreach.draft(offer)) for offer in offers]
    return PreviewReport(
        drafts=drafts,
        held=counted(each.held for each in drafts if each.held),
        would_send=sum(not each.held for each in drafts),
    )


def send_offers(house: Services, offers: Sequence[Offer], *, dry_run: bool = False) -> OutreachReport:
    """Send each household with a task its offer, once.

    Args:
        house: the services.
        offers: what for, most urgent first.
        dry_run: clear, but send nothing.

    Raises:
        Refused: nobody may be contacted at all.
    """
    outreach = outreach_of(house, dry=dry_run)
    found = _each(house, "reach", offers, lambda door, offer: partial(outreach.offer, door, offer))
    reasons = [each.reason for each in found]
    return OutreachReport(sent=reasons.count(SENT), already=reasons.count(ALREADY), held=_held(reasons))


def invite(house: Services, *, dry_run: bool = False) -> OutreachReport:
    """Ask everybody who signed up, and was not asked since, to say yes again.

    Args:
        house: the services.
        dry_run: clear, but send nothing.

    Raises:
        Refused: nobody may be contacted at all.
    """
    outreach = outreach_of(house, dry=dry_run)
    found = _each(
        house, "invite", asked_contacts(house), lambda door, one: partial(outreach.invite, door, one[0], asked=one[1])
    )
    reasons = [each.reason for each in found]
    return OutreachReport(invited=reasons.count(SENT), already=reasons.count(ALREADY), held=_held(reasons))


def counted(reasons: Iterable[str]) -> list[dict[str, str | int]]:
    """Why texts were held, and how many for each reason, most first.

    Args:
        reasons: one for each text.
    """
    counts: dict[str, int] = {}
    for reason in reasons:
        counts[reason] = counts.get(reason, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"reason": reason, "count": count} for reason, count in ordered]


def _each(
    house: Services, name: str, items: Sequence[Item], work: Callable[[Opened, Item], partial[Outcome]]
) -> Iterator[Outcome]:
    """Text one after the other, some behind one door; the rest is held once a carrier's answer concerns all of them."""
    stage = Stage(name)
    paused = False
    for start in range(0, len(items), BATCH):
        if paused:
            yield from (Outcome(reason=PAUSED) for _ in items[start : start + BATCH])
            continue
        with contacting(house) as door:
            for item in items[start : start + BATCH]:
                outcome = Outcome(reason=PAUSED) if paused else attempt(stage, work(door, item))
                paused = paused or outcome.must_pause
                yield outcome


def _held(reasons: Iterable[str]) -> list[dict[str, str | int]]:
    return counted(reason for reason in reasons if reason not in {SENT, ALREADY})


def _draft(house: Services, offer: Offer, drafted: Drafted) -> Draft:
    text = drafted.text
    if text is None or drafted.contact is None:
        return Draft(task=offer.task, household=offer.household, held=drafted.held)
    return Draft(
        task=offer.task,
        household=offer.household,
        held=_SAID.get(house.consents.state(drafted.contact, topic=text.topic), ""),
        template=text.template,
        language=text.language,
        body=text.body,
        encoding=str(text.size.encoding),
        segments=text.size.segments,
    )
