"""Splink on DuckDB: the engine of one machine.

Splink blocks and compares. What each level weighs is learnt elsewhere (`learn`), so the weight Splink is given only
names the level: one more than its number, and none for what is missing.

Source: Linacre et al. 2022, "Splink: Free software for probabilistic record linkage at scale", IJPDS 7(3).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl
import splink.comparison_level_library as levels
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule
from splink.comparison_library import CustomComparison

from signals.linkage.engine import database
from signals.linkage.likely.backend import Compared
from signals.linkage.likely.block import NAMES
from signals.linkage.likely.chance import at_random, seen
from signals.linkage.likely.comparison import (
    BIRTH,
    COMPARED,
    FIRST_NAME,
    NUMBER,
    SURE_BLOCKS,
    Comparison,
)
from signals.linkage.likely.family import COMPARISONS, family

_RECORDS_A_CHUNK = 350_000
_MOST_CHUNKS = 6
_HOPELESS = " or ".join(
    f"(round(mw_{one.name}) = 1 and round(mw_{other.name}) = 1)"
    for one, other in ((FIRST_NAME, BIRTH), (NUMBER, BIRTH))
)
"""Both known and both clearly different: what they share besides is a home or a surname; nothing is learnt of them."""
_APART = "coalesce(l.apart <> r.apart, true)"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuckDBBackend:
    """Splink on DuckDB.

    Args:
        memory: what DuckDB may use before it spills, as DuckDB writes it (`1000MB`).
        threads: how many; all that there are where left out.
    """

    memory: str = "1000MB"
    threads: int | None = None

    def compare(self, records: pl.DataFrame) -> Compared:
        """Compare all records that agree in a block. Nothing stays: the database is in memory, its spill is wiped."""
        chance = seen(self._compared(at_random(records), ["l.block_0 = r.block_0"], "true"))
        pairs = self._compared(records, rules(), f"not ({_HOPELESS})")
        return Compared(pairs=pairs.sort("left", "right"), chance=chance)

    def _compared(self, records: pl.DataFrame, blocking: list[str], where: str) -> pl.DataFrame:
        with database(self.memory, self.threads) as connection, _quiet():
            api = DuckDBAPI(connection=connection)
            linker = Linker(api.register(records.to_arrow(), dataset_display_name="records"), settings(blocking))
            chunks = min(-(-max(records.height, 1) // _RECORDS_A_CHUNK), _MOST_CHUNKS)
            sql = selection("tinyint", where)
            return pl.concat([_chunk(linker, number, chunks, sql) for number in range(1, chunks + 1)])


def _chunk(linker: Linker, number: int, chunks: int, sql: str) -> pl.DataFrame:
    found = linker.inference.predict_chunk(left_chunk=(number, chunks), right_chunk=(1, 1), warning_mode="never")
    try:
        return directed(_fetched(found.query_sql(sql)))
    finally:
        found.drop_table_from_database_and_remove_from_cache()


def _fetched(found: Any) -> pl.DataFrame:
    return pl.DataFrame(found.as_pyarrow_table())


def rules() -> list[str]:
    """The blocks as SQL: two records of a file that has everybody once meet in sure blocks only."""
    alike = [f"l.{name} = r.{name}" for name in NAMES]
    return [rule if number in SURE_BLOCKS else f"{rule} and {_APART}" for number, rule in enumerate(alike)]


def settings(blocking: list[str]) -> SettingsCreator:
    """The settings, from `comparison`."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rid",
        comparisons=[_comparison(one) for one in COMPARED],
        blocking_rules_to_generate_predictions=[CustomRule(rule) for rule in blocking],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def selection(small: str, where: str) -> str:
    """SQL that reads the levels back out of the weights, as integers of the engine's smallest kind."""
    named = ", ".join(f"cast(round(mw_{one.name}) - 1 as {small}) as {one.name}" for one in COMPARED)
    return f"select rid_l as left, rid_r as right, {named} from {{this}} where {where}"  # noqa: S608 - names of ours


def directed(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs with the smaller record left, surname and home as one."""
    swapped = pl.col("left") > pl.col("right")
    ends = [pl.when(swapped).then("right").otherwise("left"), pl.when(swapped).then("left").otherwise("right")]
    found = pairs.with_columns(ends[0].alias("left"), ends[1].alias("right"), family())
    return found.select("left", "right", *(pl.col(one.name).cast(pl.Int8) for one in COMPARISONS))


def _comparison(one: Comparison) -> CustomComparison:
    top = len(one.rungs) - 1
    missing = levels.CustomLevel(one.missing, label_for_charts="missing").configure(is_null_level=True)
    rungs = [levels.CustomLevel(rung.when, label_for_charts=rung.words) for rung in one.rungs[:-1]]
    numbered = [
        rung.configure(m_probability=1.0, u_probability=2.0 ** -(top - place + 1))
        for place, rung in enumerate([*rungs, levels.ElseLevel()])
    ]
    return CustomComparison(output_column_name=one.name, comparison_levels=[missing, *numbered])


@contextmanager
def _quiet() -> Iterator[None]:
    """Splink tells how it fares, and in its errors what it compared: not here."""
    logger = logging.getLogger("splink")
    before = logger.propagate
    logger.propagate = False
    silent = logging.NullHandler()
    logger.addHandler(silent)
    try:
        yield
    finally:
        logger.propagate = before
        logger.removeHandler(silent)
