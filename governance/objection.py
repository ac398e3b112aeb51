"""Objections: one small function for each thing that can stand against a text. None means that it does not.

They are pure but for the register, which is asked where agreements stand. A detail names no family and no flag.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.clearance import ContactAsk, TextKind
from governance.consent.said import ConsentMove, ConsentState, comes_to, last, said_in
from governance.contact.hours import ContactHours
from governance.contact.record import FORBIDDING, Contact, flags_of
from governance.errors import Reason
from governance.ledger import Entry
from governance.purpose import covers
from governance.register import Register

REPLY_MINUTES = 15
"""How long what a family texted waits for an answer."""

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A text, and everything that it is judged by.

    `purpose` is what the door was opened for. `contact` is None where nobody is registered by that id. `entries` are
    the ledger's about the contact, in order: what it said, what it was sent, its flags.
    """

    ask: ContactAsk
    purpose: str
    contact: Contact | None
    entries: tuple[Entry, ...]
    register: Register
    hours: ContactHours
    weekly_cap: int
    now: datetime

    @property
    def state(self) -> ConsentState:
        """What the family's yes and no come to."""
        return comes_to(said_in(self.entries), self.ask.channel, self.ask.topic)

    def newest(self, state: ConsentState) -> ConsentMove | None:
        """The newest act of that kind about the text's channel and topic."""
        return last(said_in(self.entries), state, self.ask.channel, self.ask.topic)

    def sent(self, kind: TextKind) -> list[Entry]:
        """Texts of a kind that were sent before."""
        return [entry for entry in self.entries if entry.kind == "contact.texted" and entry.body["kind"] == kind]


Objection = Callable[[Matter], Reason | None]


def malformed(matter: Matter) -> Reason | None:
    """`MALFORMED`: something that a text of this kind must name is missing. Unknown is never yes."""
    ask = matter.ask
    needed = {
        "kind": ask.kind in set(TextKind),
        "channel": bool(ask.channel),
        "topic": bool(ask.topic),
        "language": bool(ask.language),
        "template": bool(ask.template),
        "household": bool(ask.household) or ask.kind != TextKind.OFFER,
        "task": bool(ask.task) or ask.kind != TextKind.OFFER,
        "lineage": bool(ask.lineage) or ask.kind != TextKind.OFFER,
        "in_reply_to": bool(ask.in_reply_to) == (ask.kind == TextKind.REPLY),
    }
    missing = [name for name, there in needed.items() if not there]
    return _reason("MALFORMED", "ask", f"The text's {', '.join(missing)} is not as it must be.") if missing else None


def another_purpose(matter: Matter) -> Reason | None:
    """`PURPOSE_NOT_LISTED`: the text is for something that the door was not opened for."""
    if covers(matter.purpose, matter.ask.purpose):
        return None
    return _reason("PURPOSE_NOT_LISTED", "ask.purpose", "The text is for another purpose than its grant.")


def no_consent(matter: Matter) -> Reason | None:
    """`NO_CONSENT`, `CONSENT_NOT_CONFIRMED`, `CONSENT_REVOKED`: the family has not said yes to this, twice.

    Source: the memorandum's floor (`contact_without_consent`); 47 CFR 64.1200(a)(1), (a)(10).
    """
    if matter.ask.kind == TextKind.REPLY:
        return _nothing_heard(matter)
    state, invited = matter.state, matter.ask.kind == TextKind.INVITE
    if state is ConsentState.GRANTED or (invited and state is ConsentState.ASKED):
        return None
    code, what = {
        ConsentState.NONE: ("NO_CONSENT", "was never asked for, or never given"),
        ConsentState.ASKED: ("CONSENT_NOT_CONFIRMED", "was not confirmed by a second act"),
        ConsentState.REVOKED: ("CONSENT_REVOKED", "was revoked"),
    }[state]
    return _reason(code, "consent", f"Consent to {matter.ask.channel} about this {what}.")


def do_not_contact(matter: Matter) -> Reason | None:
    """`DO_NOT_CONTACT`: a flag forbids it, in the ledger or in the database. Source: house rule (safety first)."""
    flags = flags_of(matter.entries) | (matter.contact.flags if matter.contact else frozenset())
    if not flags & FORBIDDING:
        return None
    return _reason("DO_NOT_CONTACT", "contact.flags", "The contact carries a flag that no text goes past.")


def household_mismatch(matter: Matter) -> Reason | None:
    """`HOUSEHOLD_MISMATCH`: the telephone does not ring where the text is meant for."""
    contact, ask = matter.contact, matter.ask
    if contact is None:
        return _reason("NO_CONSENT", "contact", "No telephone is registered by that id.")
    if ask.household is None and ask.kind != TextKind.OFFER:
        return None
    if ask.household is not None and contact.household == ask.household:
        return None
    return _reason("HOUSEHOLD_MISMATCH", "contact.household", "The contact is not in the household that this is for.")


def language_mismatch(matter: Matter) -> Reason | None:
    """`LANGUAGE_MISMATCH`: not in the language that the family chose. A reply may follow the family's own words."""
    if matter.contact is None or matter.ask.kind == TextKind.REPLY or matter.ask.language == matter.contact.language:
        return None
    return _reason("LANGUAGE_MISMATCH", "contact.language", "The text is in another language than the family chose.")


def quiet_hours(matter: Matter) -> Reason | None:
    """`QUIET_HOURS`: outside the hours. A reply is sent at once.

    Source: 47 CFR 64.1200(c)(1).
    """
    if matter.ask.kind == TextKind.REPLY or matter.hours.open_at(matter.now):
        return None
    opens = matter.hours.next_opening(matter.now).isoformat(timespec="minutes")
    return _reason("QUIET_HOURS", "hours", f"Families may be texted again from {opens}.")


def too_many(matter: Matter) -> Reason | None:
    """`WEEKLY_CAP`: the week's offers were sent; or a family that signed up was invited for that already."""
    if matter.ask.kind == TextKind.INVITE:
        asked = matter.newest(ConsentState.ASKED)
        again = asked is not None and any(entry.index > asked.entry for entry in matter.sent(TextKind.INVITE))
        return _reason("WEEKLY_CAP", "contact.texted", "The family was invited for this sign-up.") if again else None
    if matter.ask.kind != TextKind.OFFER:
        return None
    recent = [entry for entry in matter.sent(TextKind.OFFER) if entry.at > matter.now - WEEK]
    if len(recent) < matter.weekly_cap:
        return None
    return _reason("WEEKLY_CAP", "texts_per_week", f"{len(recent)} offers were sent within seven days.")


def lineage_inactive(matter: Matter) -> Reason | None:
    """`LINEAGE_INACTIVE`: what the text rests on came from an agreement that is not in force. Source: `derived`."""
    stopped = [id for id in sorted(matter.ask.lineage) if matter.register.objection(id, matter.now)]
    if not stopped:
        return None
    return _reason("LINEAGE_INACTIVE", stopped[0], f"The text rests on {', '.join(stopped)}, which is not in force.")


OBJECTIONS: tuple[Objection, ...] = (
    malformed,
    no_consent,
    do_not_contact,
    household_mismatch,
    lineage_inactive,
    another_purpose,
    language_mismatch,
    quiet_hours,
    too_many,
)
"""In the order in which they are reported: what only the family can change first, what time changes last."""


def objections(matter: Matter) -> tuple[Reason, ...]:
    """Everything that stands against a text; nothing, where it may be sent."""
    return tuple(reason for reason in (each(matter) for each in OBJECTIONS) if reason is not None)


def rests_on(matter: Matter) -> int | None:
    """The ledger's number of the act that a text rests on: the confirmed yes, or the sign-up that it is to confirm."""
    if matter.ask.kind == TextKind.REPLY:
        return None
    granted = matter.state is ConsentState.GRANTED
    move = matter.newest(ConsentState.GRANTED if granted else ConsentState.ASKED)
    return move.entry if move else None


def _nothing_heard(matter: Matter) -> Reason | None:
    """A reply needs a text that was just heard, and was not answered yet."""
    since = matter.now - timedelta(minutes=REPLY_MINUTES)
    heard = [
        entry
        for entry in matter.entries
        if entry.kind == "contact.heard" and entry.body["message"] == matter.ask.in_reply_to and entry.at > since
    ]
    answered = any(entry.body["in_reply_to"] == matter.ask.in_reply_to for entry in matter.sent(TextKind.REPLY))
    if heard and not answered:
        return None
    what = "was answered before" if answered else "was not heard from this contact just now"
    return _reason("NO_CONSENT", "in_reply_to", f"What this replies to {what}.")


def _reason(code: str, clause: str, detail: str) -> Reason:
    return Reason(code=code, clause=clause, detail=detail)
