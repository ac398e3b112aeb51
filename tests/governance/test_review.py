"""Reviews: by somebody else, on record, until nothing waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.break_glass import BreakGlass
from governance.errors import Misconfigured, SelfReview
from governance.review import Reviews, Verdict
from tests.governance.doors import Doors, doors
from tests.governance.papers import use_of

WHY = "A caller says that a child is out in the cold tonight"


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    return doors(tmp_path)


@pytest.fixture
def reviews(house: Doors) -> Reviews:
    return Reviews(house.ledger)


def test_an_emergency_waits_until_it_was_reviewed(house: Doors, reviews: Reviews) -> None:
    asked = BreakGlass(house.ledger, house.clock).ask(by="worker-1", why=WHY)
    assert [entry.index for entry in reviews.waiting()] == [asked.entry]
    made = reviews.record(asked.entry, by="officer-1", verdict=Verdict.IN_ORDER, why="The caller was called back.")
    assert list(reviews.waiting()) == []
    assert reviews.of(asked.entry) == (made,)


@pytest.mark.parametrize("by", ["worker-1", "worker-2"])
def test_neither_of_the_two_reviews_their_own_emergency(house: Doors, reviews: Reviews, by: str) -> None:
    glass = BreakGlass(house.ledger, house.clock)
    asked = glass.ask(by="worker-1", why=WHY)
    glass.confirm(asked.reference, by="worker-2")
    with pytest.raises(SelfReview):
        reviews.record(asked.entry, by=by, verdict=Verdict.IN_ORDER, why="Nothing to see.")
    assert "SELF_REVIEW" in house.refusals()
    assert [entry.index for entry in reviews.waiting()] == [asked.entry]


def test_an_officer_does_not_review_their_own_look(house: Doors, reviews: Reviews) -> None:
    grant = house.gate.request(use_of())
    entry = next(house.ledger.entries(kind="grant.issued", topic=grant.id))
    with pytest.raises(SelfReview):
        reviews.record(entry.index, by=grant.actor, verdict=Verdict.IN_ORDER, why="It was me.")
    assert reviews.record(entry.index, by="officer-2", verdict=Verdict.CONCERN, why="Why at night?").of == entry.index


def test_a_review_changes_nothing_that_it_is_about_and_can_be_added_to(house: Doors, reviews: Reviews) -> None:
    asked = BreakGlass(house.ledger, house.clock).ask(by="worker-1", why=WHY)
    reviews.record(asked.entry, by="officer-1", verdict=Verdict.CONCERN, why="Nobody called.")
    reviews.record(asked.entry, by="officer-2", verdict=Verdict.BREACH, why="Nobody called: the log shows it.")
    assert [review.verdict for review in reviews.of(asked.entry)] == [Verdict.CONCERN, Verdict.BREACH]
    assert house.ledger.get(asked.entry).body["why"] == WHY


def test_a_review_says_who_and_what(house: Doors, reviews: Reviews) -> None:
    asked = BreakGlass(house.ledger, house.clock).ask(by="worker-1", why=WHY)
    for by, why in (("", "fine"), ("officer-1", " ")):
        with pytest.raises(Misconfigured, match="REASON_NEEDED"):
            reviews.record(asked.entry, by=by, verdict=Verdict.IN_ORDER, why=why)
    with pytest.raises(Misconfigured, match="ENTRY_UNKNOWN"):
        reviews.record(10_000, by="officer-1", verdict=Verdict.IN_ORDER, why="fine")
