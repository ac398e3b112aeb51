"""Who is alike: for any frame, what is counted is so, and what is left after suppression passes."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.attestation.anonymity import anonymity, suppressed
from signals.attestation.frame import open_frame
from tests.signals.attestation.frames import CELL, SENSITIVE, column, read, terms, unit, written

Rows = list[tuple[str, str, str, str]]
HEAD = ("family", "town", "kind", "status")
ROWS = st.lists(st.tuples(st.sampled_from("123456"), CELL, CELL, st.sampled_from("xyz")), max_size=40)
PLAIN = (column("town"), column("kind"), column("status", part=SENSITIVE))


def by_rows(rows: Rows) -> dict[object, list[str]]:
    """Every class with its rows' sensitive values: counted by hand."""
    classes: dict[object, list[str]] = defaultdict(list)
    for _, town, kind, status in rows:
        classes[town, kind].append(status)
    return classes


def by_families(rows: Rows) -> dict[object, set[str]]:
    """Every class with its families: those of whom the same things can be known."""
    known: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for family, town, kind, _ in rows:
        known[family].add((town, kind))
    classes: dict[object, set[str]] = defaultdict(set)
    for family, things in known.items():
        classes[frozenset(things)].add(family)
    return classes


@given(rows=ROWS, k=st.integers(2, 6), diversity=st.integers(1, 3))
def test_rows_are_counted_by_what_could_be_known_of_them(rows: Rows, k: int, diversity: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = [row[1:] for row in rows]
        frame = written(Path(folder), HEAD[1:], plain)
        found = anonymity(frame.lazy(), terms(*PLAIN, k=k, diversity=diversity), k)
    classes = by_rows(rows)
    sizes = [len(each) for each in classes.values()]
    assert (found.total, found.classes, found.smallest) == (len(rows), len(classes), min(sizes, default=0))
    assert found.below == sum(size for size in sizes if size < k)
    assert found.least_diverse == (min(len(set(each)) for each in classes.values()) if classes else None)
    staying = [each for each in classes.values() if len(each) >= k and len(set(each)) >= diversity]
    assert found.kept == sum(map(len, staying))
    if found.below:
        without = Counter(town for _, town, _, _ in rows)
        assert found.without["kind"] == sum(size for size in without.values() if size < k)


@given(rows=ROWS, k=st.integers(2, 6), diversity=st.integers(1, 3))
def test_what_is_left_of_any_frame_passes(rows: Rows, k: int, diversity: int) -> None:
    asked = terms(*PLAIN, k=k, diversity=diversity)
    with tempfile.TemporaryDirectory() as folder:
        frame = written(Path(folder), HEAD[1:], [row[1:] for row in rows])
        before = anonymity(frame.lazy(), asked, k)
        suppressed(frame.lazy(), asked, k).sink_csv(Path(folder) / "left.csv")
        left = open_frame(Path(folder) / "left.csv")
        after = anonymity(left.lazy(), asked, k)
        lines = read(left.path)
    assert (after.below, after.undiverse, after.total) == (0, 0, before.kept)
    assert not Counter(lines) - Counter(row[1:] for row in rows), "nothing is invented"
    assert lines == sorted(lines, key=lambda line: [cell.encode() for cell in line])


@given(rows=ROWS, k=st.integers(2, 4))
def test_families_are_counted_by_everything_that_their_rows_say(rows: Rows, k: int) -> None:
    asked = terms(unit(), *PLAIN, k=k)
    with tempfile.TemporaryDirectory() as folder:
        frame = written(Path(folder), HEAD, rows)
        found = anonymity(frame.lazy(), asked, k)
        suppressed(frame.lazy(), asked, k).sink_csv(Path(folder) / "left.csv")
        left = read(Path(folder) / "left.csv")
    sizes = [len(each) for each in by_families(rows).values()]
    assert found.counted == "family"
    assert (found.total, found.classes, found.below) == (sum(sizes), len(sizes), sum(s for s in sizes if s < k))
    assert all(len(each) >= k for each in by_families(left).values())  # type: ignore[arg-type]


@pytest.mark.parametrize("rows", [[], [("1", "a", "b", "x")]])
def test_a_frame_with_nothing_in_it_is_counted_too(rows: Rows, tmp_path: Path) -> None:
    frame = written(tmp_path, HEAD, rows)
    assert anonymity(frame.lazy(), terms(unit(), *PLAIN), 2).total == len(rows)


def test_where_no_column_tells_everybody_is_alike(tmp_path: Path) -> None:
    asked = terms(column("status", part=SENSITIVE), diversity=2)
    frame = written(tmp_path, ["status"], [["x"], ["y"], ["x"]])
    found = anonymity(frame.lazy(), asked, 3)
    assert (found.classes, found.smallest, found.least_diverse, found.below) == (1, 3, 2, 0)
