"""Lists of who is there, by their laws: who came and who left, whatever came late, twice, corrected or broken."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from signals.snapshot import Change, Roll, changes, versions

FIRST = date(2026, 1, 1)
PEOPLE = "abcd"
DAYS = st.integers(0, 9).map(lambda days: FIRST + timedelta(days=days))
CAME = st.lists(st.tuples(DAYS, st.integers(0, 12), st.booleans(), st.frozensets(st.sampled_from(PEOPLE))), max_size=9)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def roll(day: int, people: str, *, known: int | None = None, place: int = 0, whole: bool = True) -> Roll:
    """A list; its rows are numbered by its place, so that each can be told from any other."""
    rows = {who: (f"d-{place}", number) for number, who in enumerate(sorted(people))}
    return Roll(day=on(day), known_on=on(day if known is None else known), place=place, whole=whole, people=rows)


def rolls(came: list[tuple[date, int, bool, frozenset[str]]]) -> list[Roll]:
    """Lists in the order in which they came, none of them known before its day."""
    return [
        roll((day - FIRST).days, "".join(people), known=(day - FIRST).days + late, place=place, whole=whole)
        for place, (day, late, whole, people) in enumerate(came)
    ]


def standing(came: list[Roll], day: date) -> dict[date, Roll]:
    """The list of each day that counts, seen from a day."""
    known = sorted((each for each in came if each.known_on <= day), key=lambda each: (each.known_on, each.place))
    return {each.day: each for each in known}


def told(found: list[Change]) -> list[tuple[str, bool, int, int]]:
    return [(each.who, each.entered, (each.on - FIRST).days, each.days) for each in found]


def seen(*came: Roll) -> list[tuple[str, bool, int, int]]:
    return told(changes({each.day: each for each in came}))


def test_who_is_new_came_and_who_is_missing_left() -> None:
    assert seen(roll(0, "ab"), roll(1, "bc")) == [("a", False, 1, 1), ("c", True, 1, 1)]


def test_nobody_came_with_the_first_list() -> None:
    assert seen(roll(0, "ab")) == []


def test_a_day_without_a_list_ends_nothing_and_makes_the_day_uncertain() -> None:
    assert seen(roll(0, "a"), roll(3, "a")) == []
    assert seen(roll(0, "a"), roll(3, "b")) == [("a", False, 3, 3), ("b", True, 3, 3)]


def test_whoever_comes_again_came_twice() -> None:
    assert seen(roll(0, ""), roll(1, "a"), roll(2, ""), roll(3, "a")) == [
        ("a", True, 1, 1),
        ("a", False, 2, 1),
        ("a", True, 3, 1),
    ]


def test_a_list_that_could_not_be_read_whole_sends_nobody_home() -> None:
    assert seen(roll(0, "ab"), roll(1, "a", whole=False), roll(2, "ab")) == []
    assert seen(roll(0, "ab"), roll(1, "a", whole=False), roll(2, "a")) == [("b", False, 2, 2)]


def test_who_is_seen_after_a_list_that_could_not_be_read_came_since_the_last_that_could() -> None:
    assert seen(roll(0, ""), roll(1, "", whole=False), roll(2, "a")) == [("a", True, 2, 2)]
    assert seen(roll(0, "", whole=False), roll(1, "a")) == []


def test_a_late_list_divides_what_was_seen_around_it_from_the_day_that_it_is_known() -> None:
    found = versions([roll(0, ""), roll(2, "a", place=1), roll(1, "a", known=5, place=2)])
    assert [(each.change.on, each.known_on, each.until) for each in found] == [
        (on(1), on(5), None),
        (on(2), on(2), on(5)),
    ]


def test_a_corrected_list_takes_back_what_the_wrong_one_said() -> None:
    found = versions([roll(0, "a"), roll(1, "", place=1), roll(1, "a", known=3, place=2)])
    assert [(each.change.entered, each.known_on, each.until) for each in found] == [(False, on(1), on(3))]


def test_who_is_sealed_is_in_no_list_up_to_that_day_and_did_not_come_with_the_next() -> None:
    came = {each.day: each for each in (roll(0, ""), roll(1, ""), roll(2, "a"), roll(3, ""), roll(4, "a"))}
    assert told(changes(came, {"a": on(1)})) == [("a", False, 3, 1), ("a", True, 4, 1)]


@given(CAME)
def test_what_is_known_on_a_day_is_what_the_lists_known_by_then_say(
    came: list[tuple[date, int, bool, frozenset[str]]],
) -> None:
    every = rolls(came)
    found = versions(every)
    for day in (on(each) for each in range(23)):
        counting = [each for each in found if each.known_on <= day and (each.until is None or each.until > day)]
        expected = changes(standing(every, day))
        assert sorted(each.change for each in counting) == sorted(expected)


@given(CAME, st.randoms())
def test_the_order_in_which_lists_are_given_changes_nothing(
    came: list[tuple[date, int, bool, frozenset[str]]], chance: Random
) -> None:
    every = rolls(came)
    mixed = list(every)
    chance.shuffle(mixed)
    assert versions(mixed) == versions(every)


@given(st.lists(st.frozensets(st.sampled_from(PEOPLE)), max_size=9))
def test_of_whole_lists_the_changes_are_the_differences_between_neighbours(lists: list[frozenset[str]]) -> None:
    came = {on(2 * place): roll(2 * place, "".join(people), place=place) for place, people in enumerate(lists)}
    found = {(each.who, each.entered, each.on) for each in changes(came)}
    expected = set()
    for place, (before, after) in enumerate(pairwise(lists), start=1):
        expected |= {(who, True, on(2 * place)) for who in after - before}
        expected |= {(who, False, on(2 * place)) for who in before - after}
    assert found == expected


@given(CAME)
def test_nobody_comes_twice_without_leaving_and_whoever_is_in_the_last_list_is_in(
    came: list[tuple[date, int, bool, frozenset[str]]],
) -> None:
    every = standing(rolls(came), date.max)
    found = changes(every)
    for who in PEOPLE:
        steps = [each.entered for each in found if each.who == who]
        assert all(earlier != later for earlier, later in pairwise(steps))
        if every and steps and every[max(every)].whole:
            assert steps[-1] == (who in every[max(every)].people)
    assert all(each.days >= 1 for each in found)


@given(CAME, st.sampled_from(PEOPLE), DAYS)
def test_nothing_that_is_sealed_can_be_told_from_what_is_left(
    came: list[tuple[date, int, bool, frozenset[str]]], who: str, day: date
) -> None:
    every = rolls(came)

    def without(each: Roll) -> Roll:
        people = {name: row for name, row in each.people.items() if name != who or each.day > day}
        return Roll(day=each.day, known_on=each.known_on, place=each.place, whole=each.whole, people=people)

    left = standing([without(each) for each in every], date.max)
    found = changes(left, {who: day})
    assert not any(each.who == who and each.on <= day for each in found)
    assert [each for each in found if each.who != who] == [
        each for each in changes(standing(every, date.max)) if each.who != who
    ]
