from __future__ import annotations

import pytest
from hypothesis import given

from governance.disclosure.cube import Cube, equations
from governance.disclosure.dimension import Dimension
from governance.errors import Misconfigured
from tests.governance.disclosure.cubes import COUNTIES, KIND, TOWN, cube, cubes, line


def test_groups_and_totals_are_counted_from_the_smallest_parts() -> None:
    counts = {("Holyoke", "lapse"): 3, ("Springfield", "lapse"): 40, ("Orange", "arrears"): 2}
    cells = cube(counts).cells()
    assert cells["Hampden", "lapse"] == 43
    assert cells["All", "Any"] == 45
    assert cells["Franklin", "lapse"] == 0
    assert len(cells) == len(TOWN.codes) * len(KIND.codes)


@given(cubes())
def test_every_equation_holds_in_every_cube(made: Cube) -> None:
    cells = made.cells()
    for whole, parts in equations(made.dimensions):
        assert cells[whole] == sum(cells[part] for part in parts)


def test_a_code_may_be_split_in_two_ways() -> None:
    two_ways = Dimension(
        name="town",
        codes=("a", "b", "c", "north", "south", "coast", "inland", "All"),
        sums=(
            ("north", ("a", "b")),
            ("south", ("c",)),
            ("coast", ("a",)),
            ("inland", ("b", "c")),
            ("All", ("north", "south")),
            ("All", ("coast", "inland")),
        ),
    )
    assert two_ways.smallest == ("a", "b", "c")
    assert cube({("a",): 1, ("b",): 2, ("c",): 4}, (two_ways,)).cells()["All",] == 7


@pytest.mark.parametrize(
    ("codes", "sums", "withheld"),
    [
        ((), (), ()),
        (("a", "a"), (), ()),
        (("a",), (("All", ("a",)),), ()),
        (("a", "All"), (("All", ("a", "b")),), ()),
        (("a", "All"), (("All", ("a", "a")),), ()),
        (("a", "All"), (("All", ()),), ()),
        (("a", "b"), (("a", ("b",)), ("b", ("a",))), ()),
        (("a", "b", "All"), (("All", ("a",)), ("All", ("b",))), ()),
        (("a",), (), ("b",)),
    ],
)
def test_a_dimension_that_cannot_be_summed_is_refused(
    codes: tuple[str, ...], sums: tuple[tuple[str, tuple[str, ...]], ...], withheld: tuple[str, ...]
) -> None:
    with pytest.raises(Misconfigured) as raised:
        Dimension(name="town", codes=codes, sums=sums, withheld=frozenset(withheld))
    assert raised.value.code == "CUBE_INVALID"


@pytest.mark.parametrize("counts", [{("Nowhere", "lapse"): 1}, {("Hampden", "lapse"): 1}, {("Orange", "lapse"): -1}])
def test_counts_stand_in_the_smallest_cells_and_are_not_below_zero(counts: dict[tuple[str, str], int]) -> None:
    with pytest.raises(Misconfigured):
        cube(counts)


@pytest.mark.parametrize("id", ["", "Signals", "signals by town", "signals/town"])
def test_a_cubes_name_is_lower_case_words(id: str) -> None:
    with pytest.raises(Misconfigured):
        line([1, 2], id=id)


def test_the_example_groups_are_in_the_tables_order() -> None:
    assert TOWN.codes == (*COUNTIES["Hampden"], "Hampden", *COUNTIES["Franklin"], "Franklin", "All")
