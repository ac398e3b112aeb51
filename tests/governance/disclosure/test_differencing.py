from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.disclosure.audit import audit
from governance.disclosure.cube import Cube, Series
from governance.disclosure.dimension import Dimension
from governance.disclosure.published import Published, Standard
from governance.disclosure.suppression import suppress
from governance.errors import Misconfigured
from tests.governance.disclosure.cubes import DAY, cube, cubes, line

WEEK = timedelta(days=7)
STANDARD = Standard()


def by(groups: dict[str, tuple[str, ...]], counts: dict[str, int], series: Series = Series.SEPARATE) -> Cube:
    """Counts of towns, published by groups of them only."""
    plain = Dimension.grouped("town", groups)
    town = Dimension(name="town", codes=plain.codes, sums=plain.sums, withheld=frozenset(counts))
    return cube({(code,): count for code, count in counts.items()}, (town,), series=series)


def test_another_grouping_of_the_same_towns_gives_a_town_away() -> None:
    counts = {"a": 20, "b": 4, "c": 30}
    first = suppress(by({"ab": ("a", "b"), "only-c": ("c",)}, counts), STANDARD)
    by_other = by({"only-a": ("a",), "bc": ("b", "c")}, counts)
    second = Published.of(by_other, 2, frozenset(), STANDARD)
    assert audit(second).recoverable == 0  # alone it is harmless
    assert {(each.cell, each.least, each.most) for each in audit(second, [first]).findings} == {(("b",), 4, 4)}


def test_suppression_hides_what_would_complete_an_earlier_release() -> None:
    counts = {"a": 20, "b": 4, "c": 30}
    first = suppress(by({"ab": ("a", "b"), "only-c": ("c",)}, counts), STANDARD)
    second = suppress(by({"only-a": ("a",), "bc": ("b", "c")}, counts), STANDARD, [first], 2)
    assert audit(second, [first]).recoverable == 0
    assert second.hidden


def test_a_count_that_was_hidden_may_not_be_shown_later_as_the_same_fact() -> None:
    first = suppress(line([5, 40, 60]), STANDARD)
    later = Published.of(line([5, 40, 60]), 2, frozenset({("a",), ("c",)}), STANDARD)
    assert first.hidden == {("a",), ("b",)}
    assert {each.cell for each in audit(later, [first]).findings} == {("a",)}


def test_other_cubes_are_passed_over() -> None:
    other = Published.of(line([1, 2, 3], id="another"), 1, frozenset(), STANDARD)
    assert audit(suppress(line([5, 40, 60]), STANDARD), [other]).recoverable == 0


def test_two_counts_for_one_fact_contradict_each_other() -> None:
    first = suppress(line([50, 40, 60]), STANDARD)
    with pytest.raises(Misconfigured) as raised:
        suppress(line([51, 40, 60]), STANDARD, [first], 2)
    assert raised.value.code == "RELEASE_CONTRADICTS"


def test_a_cube_keeps_its_series() -> None:
    first = suppress(line([50, 40, 60]), STANDARD)
    with pytest.raises(Misconfigured) as raised:
        audit(suppress(line([50, 40, 60], series=Series.STOCK, as_of=DAY + WEEK), STANDARD), [first])
    assert raised.value.code == "CUBE_INVALID"


def test_separate_weeks_say_nothing_about_each_other() -> None:
    first = suppress(line([50, 40, 60]), STANDARD)
    second = suppress(line([51, 40, 60], as_of=DAY + WEEK), STANDARD, [first], 2)
    assert second.hidden == frozenset()


@pytest.mark.parametrize("series", [Series.CUMULATIVE, Series.STOCK])
def test_a_small_change_from_week_to_week_is_a_small_count(series: Series) -> None:
    first = suppress(line([50, 40, 60], series=series), STANDARD)
    grown = line([53, 40, 90], series=series, as_of=DAY + WEEK)
    plain = Published.of(grown, 2, frozenset(), STANDARD)
    assert {(each.cell, each.least) for each in audit(plain, [first]).findings} == {(("a",), 3)}
    second = suppress(grown, STANDARD, [first], 2)
    assert ("a",) in second.hidden
    assert audit(second, [first]).recoverable == 0


def test_a_small_change_is_found_across_a_week_in_which_the_count_was_hidden() -> None:
    weeks = [
        line(counts, series=Series.STOCK, as_of=DAY + number * WEEK)
        for number, counts in enumerate(([50, 40, 60], [70, 60, 90], [53, 80, 120]))
    ]
    first = suppress(weeks[0], STANDARD)
    second = Published.of(weeks[1], 2, frozenset({("a",), ("b",)}), STANDARD)
    third = Published.of(weeks[2], 3, frozenset(), STANDARD)
    assert ("a",) in {each.cell for each in audit(third, [first, second]).findings}


def test_a_count_that_never_falls_bounds_what_was_hidden_before() -> None:
    """Hidden in one week, and 12 in the next: it was between one and twelve. Not so where counts may fall."""
    first = suppress(line([5, 30, 60], total="", series=Series.CUMULATIVE), STANDARD)
    at = DAY + WEEK
    risen = Published.of(line([11, 30, 60], total="", series=Series.CUMULATIVE, as_of=at), 2, frozenset(), STANDARD)
    assert {(each.least, each.most) for each in audit(risen, [first]).findings if each.when == DAY.isoformat()} == {
        (1, 11)
    }


def test_a_count_that_never_falls_has_not_fallen() -> None:
    first = suppress(line([50, 40, 60], series=Series.CUMULATIVE), STANDARD)
    with pytest.raises(Misconfigured) as raised:
        suppress(line([49, 60, 90], series=Series.CUMULATIVE, as_of=DAY + WEEK), STANDARD, [first], 2)
    assert raised.value.code == "RELEASE_CONTRADICTS"


def test_what_an_earlier_release_gave_away_is_not_held_against_a_later_one() -> None:
    """Under a looser agreement something became known; a later table that says nothing about it may still go out."""
    loose = Published.of(line([5, 40, 60], series=Series.STOCK), 1, frozenset({("a",)}), STANDARD)
    assert audit(loose).recoverable == 1
    later = line([80, 90, 200], series=Series.STOCK, as_of=DAY + WEEK)
    assert audit(suppress(later, STANDARD, [loose], 2), [loose]).recoverable == 0


@settings(max_examples=15)
@given(cubes(), st.sampled_from([Series.CUMULATIVE, Series.STOCK]), st.data())
def test_no_row_of_weekly_tables_lets_an_attacker_pin_a_hidden_cell(
    made: Cube, series: Series, data: st.DataObject
) -> None:
    released: list[Published] = []
    counts = dict(made.counts)
    for number in range(3):
        week = replace(made, series=series, counts=counts, as_of=DAY + number * WEEK)
        table = suppress(week, STANDARD, released, number + 1)
        assert audit(table, released).recoverable == 0
        released.append(table)
        counts = {cell: count + data.draw(st.integers(0, 30)) for cell, count in counts.items()}
