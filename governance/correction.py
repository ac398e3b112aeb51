"""Corrections: what somebody says is wrong about them goes to the agency whose fact it is, with a day to answer by.

Nobody here changes an agency's row: the owner corrects its own file, and the next delivery brings the corrected row,
which counts from then on; that delivery closes what was asked for. A correction is known by a number. What the right
value is stays between the person, the steward and the owner: the ledger names dataset, field and one of a few grounds,
never a value and never the person.

Source: the agreements' `subject_rights.correction: route_to_owner` and `access_days`; M.G.L. c.66A s.2(i), (j).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.ledger import Entry, Json, Ledger
from governance.standing import Papers

ASKED, SENT, ANSWERED = "correction.asked", "correction.sent", "correction.answered"


class Ground(StrEnum):
    """Why somebody asks."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    NOT_ME = "not_me"
    """The row is about somebody else."""
    SEALED = "sealed"
    """A court or a law took it back: it should have been deleted."""


class Answer(StrEnum):
    """What the owner did."""

    CORRECTED = "corrected"
    DELETED = "deleted"
    STANDS = "stands"


class Place(StrEnum):
    """Where a correction stands."""

    ASKED = "asked"
    SENT = "sent"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction as the ledger has it.

    `owner` is the agency whose fact it is and `steward` who answers for it there; `due_on` the day by which the
    agreement has it answered. `delivery` is the one that brought the answer, where a delivery did. `subjects` is the
    ledger's commitment to whom it is about.
    """

    number: str
    agreement: AgreementId
    dataset: DatasetId
    field: str
    ground: Ground
    owner: str
    steward: str
    due_on: date
    place: Place
    answer: Answer | None
    delivery: str
    asked_at: datetime
    subjects: str
    entry: int

    def overdue(self, today: date) -> bool:
        """Whether the owner should have answered by now."""
        return self.place is not Place.ANSWERED and today > self.due_on


class Corrections:
    """Asks for corrections, and follows them.

    Args:
        ledger: where every step is written.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def ask(
        self,
        papers: Papers,
        dataset: DatasetId,
        field: str,
        *,
        ground: Ground = Ground.WRONG,
        by: str,
        today: date,
        subjects: str = "",
    ) -> tuple[Correction, ...]:
        """Route a correction to the owner of a field: one for each agreement that brings it in.

        Args:
            papers: the agreements as they stand.
            dataset: whose row is wrong.
            field: what about it.
            ground: why.
            by: who takes it in: a staff id.
            today: the day it is where the agency works.
            subjects: the commitment to whom it is about.

        Raises:
            Misconfigured: `CORRECTION_UNROUTED` where no agreement brings that field in, or nobody takes it in.
        """
        owners = [each for each in papers.covering.get(dataset, ()) if field in each.fields(dataset)]
        if not owners or not by.strip():
            what = "No agreement brings that field in, so there is nobody to correct it; or nobody takes it in."
            do = "See `hearthline subject show` for what is held, and name yourself (--by)."
            raise Misconfigured(what, do, code="CORRECTION_UNROUTED")
        asked = []
        for standing in owners:
            number = f"q-{secrets.token_hex(8)}"
            owner = standing.agreement.parties.owner
            due = today + timedelta(days=standing.agreement.subject_rights.access_days)
            body: dict[str, Json] = {
                "by": by,
                "agreement": standing.id,
                "dataset": dataset,
                "field": field,
                "ground": str(ground),
                "owner": owner.agency,
                "steward": owner.steward,
                "due_on": due.isoformat(),
                "subjects": subjects or None,
            }
            self._ledger.append(ASKED, number, body)
            asked.append(self.get(number))
        return tuple(asked)

    def sent(self, number: str, *, by: str) -> Correction:
        """The owner's steward was told. Recorded when it happened; once is enough."""
        self.get(number)
        self._ledger.append_once(SENT, number, {"by": by})
        return self.get(number)

    def answered(self, number: str, answer: Answer, *, by: str, delivery: str = "") -> Correction:
        """The owner answered: the row was corrected or deleted, or it stands as it is. The first answer counts.

        Args:
            number: of the correction.
            answer: what the owner did.
            by: who writes it down.
            delivery: the one that brought the answer, where a delivery did.

        Raises:
            Misconfigured: `CORRECTION_UNKNOWN`.
        """
        self.get(number)
        self._ledger.append_once(ANSWERED, number, {"by": by, "answer": str(answer), "delivery": delivery or None})
        return self.get(number)

    def get(self, number: str) -> Correction:
        """One correction as it stands.

        Raises:
            Misconfigured: `CORRECTION_UNKNOWN`.
        """
        entries = {entry.kind: entry for entry in self._ledger.entries(kind="correction", topic=number)}
        if ASKED not in entries:
            what = f"There is no correction {number[:40]}."
            raise Misconfigured(what, "See `hearthline subject corrections`.", code="CORRECTION_UNKNOWN")
        return _correction(entries)

    def open(self) -> list[Correction]:
        """Those that nobody has answered, oldest first."""
        return [each for each in self.all() if each.place is not Place.ANSWERED]

    def all(self) -> Iterator[Correction]:
        """Every correction, oldest first."""
        for entry in self._ledger.entries(kind=ASKED):
            yield self.get(entry.topic)


def _correction(entries: dict[str, Entry]) -> Correction:
    asked, answered = entries[ASKED], entries.get(ANSWERED)
    body = asked.body
    place = Place.ANSWERED if answered else Place.SENT if SENT in entries else Place.ASKED
    return Correction(
        number=asked.topic,
        agreement=AgreementId(str(body["agreement"])),
        dataset=DatasetId(str(body["dataset"])),
        field=str(body["field"]),
        ground=Ground(str(body["ground"])),
        owner=str(body["owner"]),
        steward=str(body["steward"]),
        due_on=date.fromisoformat(str(body["due_on"])),
        place=place,
        answer=Answer(str(answered.body["answer"])) if answered else None,
        delivery=str((answered.body.get("delivery") if answered else "") or ""),
        asked_at=asked.at,
        subjects=str(body.get("subjects") or ""),
        entry=asked.index,
    )
