"""What comes back: families' texts, from a file or from a carrier, and what a carrier says became of ours."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from alerts.inbound import Ear, Heard
from alerts.keyword import Meaning, meaning
from alerts.outreach import SENT
from flows.bootstrap import Services
from flows.contacting import BATCH, attempt, outreach_of, perhaps_contacting, sending_of
from flows.stage import Stage
from governance.errors import ContractBroken
from governance.ids import MessageId
from governance.opened import Opened
from governance.telephone import is_telephone

COLUMNS = ("phone", "body", "received_at")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a no came that does not say when: the same no is then the same text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundRow:
    """A text that came: from which telephone, its words, when (aware; None where that cannot be read).

    `carrier_id` is the carrier's own name for it, where it has one.
    """

    phone: str
    body: str
    received_at: datetime | None
    carrier_id: str = ""


@dataclass(slots=True, kw_only=True)
class ReceiveReport:
    """What came back, by what it meant. `confirmed` are yeses that were waited for, `again` had come before.

    `unreadable` came from no telephone, or at no time; they stand in the rows of `unreadable_rows`, from 1. What is
    `passed_on` is for a person to read; a no with more around it is `stopped` and passed on.
    """

    confirmed: int = 0
    stopped: int = 0
    helped: int = 0
    passed_on: int = 0
    answered: int = 0
    again: int = 0
    unreadable: int = 0
    unreadable_rows: list[int] = field(default_factory=list)


def read_replies(path: Path) -> list[InboundRow]:
    """Texts from a CSV file with phone, body and received_at (ISO, with its offset).

    Args:
        path: the file.

    Raises:
        ContractBroken: `REPLIES_INVALID`: it is no such file. A row that cannot be read is left to `receive`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                raise _no_replies(path, f"it has no column {', '.join(missing)}")
            return [_row(row) for row in table]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise _no_replies(path, "it cannot be read as CSV in UTF-8") from None


def receive(house: Services, rows: Sequence[InboundRow]) -> ReceiveReport:
    """Hear what families texted: act on it, then answer. What cannot be answered is acted on all the same.

    Args:
        house: the services.
        rows: in any order; they are heard in the order in which they came.
    """
    report, hearing = ReceiveReport(), _Hearing(house)
    ordered = list(_in_time(rows, report))
    for start in range(0, len(ordered), BATCH):
        with perhaps_contacting(house) as door:
            for row, at in ordered[start : start + BATCH]:
                hearing.hear(row, at, door, report)
    return report


def webhook_inbound(house: Services, form: Mapping[str, str]) -> ReceiveReport:
    """Hear one text, as Twilio tells it. Its signature was verified before.

    Source: Twilio, "Webhook request parameters" (From, Body, MessageSid, OptOutType).

    Args:
        house: the services.
        form: every field.
    """
    stopped = form.get("OptOutType", "").upper() == "STOP"  # said in words that only the carrier was told of
    row = InboundRow(
        phone=form.get("From", ""),
        body="STOP" if stopped else form.get("Body", ""),
        received_at=house.clock.now(),
        carrier_id=form.get("MessageSid", ""),
    )
    return receive(house, [row])


def webhook_status(house: Services, form: Mapping[str, str], message: MessageId | None = None) -> bool:
    """Take in what became of a text, as Twilio tells it. Its signature was verified before.

    Args:
        house: the services.
        form: every field.
        message: which of ours, as the address that Twilio called says (`?message=m-…`).

    Returns:
        Whether it was news of a text of ours.
    """
    from alerts.channels.webhook import news  # its library takes a while to import

    told = news(form)
    return told is not None and sending_of(house).told(told, message)


class _Hearing:
    """Hears and answers, until an answer shows that none can be given any more."""

    def __init__(self, house: Services) -> None:
        self._house = house
        self._ear = Ear(engine=house.engine, ledger=house.ledger, contacts=house.contacts, consents=house.consents)
        self._stage = Stage("receive")
        self._paused = False

    def hear(self, row: InboundRow, at: datetime, door: Opened | None, report: ReceiveReport) -> None:
        """Hear one text: act on it, count it, answer it."""
        listen = partial(self._ear.hear, row.phone, row.body, at, carrier_id=row.carrier_id)
        heard = self._stage.attempt("keeping the words", partial(listen, door=door))
        if heard is None:  # the door was shut meanwhile
            heard, door = listen(), None
        _count(report, heard)
        report.answered += door is not None and self._answer(heard, door)

    def _answer(self, heard: Heard, door: Opened) -> bool:
        contact = self._house.contacts.get(heard.contact)
        if heard.answer is None or contact is None or self._paused:
            return False  # nothing is due, or nobody gave us a number to answer to
        reply = outreach_of(self._house).reply
        work = partial(reply, door, contact.id, heard.answer, to=heard.id, language=contact.language)
        outcome = attempt(self._stage, work)
        self._paused = outcome.must_pause
        return outcome.reason == SENT


def _count(report: ReceiveReport, heard: Heard) -> None:
    if not heard.new:
        report.again += 1
        return
    report.confirmed += heard.meaning in {Meaning.YES, Meaning.START}
    report.stopped += heard.meaning.is_no
    report.helped += heard.meaning is Meaning.HELP
    report.passed_on += heard.meaning.is_for_a_person


def _in_time(rows: Sequence[InboundRow], report: ReceiveReport) -> Iterator[tuple[InboundRow, datetime]]:
    """What can be read, in the order in which it came. A no counts whenever it came: it is heard last."""
    timed: list[tuple[InboundRow, datetime]] = []
    timeless: list[InboundRow] = []
    for number, row in enumerate(rows, start=1):
        whose = is_telephone(row.phone)
        if whose and row.received_at is not None:
            timed.append((row, row.received_at))
        else:
            report.unreadable += 1
            report.unreadable_rows.append(number)
            timeless += [row] if whose and meaning(row.body).is_no else []
    ordered = sorted(timed, key=lambda pair: pair[1])
    yield from ordered
    yield from ((row, NEVER) for row in timeless)


def _row(row: Mapping[str, str | None]) -> InboundRow:
    try:
        at = datetime.fromisoformat(row["received_at"] or "")
    except ValueError:
        at = None
    return InboundRow(
        phone=row["phone"] or "",
        body=row["body"] or "",
        received_at=at if at is not None and at.tzinfo is not None else None,
    )


def _no_replies(path: Path, what: str) -> ContractBroken:
    return ContractBroken(
        f"{path.name}: {what}.", f"A file of replies has the columns {', '.join(COLUMNS)}.", code="REPLIES_INVALID"
    )
