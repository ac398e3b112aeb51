"""Linkage by likeness against known truth: the simulated town of pseudopeople, in the files of five agencies.

    python -m venv town && town/bin/pip install pseudopeople==1.3.1
    town/bin/python benchmarks/town.py --seeds 10 --to files
    .venv/bin/python benchmarks/linkage.py --files files

pseudopeople has an environment of its own: it pins what we do not. Nothing is tuned here. m and u are learnt from the
files themselves, without the truth; with it, a threshold is set on half of the people and reported on the other half.

Source: Haddock et al. 2024, "Simulated data for census-scale entity resolution research without privacy restrictions".
"""

from __future__ import annotations

import argparse
import json
import resource
import zlib
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl

from signals.linkage import record
from signals.linkage.likely.likely import Likely, likely
from signals.linkage.likely.splink_backend import DuckDBBackend
from signals.linkage.standard import standardise

ONCE = {"census", "wic", "t1040"}
"""Files that have everybody once; WIC once a year. W-2 forms are one for each job."""
WANTED = {"wic": 0.99, "t1040": 0.997, "w2": 0.999}
"""The precision at which recall is reported."""
_DIGITS = {"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2", "|": "1", "G": "6"}


def read(folder: Path, name: str) -> pl.DataFrame:
    """One file as linkage takes it, with `sim`, who it really is."""
    frame = pl.read_parquet(folder / f"{name}.parquet").with_row_index("line")
    at = "mailing_address_" if name in {"t1040", "w2"} else ""

    def column(one: str) -> pl.Expr:
        return pl.col(one) if one in frame.columns else pl.lit(None, dtype=pl.String)

    digits = column("date_of_birth").str.to_uppercase().str.replace_many(_DIGITS).str.replace_all(r"\D", "")
    born = pl.when(digits.str.len_chars() == 8).then(digits.str.slice(4, 4) + digits.str.slice(0, 4))
    space = pl.lit(name) + (pl.col("year") if name == "wic" else pl.lit(""))
    line = pl.concat_str(column(at + "street_number"), column(at + "street_name"), separator=" ", ignore_nulls=True)
    return frame.select(
        person=space + ":" + pl.col("line").cast(pl.String),
        file=pl.lit(name),
        sim="simulant_id",
        dataset=pl.lit(name),
        agreement=pl.lit("DULA"),
        first_name=column("first_name"),
        middle_name=column("middle_initial"),
        last_name=column("last_name"),
        ssn=column("ssn"),
        street=line.replace("", None),
        unit=column(at + "unit_number"),
        postcode=column(at + "zipcode"),
        birth_text=born,
        sex=column("sex").str.head(1),
    )


def run(people: pl.DataFrame) -> Likely:
    """Link."""
    known = record.records(people.drop("file", "sim", "birth_text", "sex"))
    beside = standardise(known).with_columns(people["birth_text"], people["sex"], circle=pl.lit(0, dtype=pl.Int64))
    standard = beside.with_row_index("rid").with_columns(pl.col("rid").cast(pl.Int64))
    read_days = pl.col("birth_text").str.to_date("%Y%m%d", strict=False)
    return likely(standard.with_columns(born_on=read_days), people["file"].is_in(sorted(ONCE)), DuckDBBackend())


def judged(people: pl.DataFrame, found: Likely, other: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pairs of the census and another file with the truth, and all true pairs; `half` by person."""
    known = people.select("file", "sim").with_row_index("rid").with_columns(pl.col("rid").cast(pl.Int64))
    half = pl.Series("half", [zlib.crc32(sim.encode()) % 2 for sim in known["sim"]], dtype=pl.Int64)
    known = known.with_columns(half)
    both = found.pairs.join(known.rename({"rid": "left"}), on="left").join(
        known.rename({"rid": "right"}), on="right", suffix="_right"
    )
    census_first = (pl.col("file") == "census") & (pl.col("file_right") == other)
    pairs = both.filter(census_first).with_columns(
        right=pl.col("sim") == pl.col("sim_right"), half=pl.col("half_right")
    )
    census, rest = (known.filter(pl.col("file") == name) for name in ("census", other))
    return pairs.select("probability", "right", "half"), census.join(rest, on="sim").select("half")


def curve(pairs: pl.DataFrame, true: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision and recall at each probability, the highest first."""
    ranked = pairs.sort("probability", descending=True)
    hits = ranked["right"].cum_sum().to_numpy()
    return hits / np.arange(1, ranked.height + 1), hits / max(true, 1), ranked["probability"].to_numpy()


def held_out(pairs: pl.DataFrame, truth: pl.DataFrame, wanted: float) -> tuple[float, float, float]:
    """F1, and recall and precision at a wanted precision; both thresholds are set on one half and used on the other.

    The margin: on the half that sets it, precision has to be half-way between what is wanted and 1.
    """
    sums = np.zeros(6)
    for half in (0, 1):
        fit, test = pairs.filter(pl.col("half") == half), pairs.filter(pl.col("half") != half)
        precision, recall, at = curve(fit, truth.filter(pl.col("half") == half).height)
        best = at[int(np.argmax(2 * precision * recall / (precision + recall)))]
        sure = np.flatnonzero(precision >= (1 + wanted) / 2)
        strict = at[sure[-1]] if len(sure) else 1.1
        true = truth.filter(pl.col("half") != half).height
        for place, threshold in ((0, best), (3, strict)):
            said = test.filter(pl.col("probability") >= threshold)
            sums[place : place + 3] += (int(said["right"].sum()), said.height, true)
    return 2 * sums[0] / (sums[1] + sums[2]), sums[3] / sums[5], sums[3] / max(sums[4], 1)


def main() -> None:
    """Measure all towns below a folder: `noise/seed/file.parquet`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, required=True)
    parser.add_argument("--with", dest="others", nargs="+", default=["wic", "t1040", "w2"])
    arguments = parser.parse_args()
    for noise in sorted(arguments.files.iterdir()):
        for other in arguments.others:
            pooled: list[tuple[pl.DataFrame, pl.DataFrame]] = []
            began = perf_counter()
            for town in sorted(noise.iterdir()):
                people = pl.concat([read(town, name) for name in ("census", other)])
                pooled.append(judged(people, run(people), other))
            pairs, truth = (pl.concat(list(each)) for each in zip(*pooled, strict=True))
            f1, recall, precision = held_out(pairs, truth, WANTED[other])
            reached = pairs.filter(pl.col("right")).height / truth.height
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            figures = {"noise": noise.name, "with": other, "towns": len(pooled), "true_pairs": truth.height}
            figures |= {"compared": round(reached, 4), "f1": round(f1, 4), "recall": round(recall, 4)}
            figures |= {"precision": round(precision, 4), "wanted": WANTED[other]}
            figures |= {"seconds_a_town": round((perf_counter() - began) / len(pooled), 1), "peak_mib": peak}
            print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
