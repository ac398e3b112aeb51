"""The picture of a household's days: where each mark stands, in percent of the width, so that it fits any screen.

The last weeks, in which help can still come in time, are drawn wider than what lies before: the axis has a fold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from console.view import TimelineEvent
from console.wording import short_day

FOLD_DAYS = 60
"""Days before today from which on the picture is drawn wider."""
FOLD_AT = 38.0
"""Where the fold stands, in percent of the width."""
EDGE = 2.0
"""Percent of the width that stays free on either side."""
APART = 15.0
"""Percent of the width between two days that are written out."""
HEAD, LANE, FOOT = 58, 46, 26
"""Pixels: above the lanes, of one lane, below them."""
LONGEST = 48
"""Letters of a lane's name that fit a narrow screen."""
LAST = ("text", "move")
"""Kinds whose lanes come last: what we did, after what we were told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Everything of one lane on one day: where it stands, of which kind, and what it says."""

    x: float
    kind: str
    day: date
    count: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One line of the picture, `y` pixels from its top."""

    name: str
    y: int
    marks: tuple[Mark, ...]

    @property
    def short(self) -> str:
        """The name as it fits a narrow screen; what stands in brackets at its end is kept."""
        if len(self.name) <= LONGEST:
            return self.name
        head, _, tail = self.name.removesuffix(")").rpartition(" (")
        tail = f" ({tail})" if head else ""
        words = (head or self.name)[: LONGEST - len(tail) - 1]
        return f"{words.rpartition(' ')[0].rstrip(',') or words}…{tail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawn timeline. `fold` is where the wide part begins, None where all is of one width; `events` newest first."""

    height: int
    today: float
    due: float
    fold: float | None
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    events: tuple[TimelineEvent, ...]
    summary: str

    @property
    def fold_days(self) -> int:
        """How many days are drawn wider."""
        return FOLD_DAYS

    def has(self, kind: str) -> bool:
        """Whether there is a mark of a kind."""
        return any(event.kind == kind for event in self.events)

    @property
    def floor(self) -> int:
        """Pixels from the top to the end of the lanes."""
        return self.height - FOOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where days stand: between `first` and `last`, the days from `fold` on wider than those before."""

    first: date
    last: date
    fold: date | None

    def at(self, day: date) -> float:
        """Where a day stands, in percent of the width."""
        if self.fold is None:
            return _between(day, self.first, self.last, EDGE, 100 - EDGE)
        if day < self.fold:
            return _between(day, self.first, self.fold, EDGE, FOLD_AT)
        return _between(day, self.fold, self.last, FOLD_AT, 100 - EDGE)


def picture(events: Sequence[TimelineEvent], *, today: date, due: date) -> Picture | None:
    """Draw a timeline.

    Args:
        events: in any order.
        today: the day that was looked from.
        due: the day by which somebody should have acted.

    Returns:
        None where there is nothing to be drawn.
    """
    if not events:
        return None
    axis = _axis(events, today, due)
    lanes = _lanes(events, axis)
    return Picture(
        height=HEAD + LANE * len(lanes) + FOOT,
        today=axis.at(today),
        due=axis.at(due),
        fold=FOLD_AT if axis.fold else None,
        lanes=lanes,
        ticks=_ticks(axis),
        events=tuple(sorted(events, key=lambda each: (-each.day.toordinal(), each.lane, each.label))),
        summary=_summary(events, lanes, today, due),
    )


def _axis(events: Iterable[TimelineEvent], today: date, due: date) -> Axis:
    days = [today, due, *(each.day for each in events)]
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
    fold = today - timedelta(days=FOLD_DAYS)
    return Axis(first=first, last=last, fold=fold if first < fold - timedelta(days=FOLD_DAYS) else None)


def _lanes(events: Iterable[TimelineEvent], axis: Axis) -> tuple[Lane, ...]:
    """The lanes: that with the newest news first, and what we did ourselves last."""
    mine: dict[str, list[TimelineEvent]] = {}
    for each in events:
        mine.setdefault(each.lane, []).append(each)

    def place(name: str) -> tuple[bool, int, str]:
        newest = max(each.day for each in mine[name])
        return any(each.kind in LAST for each in mine[name]), -newest.toordinal(), name

    return tuple(
        Lane(name=name, y=HEAD + LANE * number, marks=_marks(mine[name], axis))
        for number, name in enumerate(sorted(mine, key=place))
    )


def _marks(events: Iterable[TimelineEvent], axis: Axis) -> tuple[Mark, ...]:
    by_day: dict[tuple[date, str], list[str]] = {}
    for each in sorted(events, key=lambda each: each.day):
        said = f"{each.label}: {each.detail}" if each.detail else each.label
        by_day.setdefault((each.day, each.kind), []).append(said)
    return tuple(
        Mark(x=axis.at(day), kind=kind, day=day, count=len(said), title=f"{short_day(day)}: {'; '.join(said)}")
        for (day, kind), said in by_day.items()
    )


def _ticks(axis: Axis) -> tuple[tuple[float, str], ...]:
    """Days that are written out: firsts of months, and middles where there is room; none too near to another."""
    days = [axis.first + timedelta(days=number) for number in range((axis.last - axis.first).days + 1)]
    wanted = [day for day in days if day.day == 1] + [day for day in days if day.day == 15]  # noqa: PLR2004 (a middle)
    found: list[tuple[float, str]] = []
    for day in wanted:
        x = axis.at(day)
        if APART / 2 <= x <= 100 - APART / 2 and all(abs(x - other) >= APART for other, _ in found):
            with_year = axis.fold is not None and day < axis.fold
            found.append((x, f"{day:%b %Y}" if with_year else f"{day.day} {day:%b}"))
    return tuple(sorted(found))


def _summary(events: Sequence[TimelineEvent], lanes: Sequence[Lane], today: date, due: date) -> str:
    """What the picture shows, in words, for whoever does not see it."""
    first = min(each.day for each in events)
    counts = [f"{lane.name}: {sum(mark.count for mark in lane.marks)}" for lane in lanes]
    span = f"{len(events)} events from {short_day(first)} on, seen from {short_day(today)}; act by {short_day(due)}."
    return f"{span} By line: {', '.join(counts)}."


def _between(day: date, first: date, last: date, low: float, high: float) -> float:
    share = (day - first).days / max((last - first).days, 1)
    return round(low + share * (high - low), 2)
