"""Splink as the engine, on DuckDB in this process.

The settings are code, made anew each time from `comparison`; nothing that Splink saved is ever loaded. Splink blocks,
compares, and counts levels of random pairs. How often a level is seen of one person is learnt in `learn`, under the
promise that nobody is in one file twice.

Source: Linacre et al. 2022, "Splink: Free software for probabilistic record linkage at scale", IJPDS 7(3).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl
import splink.comparison_level_library as levels
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison

from signals.linkage.likely.backend import Compared
from signals.linkage.likely.comparison import BLOCKS, COMPARISONS, Comparison

_RANDOM_PAIRS = 1_000_000
_SEED = 1
_MOST_IN_BLOCK = 60
"""Records that share a block's columns beyond which the block tells nothing: a value of everybody's."""

Open = Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuckDBBackend:
    """Splink on DuckDB.

    Args:
        memory: what DuckDB may use before it spills, as DuckDB writes it (`1500MB`).
        threads: how many; all that there are where left out.
    """

    memory: str = "1500MB"
    threads: int | None = None

    def compare(self, records: pl.DataFrame) -> Compared:
        """Compare all records that agree in a block. Nothing stays: the database is in memory, its spill is wiped."""
        with self._connection() as connection:
            api = DuckDBAPI(connection=connection)
            return _compare(api, records, lambda frame: pl.DataFrame(frame.as_pyarrow_table()))

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with TemporaryDirectory(prefix="hearthline-link-") as spill:
            connection = duckdb.connect()
            connection.execute(f"SET memory_limit='{self.memory}'")
            connection.execute(f"SET temp_directory='{spill}'")
            connection.execute("SET preserve_insertion_order=false")
            if self.threads is not None:
                connection.execute(f"SET threads={self.threads}")
            try:
                yield connection
            finally:
                connection.close()


def _compare(api: Any, records: pl.DataFrame, fetch: Callable[[Any], pl.DataFrame]) -> Compared:
    with _quiet():
        linker = Linker(api.register(records.to_arrow(), dataset_display_name="records"), settings())
        linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=_SEED, num_chunks=1)
        chance = _chance(linker)
        found = linker.inference.predict(warning_mode="never")
        names = ", ".join(f"gamma_{one.name}::tinyint as {one.name}" for one in COMPARISONS)
        pairs = fetch(found.query_sql(f"select rid_l as left, rid_r as right, {names} from {{this}}"))  # noqa: S608
    swapped = pl.col("left") > pl.col("right")
    ends = [pl.when(swapped).then("right").otherwise("left"), pl.when(swapped).then("left").otherwise("right")]
    levels_of = [pl.col(one.name).cast(pl.Int8) for one in COMPARISONS]
    ordered = pairs.select(ends[0].alias("left"), ends[1].alias("right"), *levels_of)
    return Compared(pairs=ordered.sort("left", "right"), chance=chance)


def settings() -> SettingsCreator:
    """The settings, from `comparison`."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rid",
        comparisons=[_comparison(one) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=[block_on(*block, "circle") for block in BLOCKS],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=False,
    )


def _comparison(one: Comparison) -> CustomComparison:
    rungs = [levels.CustomLevel(one.missing, label_for_charts="missing").configure(is_null_level=True)]
    rungs += [levels.CustomLevel(rung.when, label_for_charts=rung.words) for rung in one.rungs[:-1]]
    return CustomComparison(output_column_name=one.name, comparison_levels=[*rungs, levels.ElseLevel()])


def _chance(linker: Linker) -> dict[str, tuple[float, ...]]:
    """U of each level, from level 0 on."""
    told = linker.misc.save_model_to_json(out_path=None)["comparisons"]
    found = {}
    for one in told:
        seen = [
            float(level.get("u_probability") or 0.0)
            for level in one["comparison_levels"]
            if not level.get("is_null_level")
        ]
        found[one["output_column_name"]] = tuple(reversed(seen))
    return found


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
