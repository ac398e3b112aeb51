"""Ways round the second person: alone in an emergency, with a borrowed one, and as one's own reviewer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from governance.break_glass import HOURS, BreakGlass
from governance.errors import BreakGlassSingle, Refused, SelfReview
from governance.fact import Emergency, Facts
from governance.review import Reviews, Verdict
from governance.use import Action, Use
from tests.governance.doors import Doors, doors
from tests.governance.papers import NOW, WORKER, use_of

UNTRAINED = replace(WORKER, role="supervisor", trained_until=None)
WHY = "A child is out in the cold tonight"


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    return doors(tmp_path)


@pytest.fixture
def glass(house: Doors) -> BreakGlass:
    return BreakGlass(house.ledger, house.clock)


def look(reference: str, **changes: object) -> Use:
    """A look in an emergency, claimed to be confirmed and to last; the ledger knows better."""
    claimed = Emergency(asked_by=WORKER.id, confirmed_by="worker-2", until=NOW + timedelta(days=9), reference=reference)
    plain = {"actor": UNTRAINED, "action": Action.VIEW, "facts": Facts(break_glass=claimed)}
    return use_of(**{**plain, **changes})


def test_two_people_open_what_one_may_not(house: Doors, glass: BreakGlass) -> None:
    asked = glass.ask(by=WORKER.id, why=WHY)
    with pytest.raises(Refused):
        house.gate.request(look(asked.reference))
    glass.confirm(asked.reference, by="worker-2")
    with house.gate.open(house.gate.request(look(asked.reference))):
        pass


def test_one_person_with_two_hats_is_one_person(house: Doors, glass: BreakGlass) -> None:
    asked = glass.ask(by=WORKER.id, why=WHY)
    with pytest.raises(BreakGlassSingle):
        glass.confirm(asked.reference, by=WORKER.id)
    with pytest.raises(Refused):
        house.gate.request(look(asked.reference))


def test_an_emergency_that_was_ended_opens_nothing(house: Doors, glass: BreakGlass) -> None:
    asked = glass.ask(by=WORKER.id, why=WHY)
    glass.confirm(asked.reference, by="worker-2")
    glass.end(asked.reference, by="worker-2")
    with pytest.raises(BreakGlassSingle):
        house.gate.request(look(asked.reference))


def test_an_emergency_that_is_ended_shuts_the_doors_that_it_opened(house: Doors, glass: BreakGlass) -> None:
    asked = glass.ask(by=WORKER.id, why=WHY)
    glass.confirm(asked.reference, by="worker-2")
    waiting = house.gate.request(look(asked.reference))
    with house.gate.open(house.gate.request(look(asked.reference))) as opened:
        opened.recheck(())
        glass.end(asked.reference, by="worker-2")
        with pytest.raises(BreakGlassSingle):
            opened.recheck(())
    with pytest.raises(BreakGlassSingle), house.gate.open(waiting):
        pass


def test_an_emergency_ends_by_itself_and_takes_its_grants_along(house: Doors, glass: BreakGlass) -> None:
    asked = glass.ask(by=WORKER.id, why=WHY)
    glass.confirm(asked.reference, by="worker-2")
    house.clock.advance(timedelta(hours=HOURS, minutes=-5))
    grant = house.gate.request(look(asked.reference))
    house.clock.advance(timedelta(minutes=6))
    with pytest.raises(Refused), house.gate.open(grant):
        pass
    with pytest.raises(BreakGlassSingle):
        house.gate.request(look(asked.reference))


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "law_enforcement"},
        {"fields": {"first_name"}},
        {"action": Action.SCORE},
        {"actor": replace(UNTRAINED, id="worker-3")},
        {"actor": replace(UNTRAINED, organisation="DOC")},
    ],
)
def test_an_emergency_bends_nothing_but_role_and_course(
    house: Doors, glass: BreakGlass, changes: dict[str, object]
) -> None:
    asked = glass.ask(by=WORKER.id, why=WHY)
    glass.confirm(asked.reference, by="worker-2")
    with pytest.raises(Refused):
        house.gate.request(look(asked.reference, **changes))


def test_an_emergency_waits_for_somebody_who_had_no_part_in_it(house: Doors, glass: BreakGlass) -> None:
    reviews = Reviews(house.ledger)
    asked = glass.ask(by=WORKER.id, why=WHY)
    glass.confirm(asked.reference, by="officer-1")
    for officer in (WORKER.id, "officer-1"):
        with pytest.raises(SelfReview):
            reviews.record(asked.entry, by=officer, verdict=Verdict.IN_ORDER, why="All was well.")
        with pytest.raises(Refused, match="SELF_REVIEW"):
            house.gate.request(use_of(actor=replace(WORKER, id=officer), facts=Facts(review_of=officer)))
    assert [entry.index for entry in reviews.waiting()] == [asked.entry]
