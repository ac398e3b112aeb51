"""Splink on Spark: the engine of a state whose records outgrow one machine.

The same settings, written in Spark's SQL: what is learnt, and who is linked, is the same on either engine.

Spark is not installed with Hearthline: `pip install 'pyspark>=4'`, and Java 17. Where it keeps what does not fit into
memory is its own to encrypt: `session` says so for a single machine, a cluster says it for itself.

Source: of the similarity functions, the library of the UK's Ministry of Justice that ships with Splink.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import polars as pl
import sqlglot
from splink import Linker

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

_NAMES = {"JAROWINKLER_SIMILARITY(": "jaro_winkler(", "LENGTH(LIST_INTERSECT(": "size(array_intersect("}
"""Functions that Spark, or the library that ships with Splink, has by other names."""
_DIFFERENT = r"aggregate(zip_with(split(\1, ''), split(\2, ''), (x, y) -> if(x <=> y, 0, 1)), 0, (s, x) -> s + x)"
"""How many characters differ at the same place: Spark has no function for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkBackend:
    """Splink on Spark.

    Args:
        session: a SparkSession with `splink.backends.spark.similarity_jar_location()` among its jars.
    """

    session: Any

    def compare(self, records: pl.DataFrame) -> Compared:
        """Compare all records that agree in a block. Tables are the session's, and end with it."""
        chance = seen(self._compared(at_random(records), AT_RANDOM, EVERYTHING))
        pairs = self._compared(records, rules(), f"not ({HOPELESS})")
        return Compared(pairs=pairs.sort("left", "right"), chance=chance)

    def _compared(self, records: pl.DataFrame, blocking: list[str], where: str) -> pl.DataFrame:
        spark = import_module("splink.backends.spark")
        # Spark has no unsigned numbers; a key is only ever equal or not
        keys = [pl.col(name).reinterpret(signed=True) for name in records.columns if name.startswith("block_")]
        name = f"records_{uuid4().hex}"
        with quiet():
            api = spark.SparkAPI(spark_session=self.session, break_lineage_method="persist")
            frame = self.session.createDataFrame(
                records.with_columns(keys).to_arrow(compat_level=pl.CompatLevel.oldest())
            )
            linker = Linker(api.register(frame, dataset_display_name=name), settings(blocking, spoken))
            found = linker.inference.predict(warning_mode="never")
            told = found.query_sql(selection("tinyint", where)).as_spark_dataframe().toArrow()
            self.session.catalog.dropTempView(name)
        return directed(pl.DataFrame(told))


def spoken(text: str) -> str:
    """SQL of DuckDB as Spark speaks it.

    Args:
        text: a condition of `comparison`, or of blocking.
    """
    told = sqlglot.transpile(text, read="duckdb", write="spark")[0]
    for duckdb, spark in _NAMES.items():
        told = told.replace(duckdb, spark)
    return re.sub(r"HAMMING\((\w+), (\w+)\)", _DIFFERENT, told)


def cluster() -> Any:
    """The Spark that the environment names (`SPARK_HOME`, `spark-defaults.conf`), with Splink's library.

    Raises:
        ModuleNotFoundError: pyspark is not installed.
    """
    spark = import_module("pyspark.sql").SparkSession
    jar = import_module("splink.backends.spark").similarity_jar_location()
    opened = spark.builder.appName("hearthline-linkage").config("spark.jars", jar).getOrCreate()
    opened.sparkContext.setLogLevel("OFF")
    return opened


@contextmanager
def session(memory: str = "4g") -> Iterator[Any]:
    """Spark on this machine alone: for tests, and to try settings out before a cluster sees them.

    Args:
        memory: what its one process may use.
    """
    spark = import_module("pyspark.sql").SparkSession
    jar = import_module("splink.backends.spark").similarity_jar_location()
    with TemporaryDirectory(prefix="hearthline-link-") as spill:
        builder = spark.builder.master("local[*]").appName("hearthline-linkage")
        told = {
            "spark.jars": jar,
            "spark.driver.memory": memory,
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.local.dir": spill,
            "spark.io.encryption.enabled": "true",
            "spark.sql.warehouse.dir": f"{spill}/warehouse",
            "spark.sql.shuffle.partitions": "8",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
        }
        for name, value in told.items():
            builder = builder.config(name, value)
        opened = builder.getOrCreate()
        opened.sparkContext.setLogLevel("OFF")
        try:
            yield opened
        finally:
            opened.stop()
