"""What Splink is told, whichever engine it runs on, and how its answer is read.

Splink blocks and compares. What each level weighs is learnt elsewhere (`learn`), so the weight Splink is given only
names the level: one more than its number, and none for what is missing.

Source: Linacre et al. 2022, "Splink: Free software for probabilistic record linkage at scale", IJPDS 7(3).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import polars as pl
import splink.comparison_level_library as levels
from splink import SettingsCreator
from splink.blocking_rule_library import CustomRule
from splink.comparison_library import CustomComparison

from signals.linkage.likely.block import NAMES
from signals.linkage.likely.comparison import (
    BIRTH,
    COMPARED,
    FIRST_NAME,
    NUMBER,
    SURE_BLOCKS,
    Comparison,
)
from signals.linkage.likely.family import COMPARISONS, family

Spoken = Callable[[str], str]
"""SQL of DuckDB as another engine speaks it."""
HOPELESS = " or ".join(
    f"(round(mw_{one.name}) = 1 and round(mw_{other.name}) = 1)"
    for one, other in ((FIRST_NAME, BIRTH), (NUMBER, BIRTH))
)
"""Both known and both clearly different: what they share besides is a home or a surname; nothing is learnt of them."""
EVERYTHING = "true"
AT_RANDOM = ["l.block_0 = r.block_0"]
"""The blocking of `chance.at_random`."""
_APART = "coalesce(l.apart <> r.apart, true)"


def rules() -> list[str]:
    """The blocks as SQL: two records of a file that has everybody once meet in sure blocks only."""
    alike = [f"l.{name} = r.{name}" for name in NAMES]
    return [rule if number in SURE_BLOCKS else f"{rule} and {_APART}" for number, rule in enumerate(alike)]


def _as_it_is(text: str) -> str:
    return text


def settings(blocking: list[str], spoken: Spoken = _as_it_is) -> SettingsCreator:
    """The settings, from `comparison`.

    Args:
        blocking: when two records are compared, as SQL of `l` and `r`.
        spoken: how the engine speaks SQL.
    """
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rid",
        comparisons=[_comparison(one, spoken) for one in COMPARED],
        blocking_rules_to_generate_predictions=[CustomRule(spoken(rule)) for rule in blocking],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def selection(small: str, where: str) -> str:
    """SQL that reads the levels back out of the weights, as integers of the engine's smallest kind."""
    named = ", ".join(f"cast(round(mw_{one.name}) - 1 as {small}) as {one.name}" for one in COMPARED)
    return f"select rid_l as one, rid_r as other, {named} from {{this}} where {where}"  # noqa: S608 - names of ours


def directed(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs with the smaller record left, surname and home as one."""
    swapped = pl.col("one") > pl.col("other")
    ends = [pl.when(swapped).then("other").otherwise("one"), pl.when(swapped).then("one").otherwise("other")]
    found = pairs.with_columns(ends[0].alias("left"), ends[1].alias("right"), family())
    return found.select("left", "right", *(pl.col(one.name).cast(pl.Int8) for one in COMPARISONS))


def _comparison(one: Comparison, spoken: Spoken) -> CustomComparison:
    top = len(one.rungs) - 1
    missing = levels.CustomLevel(spoken(one.missing), label_for_charts="missing").configure(is_null_level=True)
    rungs = [levels.CustomLevel(spoken(rung.when), label_for_charts=rung.words) for rung in one.rungs[:-1]]
    numbered = [
        rung.configure(m_probability=1.0, u_probability=2.0 ** -(top - place + 1))
        for place, rung in enumerate([*rungs, levels.ElseLevel()])
    ]
    return CustomComparison(output_column_name=one.name, comparison_levels=[missing, *numbered])


@contextmanager
def quiet() -> Iterator[None]:
    """Splink tells how it fares, and in its errors what it compared: not here."""
    logger = logging.getLogger("splink")
    before = logger.propagate
    logger.propagate = False
    silent = logging.NullHandler()
    logger.addHandler(silent)
    try:
        yield
    finally:
        logger.propagate = before
        logger.removeHandler(silent)
