"""From signals to reasons: how many households a second, stage by stage.

    python benchmarks/rule_firing.py --households 500000

Invents signals of every kind that the packaged rulebook looks at, for one block of households, and runs what a night
runs: numbers, rules, the facts behind each firing, and the sentences. What counts is the ratio between stages; the
absolute times are this machine's.
"""

from __future__ import annotations

import argparse
import resource
import statistics
from collections.abc import Callable
from datetime import date
from time import perf_counter
from typing import TypeVar

import numpy as np
import polars as pl

from rules.compute import compute
from rules.evidence import evidence
from rules.fire import fire
from rules.indicator import load_indicators
from rules.reason import reasons
from rules.rulebook import Rulebook, load_rulebook
from signals.feed import load_feeds

DAY = date(2022, 5, 27)
SIGNALS_EACH = 20
TOLD = 20_000
"""Firings that are put into words: as many as there is capacity for, not as many as there are."""

ROUNDS = 3
Result = TypeVar("Result")


def invent(households: int, book: Rulebook, seed: int) -> pl.DataFrame:
    """Signals in household order: attendance mostly, the rest now and then."""
    draw = np.random.default_rng(seed)
    sources = sorted({(each.dataset, each.kind) for each in book.indicators.values()})
    weights = np.array([30.0 if dataset == "edfi.attendance" else 1.0 for dataset, _ in sources])
    size = households * SIGNALS_EACH
    drawn = draw.choice(len(sources), size, p=weights / weights.sum())
    days = np.datetime64(DAY) - draw.integers(-14, 500, size).astype("timedelta64[D]")
    known = np.minimum(days + draw.integers(0, 10, size).astype("timedelta64[D]"), np.datetime64(DAY))
    names = pl.Series([f"hh-{number:016x}" for number in range(households)])
    return pl.DataFrame(
        {
            "household": names.gather(np.sort(draw.integers(0, households, size))),
            "dataset": pl.Series([dataset for dataset, _ in sources]).gather(drawn),
            "agreement": pl.repeat("DULA-2026-001", size, eager=True),
            "grant": pl.repeat("g-1", size, eager=True),
            "kind": pl.Series([kind for _, kind in sources]).gather(drawn),
            "occurred_on": pl.Series(days).cast(pl.Date),
            "known_on": pl.Series(known).cast(pl.Date),
            "measure": draw.integers(1, 5, size).astype(np.float64),
            "_delivery": pl.repeat("d-1", size, eager=True),
            "_row": np.arange(1, size + 1, dtype=np.uint32),
        }
    )


def timed(name: str, households: int, work: Callable[[], Result]) -> Result:
    """Do it a few times, and say how fast it was."""
    seconds = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        result = work()
        seconds.append(perf_counter() - begun)
    median = statistics.median(seconds)
    print(f"  {name:9} {median:8.3f} s {households / median:14,.0f} households/s")
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    number = given.households
    indicators = load_indicators(None, load_feeds())
    book = load_rulebook(None, indicators)
    signals = invent(number, book, given.seed)
    print(f"{number:,} households, {signals.height:,} signals, {len(indicators)} indicators, {len(book.rules)} rules")
    wide = timed("compute", number, lambda: compute(signals, indicators, DAY))
    firings = timed("fire", number, lambda: fire(wide, book, DAY, frozenset(indicators)).firings)
    facts = timed("evidence", number, lambda: evidence(signals, firings, book, indicators, DAY))
    told = firings.head(TOLD)
    behind = facts.join(told, on=["household", "rule"], how="semi")
    timed("reasons", told["household"].n_unique(), lambda: reasons(told, behind, wide, book, DAY))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    fired = firings["household"].n_unique()
    print(f"  {fired:,} households fired {firings.height:,} times, {facts.height:,} facts; peak {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
