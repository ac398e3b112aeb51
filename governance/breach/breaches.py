"""Breach: declared, frozen at once, its notices sent in time, reviewed, closed. Only then do the agreements resume.

Declaring freezes: in the same breath every agreement concerned that is in force is suspended, so that the next read is
refused. A breach is known by a number of our own. What exactly happened, and to whom, stays in the incident's own file:
the ledger names no family.

Source: M.G.L. c.93H; the agreements' part "breaches"; the memorandum's floor `breach_notice_hours`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from governance.breach.duty import Duty, Told, duties, regimes_of
from governance.breach.record import CLOSED, DECLARED, EXCUSED, NOTIFIED, REVIEWED, Breach, Kept, recall
from governance.breach.scope import Scope, scope
from governance.clock import Clock
from governance.errors import Misconfigured, SelfReview
from governance.hold import FROZEN, THAWED
from governance.ids import AgreementId, DatasetId
from governance.ledger import Json, Ledger
from governance.register import Register

_LEAST_WORDS = 3
_UNNAMED = "breach"
"""What a breach is called before it has a number."""


class Breaches:
    """Declares breaches and sees them through.

    Args:
        ledger: where every step is written before it counts.
        register: whose agreements they freeze.
        clock: what deadlines are measured by.
    """

    def __init__(self, ledger: Ledger, register: Register, clock: Clock) -> None:
        self._ledger = ledger
        self._register = register
        self._clock = clock

    def declare(
        self,
        *,
        agreements: Collection[AgreementId] = (),
        datasets: Collection[DatasetId] = (),
        noticed_at: datetime,
        by: str,
        what: str,
        since: datetime | None = None,
    ) -> Breach:
        """There was a breach. The agreements concerned are frozen in the same breath.

        Args:
            agreements: whose data it is.
            datasets: which data; the agreements that cover it are concerned. With both, only these of theirs.
            noticed_at: when somebody first noticed; aware, not in the future.
            by: who declares it: a staff id.
            what: what kind of thing happened, in words that name nobody.
            since: from when on data may have been open; None where that is not known.

        Raises:
            Misconfigured: `REASON_NEEDED`; `BREACH_INCOMPLETE` where it concerns nothing, or its times cannot be;
                `AGREEMENT_UNKNOWN`.
            MoveNotYours: declaring it is another's.
        """
        self._register.admit(by, "breach_declared", _UNNAMED)
        _said(what)
        if noticed_at > self._clock.now() or (since is not None and since > noticed_at):
            raise _incomplete("It was noticed before now, and began before it was noticed.")
        concerned = self._concerned(agreements, datasets)
        reference = f"br-{secrets.token_hex(8)}"
        body: dict[str, Json] = {
            "by": by,
            "why": what,
            "agreements": list(concerned),
            "datasets": sorted(datasets),
            "noticed_at": noticed_at.isoformat(),
            "since": since.isoformat() if since else None,
            "duties": [duty.body() for duty in self._duties(concerned, datasets, noticed_at)],
        }
        moves = dict.fromkeys(concerned, (FROZEN, "suspended"))
        first = (DECLARED, reference, body)
        self._register.together(first, moves, by=by, why=f"Breach {reference}.", breach=reference)
        return self.breach(reference)

    def notify(self, reference: str, to: Told, *, by: str, agency: str = "", how: str = "") -> Breach:
        """Somebody was told. It is recorded when it happened, never before.

        Args:
            reference: what `declare` gave.
            to: who was told.
            by: who told them.
            agency: which agency, for an owner.
            how: by letter, by telephone, under which number of theirs; nothing about a family.

        Raises:
            Misconfigured: `BREACH_UNKNOWN`; `BREACH_DUTY` where nobody owes them a notice, or they were told before.
        """
        return self._answer(NOTIFIED, reference, to, agency, {"by": by, "how": how})

    def excuse(self, reference: str, to: Told, *, by: str, why: str, agency: str = "") -> Breach:
        """A notice is not owed after all: counsel says why.

        Raises:
            Misconfigured: as `notify`; `REASON_NEEDED`; `BREACH_DUTY` for an owner, who is always told.
        """
        _said(why)
        if to is Told.OWNER:
            raise Misconfigured("An owner is always told.", "Tell them.", code="BREACH_DUTY")
        return self._answer(EXCUSED, reference, to, agency, {"by": by, "why": why})

    def review(self, reference: str, *, by: str, why: str) -> Breach:
        """What is known now, and what is done so that it does not happen again. Not by whoever declared it.

        Raises:
            SelfReview: they declared it. The try is in the ledger too.
            Misconfigured: `REASON_NEEDED`; `BREACH_CLOSED`.
        """
        self._register.admit(by, "breach_reviewed", reference)
        _said(why)
        breach = self._open(reference)
        if by == breach.by:
            what = f"Whoever declared breach {reference} cannot review it."
            reason: Json = {"code": SelfReview.code, "clause": REVIEWED, "detail": what}
            self._ledger.append("use.refused", reference, {"actor": by, "reasons": [reason]})
            raise SelfReview(what, "Let somebody else review it.")
        self._ledger.append(REVIEWED, reference, {"by": by, "why": why})
        return self.breach(reference)

    def close(self, reference: str, *, by: str, why: str = "") -> Breach:
        """Everybody was told and it was reviewed: its agreements are thawed. Resuming them is another step.

        Raises:
            Misconfigured: `BREACH_UNFINISHED` where a notice or the review is missing; `BREACH_CLOSED`.
        """
        self._register.admit(by, "breach_closed", reference)
        breach = self._open(reference)
        waiting = [kept.duty.key for kept in breach.kept if kept.notice is None]
        if waiting or not breach.reviews:
            missing = ", ".join([*waiting, *([] if breach.reviews else ["the review"])])
            what = f"Breach {reference} cannot be closed yet: {missing} is missing."
            raise Misconfigured(what, "See `hearthline breach show`.", code="BREACH_UNFINISHED")
        moves = dict.fromkeys(breach.agreements, (THAWED,))
        first = (CLOSED, reference, {"by": by, "why": why})
        self._register.together(first, moves, by=by, why=f"Breach {reference} is closed.", breach=reference)
        return self.breach(reference)

    def breach(self, reference: str) -> Breach:
        """One breach as it stands.

        Raises:
            Misconfigured: `BREACH_UNKNOWN`.
        """
        entries = list(self._ledger.entries(kind="breach", topic=reference))
        if not entries or entries[0].kind != DECLARED:
            what = f"There is no breach {reference[:40]}."
            raise Misconfigured(what, "See `hearthline breach list`.", code="BREACH_UNKNOWN")
        return recall(entries)

    def all(self) -> tuple[Breach, ...]:
        """Every breach, oldest first."""
        return tuple(self.breach(entry.topic) for entry in self._ledger.entries(kind=DECLARED))

    def overdue(self) -> tuple[tuple[str, Kept], ...]:
        """Every notice of an open breach that is late, with the breach's reference."""
        now = self._clock.now()
        return tuple(
            (breach.reference, kept)
            for breach in self.all()
            if breach.is_open
            for kept in breach.kept
            if kept.late(now)
        )

    def remind(self, *, by: str) -> tuple[str, ...]:
        """Write down, once each, which notices are late. Returns those that are new, as `reference duty`."""
        told = []
        for reference, kept in self.overdue():
            body: dict[str, Json] = {"by": by, "duty": kept.duty.key, "due_at": kept.duty.due_at.isoformat()}
            if self._ledger.append_once("breach.overdue", f"{reference} {kept.duty.key}", body) is not None:
                told.append(f"{reference} {kept.duty.key}")
        return tuple(told)

    def scope(self, breach: Breach) -> Scope:
        """Every use of the data concerned, from when it may have been open until it was frozen."""
        return scope(
            self._ledger,
            agreements=breach.agreements,
            datasets=breach.datasets,
            since=breach.since,
            until=breach.declared_at,
        )

    def _duties(
        self, concerned: Collection[AgreementId], datasets: Collection[DatasetId], noticed_at: datetime
    ) -> tuple[Duty, ...]:
        """Who is to be told, as the papers say now: a later amendment gives nobody more time."""
        papers, mou = [self._register.get(id).agreement for id in concerned], self._register.mou()
        return duties(papers, mou.mou.floor if mou else None, noticed_at, regimes_of(papers, datasets))

    def _answer(self, kind: str, reference: str, to: Told, agency: str, body: dict[str, Json]) -> Breach:
        """A duty is done with: told, or excused."""
        self._register.admit(str(body["by"]), kind.replace(".", "_"), reference)
        breach = self._open(reference)
        kept = next((each for each in breach.kept if (each.duty.to, each.duty.agency) == (to, agency)), None)
        if kept is None or kept.notice is not None:
            owed = ", ".join(each.duty.key for each in breach.kept if each.notice is None)
            what = f"No notice of breach {reference} waits for that one. Waiting: {owed or 'none'}."
            raise Misconfigured(what, "Name one that waits (--to, and --agency for an owner).", code="BREACH_DUTY")
        self._ledger.append(kind, reference, {**body, "to": str(to), "agency": agency})
        return self.breach(reference)

    def _open(self, reference: str) -> Breach:
        breach = self.breach(reference)
        if not breach.is_open:
            raise Misconfigured(f"Breach {reference} is closed.", "Declare a new one.", code="BREACH_CLOSED")
        return breach

    def _concerned(
        self, agreements: Collection[AgreementId], datasets: Collection[DatasetId]
    ) -> tuple[AgreementId, ...]:
        for id in agreements:
            self._register.get(id)
        covering = {standing.id for dataset in datasets for standing in self._register.covering(dataset)}
        concerned = sorted(set(agreements) or covering)
        if not concerned:
            raise _incomplete("A breach concerns at least one agreement, or a dataset that one covers.")
        return tuple(concerned)


def _said(words: str) -> None:
    if len(words.split()) < _LEAST_WORDS:
        what = "A step of a breach says what it is, in words that another person can judge."
        raise Misconfigured(what, "Say it in a sentence that names nobody.", code="REASON_NEEDED")


def _incomplete(what: str) -> Misconfigured:
    return Misconfigured(what, "Correct it and declare the breach again.", code="BREACH_INCOMPLETE")
