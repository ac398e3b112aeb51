"""Households by reason, as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alerts.queue import AlertCount
from console.wording import SMALLEST


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCounts:
    """Households by reason in one night, most first; `as_of` is None where there was no night yet."""

    as_of: date | None
    counts: tuple[AlertCount, ...]

    def share(self, households: int) -> float:
        """How long the bar of a count is, in percent of the longest; nothing for one too small to be shown."""
        most = max((each.households for each in self.counts), default=0)
        return round(100 * households / most, 1) if households >= SMALLEST else 0.0
