"""Which warning is due before an agreement's term ends."""

from __future__ import annotations

from datetime import date

WARNING_DAYS = (7, 30, 90)


def warning(expires: date, today: date) -> int | None:
    """Which expiry warning is due: 7, 30 or 90 (days), the most urgent that applies; None before and after.

    Args:
        expires: the first day on which the agreement no longer holds.
        today: the day it is where the agency works.
    """
    left = (expires - today).days
    return next((days for days in WARNING_DAYS if 0 < left <= days), None)
