"""The seam between linkage and the engine that compares records: DuckDB on one machine, Spark for a state beyond it.

An engine blocks and compares; it decides nothing. So whatever engine compared them, the same records are linked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import polars as pl

PREPARED = pl.Schema(
    {
        "rid": pl.Int64(),
        "circle": pl.Int64(),
        "first": pl.String(),
        "short": pl.List(pl.String()),
        "initial": pl.String(),
        "last": pl.String(),
        "lasts": pl.List(pl.String()),
        "birth": pl.String(),
        "ssn": pl.String(),
        "sex": pl.String(),
        "phone": pl.String(),
        "house": pl.String(),
        "road": pl.String(),
        "unit": pl.String(),
        "postcode": pl.String(),
        "place": pl.String(),
        "crowd": pl.Int64(),
        "first_letter": pl.String(),
        "first_two": pl.String(),
        "first_three": pl.String(),
        "last_two": pl.String(),
        "last_three": pl.String(),
        "birth_month": pl.String(),
        "road_begins": pl.String(),
    }
)
"""A record as an engine gets it: `rid` its number, `circle` of which only equal ones may meet, what is compared, and
what is only blocked on. `birth` is YYYYMMDD as text, so that a day that does not exist can be compared too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What an engine found.

    Attributes:
        pairs: left, right (`rid`, left smaller), and for each comparison its level, `comparison.MISSING` for none;
            the last rung is level 0, the first the highest.
        chance: for each comparison how often each level from 0 on is seen of two records taken at random (u).
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
