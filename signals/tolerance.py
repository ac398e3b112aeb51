"""Tolerance: how far a feed's deliveries may differ from one another before that is called drift."""

from __future__ import annotations

from pydantic import Field

from governance.written import Written

ENOUGH = 3
"""Earlier deliveries that it takes to say what is usual."""


class Tolerance(Written):
    """How far a delivery may be from what is usual: `drift` in a feed's YAML.

    `rows`: so many times more rows, or fewer. The rest are differences of shares: of rows in quarantine, of a column's
    empty cells, of one code among a column's codes. `among`: so many last deliveries say what is usual.
    """

    rows: float = Field(default=2.0, gt=1)
    quarantined: float = Field(default=0.05, gt=0, le=1)
    missing: float = Field(default=0.1, gt=0, le=1)
    code: float = Field(default=0.15, gt=0, le=1)
    among: int = Field(default=5, ge=ENOUGH, le=50)
