"""What likeness adds on agencies so small that little can be learnt from them, and whether it joins strangers there.

Invented households, several seeds each size: all files taken in, then linked by the passes alone and with likeness,
each against the known truth. `python -m benchmarks.small_homes`
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from flows.bootstrap import initialise
from flows.demo import NOT_AGENCIES
from flows.intaking import intake_of, linker_of
from governance.ids import DatasetId
from governance.settings import Settings
from signals.intake import take_folder
from signals.linkage.evaluate import Figures, evaluate
from signals.linkage.likely.duckdb_backend import DuckDBBackend
from signals.simulator import simulate

_UNTIL = date(2026, 5, 29)


def _measured(home: Path, households: int, seed: int) -> tuple[Figures, Figures]:
    """The passes alone, and with likeness after them."""
    house = initialise(Settings(home=home, database_url="", policy=None))
    extracts = home / "extracts"
    simulate(extracts, households=households, months=8, seed=seed, until=_UNTIL)
    for agency in sorted(path for path in extracts.iterdir() if path.is_dir() and path.name not in NOT_AGENCIES):
        take_folder(intake_of(house), DatasetId(agency.name), agency, known_on=None)
    linker, truth = linker_of(house), extracts / "truth" / "persons.csv"
    passes, likeness = (
        evaluate(replace(linker, backend=backend).persons(), truth) for backend in (None, DuckDBBackend())
    )
    return passes, likeness


def _line(households: int, seeds: int) -> None:
    """One size: what was found and what of it was wrong, over all seeds."""
    pairs = {"passes": [0, 0], "likeness": [0, 0]}
    true = 0
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            both = _measured(Path(folder) / "home", households, seed)
        true += both[0].true_pairs
        for name, found in zip(pairs, both, strict=True):
            pairs[name][0] += found.pairs
            pairs[name][1] += found.pairs - round(found.pairs * found.precision)
    said = "; ".join(
        f"{name}: {made:,} pairs, {wrong:,} wrong, recall {(made - wrong) / max(true, 1):.4f}"
        for name, (made, wrong) in pairs.items()
    )
    print(f"{households:>6} households x {seeds}: {true:,} true pairs; {said}", flush=True)


def main() -> None:
    """Measure, and print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, nargs="+", default=[15, 40, 100, 300])
    parser.add_argument("--seeds", type=int, default=4)
    given = parser.parse_args()
    for households in given.households:
        _line(households, given.seeds)


if __name__ == "__main__":
    main()
