"""Linkage of a state's records on one machine: standardised, compared, clustered; beside it plain Splink.

    python benchmarks/linkage_scale.py --records 1000000 --rounds 1

Each runs in a process of its own on the same made-up people (`benchmarks/crowd`), so that the peak of memory is its
alone. Plain Splink gets the same standardised columns, the comparisons of its library, its own training, and its own
clustering at 0.95. Records are made, and read back, before the clock starts; the truth is used for the figures only.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl

from benchmarks.crowd import crowd
from signals.linkage import record
from signals.linkage.likely.duckdb_backend import DuckDBBackend
from signals.linkage.likely.guard import borne
from signals.linkage.likely.likely import likely
from signals.linkage.likely.settle import settle
from signals.linkage.standard import standardise

LINK_FROM = 0.95
_IN = (
    "person",
    "dataset",
    "agreement",
    "first_name",
    "middle_name",
    "last_name",
    "born_on",
    "ssn",
    "street",
    "postcode",
)


def standard_of(people: pl.DataFrame) -> pl.DataFrame:
    """Records as linkage takes them."""
    known = standardise(record.records(people.select(_IN)))
    return known.with_columns(circle=pl.lit(0, dtype=pl.Int64)).with_row_index("rid").cast({"rid": pl.Int64})


def ours(people: pl.DataFrame) -> np.ndarray:
    """Who is who, by the engine of this repository: the smallest record of each person."""
    standard = standard_of(people)
    once = pl.repeat(value=True, n=standard.height, eager=True)
    found = likely(standard, once, DuckDBBackend())
    labels, _ = settle(
        found.pairs, found.pairs["probability"].to_numpy(), found.promise, borne(standard), above=LINK_FROM
    )
    return labels


def plain_columns(standard: pl.DataFrame) -> pl.DataFrame:
    """What plain Splink gets of records."""
    return standard.select(
        "rid", "first_name", "last_name", "ssn", "line", "postcode", pl.col("born_on").cast(pl.String)
    )


def trained(standard: pl.DataFrame) -> tuple[Any, Any, Any]:
    """Splink as its tutorial has it: the linker, its engine, and the records in it."""
    import splink.comparison_library as cl  # noqa: PLC0415 - only this process needs it
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rid",
        comparisons=[
            cl.JaroWinklerAtThresholds("first_name", [0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("last_name", [0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("born_on", [1, 2]),
            cl.LevenshteinAtThresholds("ssn", [1]),
            cl.JaroWinklerAtThresholds("line", [0.9]),
            cl.ExactMatch("postcode"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first_name", "last_name"),
            block_on("ssn"),
            block_on("first_name", "born_on"),
            block_on("last_name", "born_on"),
            block_on("line", "postcode"),
        ],
        retain_matching_columns=False,
    )
    api: Any = DuckDBAPI()
    records = api.register(plain_columns(standard).to_arrow(), dataset_display_name="people")
    linker: Any = Linker(records, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("ssn")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first_name", "last_name"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("born_on"))
    return linker, api, records


def plain(people: pl.DataFrame) -> np.ndarray:
    """Who is who, by plain Splink."""
    linker, _, _ = trained(standard_of(people))
    pairs = linker.inference.predict(threshold_match_probability=LINK_FROM)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, LINK_FROM)
    found = pl.DataFrame(clusters.query_sql("select rid, cluster_id from {this} order by rid").as_pyarrow_table())
    labels: np.ndarray = found["cluster_id"].cast(pl.Int64).to_numpy()
    return labels


def _run(which: str, file: Path) -> None:
    people = pl.read_parquet(file)
    sims = people["sim"].to_numpy()
    began = perf_counter()
    labels = {"ours": ours, "plain splink": plain}[which](people.drop("sim", "file", "line"))
    seconds = perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    said = pl.DataFrame({"label": labels, "sim": sims})
    both = said.group_by("label").agg(pl.len().alias("n"), (pl.col("sim").n_unique() == 1).alias("one"))
    joined = both.filter(pl.col("n") > 1)
    true = len(sims) - len(np.unique(sims))
    figures = {"records": len(sims), "seconds": round(seconds, 1), "peak_gib": round(peak, 2)}
    right = joined.filter("one")
    figures |= {
        "recall": round(float((right["n"] - 1).sum()) / true, 4),
        "precise": round(right.height / joined.height, 5),
    }
    print(json.dumps({"engine": which, **figures}), flush=True)


def main() -> None:
    """Run both, each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--engines", nargs="+", default=["ours", "plain splink"])
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        _run(arguments.run, arguments.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.parquet"
        crowd(arguments.records).write_parquet(file)
        for _ in range(arguments.rounds):
            for which in arguments.engines:
                command = [sys.executable, "-m", "benchmarks.linkage_scale", "--run", which, "--file", str(file)]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
