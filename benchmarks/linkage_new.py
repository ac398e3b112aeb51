"""New records against a standing base of a million: looked up, compared, settled; beside it Splink's `predict_between`.

    python -m benchmarks.linkage_new --base 1000000 --new 1000 --rounds 20

The base is a whole run's. What is timed is what happens when records arrive, standardising included. Splink gets the
base standardised and registered, and the model trained, before the clock starts, as the base is here.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl

from benchmarks.crowd import crowd
from benchmarks.linkage_scale import LINK_FROM, plain_columns, standard_of, trained
from signals.linkage.likely.duckdb_backend import DuckDBBackend
from signals.linkage.likely.guard import borne
from signals.linkage.likely.likely import likely
from signals.linkage.likely.settle import settle
from signals.linkage.likely.standing import linking, standing


def timed(work: Callable[[int], Any], rounds: int) -> dict[str, float]:
    """Milliseconds, after one round that is not counted."""
    work(0)
    taken = []
    for number in range(1, rounds + 1):
        began = perf_counter()
        work(number)
        taken.append((perf_counter() - began) * 1000)
    return {"median_ms": round(statistics.median(taken), 1), "worst_ms": round(max(taken), 1)}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    rounds, many = arguments.rounds, arguments.new
    people = crowd(arguments.base + many * (rounds + 1))
    comes = people.filter(pl.col("file") == "school").sample(many * (rounds + 1), seed=1, shuffle=True)
    base, arriving = people.join(comes, on="person", how="anti", maintain_order="left"), comes
    known = standard_of(base)
    found = likely(known, pl.repeat(value=True, n=known.height, eager=True), DuckDBBackend())
    probable = found.pairs["probability"].to_numpy()
    labels, _ = settle(found.pairs, probable, found.promise, borne(known), above=LINK_FROM)
    began = perf_counter()
    stands = standing(known, labels, found.promise, found.learnt)
    print(json.dumps({"base": known.height, "made_ready_s": round(perf_counter() - began, 1)}), flush=True)
    truth = dict(zip(base["sim"].to_list(), labels.tolist(), strict=True))
    right = np.zeros(3)
    with linking(stands) as open_base:

        def arrive(size: int, number: int) -> None:
            batch = arriving.slice(number * many, size)
            got = open_base.link(standard_of(batch), above=LINK_FROM).labels
            for sim, label in zip(batch["sim"].to_list(), got.tolist(), strict=True):
                true = truth.get(sim)
                right[:] += (label < known.height, label == true, true is not None)

        for size in (many, 1):
            right[:] = 0
            figures = {"engine": "ours", "new": size, **timed(partial(arrive, size), rounds)}
            quality = {"recall": round(right[1] / right[2], 4), "precision": round(right[1] / right[0], 4)}
            print(json.dumps(figures | (quality if size > 1 else {})), flush=True)
    linker, api, base_frame = trained(known)
    for name in ("first_name", "last_name"):
        linker.table_management.compute_tf_table(name)
    for size in (many, 1):

        def between(number: int, size: int = size) -> None:
            batch = standard_of(arriving.slice(number * many, size)).with_columns(pl.col("rid") + arguments.base)
            new = api.register(plain_columns(batch).to_arrow(), dataset_display_name=f"new_{size}_{number}")
            linker.inference.predict_between(base_frame, new, threshold_match_probability=LINK_FROM)

        print(json.dumps({"engine": "plain splink", "new": size, **timed(between, min(rounds, 5))}), flush=True)


if __name__ == "__main__":
    main()
