"""Drift: what differs is named, one odd file and a small one raise nothing, too few are not compared."""

from __future__ import annotations

from signals.drift import Measured, compare
from signals.profile import Profile
from signals.tolerance import Tolerance

USUAL = Tolerance()


def measured(
    rows: int = 1_000, *, quarantined: int = 10, empty: int = 50, closed: int = 100, column: str = "phone"
) -> Measured:
    codes = {"status": {"open": rows - closed, "closed": closed}}
    profile = Profile(rows=rows, missing={column: empty}, codes=codes, unlisted={}, unnamed={})
    return Measured(delivered=rows, quarantined=quarantined, profile=profile)


def names(now: Measured, earlier: list[Measured], tolerance: Tolerance = USUAL) -> list[str]:
    return [each.what for each in compare(now, earlier, tolerance)]


def test_a_delivery_like_the_others_has_not_drifted() -> None:
    assert names(measured(1_100), [measured()] * 5) == []


def test_every_kind_of_drift_is_named() -> None:
    now = measured(3_000, quarantined=300, empty=1_500, closed=1_500)
    assert names(now, [measured()] * 5) == [
        "rows",
        "rows in quarantine",
        "phone empty",
        "status = closed",
        "status = open",
    ]


def test_far_fewer_rows_are_drift_too() -> None:
    (found,) = compare(measured(400, empty=20, closed=40), [measured()] * 3, USUAL)
    assert (found.measure, found.now, found.usual) == ("rows", 400, 1_000)


def test_with_two_deliveries_nothing_is_usual_yet() -> None:
    assert names(measured(9_000, quarantined=9_000), [measured()] * 2) == []


def test_one_odd_delivery_among_the_earlier_ones_moves_nothing() -> None:
    odd = measured(90_000, quarantined=80_000, empty=90_000, closed=90_000)
    assert names(measured(), [odd, *[measured()] * 3]) == []


def test_in_a_small_file_a_few_rows_are_chance() -> None:
    few = measured(6, quarantined=0, empty=0, closed=1)
    assert names(measured(5, quarantined=1, empty=1, closed=3), [few] * 5) == []


def test_a_feed_may_be_stricter_or_more_patient() -> None:
    earlier, now = [measured()] * 5, measured(1_600, quarantined=16, empty=80, closed=160)
    assert names(now, earlier, Tolerance(rows=1.5)) == ["rows"]
    assert names(measured(4_000, quarantined=40, empty=200, closed=400), earlier, Tolerance(rows=5.0)) == []


def test_a_column_that_was_not_counted_before_is_not_compared() -> None:
    assert names(measured(empty=900), [measured(column="street")] * 5) == []


def test_deliveries_from_before_profiles_were_kept_are_compared_by_their_rows() -> None:
    bare = Measured(delivered=1_000, quarantined=10, profile=None)
    assert names(measured(9_000, quarantined=90, empty=9_000, closed=9_000), [bare] * 3) == ["rows"]
    assert names(bare, [measured()] * 3) == []


def test_a_delivery_without_rows_is_fewer_rows_and_no_error() -> None:
    nothing = Measured(
        delivered=0, quarantined=0, profile=Profile(rows=0, missing={}, codes={}, unlisted={}, unnamed={})
    )
    assert names(nothing, [measured()] * 3) == ["rows"]
    assert names(measured(), [nothing] * 3) == ["rows"]
