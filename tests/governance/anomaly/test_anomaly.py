"""The watch: each check speaks of what it should, and keeps quiet about an ordinary day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.anomaly import Finding, Kind, Look, Refusal, looks_in, refusals_in
from governance.anomaly.burst import LEAST, denial_bursts
from governance.anomaly.coverage import never_used, without_agreement
from governance.anomaly.finding import KIND, recalled, record
from governance.anomaly.hours import outside_habit, outside_hours
from governance.anomaly.reach import bulk_views, own_circle, without_task
from governance.contact.hours import ContactHours
from governance.errors import Refused
from governance.ids import DatasetId, HouseholdId
from governance.use import Action, Actor
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, MEALS, SNAP, use_of

NOON = datetime(2026, 9, 1, 16, tzinfo=UTC)  # a Tuesday, noon in Boston
ZONE = "America/New_York"
OFFICE = ContactHours(time(7), time(19), ZONE, weekends=False)
TRAINED = Actor(id="worker-1", role="caseworker", organisation="EOHHS", trained_until=date(2030, 1, 1))
HOMES = [HouseholdId(f"hh-{number:04}") for number in range(100)]


def look(number: int = 0, *, at: datetime = NOON, actor: str = "worker-1", role: str = "caseworker") -> Look:
    return Look(
        actor=actor,
        role=role,
        action="view",
        purpose="prevention.outreach",
        about=frozenset([HOMES[number % len(HOMES)]]),
        at=at,
        entries=(number,),
        datasets=frozenset([CASES]),
    )


def refused(number: int, *, at: datetime, actor: str = "worker-1", codes: tuple[str, ...] = ("ZONE",)) -> Refusal:
    return Refusal(actor=actor, role="caseworker", codes=codes, dataset=CASES, at=at, entry=number)


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    return doors(tmp_path)


def nobody(commitments: Collection[str]) -> Mapping[str, frozenset[HouseholdId]]:
    return {}


@pytest.mark.parametrize(
    ("at", "strange"),
    [
        (NOON, False),
        (NOON.replace(hour=10, minute=59), True),  # before seven
        (NOON.replace(hour=11), False),
        (NOON.replace(hour=23), True),  # at seven in the evening
        (NOON + timedelta(days=4), True),  # Saturday
        (NOON + timedelta(days=6), True),  # Labor Day
    ],
)
def test_a_look_outside_office_hours_is_noticed_and_none_inside(at: datetime, strange: bool) -> None:
    assert [finding.kind for finding in outside_hours([look(at=at)], OFFICE)] == [Kind.OUTSIDE_HOURS] * strange


def test_one_wild_day_is_outside_habit_and_does_not_become_one() -> None:
    usual = [look(n, at=NOON + timedelta(days=day, minutes=n)) for day in range(6) for n in range(8)]
    wild = [look(n, at=NOON + timedelta(days=7, minutes=n)) for n in range(60)]
    (finding,) = outside_habit([*usual, *wild], ZONE)
    assert finding.kind is Kind.OUTSIDE_HABIT
    assert "60 looks" in finding.detail and "8 are usual" in finding.detail
    assert list(outside_habit(usual, ZONE)) == []


def test_somebody_new_has_no_habit_yet() -> None:
    assert list(outside_habit([look(n) for n in range(60)], ZONE)) == []


def test_a_look_at_ones_own_circle_is_noticed_whatever_the_hour_and_names_no_household() -> None:
    circles = {"worker-1": {HOMES[3]: "neighbour"}}
    (finding,) = own_circle([look(3), look(4), look(3, actor="worker-2")], circles)
    assert finding.actor == "worker-1"
    assert "neighbour" in finding.detail
    assert not any(home in str(finding) for home in HOMES)


def test_a_list_that_happens_to_hold_a_neighbour_is_not_a_look_at_one() -> None:
    listed = replace(look(3), about=frozenset(HOMES[:10]))
    assert list(own_circle([listed], {"worker-1": {HOMES[3]: "own"}})) == []


def test_more_households_than_a_day_holds_are_a_bulk_view_and_one_household_often_is_not() -> None:
    many = [look(n, at=NOON + timedelta(minutes=n)) for n in range(31)]
    (finding,) = bulk_views(many, most=30, timezone=ZONE)
    assert "31 different households" in finding.detail
    assert list(bulk_views(many[:30], most=30, timezone=ZONE)) == []
    assert list(bulk_views([replace(each, about=frozenset([HOMES[0]])) for each in many], most=30, timezone=ZONE)) == []


def test_a_caseworkers_look_without_a_task_is_noticed_and_a_supervisors_is_not() -> None:
    looks = [look(1), look(2), look(2, actor="boss-1", role="supervisor")]
    (finding,) = without_task(looks, lambda worker, household, at: household == HOMES[1], timezone=ZONE)
    assert finding.actor == "worker-1"
    assert finding.entries == (2,)


def test_refusals_in_a_row_are_a_burst_and_the_same_number_over_a_day_is_not() -> None:
    quick = [refused(n, at=NOON + timedelta(minutes=n)) for n in range(LEAST)]
    slow = [refused(n, at=NOON + timedelta(hours=n)) for n in range(LEAST)]
    (finding,) = denial_bursts(quick)
    assert finding.entries == tuple(range(LEAST))
    assert list(denial_bursts(slow)) == []
    assert list(denial_bursts(quick[1:])) == []


@given(st.lists(st.integers(0, 3_000), max_size=40))
def test_every_five_refusals_within_ten_minutes_are_in_a_burst(minutes: list[int]) -> None:
    those = [refused(n, at=NOON + timedelta(minutes=at)) for n, at in enumerate(sorted(minutes))]
    told = {entry for finding in denial_bursts(those) for entry in finding.entries}
    for first, last in zip(those, those[LEAST - 1 :], strict=False):
        if last.at - first.at <= timedelta(minutes=10):
            assert set(range(first.entry, last.entry + 1)) <= told


def test_an_agreement_that_nothing_is_done_with_is_asked_about_after_a_while(house: Doors) -> None:
    now = house.clock.now()
    papers = house.register.papers()
    assert list(never_used(papers, house.ledger, now=now)) == []
    house.clock.advance(timedelta(days=61))
    house.gate.request(use_of(actor=TRAINED))
    house.gate.request(use_of(actor=TRAINED, dataset=MEALS, fields={"missed_meals"}, action=Action.INGEST))
    found = list(never_used(house.register.papers(), house.ledger, now=house.clock.now()))
    assert [finding.subject for finding in found] == [f"DULA-2026-009 {MEALS}"]


def test_a_suspended_agreement_is_not_asked_about(house: Doors) -> None:
    house.clock.advance(timedelta(days=61))
    house.register.suspend(SNAP, by="officer-1")
    found = never_used(house.register.papers(), house.ledger, now=house.clock.now())
    assert SNAP not in str(list(found))


def test_a_need_that_no_agreement_covers_is_told_once_for_each_dataset(house: Doors) -> None:
    for worker in ("worker-1", "worker-2"):
        asker = Actor(id=worker, role="caseworker", organisation="EOHHS")
        house.gate.ask(replace(use_of(dataset=DatasetId("rmv.licences"), fields={"address"}), actor=asker))
    (finding,) = without_agreement(refusals_in(house.ledger, since=NOON - timedelta(days=1)))
    assert finding.subject == "rmv.licences"
    assert "2 uses" in finding.detail and "2 people" in finding.detail


def test_a_page_of_several_datasets_is_one_look_and_the_nightly_program_is_none(house: Doors) -> None:
    house.gate.request(use_of(actor=replace(TRAINED, id="hearthline", role="flow")))
    house.gate.request(use_of(actor=TRAINED))
    house.gate.request(use_of(actor=TRAINED, dataset=MEALS, fields={"missed_meals"}))
    house.clock.advance(timedelta(minutes=2))
    house.gate.request(use_of(actor=TRAINED))
    found = list(looks_in(house.ledger, since=NOON - timedelta(days=1), resolve=nobody))
    assert [(each.actor, each.datasets) for each in found] == [
        ("worker-1", frozenset({CASES, MEALS})),
        ("worker-1", frozenset({CASES})),
    ]


def test_refusals_are_read_with_their_codes_and_whose_they_were(house: Doors) -> None:
    with pytest.raises(Refused):
        house.gate.request(use_of(purpose="commercial"))
    (found,) = refusals_in(house.ledger, since=NOON - timedelta(days=1))
    assert "MOU_PROHIBITED" in found.codes
    assert found.actor == use_of().actor.id
    assert found.dataset == CASES


def test_a_finding_is_written_down_once_and_reads_back(house: Doors) -> None:
    findings: list[Finding] = list(outside_hours([look(7, at=NOON.replace(hour=3))], OFFICE))
    assert record(house.ledger, findings) == 1
    assert record(house.ledger, findings) == 0
    (entry,) = house.ledger.entries(kind=KIND)
    assert recalled(entry) == findings[0]
