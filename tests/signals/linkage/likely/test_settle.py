"""From likely pairs to persons: the order of joining, and what is never joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from signals.linkage.likely.comparison import BIRTH, FIRST_NAME, NUMBER
from signals.linkage.likely.promise import Promise, promise
from signals.linkage.likely.settle import settle

SAME = {"first_name": len(FIRST_NAME.rungs) - 1, "birth": len(BIRTH.rungs) - 1, "ssn": len(NUMBER.rungs) - 1}


def pair(left: int, right: int, **levels: int) -> dict[str, int | bool]:
    return {"left": left, "right": right, "twice": False, **SAME, **levels}


def files(many: int) -> Promise:
    return promise(pl.Series([str(each) for each in range(many)]), pl.repeat(value=False, n=many, eager=True))


def labels(pairs: Sequence[dict[str, int | bool]], likely: Sequence[float], many: int, **borne: Any) -> list[int]:
    found, _ = settle(pl.DataFrame(pairs), np.array(likely), files(many), pl.DataFrame(borne), above=0.5)
    persons: list[int] = found.tolist()
    return persons


def test_likely_pairs_become_persons_named_by_their_smallest_record() -> None:
    assert labels([pair(1, 2), pair(2, 4)], [0.9, 0.8], 5) == [0, 1, 1, 3, 1]


def test_what_is_not_likely_enough_joins_nobody() -> None:
    assert labels([pair(0, 1)], [0.49], 2) == [0, 1]


def test_a_pair_whose_first_names_differ_waits_for_all_others_however_sure_it_is() -> None:
    pairs = [pair(0, 2, first_name=0, birth=0), pair(1, 2)]
    assert labels(pairs, [0.99, 0.6], 3, initial=["j", "m", None]) == [0, 1, 1]


def test_a_pair_refused_while_numbers_were_lone_is_asked_again_when_one_proved_firm() -> None:
    pairs = [pair(0, 1, ssn=0), pair(1, 2)]
    numbers, names = ["219551234", "219559876", "219559876"], ["anna", "ana", "ana"]
    assert labels(pairs, [0.9, 0.8], 3, ssn=numbers, first=names) == [0, 0, 0]
    assert labels(pairs[:1], [0.9], 3, ssn=numbers, first=names) == [0, 1, 2]


def test_one_weak_edge_does_not_join_two_groups_of_three() -> None:
    triangles = [
        pair(one, other) for group in ((0, 1, 2), (3, 4, 5)) for one in group for other in group if one < other
    ]
    sure = [0.9999] * len(triangles)
    assert labels([*triangles, pair(2, 3)], [*sure, 0.9], 6) == [0, 0, 0, 3, 3, 3]
    assert labels([*triangles, pair(2, 3), pair(1, 4)], [*sure, 0.9, 0.8], 6) == [0] * 6


def test_what_is_kept_apart_stays_apart_through_others() -> None:
    found, used = settle(
        pl.DataFrame([pair(0, 1), pair(1, 2)]),
        np.array([0.9, 0.8]),
        files(3),
        pl.DataFrame(),
        above=0.5,
        apart=frozenset({(0, 2)}),
    )
    assert found.tolist() == [0, 0, 2]
    assert used.to_list() == [True, False]


@given(st.data())
def test_no_person_bears_two_numbers_that_two_of_its_records_bear_each(data: st.DataObject) -> None:
    many = data.draw(st.integers(2, 12))
    numbers = data.draw(st.lists(st.sampled_from(["219551234", "432987651", None]), min_size=many, max_size=many))
    ends = st.tuples(st.integers(0, many - 1), st.integers(0, many - 1)).filter(lambda two: two[0] < two[1])
    chosen = data.draw(st.lists(ends, unique=True, min_size=1))
    likely = data.draw(st.lists(st.floats(0, 1), min_size=len(chosen), max_size=len(chosen)))
    found = pl.DataFrame({"person": labels([pair(*two) for two in chosen], likely, many, ssn=numbers), "ssn": numbers})
    borne = found.drop_nulls().group_by("person", "ssn").len().filter(pl.col("len") > 1)
    assert borne["person"].is_unique().all()
