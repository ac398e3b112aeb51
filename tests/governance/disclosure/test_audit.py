from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.disclosure.audit import audit
from governance.disclosure.cube import Cell, Cube
from governance.disclosure.dimension import Dimension
from governance.disclosure.primary import primary
from governance.disclosure.published import Published, Standard
from governance.errors import Misconfigured
from tests.governance.disclosure.cubes import cube, cubes, line, worked_out


def shown(made: Cube, *hidden: Cell, standard: Standard | None = None) -> Published:
    return Published.of(made, 1, frozenset(hidden), standard or Standard())


def test_one_hidden_count_beside_a_total_is_found_by_subtraction() -> None:
    (finding,) = audit(shown(line([5, 40, 60]), ("a",))).findings
    assert (finding.cell, finding.least, finding.most) == (("a",), 5, 5)


def test_totals_over_the_visible_cells_only_are_no_way_out() -> None:
    """A tool that prints the sum of what it shows, and the true sum in another table, leaks by subtraction.

    The known case: by town, the total leaves the hidden town out; by county, it does not.
    """
    town = Dimension.flat("town", ("a", "b", "c"))
    by_town = cube({("a",): 5, ("b",): 40, ("c",): 60}, (town,))
    visible_total = sum(count for count in shown(by_town, ("a",)).cells.values() if count is not None)
    true_total = shown(line([5, 40, 60])).cells["All",]
    assert true_total is not None
    assert true_total - visible_total == 5  # what the attacker reads off
    assert audit(shown(line([5, 40, 60]), ("a",))).recoverable == 1  # and what the audit says to it


def test_without_a_total_nothing_can_be_subtracted() -> None:
    assert audit(shown(line([5, 40, 60], total=""), ("a",))).recoverable == 0


def test_two_hidden_counts_that_are_tightly_bounded_are_found_too() -> None:
    found = audit(shown(line([2, 4, 60]), ("a",), ("b",)))
    assert [(each.cell, each.least, each.most) for each in found.findings] == [(("a",), 1, 5), (("b",), 1, 5)]


def test_two_hidden_counts_with_room_between_them_are_safe() -> None:
    assert audit(shown(line([5, 12, 60]), ("a",), ("b",))).recoverable == 0


def test_an_interval_of_exactly_the_width_is_wide_enough() -> None:
    assert audit(shown(line([1, 12]), ("a",), ("b",))).recoverable == 0
    assert audit(shown(line([1, 11]), ("a",), ("b",))).recoverable == 2


def test_where_zeros_are_hidden_too_a_hidden_count_may_be_one() -> None:
    hidden_zeros = Standard(zeros_allowed=False)
    assert audit(shown(line([1, 10]), ("a",), ("b",), standard=hidden_zeros)).recoverable == 0
    assert audit(shown(line([1, 9]), ("a",), ("b",), standard=hidden_zeros)).recoverable == 2


def test_a_count_is_bounded_by_both_of_its_directions_at_once() -> None:
    """Its row leaves it ten apart, its column nine: the attacker has both."""
    x, y = Dimension.flat("x", ("a", "b", "c"), "All"), Dimension.flat("y", ("d", "e"), "All")
    counts = {("a", "d"): 5, ("a", "e"): 7, ("b", "d"): 6, ("b", "e"): 30, ("c", "d"): 20, ("c", "e"): 40}
    table = shown(cube(counts, (x, y)), ("a", "d"), ("a", "e"), ("b", "d"), ("b", "e"))
    found = {each.cell: (each.least, each.most) for each in audit(table).findings}
    assert found["a", "d"] == (1, 10)


@settings(max_examples=40)
@given(cubes(), st.data())
def test_the_audit_finds_exactly_what_a_plain_attacker_finds(made: Cube, data: st.DataObject) -> None:
    standard = Standard(min_cell=data.draw(st.integers(3, 11)), interval_width=data.draw(st.integers(1, 11)))
    positive = [cell for cell, count in made.cells().items() if count]
    more = data.draw(st.sets(st.sampled_from(positive), max_size=6)) if positive else set()
    table = Published.of(made, 1, primary(made, standard) | more, standard)
    plain = {
        cell: limits for cell, limits in worked_out(table).items() if limits[1] - limits[0] < standard.interval_width
    }
    found = {each.cell: (each.least, each.most) for each in audit(table).findings}
    assert found.keys() == plain.keys()
    for cell, (least, most) in found.items():
        assert (least, most) == pytest.approx(plain[cell], abs=1e-5)


def test_numbers_that_do_not_add_up_are_not_audited() -> None:
    made = line([5, 40, 60])
    table = shown(made)
    forged = Published.of(made, 1, frozenset(), Standard())
    object.__setattr__(forged, "cells", {**table.cells, ("All",): 104})
    with pytest.raises(Misconfigured) as raised:
        audit(forged)
    assert raised.value.code == "RELEASE_CONTRADICTS"


def test_a_table_that_hides_nothing_has_nothing_to_find() -> None:
    found = audit(shown(line([50, 40, 60])))
    assert (found.hidden, found.recoverable) == (0, 0)
