"""Two frames beside each other: what is said of a class that grew or shrank, counted by hand."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from signals.attestation.together import exposed
from tests.signals.attestation.frames import CELL, SENSITIVE, column, terms, unit, written

ROWS = st.lists(st.tuples(st.sampled_from("123456"), CELL, st.sampled_from("xy")), max_size=25)
Rows = list[tuple[str, str, str]]


@given(one=ROWS, other=ROWS, k=st.integers(2, 5))
def test_rows_without_a_unit_are_compared_by_how_their_classes_changed(one: Rows, other: Rows, k: int) -> None:
    asked = terms(column("town"), column("status", part=SENSITIVE))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = written(folder, ["town", "status"], [row[1:] for row in one], name="1.csv")
        second = written(folder, ["town", "status"], [row[1:] for row in other], name="2.csv")
        found = exposed(first, second, asked, k)
        assert exposed(second, first, asked, k) == found
        assert exposed(first, first, asked, k) == 0
    before, after = Counter(town for _, town, _ in one), Counter(town for _, town, _ in other)
    changes = [abs(before[town] - after[town]) for town in {*before, *after}]
    assert found == sum(change for change in changes if change < k)


@given(one=ROWS, other=ROWS, k=st.integers(2, 5))
def test_the_same_units_are_counted_by_what_both_frames_say_of_them(one: Rows, other: Rows, k: int) -> None:
    asked = terms(unit(), column("town"), column("year"), column("status", part=SENSITIVE))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = written(folder, ["family", "town", "status"], one, name="1.csv")
        second = written(folder, ["family", "year", "status"], other, name="2.csv")
        found = exposed(first, second, asked, k)
    known: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for place, rows in enumerate((one, other)):
        for family, cell, _ in rows:
            known[family][place].add(cell)
    both = Counter((frozenset(a), frozenset(b)) for a, b in known.values() if a and b)
    assert found == sum(size for size in both.values() if size < k)


def test_frames_with_nothing_in_common_tell_nothing_together(tmp_path: Path) -> None:
    asked = terms(column("town"), column("year"))
    first = written(tmp_path, ["town"], [["a"]] * 3, name="1.csv")
    second = written(tmp_path, ["year"], [["2025"]] * 4, name="2.csv")
    assert exposed(first, second, asked, 11) == 0
