"""Reviews of links in a house with papers, keys and a ledger: the queue, what binds, who may look, what is erased."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from governance.clock import FixedClock
from governance.database import reading, transaction
from governance.errors import Misconfigured, Refused
from governance.ids import AgreementId, HouseholdId
from governance.opt_out import OptOuts
from governance.use import Actor
from signals.linkage.asking import Asker
from signals.linkage.link import Linker
from signals.linkage.review import LinkReview, LinkReviews
from signals.linkage.review_holder import LinkReviewHolder
from signals.linkage.review_queue import doubt, edges_of
from signals.linkage.review_table import Source, State, link_hold, link_review, link_review_event
from signals.linkage.side import DIFFERS, SAME, BothSides, side_by_side
from tests.governance.papers import NOW
from tests.signals.linkage.enclave import CLIENTS, STUDENTS, Enclave, enclave
from tests.signals.linkage.people import COURT, SCHOOLS, SHELTER
from tests.signals.linkage.test_link import fill

TIA = {"first_name": "Tia", "last_name": "Quill", "born_on": date(2012, 3, 4)}
PUPIL, CLIENT = "edfi.student:50", "hmis.client:51"
CLOCK = FixedClock(NOW)


def many(number: int) -> dict[str, object]:
    """A pupil who has nothing to do with anybody."""
    born = date(2000 + number % 10, 1 + number % 12, 1 + number % 28)
    return {"student_id": str(number), "first_name": f"N{number % 90}", "last_name": f"L{number % 70}", "born_on": born}


@pytest.fixture
def house(tmp_path: Path) -> Enclave:
    """Many pupils; of two clients of one shelter who bear one name, one may be a pupil."""
    made = enclave(tmp_path)
    made.put(STUDENTS, {"student_id": "50", **TIA}, *(many(number) for number in range(100, 400)))
    made.put(CLIENTS, {"client_id": "51", **TIA}, {"client_id": "52", **TIA})
    return made


def reviews(house: Enclave) -> LinkReviews:
    assert house.linker.memory is not None
    return house.linker.memory.reviews


def the_pair(house: Enclave) -> LinkReview:
    """The review of the pupil and the first of the two clients."""
    keys = [PUPIL, CLIENT]
    (found,) = [each for each in reviews(house).find() if reviews(house).sides(each.id, keys) == (PUPIL, CLIENT)]
    return found


def decide(house: Enclave, state: State, *, despite_numbers: bool = False) -> None:
    found = the_pair(house)
    reviews(house).decide(found.id, state, by="steward-1", at=NOW, reason=None, despite_numbers=despite_numbers)


def together(linker: Linker) -> bool:
    linked = linker.persons()
    return linked.persons.filter(pl.col("person_key").is_in([PUPIL, CLIENT]))["person"].n_unique() == 1


@contextmanager
def looking(house: Enclave, review: LinkReview, role: str = "flow") -> Iterator[BothSides]:
    actor = Actor(id="steward-1", role=role, organisation="EOHHS")
    asker = Asker(gate=house.gate, register=house.register, actor=actor, purpose="prevention.outreach", run=None)
    with side_by_side(asker, house.linker.feeds, house.store, reviews(house), review) as both:
        yield both


def test_what_a_run_is_not_sure_of_is_in_the_queue_once_and_names_nobody(house: Enclave) -> None:
    report = house.linker.link()
    found = reviews(house).find(State.OPEN)
    assert report.counts["uncertain"] == len(found) == 2
    assert {each.source for each in found} == {Source.LINKAGE}
    house.linker.link()
    assert [each.id for each in reviews(house).find()] == [each.id for each in found]
    with reading(house.linker.engine) as connection:
        rows = str(
            [tuple(row) for table in (link_review, link_review_event) for row in connection.execute(select(table))]
        )
    assert not any(secret in rows for secret in ("Tia", "Quill", PUPIL, CLIENT, "2012"))


def test_a_pair_that_is_uncertain_no_longer_leaves_the_queue(house: Enclave) -> None:
    house.linker.link()
    house.put(CLIENTS, {"client_id": "52", **TIA, "first_name": "Rosa"}, known_on=date(2026, 8, 20), again=2)
    house.linker.link()
    assert reviews(house).find() == []
    assert together(house.linker)


@pytest.mark.parametrize(("state", "linked"), [(State.ACCEPTED, True), (State.REJECTED, False), (State.UNSURE, False)])
def test_a_decision_binds_the_next_run(house: Enclave, state: State, *, linked: bool) -> None:
    before = house.linker.link()
    decide(house, state)
    after = house.linker.link()
    assert together(house.linker) is linked
    assert (after.id != before.id) is (state is not State.UNSURE)
    assert the_pair(house).state == state
    assert [row.state for row in reviews(house).history(the_pair(house).id)] == ["open", state]


def test_a_no_still_holds_once_nothing_else_speaks_against_the_pair(house: Enclave) -> None:
    house.linker.link()
    decide(house, State.REJECTED)
    house.put(CLIENTS, {"client_id": "52", **TIA, "first_name": "Rosa"}, known_on=date(2026, 8, 20), again=2)
    house.linker.link()
    assert not together(house.linker)


def test_a_yes_dies_with_an_agreement_and_comes_back_with_it(house: Enclave) -> None:
    house.linker.link()
    decide(house, State.ACCEPTED)
    house.register.suspend(AgreementId(SHELTER), by="officer-1")
    house.linker.link()
    assert house.linker.persons().edges.height == 0
    house.register.resume(AgreementId(SHELTER), by="officer-1")
    house.linker.link()
    assert together(house.linker)


def test_what_rested_on_a_suspended_agreement_is_asked_again_once_it_is_back(house: Enclave) -> None:
    house.linker.link()
    house.register.suspend(AgreementId(SHELTER), by="officer-1")
    house.linker.link()
    assert reviews(house).find() == []
    house.register.resume(AgreementId(SHELTER), by="officer-1")
    house.linker.link()
    assert len(reviews(house).find()) == 2


def test_both_sides_are_what_the_agencies_wrote_and_every_look_is_in_the_ledger(house: Enclave) -> None:
    house.linker.link()
    before = len(list(house.ledger.entries(kind="grant.issued")))
    with looking(house, the_pair(house)) as both:
        assert (both.left.person, both.right.person) == (PUPIL, CLIENT)
        assert [record["last_name"] for record in (*both.left.records, *both.right.records)] == ["Quill", "Quill"]
        assert both.alike["first_name"] == both.alike["born_on"] == SAME
        assert not both.numbers_differ
        assert {door.grant.agreement for door in both.doors} == {SCHOOLS, SHELTER}
    issued = list(house.ledger.entries(kind="grant.issued"))[before:]
    assert {entry.body["dataset"] for entry in issued} == {STUDENTS, CLIENTS}
    assert {entry.body["actor"] for entry in issued} == {"steward-1"}


def test_numbers_that_differ_are_seen_at_a_glance(house: Enclave) -> None:
    house.linker.link()
    one = the_pair(house)
    house.put(STUDENTS, {"student_id": "50", **TIA, "last_name": "Other"}, known_on=date(2026, 8, 20), again=2)
    with looking(house, one) as both:
        assert both.alike["last_name"] == DIFFERS


def test_nobody_looks_in_a_role_that_the_agreements_do_not_name(house: Enclave) -> None:
    house.linker.link()
    with pytest.raises(Refused), looking(house, the_pair(house), role="clerk"):
        pass
    assert "ROLE_NOT_LISTED" in house.refusals()


def test_a_pair_of_which_one_side_is_in_no_row_any_more_cannot_be_looked_at(house: Enclave) -> None:
    house.linker.link()
    found = the_pair(house)
    with transaction(house.linker.engine) as connection:
        connection.execute(link_review.update().where(link_review.c.id == found.id).values(right_digest="0" * 64))
    with pytest.raises(Misconfigured, match="LINK_REVIEW_GONE"), looking(house, found):
        pass


def test_somebody_who_opted_out_is_not_put_before_a_steward(house: Enclave) -> None:
    outs = OptOuts(house.linker.engine, house.linker.vault, house.ledger)
    house.linker = replace(house.linker, opt_outs=outs)
    house.linker.link()
    outs.record([PUPIL], by="worker-1", how="in person")
    house.linker.link()
    assert reviews(house).find() == []


def test_a_run_at_a_households_own_wish_leaves_the_queue_alone(house: Enclave) -> None:
    replace(house.linker, remembers=False).link()
    assert reviews(house).find() == []
    house.linker.link()
    assert len(reviews(house).find()) == 2


def doubted(folder: Path) -> tuple[Enclave, HouseholdId, list[str]]:
    """A family of three agencies that a caseworker doubts."""
    house = fill(enclave(folder))
    linked = house.linker.persons()
    homes = linked.persons.join(linked.households, on="person")
    (home,) = homes.filter(pl.col("person_key") == "docket.party:L1")["household"]
    pairs = edges_of(linked, HouseholdId(home))
    with transaction(house.linker.engine) as connection:
        made = doubt(connection, house.linker.vault, pairs, HouseholdId(home), by="worker-1", at=NOW)
    return house, HouseholdId(home), made


def test_a_doubt_names_the_links_that_hold_a_household_together_and_leaves_it_in_peace(tmp_path: Path) -> None:
    house, home, made = doubted(tmp_path)
    assert {(each.source, each.state) for each in reviews(house).find()} == {(Source.WRONG_MATCH, State.OPEN)}
    ends = [reviews(house).sides(each, house.linker.persons().persons["person_key"]) for each in made]
    assert set(ends) == {("docket.party:L1", "edfi.contact:P1"), ("edfi.student:1", "hmis.client:7")}
    assert reviews(house).held() == {home}
    house.linker.link()
    assert reviews(house).held() == {home}


def test_a_household_is_held_until_every_doubt_is_decided_and_unsure_decides_nothing(tmp_path: Path) -> None:
    house, home, made = doubted(tmp_path)
    reviews(house).decide(made[0], State.ACCEPTED, by="steward-1", at=NOW, reason=None)
    reviews(house).decide(made[1], State.UNSURE, by="steward-1", at=NOW, reason=None)
    house.linker.link()
    assert reviews(house).held() == {home}
    reviews(house).decide(made[1], State.ACCEPTED, by="steward-1", at=NOW, reason=None)
    house.linker.link()
    assert reviews(house).held() == set()


def test_what_was_accepted_is_open_again_once_it_is_doubted(tmp_path: Path) -> None:
    house, home, made = doubted(tmp_path)
    reviews(house).decide(made[0], State.ACCEPTED, by="steward-1", at=NOW, reason=None)
    pairs = edges_of(house.linker.persons(), home)
    with transaction(house.linker.engine) as connection:
        again = doubt(connection, house.linker.vault, pairs, home, by="worker-2", at=NOW)
    assert sorted(again) == sorted(made)
    assert reviews(house).get(made[0]).state is State.OPEN
    assert [row.by for row in reviews(house).history(made[0])] == ["worker-1", "steward-1", "worker-2"]


def test_a_link_that_is_rejected_after_a_doubt_parts_the_family(tmp_path: Path) -> None:
    house, _, made = doubted(tmp_path)
    for each in made:
        reviews(house).decide(each, State.REJECTED, by="steward-1", at=NOW, reason=None)
    report = house.linker.link()
    assert report.counts["pairs"] == 0
    assert reviews(house).held() == set()


@pytest.mark.parametrize(("agreement", "left"), [(SHELTER, 1), (COURT, 1), (SCHOOLS, 0)])
def test_reviews_are_erased_with_either_agreement(tmp_path: Path, agreement: str, left: int) -> None:
    house, _, _ = doubted(tmp_path)
    holder = LinkReviewHolder(house.linker.engine)
    held = list(holder.inventory(AgreementId(agreement)))
    assert list(holder.erase(AgreementId(agreement))) == held != []
    assert list(holder.remains(AgreementId(agreement))) == []
    assert len(reviews(house).find()) == left
    with reading(house.linker.engine) as connection:
        kept = {row.review for table in (link_hold, link_review_event) for row in connection.execute(select(table))}
    assert kept == {each.id for each in reviews(house).find()}


def test_a_review_that_is_none_is_said_to_be_none(house: Enclave) -> None:
    with pytest.raises(Misconfigured, match="LINK_REVIEW_UNKNOWN"):
        reviews(house).get("r-0")
