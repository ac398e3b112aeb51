"""Hours and habit: looks at a time, or in a number, that is not this person's working day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from statistics import median
from zoneinfo import ZoneInfo

from governance.anomaly.finding import Finding, Kind
from governance.anomaly.look import Look
from governance.contact.hours import ContactHours

LEAST_DAYS = 5
"""A habit is known after so many days with looks."""
TIMES = 3
MORE = 20
"""A day is outside habit with more than three times the usual number of looks, and at least twenty more than usual."""


def outside_hours(looks: Iterable[Look], hours: ContactHours) -> Iterator[Finding]:
    """One finding for each person and day with looks outside office hours, at a weekend's night, or on a holiday.

    Args:
        looks: of people.
        hours: when the office works, and whose holidays it keeps.
    """
    zone = ZoneInfo(hours.timezone)
    late: dict[tuple[str, date], list[Look]] = defaultdict(list)
    for look in looks:
        if not hours.open_at(look.at):
            late[look.actor, look.at.astimezone(zone).date()].append(look)
    for (actor, day), those in late.items():
        times = f"{those[0].at.astimezone(zone):%H:%M} to {those[-1].at.astimezone(zone):%H:%M}"
        yield found(Kind.OUTSIDE_HOURS, actor, str(day), f"{len(those)} looks outside office hours, {times}.", those)


def outside_habit(looks: Iterable[Look], timezone: str) -> Iterator[Finding]:
    """One finding for each person and day with far more looks than that person's other days.

    Compared with the median of the person's other days: one wild day does not become the habit.

    Args:
        looks: of people.
        timezone: IANA name; where days begin.
    """
    zone = ZoneInfo(timezone)
    days: dict[str, dict[date, list[Look]]] = defaultdict(lambda: defaultdict(list))
    for look in looks:
        days[look.actor][look.at.astimezone(zone).date()].append(look)
    for actor, own in days.items():
        counts = Counter({day: len(those) for day, those in own.items()})
        for day, count in sorted(counts.items()):
            others = [number for other, number in counts.items() if other != day]
            if len(others) < LEAST_DAYS:
                continue
            usual = median(others)
            if count > TIMES * usual and count >= usual + MORE:
                detail = f"{count} looks on one day; on the others {usual:g} are usual."
                yield found(Kind.OUTSIDE_HABIT, actor, str(day), detail, own[day])


def found(kind: Kind, actor: str, subject: str, detail: str, looks: list[Look]) -> Finding:
    """A finding that rests on looks."""
    return Finding(
        kind=kind,
        actor=actor,
        subject=subject,
        detail=detail,
        entries=tuple(number for look in looks for number in look.entries),
        first_at=looks[0].at,
        last_at=looks[-1].at,
    )
