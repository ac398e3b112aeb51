"""Snapshot feeds: each file is a whole list of who is somewhere on a day; who came and who left is the difference.

A list says nothing of when somebody came who was in the first one, and nothing about a day on which no list was made:
then all that is known is that somebody came or left on one of so many days, and it counts as the last of them. A list
that comes late or is corrected changes what the ones around it say from the day that it is known; what was said until
then stays what it was. A list of which rows could not be read (they are in quarantine) shows who was there, and not who
was not. Pure: lists in, changes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import NamedTuple

Row = tuple[str, int]
"""A delivery, and the row in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The list of a day, as one delivery had it.

    `known_on` and `place` say which of several for a day counts: the one that became known last, of those of one day
    the one that came last. `whole` says that every row of it could be read. `people` are the rows by person.
    """

    day: date
    known_on: date
    place: int
    whole: bool
    people: Mapping[str, Row]


class Change(NamedTuple):
    """Somebody came (`entered`) or left by the list of the day `on`, in the last `days` days up to it.

    `row` is where it is seen: the first row with somebody who came, the last one with somebody who left.
    """

    who: str
    entered: bool
    on: date
    days: int
    row: Row


class Version(NamedTuple):
    """A change from the day that it is known; `until` the first day on which it no longer counts, if there is one."""

    change: Change
    known_on: date
    until: date | None


@dataclass(slots=True)
class _Book:
    """Who is in, after the lists that were read in order of their days.

    `inside` has who is in, with the day and row that last said so; `whole` is the day of the last whole list; `sealed`
    the day up to which nothing may be known of somebody.
    """

    sealed: Mapping[str, date]
    inside: dict[str, tuple[date, Row]] = field(default_factory=dict)
    whole: date | None = None

    def read(self, roll: Roll) -> list[Change]:
        """Go on by a later day's list."""
        found: list[Change] = []
        if roll.whole:
            for who in sorted(self.inside.keys() - roll.people.keys()):
                seen, row = self.inside.pop(who)
                found.append(Change(who, entered=False, on=roll.day, days=(roll.day - seen).days, row=row))
        for who in sorted(roll.people.keys() - self.inside.keys()):
            if self.whole is not None and self.whole > self.sealed.get(who, date.min):
                days = (roll.day - self.whole).days
                found.append(Change(who, entered=True, on=roll.day, days=days, row=roll.people[who]))
        for who, row in roll.people.items():
            self.inside[who] = (roll.day, row)
        if roll.whole:
            self.whole = roll.day
        return found


def changes(rolls: Mapping[date, Roll], sealed: Mapping[str, date] | None = None) -> list[Change]:
    """Who came and who left, by one list for each day.

    Args:
        rolls: the lists by their days; days may be missing.
        sealed: people of whom nothing up to a day may be known (sealed, expunged). They are in none of those days'
            lists; that they are in a later one does not mean that they came then.
    """
    book = _Book(sealed or {})
    return [change for day in sorted(rolls) for change in book.read(rolls[day])]


def versions(rolls: Iterable[Roll], sealed: Mapping[str, date] | None = None) -> list[Version]:
    """The same, looked at from every day: what was known when.

    Args:
        rolls: every list that came, in any order; several for a day where it was corrected.
        sealed: as for `changes`; what is sealed by now is so for every earlier day.
    """
    standing: dict[date, Roll] = {}
    counting: dict[Change, date] = {}
    ended: list[Version] = []
    book = _Book(sealed or {})
    ordered = sorted(rolls, key=lambda roll: (roll.known_on, roll.place))
    for known_on, arrived in groupby(ordered, key=lambda roll: roll.known_on):
        came = {roll.day: roll for roll in arrived}
        in_order = not standing or min(came) > max(standing)
        standing |= came
        if in_order:  # as it is on nearly every day: nothing that was said before can change
            new = {change for day in sorted(came) for change in book.read(came[day])}
        else:
            book = _Book(sealed or {})
            now = {change for day in sorted(standing) for change in book.read(standing[day])}
            ended += [Version(gone, counting.pop(gone), known_on) for gone in counting.keys() - now]
            new = now - counting.keys()
        counting |= dict.fromkeys(new, known_on)
    return sorted([*ended, *(Version(change, known_on, None) for change, known_on in counting.items())], key=_order)


def _order(version: Version) -> tuple[Change, date, date]:
    return version.change, version.known_on, version.until or date.max
