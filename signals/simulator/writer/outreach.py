"""The sign-ups for text messages; and, beside them, what telephones text back, which is no agency's file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from signals.simulator.clerk import Habits
from signals.simulator.history import History, SignUp
from signals.simulator.period import Period
from signals.simulator.population import Person
from signals.simulator.writer.desk import Desk
from signals.simulator.writer.file import Extract, Numbers, csv_file
from signals.simulator.writer.reply import worded
from signals.simulator.writer.sheet import Mishaps, Row, Sheet, State

HEADER = (
    "signup_id", "participant_id", "first_name", "middle_name", "last_name", "born_on", "phone", "language", "street",
    "unit", "city", "postcode", "topic", "how", "wording", "safe_to_text", "signed_on", "updated_on", "withdrawn_on",
)  # fmt: skip
PHONES = "phones"
"""The folder, beside those of the agencies, of what families text back. No agency sends it."""
REPLIES = ("phone", "body", "received_at")
_HABITS = Habits(plain=0.2, nickname=0.06, typo=0.015, halved=0.1, no_middle=0.7, no_birth=0.05, no_phone=0.0)
_FLAWS: tuple[Row, ...] = ({"last_name": ""}, {"language": ""}, {"signed_on": "2026-02-30"}, {"safe_to_text": "maybe"})
_SHARED = 0.06
"""Chance that somebody gives the number of the other adult in the family."""
_WITHDRAWN, _WITHDRAWN_AFTER = 0.025, (5, 150)
Reply = tuple[datetime, str, str]
_EASTERN = ZoneInfo("America/New_York")
_INVITED_AT = time(10)
_FIRST_MINUTES, _LONGEST_MINUTES = 2.0, 600
_AWAKE = time(7, 30), 14 * 60
"""When texts are written on a later day: from when on, and for how many minutes."""


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the sign-ups, as far as they had been entered by the last day, and the replies up to it.

    Args:
        folder: an existing one.
        history: what happened.
        period: when.
        rng: where chance comes from.
    """
    extract = Extract()
    desk = Desk("outreach", _HABITS, history, rng, extract, prefix="E")
    numbers, replies = Numbers(int(rng.integers(0, 800_000))), list[Reply]()
    with csv_file(folder / "signups.csv", HEADER, extract.files) as file:
        sheet = Sheet(file, rng, until=period.last, flaws=_FLAWS, gone="withdrawn_on", mishaps=Mishaps(within=1))
        for each in sorted(history.signups, key=lambda each: (each.signed_on, each.person)):
            owner = _owner(history.population.persons[each.person], history, each.signed_on, desk)
            if each.signed_on <= period.last and owner is not None:
                invited = sheet.record(
                    lambda: {"signup_id": f"S{numbers.new()}"},
                    _states(each, owner, desk, history, rng),
                    wrong={"safe_to_text": "no"} if each.safe_to_text else {"language": "en"},
                )
                if invited is not None and each.safe_to_text:
                    replies.extend(_replies(each, owner.phone, invited, period.last, rng))
    phones = folder.parent / PHONES
    phones.mkdir(exist_ok=True)
    with csv_file(phones / "replies.csv", REPLIES, extract.files) as file:
        for at, phone, body in sorted(replies):
            file.add({"phone": phone, "body": body, "received_at": at.isoformat()})
    return extract


def _owner(person: Person, history: History, day: date, desk: Desk) -> Person | None:
    """Whose telephone somebody gives: their own, or the other adult's; None where the family has none."""
    others = [
        each for each in history.together(person.household, day) if each.adult and each.phone and each is not person
    ]
    if others and (not person.phone or desk.clerk.often(_SHARED)):
        return others[0]
    return person if person.phone else None


def _states(each: SignUp, owner: Person, desk: Desk, history: History, rng: np.random.Generator) -> list[State]:
    """Signed; and now and then withdrawn, to the office and not by text."""
    person = history.population.persons[each.person]
    signed: Row = {
        "participant_id": desk.number(person),
        **desk.who(person, each.signed_on),
        "phone": desk.clerk.phone(owner),
        "language": each.language,
        "topic": each.topic,
        "how": each.how,
        "wording": f"signup-{each.topic}-{each.language}-1",
        "safe_to_text": "yes" if each.safe_to_text else "no",
        "signed_on": each.signed_on,
    }
    states: list[State] = [(each.signed_on, signed)]
    if desk.clerk.often(_WITHDRAWN):
        low, high = _WITHDRAWN_AFTER
        withdrawn = each.signed_on + timedelta(days=low + int(rng.random() * (high - low)))
        states.append((withdrawn, {"withdrawn_on": withdrawn}))
    return states


def _replies(each: SignUp, phone: str, invited: date, last: date, rng: np.random.Generator) -> Iterator[Reply]:
    """What a telephone texts back: minutes after the invitation, or in the waking hours of a later day.

    The invitation goes out on the day on which the sign-up was entered, mostly the one of signing.
    """
    for days, body in each.replies:
        day, share = invited + timedelta(days=days), float(rng.random())
        if days == 0:
            minutes, begin = _FIRST_MINUTES * (_LONGEST_MINUTES / _FIRST_MINUTES) ** share, _INVITED_AT
        else:
            begin, waking = _AWAKE
            minutes = share * waking
        second = int(minutes * 60)
        at = datetime.combine(day, begin) + timedelta(seconds=second)
        if at.date() <= last:
            yield at.replace(tzinfo=_EASTERN), f"+1{phone}", worded(body, each.language, rng)
