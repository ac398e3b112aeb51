"""Households against known truth: who lives with whom in the simulated town, group quarters found, not told.

    .venv/bin/python -m benchmarks.households --files files

The files are those of benchmarks/town.py. Persons are linked first (the census with WIC, 1040 and W-2), so that another
agency's address may mend a damaged one; each row of the census is somebody of its own, as a child of two homes is in
both. A pair counts where both live in one private household. Beside ours: everybody with exactly one address together.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.linkage import read, run
from signals import household
from signals.linkage import record
from signals.linkage.likely.guard import borne
from signals.linkage.likely.settle import settle
from signals.linkage.standard import standardise

LINK_FROM = 0.95
FILES = ("census", "t1040", "w2", "wic")
_TIES = {"left": pl.Int64, "right": pl.Int64, "shared": pl.String, "space": pl.String, "dataset": pl.String}


def homes(town: Path) -> tuple[np.ndarray, np.ndarray]:
    """The household of each row of the census, as found, and as everybody with exactly one address together."""
    people = pl.concat([read(town, name) for name in FILES])
    found = run(people)
    standard = standardise(record.records(people.drop("file", "sim", "birth_text", "sex")))
    rows = int((people["file"] == "census").sum())
    labels, _ = settle(
        found.pairs, found.pairs["probability"].to_numpy(), found.promise, borne(standard), above=LINK_FROM
    )
    own = np.arange(len(labels), dtype=np.int64)
    first = pl.DataFrame({"label": labels[:rows], "row": own[:rows]}).group_by("label").agg(pl.col("row").min())
    told = pl.DataFrame({"label": labels}).join(first, on="label", how="left", maintain_order="left")["row"]
    persons = np.where(own < rows, own, told.fill_null(pl.Series(labels)).to_numpy())
    known = pl.when(people["file"] == "census").then(date(2030, 4, 1)).otherwise(date(2029, 12, 31))
    records = standard.with_columns(node=pl.Series(own), circle=pl.lit(0, dtype=pl.Int64), known_on=known)
    ties = pl.DataFrame(schema=_TIES | {"since": pl.Date, "circle": pl.Int64})
    exact = standard.head(rows).select(pl.coalesce(pl.format("{}#{}", "street", "postcode"), "person"))
    return household.gather(records, ties, persons).labels[:rows], exact.to_series().rank("dense").to_numpy()


def truth(town: Path) -> tuple[np.ndarray, np.ndarray]:
    """The true household of each row of the census, and whether it is a private one."""
    said = pl.read_parquet(town / "census.parquet").select("household_id", "housing_type")
    kind = said.group_by("household_id").agg(pl.col("housing_type").drop_nulls().mode().first().alias("kind"))
    known = said.join(kind, on="household_id", how="left", maintain_order="left")
    private = (known["kind"] == "Household").fill_null(value=False)
    return known["household_id"].rank("dense").to_numpy(), private.to_numpy()


def pairs(labels: np.ndarray) -> int:
    """How many pairs share a label."""
    _, sizes = np.unique(labels, return_counts=True)
    return int((sizes * (sizes - 1) // 2).sum())


def counted(found: np.ndarray, true: np.ndarray, private: np.ndarray) -> np.ndarray:
    """Right pairs, pairs said, true pairs."""
    both = found.astype(np.int64) * (int(true.max()) + 1) + true
    return np.array([pairs(both[private]), pairs(found), pairs(true[private])])


def main() -> None:
    """Measure all towns below a folder: `noise/seed/file.parquet`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, required=True)
    arguments = parser.parse_args()
    for noise in sorted(arguments.files.iterdir()):
        sums = {"ours": np.zeros(3), "exact address": np.zeros(3)}
        towns = sorted(noise.iterdir())
        for town in towns:
            true, private = truth(town)
            ours, exact = homes(town)
            sums["ours"] += counted(ours, true, private)
            # the baseline is told what group quarters are: without that it is worth nothing
            alone = np.where(private, exact, int(exact.max()) + 1 + np.arange(len(exact)))
            sums["exact address"] += counted(alone, true, private)
        for name, (right, said, there) in sums.items():
            figures = {"noise": noise.name, "households": name, "towns": len(towns), "true_pairs": int(there)}
            figures |= {"precision": round(right / said, 4), "recall": round(right / there, 4)}
            print(json.dumps({**figures, "f1": round(2 * right / (said + there), 4)}), flush=True)


if __name__ == "__main__":
    main()
