"""Legal process: orders that demand data, and the notices that go out before any of it is handed over.

An order is known here by a number of our own. What it is about, and whose data it demands, stays in the paper file:
the ledger names no case, no court's number and no family.

Source: the agreements' `redisclosure.legal_process: notify_owner_and_subject_first`; M.G.L. c.66A s.2(k).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.ledger import Entry, Ledger
from governance.use import Use

RECEIVED, NOTIFIED = "legal_process.received", "legal_process.notified"
OWNER, SUBJECT = "owner", "subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """That somebody was told of an order: the owner (which agency), or the subject."""

    party: str
    agency: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as the ledger has it. `answer_by` is the last day on which it may be answered, where it names one."""

    reference: str
    agreements: tuple[AgreementId, ...]
    by: str
    why: str
    received_at: datetime
    answer_by: date | None
    notices: tuple[Notice, ...]

    def told(self, owners: Collection[str]) -> frozenset[str]:
        """Which parties were told: `owner` where every one of these agencies was, `subject` where the subject was.

        Args:
            owners: the agencies whose data a use would hand over.
        """
        agencies = {notice.agency for notice in self.notices if notice.party == OWNER}
        parties = {notice.party for notice in self.notices if notice.party == SUBJECT}
        return frozenset(parties | ({OWNER} if owners and agencies >= set(owners) else set()))


class LegalProcess:
    """Orders, and who was told of them.

    Args:
        ledger: where each is written before it counts.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def receive(
        self, agreements: Iterable[AgreementId], *, by: str, why: str = "", answer_by: date | None = None
    ) -> Order:
        """An order has come. From now on what it demands waits for its notices.

        Args:
            agreements: those whose data it demands; at least one.
            by: who took it in: a staff id.
            why: a note for the log that names no family and no case.
            answer_by: the last day on which it may be answered.

        Raises:
            Misconfigured: `ORDER_INCOMPLETE` where nobody takes it in or it concerns no agreement.
        """
        concerned = sorted(set(agreements))
        if not by.strip() or not concerned:
            what = "An order concerns at least one agreement, and somebody takes it in."
            raise Misconfigured(
                what, "Name the agreement whose data it demands, and who you are.", code="ORDER_INCOMPLETE"
            )
        reference = f"o-{secrets.token_hex(8)}"
        day = answer_by.isoformat() if answer_by else None
        self._ledger.append(RECEIVED, reference, {"by": by, "why": why, "agreements": concerned, "answer_by": day})
        return self.order(reference)

    def notify(self, reference: str, party: str, *, by: str, agency: str = "", how: str = "") -> Order:
        """Somebody was told of an order. It is recorded when it happened, never before.

        Args:
            reference: what `receive` gave.
            party: `owner` or `subject`.
            by: who told them: a staff id.
            agency: which agency, for an owner.
            how: by letter, by telephone; nothing about the person.

        Raises:
            Misconfigured: `ORDER_UNKNOWN`; `ORDER_INCOMPLETE` where the party is another, or an owner's agency or the
                teller is missing.
        """
        self.order(reference)
        if party not in {OWNER, SUBJECT} or not by.strip() or (party == OWNER) != bool(agency):
            what = "A notice goes to the owner, whose agency is named, or to the subject, who is not."
            raise Misconfigured(what, "Use --to owner --agency AGENCY, or --to subject.", code="ORDER_INCOMPLETE")
        self._ledger.append(NOTIFIED, reference, {"by": by, "party": party, "agency": agency, "how": how})
        return self.order(reference)

    def order(self, reference: str) -> Order:
        """One order as it stands.

        Raises:
            Misconfigured: `ORDER_UNKNOWN`.
        """
        entries = list(self._ledger.entries(kind="legal_process", topic=reference))
        if not entries or entries[0].kind != RECEIVED:
            what = f"There is no order {reference[:40]}."
            raise Misconfigured(what, "See `hearthline order list`.", code="ORDER_UNKNOWN")
        return _order(entries)

    def all(self) -> tuple[Order, ...]:
        """Every order, oldest first."""
        return tuple(self.order(entry.topic) for entry in self._ledger.entries(kind=RECEIVED))

    def notices(self, use: Use, owners: Collection[str]) -> frozenset[str]:
        """Which notices the ledger has for the order that a use answers; none where it is unknown.

        Args:
            use: what would be handed over; its facts name the order.
            owners: the agencies whose data it is.
        """
        entries = list(self._ledger.entries(kind="legal_process", topic=use.facts.legal_process))
        if not entries or entries[0].kind != RECEIVED:
            return frozenset()
        return _order(entries).told(owners)


def _order(entries: list[Entry]) -> Order:
    first, *later = entries
    day = first.body["answer_by"]
    return Order(
        reference=first.topic,
        agreements=tuple(AgreementId(str(each)) for each in _texts(first.body["agreements"])),
        by=str(first.body["by"]),
        why=str(first.body["why"]),
        received_at=first.at,
        answer_by=date.fromisoformat(str(day)) if day else None,
        notices=tuple(
            Notice(
                party=str(entry.body["party"]), agency=str(entry.body["agency"]), by=str(entry.body["by"]), at=entry.at
            )
            for entry in later
            if entry.kind == NOTIFIED
        ),
    )


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
