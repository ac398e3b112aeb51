"""Plain words for what the program calls by short names. Reasons come before scores, and nobody is blamed."""

from __future__ import annotations

import inspect
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from governance.errors import REFUSALS

SMALLEST = 11
"""Counts below this are not shown as numbers: a small group can be recognised."""

STALE_DAYS = 3
"""A list made from a day further back than this says so."""

TIERS: dict[int, tuple[str, str]] = {
    1: ("Legal deadline", "A court or an authority has set a day. After it, less can be done."),
    2: ("Act this week", "Things are moving. Early help is still the easiest help."),
    3: ("Check in", "Signs that a family may welcome a call."),
    4: ("Foreseen", "No rule speaks yet. The model knows this pattern from families who came into need soon after."),
}

ACTIONS: dict[str, str] = {
    "ingest": "Take in a file",
    "match": "Find out who belongs together",
    "score": "Work out tonight’s list",
    "train": "Train a model",
    "explain": "Put reasons into words",
    "view": "Show reasons to a worker",
    "contact": "Contact a family",
    "aggregate": "Count",
    "release": "Publish a table",
    "export": "Hand out a copy",
    "destroy": "Destroy",
}

UNITS = {"event": "events", "count": "", "code": ""}
"""Units whose word is another one, in the plural; the rest are their own words."""

MOVES = {
    "opened": "Put on the list",
    "refreshed": "Confirmed",
    "put back": "Waits for room",
    "lapsed": "Taken off: nothing supports it any more",
}

KINDS = {"fact": "Happened", "deadline": "Set for this day", "move": "Done by us", "text": "Text"}
"""Kinds of events on a timeline."""

_SHORT = 8
_DAYS = re.compile(r"_(\d+)d$")


def tier_name(tier: int) -> str:
    """A tier in two or three words."""
    return TIERS[tier][0] if tier in TIERS else f"Tier {tier}"


def tier_meaning(tier: int) -> str:
    """What a tier means, as a sentence; empty for one that has no words yet."""
    return TIERS[tier][1] if tier in TIERS else ""


def long_day(day: date) -> str:
    """`Friday, 27 May 2022`."""
    return f"{day:%A}, {short_day(day)}"


def short_day(day: date) -> str:
    """`27 May 2022`."""
    return f"{day.day} {day:%B %Y}"


def distance(day: date, since: date) -> str:
    """How far a day lies from another one: `that very day`, `in 3 days`, `2 days ago`.

    Args:
        day: the day.
        since: the day that is counted from.
    """
    days = (day - since).days
    if days == 0:
        return "that very day"
    words = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f"in {words}" if days > 0 else f"{words} ago"


def few(number: int) -> str:
    """A count of households that is safe to show: `fewer than 11`, or the number."""
    return f"fewer than {SMALLEST}" if 0 < number < SMALLEST else f"{number:,}"


def measured(value: float | str | None, unit: str) -> str:
    """A fact's value with its unit: `7 days`, `1 event`, `$412.50`; `happened` where nothing was measured."""
    if value is None:
        return "happened"
    if unit == "USD" and not isinstance(value, str):
        return f"${value:,.2f}"
    shown = value if isinstance(value, str) else f"{value:,.10g}"
    words = UNITS.get(unit, unit)
    return f"{shown} {_singular(words) if shown == '1' else words}".strip()


def spoken(name: str) -> str:
    """A name of the program's as words: `unexcused_absences_90d` → `unexcused absences (90 days)`."""
    return _DAYS.sub(r" (\1 days)", name).replace("_", " ")


def action_name(action: str) -> str:
    """What an action means to somebody who never saw the code."""
    return ACTIONS.get(action, action)


def code_meaning(code: str) -> str:
    """A refusal's code as a sentence; the code itself where it has no words."""
    kind = REFUSALS.get(code)
    said = inspect.getdoc(kind) if kind else None
    return said.splitlines()[0] if said else code


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """An instant as the clock on the wall shows it.

    Args:
        at: the instant; aware.
        zone: where the wall is.
    """
    return at.astimezone(zone)


def hour(at: datetime) -> str:
    """`9:05 AM`."""
    return f"{at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"  # noqa: PLR2004 (noon)


def short_id(id: str) -> str:
    """The beginning of a pseudonym, enough to tell it from others on a page."""
    return f"{id[:_SHORT]}…" if len(id) > _SHORT + 1 else id


def percent(share: float | None) -> str:
    """`2.1%`; a dash where there is no number."""
    return "–" if share is None else f"{share:.1%}"


def times(number: float | None) -> str:
    """`5.2`; a dash where there is no number."""
    return "–" if number is None else f"{number:.1f}"


def is_stale(as_of: date, today: date) -> bool:
    """Whether a list is too old to be trusted without a second look."""
    return (today - as_of).days > STALE_DAYS


def _singular(words: str) -> str:
    return f"{words.removesuffix('ies')}y" if words.endswith("ies") else words.removesuffix("s")
