"""The picture of a household's days: everything on it, inside its frame, in the order of time."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.timeline import APART, EDGE, FOLD_AT, FOLD_DAYS, LONGEST, Picture, picture
from console.view import TimelineEvent
from tests.console.example import DAY, days

DUE = DAY + timedelta(days=4)


def drawn(*events: TimelineEvent) -> Picture:
    found = picture(events, today=DAY, due=DUE)
    assert found is not None
    return found


def seen(ago: int, *, lane: str = "School", kind: str = "fact", label: str = "Absent") -> TimelineEvent:
    return TimelineEvent(day=DAY - timedelta(days=ago), lane=lane, label=label, kind=kind)  # type: ignore[arg-type]


def test_nothing_is_drawn_of_nothing() -> None:
    assert picture((), today=DAY, due=DUE) is None


def test_lanes_come_by_their_newest_day_and_what_we_did_comes_last() -> None:
    found = picture(tuple(days()), today=DAY, due=DUE)
    assert found is not None
    names = [lane.name for lane in found.lanes]
    assert names == [
        "Electricity, gas, water (DPU)",
        "Eviction court (TRC)",
        "School (DESE)",
        "Texts",
        "This task",
    ]
    assert [lane.y for lane in found.lanes] == sorted(lane.y for lane in found.lanes)
    assert found.lanes[-1].y < found.floor < found.height


def test_what_happened_on_one_day_is_one_mark_that_says_all_of_it() -> None:
    (lane,) = drawn(seen(3), seen(3, label="Late"), seen(3, kind="deadline", label="Meeting")).lanes
    assert [(mark.kind, mark.count) for mark in lane.marks] == [("fact", 2), ("deadline", 1)]
    assert lane.marks[0].title == "26 May 2026: Absent; Late"


def test_the_last_weeks_are_drawn_wider_only_where_much_lies_before() -> None:
    assert drawn(seen(FOLD_DAYS)).fold is None
    long = drawn(seen(400), seen(FOLD_DAYS), seen(0))
    assert long.fold == FOLD_AT
    assert long.lanes[0].marks[1].x == FOLD_AT


def test_events_are_listed_newest_first_and_summed_up_in_words() -> None:
    found = drawn(seen(9), seen(2), seen(5, lane="Court"))
    assert [DAY - event.day for event in found.events] == [timedelta(days=ago) for ago in (2, 5, 9)]
    assert found.summary == (
        "3 events from 20 May 2026 on, seen from 29 May 2026; act by 2 June 2026. By line: School: 2, Court: 1."
    )
    assert found.has("fact")
    assert not found.has("text")


@given(st.lists(st.integers(-60, 900), min_size=1, max_size=30))
def test_every_mark_stands_inside_the_frame_in_the_order_of_time(agos: list[int]) -> None:
    found = drawn(*(seen(ago) for ago in agos))
    marks = sorted(found.lanes[0].marks, key=lambda mark: mark.day)
    places = [mark.x for mark in marks]
    assert places == sorted(places)
    assert all(EDGE <= x <= 100 - EDGE for x in (*places, found.today, found.due))
    assert found.today < found.due
    ticks = [x for x, _ in found.ticks]
    assert all(later - earlier >= APART for earlier, later in itertools.pairwise(ticks))


def test_a_timeline_of_one_day_is_drawn_too() -> None:
    found = picture((seen(0),), today=DAY, due=DAY)
    assert found is not None
    assert found.today == found.due == found.lanes[0].marks[0].x == 50
    assert isinstance(found.lanes[0].marks[0].day, date)


def test_a_long_name_is_cut_at_a_word_and_keeps_its_agency() -> None:
    name = "Past-due and shut-off notices, payment plans, disconnections (DPU)"
    (lane,) = drawn(seen(1, lane=name)).lanes
    assert (lane.name, lane.short) == (name, "Past-due and shut-off notices, payment… (DPU)")
    (lane,) = drawn(seen(1, lane="x" * 80)).lanes
    assert lane.short == "x" * (LONGEST - 1) + "…"
    (lane,) = drawn(seen(1, lane="School (DESE)")).lanes
    assert lane.short == "School (DESE)"
