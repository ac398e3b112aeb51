"""Splink on DuckDB: the engine of one machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from splink import DuckDBAPI, Linker

from signals.linkage.engine import database
from signals.linkage.likely.backend import Compared
from signals.linkage.likely.chance import at_random, seen
from signals.linkage.likely.splink_model import (
    AT_RANDOM,
    EVERYTHING,
    HOPELESS,
    directed,
    quiet,
    rules,
    selection,
    settings,
)

_RECORDS_A_CHUNK = 350_000
_MOST_CHUNKS = 6


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
        chance = seen(self._compared(at_random(records), AT_RANDOM, EVERYTHING))
        pairs = self._compared(records, rules(), f"not ({HOPELESS})")
        return Compared(pairs=pairs.sort("left", "right"), chance=chance)

    def _compared(self, records: pl.DataFrame, blocking: list[str], where: str) -> pl.DataFrame:
        with database(self.memory, self.threads) as connection, quiet():
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
