"""Linkage by likeness against known truth: the simulated town of pseudopeople, in the files of five agencies.

    python -m venv town && town/bin/pip install pseudopeople==1.3.1
    town/bin/python benchmarks/town.py --seeds 10 --to files
    .venv/bin/python benchmarks/linkage.py --files files
    .venv/bin/python benchmarks/linkage.py --files files --five

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
from scipy.stats import binom

from signals.linkage import record
from signals.linkage.likely.calibrate import calibrate
from signals.linkage.likely.duckdb_backend import DuckDBBackend
from signals.linkage.likely.guard import borne
from signals.linkage.likely.likely import Likely, likely
from signals.linkage.likely.settle import settle
from signals.linkage.standard import standardise

ONCE = {"census", "wic", "t1040"}
"""Files that have everybody once; WIC once a year. W-2 forms are one for each job."""
WANTED = {"wic": 0.99, "t1040": 0.997, "w2": 0.999}
"""The precision at which recall is reported."""
FIVE = ("census", "wic", "t1040", "w2", "ssa")
SAFE = 0.999
"""The pair precision that five files together have to keep."""
ABOVE = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
"""Thresholds that are tried on one half of the people."""
LINK_FROM = 0.3
"""The least probability of what counts as a link here: what linkage would at least ask a person about."""
_DIGITS = {"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2", "|": "1", "G": "6"}


def read(folder: Path, name: str) -> pl.DataFrame:
    """One file as linkage takes it, with `sim`, who it really is."""
    frame = pl.read_parquet(folder / f"{name}.parquet").with_row_index("line")
    at = "mailing_address_" if name in {"t1040", "w2"} else ""

    def column(one: str) -> pl.Expr:
        return pl.col(one) if one in frame.columns else pl.lit(None, dtype=pl.String)

    digits = column("date_of_birth").str.to_uppercase().str.replace_many(_DIGITS).str.replace_all(r"\D", "")
    year_last = digits.str.slice(4, 4) + digits.str.slice(0, 4)
    born = pl.when(digits.str.len_chars() == 8).then(digits if name == "ssa" else year_last)
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
    return likely(standardised(people), people["file"].is_in(sorted(ONCE)), DuckDBBackend())


def standardised(people: pl.DataFrame) -> pl.DataFrame:
    """Records as linkage takes them."""
    known = record.records(people.drop("file", "sim", "birth_text", "sex"))
    beside = standardise(known).with_columns(people["birth_text"], people["sex"], circle=pl.lit(0, dtype=pl.Int64))
    read_days = pl.col("birth_text").str.to_date("%Y%m%d", strict=False)
    return beside.with_row_index("rid").with_columns(pl.col("rid").cast(pl.Int64), born_on=read_days)


def halved(sims: pl.Series) -> pl.Series:
    """The half of the people that each is in: 0 or 1."""
    return pl.Series([zlib.crc32(sim.encode()) % 2 for sim in sims], dtype=pl.Int64)


def judged(people: pl.DataFrame, found: Likely, other: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pairs of the census and another file with the truth, and all true pairs; `half` by person."""
    known = people.select("file", "sim").with_row_index("rid").with_columns(pl.col("rid").cast(pl.Int64))
    known = known.with_columns(half=halved(known["sim"]))
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

    The margin: on the half that sets it, the lower end of a 95 % interval for precision has to be what is wanted.
    """
    sums = np.zeros(6)
    for half in (0, 1):
        fit, test = pairs.filter(pl.col("half") == half), pairs.filter(pl.col("half") != half)
        precision, recall, at = curve(fit, truth.filter(pl.col("half") == half).height)
        best = at[int(np.argmax(2 * precision * recall / (precision + recall)))]
        sure = np.flatnonzero(at_least(precision) >= wanted)
        strict = at[sure[-1]] if len(sure) else 1.1
        true = truth.filter(pl.col("half") != half).height
        for place, threshold in ((0, best), (3, strict)):
            said = test.filter(pl.col("probability") >= threshold)
            sums[place : place + 3] += (int(said["right"].sum()), said.height, true)
    return 2 * sums[0] / (sums[1] + sums[2]), sums[3] / sums[5], sums[3] / max(sums[4], 1)


def at_least(precision: np.ndarray) -> np.ndarray:
    """The lower end of a 95 % interval for the precision of the first one, two, three… pairs.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    many, z = np.arange(1, len(precision) + 1), 1.96
    middle = precision + z**2 / (2 * many)
    wide = z * np.sqrt(precision * (1 - precision) / many + z**2 / (4 * many**2))
    lower: np.ndarray = (middle - wide) / (1 + z**2 / many)
    return lower


def meant(pairs: pl.DataFrame) -> dict[str, int]:
    """Of the deciles of held-out links, how many state what was right, within a 95 % interval.

    Each half is held out in turn; `as_told` is what linkage says, `calibrated` what the other half taught.
    """
    links = pairs.filter(pl.col("probability") >= LINK_FROM)
    within = {"links": links.height, "as_told": 0, "calibrated": 0}
    for half in (0, 1):
        fit, test = links.filter(pl.col("half") != half), links.filter(pl.col("half") == half)
        learnt = calibrate(fit["probability"].to_numpy(), fit["right"].to_numpy())
        stated, right = test["probability"].to_numpy(), test["right"].to_numpy()
        within["as_told"] += _deciles(stated, right)
        within["calibrated"] += _deciles(learnt.of(stated), right)
    return within


def _deciles(stated: np.ndarray, right: np.ndarray) -> int:
    within = 0
    for part in np.array_split(np.argsort(stated, kind="stable"), 10):
        ends = binom.interval(0.95, len(part), stated[part].mean())
        within += bool(ends[0] <= right[part].sum() <= ends[1])
    return within


def persons(people: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What all files together say of who is who: of each half, at each of `ABOVE`, the sums behind `told`."""
    found = run(people)
    bearing = borne(standardised(people))
    probable = found.pairs["probability"].to_numpy()
    sums = np.zeros((2, len(ABOVE), 6))
    for place, above in enumerate(ABOVE):
        labels, _ = settle(found.pairs, probable, found.promise, bearing, above=above)
        said = people.select("sim", pl.Series("label", labels), half=halved(people["sim"]))
        for half in (0, 1):
            sums[half, place] = counted(said, half)
    return sums[0], sums[1]


def counted(said: pl.DataFrame, half: int) -> np.ndarray:
    """Records of one half of the people; their summed precision and recall; pairs that are right, said, and true.

    Source: Bagga and Baldwin 1998, "Entity-based cross-document coreferencing using the vector space model".
    """
    sizes = said.with_columns(pl.len().over("label").alias("found"), pl.len().over("sim").alias("true"))
    own = sizes.with_columns(pl.len().over("label", "sim").alias("both")).filter(pl.col("half") == half)
    return np.array(
        [
            own.height,
            (own["both"] / own["found"]).sum(),
            (own["both"] / own["true"]).sum(),
            # a pair of two halves counts half in each
            (own["both"] - 1).sum() / 2,
            (own["found"] - 1).sum() / 2,
            (own["true"] - 1).sum() / 2,
        ]
    )


def told(sums: np.ndarray) -> dict[str, float]:
    """B-cubed and pair figures."""
    precision, recall, right = sums[1] / sums[0], sums[2] / sums[0], sums[3]
    cubed = {"b3_precision": precision, "b3_recall": recall, "b3_f1": 2 * precision * recall / (precision + recall)}
    return {**cubed, "pair_precision": right / sums[4], "pair_recall": right / sums[5]}


def together(halves: tuple[np.ndarray, np.ndarray]) -> dict[str, float]:
    """The figures where each half's threshold is the other's: the least with pair precision safe, and best in F1."""
    reported = np.zeros(6)
    for fit, test in (halves, halves[::-1]):
        figures = [told(sums) for sums in fit]
        safe = [each["b3_f1"] if each["pair_precision"] >= SAFE else each["pair_precision"] - 1 for each in figures]
        reported += test[int(np.argmax(safe))]
    return {name: round(value, 5) for name, value in told(reported).items()}


def main() -> None:
    """Measure all towns below a folder: `noise/seed/file.parquet`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, required=True)
    parser.add_argument("--with", dest="others", nargs="+", default=["wic", "t1040", "w2"])
    parser.add_argument("--five", action="store_true", help="all five files together, as persons, and nothing else")
    arguments = parser.parse_args()
    for noise in sorted(arguments.files.iterdir()):
        if arguments.five:
            towns = [pl.concat([read(town, name) for name in FIVE]) for town in sorted(noise.iterdir())]
            halves = [persons(people) for people in towns]
            summed = np.sum([each[0] for each in halves], axis=0), np.sum([each[1] for each in halves], axis=0)
            print(json.dumps({"noise": noise.name, "towns": len(towns), **together(summed)}), flush=True)
            continue
        every: list[pl.DataFrame] = []
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
            every.append(pairs)
        print(json.dumps({"noise": noise.name, "deciles_of_20": meant(pl.concat(every))}), flush=True)


if __name__ == "__main__":
    main()
