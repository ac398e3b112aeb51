"""Make the files of a simulated town with pseudopeople, in an environment that has it; see benchmarks/linkage.py.

town/bin/python benchmarks/town.py --seeds 10 --noise 1 3 --year 2030 --to files
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

_SHARES = ("row_probability", "cell_probability")


def louder(config: dict[str, Any], times: float) -> dict[str, Any]:
    """The same noise, so many times as likely, at most certain."""
    return {
        key: louder(value, times)
        if isinstance(value, dict)
        else min(1.0, value * times)
        if key in _SHARES and isinstance(value, int | float)
        else value
        for key, value in config.items()
    }


def main() -> None:
    """Write `to/xNOISE/sSEED/{census,wic,t1040,w2,ssa}.parquet`, all columns as text."""
    pd, psp = import_module("pandas"), import_module("pseudopeople")  # of the other environment

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--noise", type=float, nargs="+", default=[1, 3])
    parser.add_argument("--year", type=int, default=2030)
    parser.add_argument("--to", type=Path, required=True)
    arguments = parser.parse_args()
    year = arguments.year
    for noise in arguments.noise:
        config = louder(psp.get_config(), noise) if noise != 1 else None
        for seed in range(1, arguments.seeds + 1):
            given: dict[str, Any] = {"seed": seed, "config": config}
            wic = [psp.generate_women_infants_and_children(year=one, **given) for one in range(year - 9, year + 1)]
            files = {
                "census": psp.generate_decennial_census(year=year, **given),
                "wic": pd.concat(wic, ignore_index=True),
                "t1040": psp.generate_taxes_1040(year=year - 1, **given),
                "w2": psp.generate_taxes_w2_and_1099(year=year - 1, **given),
                "ssa": psp.generate_social_security(year=year, **given),
            }
            folder = arguments.to / f"x{noise:g}" / f"s{seed}"
            folder.mkdir(parents=True, exist_ok=True)
            for name, frame in files.items():
                frame.astype(dict.fromkeys(frame.columns, "string")).to_parquet(folder / f"{name}.parquet")


if __name__ == "__main__":
    main()
