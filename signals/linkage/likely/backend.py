"""The seam between linkage and the engine that compares records: DuckDB on one machine, Spark for a state beyond it.

An engine blocks and compares; it decides nothing. So whatever engine compared them, the same records are linked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import polars as pl

from signals.linkage.likely.block import NAMES

PREPARED = pl.Schema(
    {
        "rid": pl.Int64(),
        "circle": pl.Int64(),
        "apart": pl.Int64(),
        "first": pl.String(),
        "short": pl.List(pl.String()),
        "initial": pl.String(),
        "last": pl.String(),
        "lasts": pl.List(pl.String()),
        "birth": pl.String(),
        "born": pl.Int32(),
        "ssn": pl.String(),
        "sex": pl.String(),
        "phone": pl.String(),
        "house": pl.String(),
        "road": pl.String(),
        "unit": pl.String(),
        "postcode": pl.String(),
        "place": pl.String(),
        "crowd": pl.Int64(),
        **{name: pl.UInt64() for name in NAMES},
    }
)
"""A record as an engine gets it. `rid` is its number; only equal `circle` may meet (blocks hold it), equal `apart` in
sure blocks only. `block_N` is equal where two records agree in the Nth of `comparison.BLOCKS`, null where too many do.
`birth` is YYYYMMDD as text of eight digits, `born` the same as a number: a day that never was compares too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What an engine found.

    Attributes:
        pairs: left, right (`rid`, left smaller), and for each of `family.COMPARISONS` its level, `comparison.MISSING`
            for none; the last rung is level 0, the first the highest.
        chance: for each how often each level from 0 on is seen of two records taken at random (u).
    """

    pairs: pl.DataFrame
    chance: dict[str, tuple[float, ...]]


class LinkBackend(Protocol):
    """An engine that compares records."""

    def compare(self, records: pl.DataFrame) -> Compared:
        """Compare all records that agree in a block.

        Args:
            records: of `PREPARED`, in order of `rid`.
        """
        ...
