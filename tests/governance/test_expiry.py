"""Expiry: warned at ninety, thirty and seven days, once each; expired on the day; renewed by the next version."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.document import sha256
from governance.errors import Misconfigured
from governance.expiry import Ending, Expiry
from governance.lifecycle import Status
from governance.renewal import renew, renewed
from tests.governance.papers import SNAP, Office, agreement, mou, office, signed, snap

END = date(2027, 6, 30)
LATER = date(2028, 6, 30)


def on(house: Office, days_left: int) -> tuple[Ending, ...]:
    """What is said so many days before the end."""
    house.clock.at = datetime(END.year, END.month, END.day, 12, tzinfo=UTC) - timedelta(days=days_left)
    return Expiry(house.register, house.clock).warn()


def in_force() -> Office:
    return office(mou(), signed(snap()))


def test_each_warning_is_given_once_whoever_asks_how_often() -> None:
    house = in_force()
    said = [left for left in range(120, 0, -1) if on(house, left)]
    assert said == [90, 30, 7]
    given = [entry.body["days"] for entry in house.ledger.entries(kind="agreement.warned")]
    assert given == [90, 30, 7]
    assert {entry.body["by"] for entry in house.ledger.entries(kind="agreement.warned")} == {"hearthline"}


def test_a_night_that_was_missed_gives_the_warning_that_applies_now() -> None:
    house = in_force()
    (said,) = on(house, 5)
    assert (said.due, said.days, said.given) == (7, 5, frozenset())
    assert on(house, 5) == ()


def test_on_the_day_it_is_expired() -> None:
    house = in_force()
    (said,) = on(house, 0)
    assert (said.due, said.days) == (None, 0)
    assert house.standing().status is Status.EXPIRED
    assert house.codes()[:2] == ["TERM_EXPIRED", "NOT_ACTIVE"]
    assert on(house, -1) == ()


def test_the_next_version_is_warned_of_anew() -> None:
    house = in_force()
    on(house, 90)
    house.register.amend(signed(snap(version=2)), by="steward-1")
    (said,) = on(house, 80)
    assert (said.version, said.due) == (2, 90)


@given(st.lists(st.integers(-5, 120), max_size=12))
def test_no_warning_is_ever_given_twice(days: list[int]) -> None:
    house = in_force()
    for left in days:
        on(house, left)
    given = [entry.body["days"] for entry in house.ledger.entries(kind="agreement.warned")]
    assert len(given) == len(set(given))
    assert (house.standing().status is Status.EXPIRED) == any(left <= 0 for left in days)


# -- renewal ------------------------------------------------------------------------------------------------------


def renewal(house: Office, expires: date = LATER) -> None:
    renew(house.register, SNAP, expires=expires, today=house.clock.today(), by="steward-1")


def test_a_renewal_waits_beside_the_version_in_force_until_it_is_signed_anew() -> None:
    house = in_force()
    renewal(house)
    pending = house.standing().pending
    assert pending is not None and (pending.version, pending.status) == (2, Status.UNDER_REVIEW)
    assert house.codes() == []
    house.register.approve(SNAP, by="council")
    with pytest.raises(Misconfigured, match="AGREEMENT_UNSIGNED"):
        house.register.activate(SNAP, by="steward-1")
    for party in ("owner", "recipient"):
        house.register.sign(SNAP, party, "Flo Invented", by="steward-1")
    house.register.activate(SNAP, by="steward-1")
    assert (house.standing().version, house.standing().agreement.term.expires) == (2, LATER)


def test_nothing_but_the_term_is_other_and_the_review_moves_with_it() -> None:
    before = signed(snap())
    after = renewed(before, version=2, expires=LATER, today=date(2026, 9, 1))
    assert after.signatures == ()
    assert after.term.review_by == LATER - timedelta(days=91)
    same = snap(version=2, term={"effective": "2026-07-01", "expires": "2028-06-30", "review_by": "2028-03-31"})
    assert sha256(after) == sha256(agreement(same))


def test_a_review_is_on_the_day_that_is_given() -> None:
    day = date(2028, 1, 1)
    assert renewed(signed(snap()), version=2, expires=LATER, today=END, review_by=day).term.review_by == day


@pytest.mark.parametrize("expires", [END, END - timedelta(days=1)])
def test_a_renewal_ends_later(expires: date) -> None:
    house = in_force()
    with pytest.raises(Misconfigured, match="RENEWAL_TERM"):
        renewal(house, expires)
    house.clock.at = datetime(2029, 1, 1, 12, tzinfo=UTC)
    with pytest.raises(Misconfigured, match="RENEWAL_TERM"):
        renewal(house)


def test_an_expired_agreement_is_renewed_and_a_version_that_waits_is_not_overwritten() -> None:
    house = in_force()
    on(house, 0)
    renewal(house)
    with pytest.raises(Misconfigured, match="AGREEMENT_STATE"):
        renewal(house, date(2029, 6, 30))
    house.register.void(SNAP, by="steward-1")
    renewal(house, date(2029, 6, 30))
    assert house.register.newest(SNAP).version == 3


def test_an_agreement_that_ended_for_good_is_not_renewed() -> None:
    house = in_force()
    house.register.terminate(SNAP, by="steward-1")
    with pytest.raises(Misconfigured, match="AGREEMENT_STATE"):
        renewal(house)
