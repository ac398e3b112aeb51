"""Reaching families in this installation: who is invited, who is sent an offer, and what comes back."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from alerts.channels.outcome import Act
from alerts.inbound import Ear, Heard
from alerts.keyword import Meaning
from alerts.outreach import ALREADY, SENT, Offer, Outcome, Outreach, counted
from flows.bootstrap import Services
from flows.signing_up import SIGNED_UP, asked_contacts, place_contacts
from flows.stage import Stage
from governance.decision import Decision
from governance.errors import ContractBroken, Misconfigured
from governance.opened import Opened
from governance.use import Action, Use

__all__ = [
    "InboundRow",
    "Offer",
    "OutreachReport",
    "ReceiveReport",
    "invite",
    "place_contacts",
    "receive",
    "send_offers",
]

BATCH = 200
"""Texts that go out behind one door: a grant lasts minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachReport:
    """What went out, and what was held for which reason. `already` went out before, `invited` are the questions."""

    sent: int = 0
    held: list[dict[str, str | int]] = field(default_factory=list)
    invited: int = 0
    already: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundRow:
    """A text that came: from which telephone, its words, when."""

    phone: str
    body: str
    received_at: datetime


@dataclass(slots=True, kw_only=True)
class ReceiveReport:
    """What came back, by what it meant; `confirmed` are yeses that were waited for, `again` had come before."""

    confirmed: int = 0
    stopped: int = 0
    helped: int = 0
    passed_on: int = 0
    answered: int = 0
    again: int = 0
    unreadable: int = 0


def outreach_of(house: Services, *, dry: bool = False) -> Outreach:
    """What sends texts here.

    Args:
        house: the services.
        dry: weigh and clear, but send nothing.
    """
    return Outreach(
        engine=house.engine,
        ledger=house.ledger,
        clock=house.clock,
        contacts=house.contacts,
        consents=house.consents,
        clearing=house.clearing,
        messages=house.messages,
        office=house.office,
        channel=house.channel,
        purpose=house.settings.purpose,
        dry=dry,
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
    outreach, stage = outreach_of(house, dry=dry_run), Stage("reach")
    found: list[Outcome] = []
    for start in range(0, len(offers), BATCH):
        with contacting(house) as door:
            for each in offers[start : start + BATCH]:
                found.append(_attempt(stage, partial(outreach.offer, door, each)))
                if _must_pause(found[-1]):
                    return _report(found)
    return _report(found)


def invite(house: Services, *, dry_run: bool = False) -> OutreachReport:
    """Ask everybody who signed up, and was not asked since, to say yes again.

    Args:
        house: the services.
        dry_run: clear, but send nothing.

    Raises:
        Refused: nobody may be contacted at all.
    """
    outreach, stage = outreach_of(house, dry=dry_run), Stage("invite")
    waiting = asked_contacts(house)
    found: list[Outcome] = []
    for start in range(0, len(waiting), BATCH):
        with contacting(house) as door:
            for contact, asked in waiting[start : start + BATCH]:
                found.append(_attempt(stage, partial(outreach.invite, door, contact, asked=asked)))
                if _must_pause(found[-1]):
                    break
    report = _report(found)
    return OutreachReport(invited=report.sent, held=report.held, already=report.already)


def receive(house: Services, rows: Sequence[InboundRow]) -> ReceiveReport:
    """Hear what families texted: act on it, then answer. What cannot be answered is acted on all the same.

    Args:
        house: the services.
        rows: in the order in which they came.
    """
    report, stage = ReceiveReport(), Stage("receive")
    ear = Ear(
        engine=house.engine, ledger=house.ledger, clock=house.clock, contacts=house.contacts, consents=house.consents
    )
    for start in range(0, len(rows), BATCH):
        with perhaps_contacting(house) as door:
            for row in rows[start : start + BATCH]:
                _hear(house, ear, row, door, stage, report)
    return report


def read_replies(path: Path) -> list[InboundRow]:
    """Texts from a CSV file with phone, body and received_at (ISO, with its offset).

    Args:
        path: the file.

    Raises:
        ContractBroken: `REPLIES_INVALID`, naming the row, never what stands in it.
    """
    rows: list[InboundRow] = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            try:
                at = datetime.fromisoformat(row["received_at"])
                found = InboundRow(phone=row["phone"], body=row["body"], received_at=at)
            except (KeyError, ValueError, TypeError):
                found = None
            if found is None or found.received_at.tzinfo is None or not found.phone:
                what = f"{path.name}, row {number}: it needs phone, body and received_at with an offset."
                raise ContractBroken(what, "Correct the row and run this again.", code="REPLIES_INVALID")
            rows.append(found)
    return rows


@contextmanager
def contacting(house: Services) -> Iterator[Opened]:
    """A door behind which families may be contacted, for a run.

    Raises:
        Refused: nobody may be contacted.
    """
    with house.gate.open(house.gate.request(_use(house))) as door:
        yield door


@contextmanager
def perhaps_contacting(house: Services) -> Iterator[Opened | None]:
    """The same where it is permitted; None where it is refused: a no is heard all the same."""
    answer = house.gate.ask(_use(house))
    if isinstance(answer, Decision):
        yield None
    else:
        with house.gate.open(answer) as door:
            yield door


def _use(house: Services) -> Use:
    return Use.of(
        actor=house.flow,
        action=Action.CONTACT,
        purpose=house.settings.purpose,
        dataset=SIGNED_UP,
        fields={"phone"},
        zone="enclave",
    )


def _hear(house: Services, ear: Ear, row: InboundRow, door: Opened | None, stage: Stage, report: ReceiveReport) -> None:
    try:
        heard = ear.hear(row.phone, row.body, row.received_at, door=door)
    except Misconfigured:  # not a number that anybody has: counted, and nothing can be done about it
        report.unreadable += 1
        return
    _count(report, heard)
    if heard.answer is None or door is None or not heard.new:
        return
    contact = house.contacts.get(heard.contact)
    if contact is None:
        return  # nobody whom we know: there is no number to answer to that anybody gave us
    language = contact.language
    work = partial(outreach_of(house).reply, door, contact.id, heard.answer, to=heard.id, language=language)
    report.answered += _attempt(stage, work).reason == SENT


def _count(report: ReceiveReport, heard: Heard) -> None:
    if not heard.new:
        report.again += 1
        return
    report.confirmed += heard.meaning is Meaning.YES and heard.answer is not None
    report.stopped += heard.meaning is Meaning.STOP
    report.helped += heard.meaning is Meaning.HELP
    report.passed_on += heard.meaning is Meaning.OTHER


def _attempt(stage: Stage, work: partial[Outcome]) -> Outcome:
    """One text; where governance refused it at the last moment, the refusal's code is why it was held."""
    before = len(stage.refusals)
    found = stage.attempt("a text", work)
    return found if found is not None else Outcome(reason=stage.refusals[before].code)


def _must_pause(outcome: Outcome) -> bool:
    """Whether a carrier's answer concerns every text: the account, the pace, or the text itself."""
    return outcome.act in {Act.PAUSE, Act.STOP_TEMPLATE}


def _report(found: Sequence[Outcome]) -> OutreachReport:
    reasons = [each.reason for each in found]
    return OutreachReport(
        sent=reasons.count(SENT),
        already=reasons.count(ALREADY),
        held=counted(reason for reason in reasons if reason not in {SENT, ALREADY}),
    )
