"""Drift: how a delivery differs from the last ones of its dataset, by plain thresholds that a feed may set.

The last deliveries' median is what is usual, so that one odd file among them moves nothing. With fewer than `ENOUGH` of
them nothing is compared. In a small file a few rows are a large share: what chance alone may do is not called drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from signals.profile import Profile
from signals.tolerance import ENOUGH, Tolerance

_CHANCE = 3.0
"""Standard errors that lie within chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What is compared of one delivery."""

    delivered: int
    quarantined: int
    profile: Profile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One thing that is not as usual: `rows`, `quarantined`, `missing` of a column or `code` of a column.

    `now` and `usual` are numbers of rows, or shares between 0 and 1.
    """

    measure: str
    column: str = ""
    code: str = ""
    now: float
    usual: float

    @property
    def what(self) -> str:
        """Which measure, in words without numbers: `status = closed`."""
        words = {"rows": "rows", "quarantined": "rows in quarantine", "missing": f"{self.column} empty"}
        return words.get(self.measure, f"{self.column} = {self.code}")


def compare(now: Measured, earlier: Sequence[Measured], tolerance: Tolerance) -> list[Drift]:
    """What of a delivery is not as usual.

    Args:
        now: the delivery.
        earlier: the last ones before it, at most `tolerance.among`.
        tolerance: how far it may be off.

    Returns:
        Rows first, then shares by column; nothing where there are too few to compare with.
    """
    if len(earlier) < ENOUGH:
        return []
    found = list(_rows(now, earlier, tolerance))
    failed = [each.quarantined / each.delivered for each in earlier if each.delivered]
    found += _share("quarantined", "", "", (now.quarantined, now.delivered), failed, tolerance.quarantined)
    if now.profile is None:
        return found
    profiles = [each.profile for each in earlier if each.profile is not None and each.profile.rows]
    for column, empty in sorted(now.profile.missing.items()):
        usual = [each.missing[column] / each.rows for each in profiles if column in each.missing]
        found += _share("missing", column, "", (empty, now.profile.rows), usual, tolerance.missing)
    for column in sorted(now.profile.codes):
        found += _codes(column, now.profile, profiles, tolerance.code)
    return found


def _rows(now: Measured, earlier: Sequence[Measured], tolerance: Tolerance) -> Iterator[Drift]:
    usual = median(each.delivered for each in earlier)
    low, high = usual / tolerance.rows, usual * tolerance.rows
    by_chance = _CHANCE * sqrt(max(usual, 1))
    if not low <= now.delivered <= high and abs(now.delivered - usual) > by_chance:
        yield Drift(measure="rows", now=now.delivered, usual=usual)


def _codes(column: str, profile: Profile, profiles: Sequence[Profile], limit: float) -> Iterator[Drift]:
    """Codes of a column whose share among all of its listed codes is not as usual."""
    ours = profile.codes[column]
    others = [each.codes[column] for each in profiles if sum(each.codes.get(column, {}).values())]
    total = sum(ours.values())
    for code in sorted({*ours, *(code for each in others for code in each)}):
        usual = [each.get(code, 0) / sum(each.values()) for each in others]
        yield from _share("code", column, code, (ours.get(code, 0), total), usual, limit)


def _share(
    measure: str, column: str, code: str, part: tuple[int, int], shares: Sequence[float], limit: float
) -> Iterator[Drift]:
    """A share that is further from the median than the limit, and than chance explains in so few rows."""
    number, total = part
    if not total or len(shares) < ENOUGH:
        return
    usual, now = median(shares), number / total
    spread = min(max(usual, 1 / (total + 2)), 1 - 1 / (total + 2))  # what never came before may still come once
    if abs(now - usual) > max(limit, _CHANCE * sqrt(spread * (1 - spread) / total)):
        yield Drift(measure=measure, column=column, code=code, now=round(now, 4), usual=round(usual, 4))
