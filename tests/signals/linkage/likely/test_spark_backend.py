from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.crowd import crowd
from signals.linkage.likely import chance
from signals.linkage.likely.comparison import COMPARED
from signals.linkage.likely.duckdb_backend import DuckDBBackend
from signals.linkage.likely.prepare import prepare
from signals.linkage.likely.promise import promise
from signals.linkage.likely.spark_backend import SparkBackend, session, spoken
from signals.linkage.likely.splink_model import rules
from tests.signals.linkage.likely.test_standing import standard_of

WITHOUT = find_spec("pyspark") is None or shutil.which("java") is None
FOREIGN = re.compile(r"jaro_?winkler_similarity|hamming|list_|::|//", re.IGNORECASE)


def test_every_condition_is_written_in_functions_that_spark_has() -> None:
    texts = [each for one in COMPARED for each in (one.missing, *(rung.when for rung in one.rungs[:-1]))]
    assert [text for text in (spoken(each) for each in [*texts, *rules()]) if FOREIGN.search(text)] == []


def test_the_digits_that_differ_are_counted_place_by_place() -> None:
    assert "zip_with(split(ssn_l, '')" in spoken("hamming(ssn_l, ssn_r) <= 2")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session(memory="1g") as opened:
        yield opened


@pytest.mark.skipif(WITHOUT, reason="SPARK IS NOT TESTED HERE: needs pyspark 4 and Java 17")
def test_spark_finds_what_duckdb_finds(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chance, "PAIRS", 5_000)
    standard = standard_of(crowd(400, seed=5))
    records = prepare(standard, promise(standard["space"], pl.repeat(value=True, n=standard.height, eager=True)))
    here, there = DuckDBBackend().compare(records), SparkBackend(session=spark).compare(records)
    assert here.pairs.height > 50
    assert_frame_equal(here.pairs, there.pairs)
    assert here.chance == there.chance
