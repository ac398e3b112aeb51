"""Reach: whom somebody looked at: their own circle, far too many, or families that they have no task for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from governance.anomaly.finding import Finding, Kind
from governance.anomaly.hours import found
from governance.anomaly.look import Look
from governance.ids import HouseholdId

Whose = Mapping[str, Mapping[HouseholdId, str]]
"""By staff id: the households of the own circle, each with what it is (own, family, neighbour)."""

HadTask = Callable[[str, HouseholdId, datetime], bool]
"""Whether a member of staff had a task for a household at an instant."""

WORKERS = frozenset({"caseworker"})
"""Roles that look because they have a task; supervisors and officers look at other people's."""


def own_circle(looks: Iterable[Look], circles: Whose) -> Iterator[Finding]:
    """One finding for each look at the looker's own household, family or neighbours, whatever it was for.

    Args:
        looks: of people.
        circles: who is whose. The finding names the relation, never the household.
    """
    for look in looks:
        mine = circles.get(look.actor, {})
        relations = sorted({mine[household] for household in look.about if household in mine})
        if relations and len(look.about) == 1:
            detail = f"A look at a household that is {' and '.join(relations)} to the one who looked."
            yield found(Kind.OWN_CIRCLE, look.actor, f"entry {look.entries[0]}", detail, [look])


def bulk_views(looks: Iterable[Look], *, most: int, timezone: str) -> Iterator[Finding]:
    """One finding for each person and day that looked into more different households than a day's work holds.

    Args:
        looks: of people. A list counts as one look at every household on it, and is not counted here.
        most: different households, looked into one by one, that a day's work holds.
        timezone: IANA name; where days begin.
    """
    zone = ZoneInfo(timezone)
    days: dict[tuple[str, date], list[Look]] = defaultdict(list)
    for look in looks:
        if len(look.about) == 1:
            days[look.actor, look.at.astimezone(zone).date()].append(look)
    for (actor, day), those in days.items():
        seen = frozenset[HouseholdId]().union(*(look.about for look in those))
        if len(seen) > most:
            detail = f"{len(seen)} different households were looked into on one day; {most} fit into one."
            yield found(Kind.BULK_VIEW, actor, str(day), detail, those)


def without_task(looks: Iterable[Look], had_task: HadTask, *, timezone: str) -> Iterator[Finding]:
    """One finding for each person and day with looks into households that the person had no task for.

    Args:
        looks: of people; only those who work on tasks are asked about.
        had_task: tells who had a task for whom, and when.
        timezone: IANA name; where days begin.
    """
    zone = ZoneInfo(timezone)
    days: dict[tuple[str, date], list[Look]] = defaultdict(list)
    for look in looks:
        if look.role in WORKERS and len(look.about) == 1 and not had_task(look.actor, next(iter(look.about)), look.at):
            days[look.actor, look.at.astimezone(zone).date()].append(look)
    for (actor, day), those in days.items():
        detail = f"{len(those)} looks into households for which there was no task of theirs."
        yield found(Kind.NO_TASK, actor, str(day), detail, those)
