"""Break-glass: emergency access that two people answer for, for hours, and that a third reviews.

The first person asks and says why; a second one confirms; from then on, for a few hours, the first may view what the
role or a lapsed course would not let them view. Nothing else bends: the purpose, the fields, the zone, the memorandum's
floor, and whether the agreement is in force hold as ever. Everything is in the ledger before it counts, and stays on
the list of what is to be reviewed until somebody who had no part in it has done so (`governance.review`).

Source: house rule; emergency access procedure of 45 CFR 164.312(a)(2)(ii), with a second person added.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.clock import Clock
from governance.errors import BreakGlassSingle, Misconfigured
from governance.fact import Emergency
from governance.ledger import Entry, Ledger

HOURS = 4
"""How long an emergency lasts from its confirmation."""

ASKED, CONFIRMED, ENDED = "break_glass.asked", "break_glass.confirmed", "break_glass.ended"
_LEAST_WORDS = 3
"""A reason of fewer words says nothing to whoever reviews it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One emergency as the ledger has it. `confirmed_by` and `until` are None before a second person confirmed it."""

    reference: str
    asked_by: str
    why: str
    asked_at: datetime
    entry: int
    confirmed_by: str | None = None
    until: datetime | None = None
    ended_at: datetime | None = None


class BreakGlass:
    """Asks for, confirms and ends emergencies.

    Args:
        ledger: where each step is written before it counts.
        clock: the time that an emergency is measured by.
        hours: how long one lasts.
    """

    def __init__(self, ledger: Ledger, clock: Clock, *, hours: int = HOURS) -> None:
        self._ledger = ledger
        self._clock = clock
        self._hours = hours

    def ask(self, *, by: str, why: str) -> Case:
        """Ask for an emergency. It opens nothing yet.

        Args:
            by: staff id of whoever needs to look.
            why: what the emergency is, in words that name nobody.

        Raises:
            Misconfigured: `REASON_NEEDED` where nobody asks or the reason says nothing.
        """
        if not by.strip() or len(why.split()) < _LEAST_WORDS:
            what = "An emergency needs somebody who asks, and a reason that another person can judge."
            raise Misconfigured(what, "Say in a sentence what the emergency is (--why).", code="REASON_NEEDED")
        reference = f"b-{secrets.token_hex(8)}"
        self._ledger.append(ASKED, reference, {"by": by, "why": why})
        return self.case(reference)

    def confirm(self, reference: str, *, by: str) -> Case:
        """The second person says yes: from now on, for some hours, it is an emergency.

        Args:
            reference: what `ask` gave.
            by: staff id of the second person.

        Raises:
            BreakGlassSingle: the second person is the first.
            Misconfigured: `EMERGENCY_UNKNOWN`; `EMERGENCY_OVER` where it was confirmed or ended before, or was asked
                for too long ago to be one.
        """
        case = self.case(reference)
        if not by.strip() or by == case.asked_by:
            what = f"Emergency {reference} cannot be confirmed by the one who asked for it."
            reason = {"code": BreakGlassSingle.code, "clause": "break_glass.confirmed", "detail": what}
            self._ledger.append("use.refused", reference, {"actor": by, "reasons": [reason]})
            raise BreakGlassSingle(what, "Let a second person do it.")
        now = self._clock.now()
        if case.confirmed_by or case.ended_at or now >= case.asked_at + timedelta(hours=self._hours):
            raise _over(reference)
        until = now + timedelta(hours=self._hours)
        if self._ledger.append_once(CONFIRMED, reference, {"by": by, "until": until.isoformat()}) is None:
            raise _over(reference)
        return self.case(reference)

    def end(self, reference: str, *, by: str) -> Case:
        """It is over before its hours are: doors that it opened shut at the next file."""
        self.case(reference)
        self._ledger.append_once(ENDED, reference, {"by": by})
        return self.case(reference)

    def case(self, reference: str) -> Case:
        """One emergency as it stands.

        Raises:
            Misconfigured: `EMERGENCY_UNKNOWN`.
        """
        entries = {entry.kind: entry for entry in reversed(list(self._ledger.entries(topic=reference)))}
        if ASKED not in entries:
            what = f"There is no emergency {reference[:40]}."
            raise Misconfigured(what, "See `hearthline break-glass list`.", code="EMERGENCY_UNKNOWN")
        return _case(entries[ASKED], entries.get(CONFIRMED), entries.get(ENDED))

    def all(self) -> Iterator[Case]:
        """Every emergency, oldest first."""
        for entry in self._ledger.entries(kind=ASKED):
            yield self.case(entry.topic)

    def emergency(self, reference: str) -> Emergency | None:
        """What the gate goes by: who asked, who confirmed, until when. None where no second person did, or it ended.

        Whether it is over, and whether the asker is the one who uses it, is for the gate to judge.
        """
        entries = {entry.kind: entry for entry in reversed(list(self._ledger.entries(topic=reference)))}
        if ASKED not in entries or CONFIRMED not in entries or ENDED in entries:
            return None
        case = _case(entries[ASKED], entries[CONFIRMED], None)
        if case.confirmed_by is None or case.until is None:
            return None
        return Emergency(
            asked_by=case.asked_by, confirmed_by=case.confirmed_by, until=case.until, reference=case.reference
        )


def _case(asked: Entry, confirmed: Entry | None, ended: Entry | None) -> Case:
    return Case(
        reference=asked.topic,
        asked_by=str(asked.body["by"]),
        why=str(asked.body["why"]),
        asked_at=asked.at,
        entry=asked.index,
        confirmed_by=str(confirmed.body["by"]) if confirmed else None,
        until=datetime.fromisoformat(str(confirmed.body["until"])) if confirmed else None,
        ended_at=ended.at if ended else None,
    )


def _over(reference: str) -> Misconfigured:
    what = f"Emergency {reference} cannot be confirmed: it was confirmed or ended before, or asked for hours ago."
    return Misconfigured(what, "Ask for a new one.", code="EMERGENCY_OVER")
