"""Emergencies: two people, some hours, and the ledger before anything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from governance.break_glass import HOURS, BreakGlass
from governance.errors import BreakGlassSingle, Misconfigured
from tests.governance.doors import Doors, doors

WHY = "A caller says that a child is out in the cold tonight"


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    return doors(tmp_path)


@pytest.fixture
def glass(house: Doors) -> BreakGlass:
    return BreakGlass(house.ledger, house.clock)


def test_one_person_alone_opens_nothing(glass: BreakGlass) -> None:
    asked = glass.ask(by="worker-1", why=WHY)
    assert glass.emergency(asked.reference) is None


def test_the_one_who_asks_cannot_confirm_and_the_try_is_in_the_ledger(house: Doors, glass: BreakGlass) -> None:
    asked = glass.ask(by="worker-1", why=WHY)
    with pytest.raises(BreakGlassSingle):
        glass.confirm(asked.reference, by="worker-1")
    assert glass.emergency(asked.reference) is None
    assert "BREAK_GLASS_SINGLE" in house.refusals()


def test_with_a_second_person_it_lasts_for_hours(house: Doors, glass: BreakGlass) -> None:
    asked = glass.ask(by="worker-1", why=WHY)
    glass.confirm(asked.reference, by="worker-2")
    found = glass.emergency(asked.reference)
    assert found is not None
    assert (found.asked_by, found.confirmed_by) == ("worker-1", "worker-2")
    assert found.until == house.clock.now() + timedelta(hours=HOURS)


def test_it_can_be_ended_at_any_time(glass: BreakGlass) -> None:
    asked = glass.ask(by="worker-1", why=WHY)
    glass.confirm(asked.reference, by="worker-2")
    assert glass.end(asked.reference, by="worker-2").ended_at is not None
    assert glass.emergency(asked.reference) is None


def test_it_is_confirmed_once_and_in_time(house: Doors, glass: BreakGlass) -> None:
    asked, late = glass.ask(by="worker-1", why=WHY), glass.ask(by="worker-1", why=WHY)
    glass.confirm(asked.reference, by="worker-2")
    with pytest.raises(Misconfigured) as twice:
        glass.confirm(asked.reference, by="worker-3")
    house.clock.advance(timedelta(hours=HOURS))
    with pytest.raises(Misconfigured) as too_late:
        glass.confirm(late.reference, by="worker-2")
    assert twice.value.code == too_late.value.code == "EMERGENCY_OVER"


def test_one_that_was_ended_before_it_was_confirmed_stays_ended(glass: BreakGlass) -> None:
    asked = glass.ask(by="worker-1", why=WHY)
    glass.end(asked.reference, by="worker-1")
    with pytest.raises(Misconfigured, match="EMERGENCY_OVER"):
        glass.confirm(asked.reference, by="worker-2")


@pytest.mark.parametrize(("by", "why"), [("", WHY), ("worker-1", ""), ("worker-1", "urgent"), (" ", WHY)])
def test_a_reason_that_says_nothing_is_none(glass: BreakGlass, by: str, why: str) -> None:
    with pytest.raises(Misconfigured, match="REASON_NEEDED"):
        glass.ask(by=by, why=why)


def test_what_was_never_asked_for_is_no_emergency(glass: BreakGlass) -> None:
    assert glass.emergency("b-0000000000000000") is None
    with pytest.raises(Misconfigured, match="EMERGENCY_UNKNOWN"):
        glass.confirm("b-1", by="worker-2")
    with pytest.raises(Misconfigured, match="EMERGENCY_UNKNOWN"):
        glass.end("b-1", by="worker-2")


def test_every_emergency_is_listed_oldest_first(glass: BreakGlass) -> None:
    first, second = glass.ask(by="worker-1", why=WHY), glass.ask(by="worker-2", why=WHY)
    assert [case.reference for case in glass.all()] == [first.reference, second.reference]
