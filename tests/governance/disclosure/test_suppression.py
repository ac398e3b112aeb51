from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.disclosure.audit import audit
from governance.disclosure.cube import Cube
from governance.disclosure.dimension import Dimension
from governance.disclosure.primary import primary
from governance.disclosure.published import Standard
from governance.disclosure.suppression import suppress
from tests.governance.disclosure.cubes import cube, cubes, line, worked_out

LAW = settings(max_examples=40)

standards = st.builds(
    Standard, min_cell=st.integers(3, 15), interval_width=st.integers(1, 15), zeros_allowed=st.booleans()
)


@LAW
@given(cubes(), standards)
def test_no_published_table_lets_an_attacker_pin_a_hidden_cell(made: Cube, standard: Standard) -> None:
    table = suppress(made, standard)
    for least, most in worked_out(table).values():
        assert most - least >= standard.interval_width - 1e-5


@LAW
@given(cubes(), standards)
def test_no_published_table_shows_a_small_count(made: Cube, standard: Standard) -> None:
    table = suppress(made, standard)
    assert not any(count is not None and standard.small(count) for count in table.cells.values())
    assert primary(made, standard) <= table.hidden


@LAW
@given(cubes(), standards)
def test_what_is_shown_is_true_and_the_audit_agrees(made: Cube, standard: Standard) -> None:
    table, cells = suppress(made, standard), made.cells()
    assert all(count in (None, cells[cell]) for cell, count in table.cells.items())
    assert audit(table).recoverable == 0


@LAW
@given(st.lists(st.lists(st.integers(0, 14), min_size=3, max_size=3), min_size=3, max_size=3))
def test_whole_numbers_know_no_more_than_fractions_in_two_directions(numbers: list[list[int]]) -> None:
    x, y = Dimension.flat("x", "abc", "All"), Dimension.flat("y", "def", "All")
    counts = {(row, column): numbers[r][c] for r, row in enumerate("abc") for c, column in enumerate("def")}
    table = suppress(cube(counts, (x, y)), Standard(min_cell=4, interval_width=4))
    for least, most in worked_out(table, integers=True).values():
        assert most - least >= 4 - 1e-5


def test_one_small_count_takes_the_smallest_other_with_it_that_helps() -> None:
    assert suppress(line([5, 40, 12, 60]), Standard()).hidden == {("a",), ("c",)}


def test_a_neighbour_too_small_to_help_is_passed_over() -> None:
    """11 beside 1 leaves an interval of ten: one more household is needed."""
    assert suppress(line([1, 11, 12, 60]), Standard()).hidden == {("a",), ("c",)}


def test_a_zero_is_shown_and_never_used_to_hide_another() -> None:
    table = suppress(line([5, 0, 60, 0]), Standard())
    assert (table.cells["b",], table.cells["d",]) == (0, 0)
    assert table.hidden == {("a",), ("c",)}


def test_zeros_are_hidden_where_the_agreement_says_so() -> None:
    table = suppress(line([30, 0, 60]), Standard(zeros_allowed=False))
    assert ("b",) in table.hidden
    assert audit(table).recoverable == 0


def test_a_table_without_small_counts_is_published_whole() -> None:
    assert suppress(line([11, 40, 12]), Standard()).hidden == frozenset()


def test_withheld_towns_stay_unknown_behind_their_county() -> None:
    town = Dimension(
        name="town",
        codes=("a", "b", "c", "north", "south"),
        sums=(("north", ("a", "b")), ("south", ("c",))),
        withheld=frozenset("abc"),
    )
    table = suppress(cube({("a",): 4, ("b",): 30, ("c",): 50}, (town,)), Standard())
    assert table.cells == {("north",): 34, ("south",): 50}
    assert audit(table).recoverable == 0
