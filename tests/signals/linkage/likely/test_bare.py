"""Pairs of which only the name agrees: who may join them, and who may not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from signals.linkage.alike import ALIKE
from signals.linkage.likely.bare import bare
from signals.linkage.likely.comparison import BIRTH, MISSING, NUMBER, PHONE
from signals.linkage.likely.duckdb_backend import DuckDBBackend
from signals.linkage.likely.family import COMPARISONS, FAMILY, nearness
from signals.linkage.likely.learn import Learnt
from signals.linkage.likely.promise import Promise
from tests.signals.linkage.likely.town import town
from tests.signals.linkage.people import SCHOOLS, SHELTER, link, same_person, someone

BACKEND = DuckDBBackend(memory="500MB", threads=1)
SAME_NAME_ONLY = max(level for level in range(len(FAMILY.rungs)) if nearness(level)[1] == 1)
SAME_HOME = max(level for level in range(len(FAMILY.rungs)) if nearness(level)[1] >= 3)


def files(records: int) -> Promise:
    """Two files of as many records each."""
    return Promise(
        space=np.repeat(np.array([0, 1]), records),
        once=np.array([True, True]),
        size=np.array([records, records], dtype=np.float64),
    )


def learnt(shared: float) -> Learnt:
    """Two files that share so many people."""
    return Learnt(same={}, chance={}, expected=np.array([[1.0, shared], [shared, 1.0]]))


def pair(records: int, **levels: int) -> pl.DataFrame:
    """A pair across the two files, of the same name and nothing else but what is given."""
    told = {one.name: MISSING for one in COMPARISONS} | {FAMILY.name: SAME_NAME_ONLY} | levels
    return pl.DataFrame({"left": [0], "right": [records], **{name: [level] for name, level in told.items()}})


def test_a_name_alone_joins_nobody_where_files_share_few_people() -> None:
    assert bare(pair(2000), files(2000), learnt(600.0)).tolist() == [True]


def test_a_name_is_enough_where_one_file_has_nearly_everybody_of_the_other() -> None:
    assert bare(pair(2000), files(2000), learnt(1500.0)).tolist() == [False]


def test_a_few_hundred_records_do_not_teach_that_a_file_has_everybody() -> None:
    assert bare(pair(300), files(300), learnt(290.0)).tolist() == [True]


@pytest.mark.parametrize(
    "speaks",
    [
        {BIRTH.name: len(BIRTH.rungs) - 3},
        {NUMBER.name: len(NUMBER.rungs) - 2},
        {PHONE.name: len(PHONE.rungs) - 1},
        {FAMILY.name: SAME_HOME},
    ],
)
def test_a_birth_date_a_number_a_telephone_or_a_home_is_more_than_a_name(speaks: dict[str, int]) -> None:
    assert bare(pair(300, **speaks), files(300), learnt(30.0)).tolist() == [False]


def test_a_birth_date_of_which_only_the_year_agrees_is_no_more_than_a_name() -> None:
    assert bare(pair(300, **{BIRTH.name: 1}), files(300), learnt(30.0)).tolist() == [True]


def test_two_people_of_one_rare_name_are_put_before_a_steward_and_stay_two() -> None:
    namesakes = [
        someone("edfi.student:98001", SCHOOLS, first_name="Zephyrine", last_name="Quillfeather"),
        someone("hmis:98001", SHELTER, first_name="Zephyrine", last_name="Quillfeather"),
    ]
    found = link(*town(), *namesakes, backend=BACKEND)
    assert not same_person(found, "edfi.student:98001", "hmis:98001")
    asked = found.uncertain.filter(pl.col("why") == ALIKE)
    assert ("edfi.student:98001", "hmis:98001") in set(asked.select("left", "right").iter_rows())
