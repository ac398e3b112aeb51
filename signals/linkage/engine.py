"""A DuckDB of one's own, that leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import duckdb

Database = duckdb.DuckDBPyConnection
"""An open one."""


@contextmanager
def database(memory: str, threads: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory; what it spills is in a folder of its own, and is wiped.

    Args:
        memory: what it may use before it spills, as DuckDB writes it (`1000MB`).
        threads: how many; all that there are where left out.
    """
    with TemporaryDirectory(prefix="hearthline-link-") as spill:
        connection = duckdb.connect()
        connection.execute(f"SET memory_limit='{memory}'")
        connection.execute(f"SET temp_directory='{spill}'")
        connection.execute("SET preserve_insertion_order=false")
        if threads is not None:
            connection.execute(f"SET threads={threads}")
        try:
            yield connection
        finally:
            connection.close()
