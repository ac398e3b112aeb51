from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.simulator.absence import absences
from signals.simulator.crisis import Kind
from signals.simulator.history import Crisis, Help, History
from signals.simulator.shock import Shock
from tests.signals.simulator.world import MONTHS, PERIOD, UNTIL, home_losses, large_world, world

ON = date(2025, 9, 1)
HALF_A_YEAR = timedelta(days=180)


@pytest.fixture(scope="module")
def history() -> History:
    return large_world()


def _in_trouble(history: History, month: int) -> list[int]:
    strain = history.strain[:, month]
    return np.flatnonzero(strain > np.quantile(strain, 0.8)).tolist()


@settings(max_examples=5)
@given(seed=st.integers(), households=st.integers(1, 120))
def test_the_same_seed_brings_the_same_history(seed: int, households: int) -> None:
    one, other = world(households, seed), world(households, seed)
    assert one.crises == other.crises
    assert one.cases == other.cases
    assert one.certifications == other.certifications
    assert np.array_equal(one.strain, other.strain)


@pytest.mark.parametrize("seed", [7, 8])
def test_help_lowers_crises_in_the_six_months_after(seed: int) -> None:
    before = world(2_000, seed)
    helped = [Help(household=each, on=ON, kind="case_work") for each in _in_trouble(before, 9)]
    after = world(2_000, seed, helped)
    homes = {each.household for each in helped}

    def lost(history: History) -> int:
        return sum(home in homes and ON < on <= ON + HALF_A_YEAR for home, on in home_losses(history))

    assert lost(before) >= 25
    assert lost(after) < 0.75 * lost(before)


def test_help_to_one_changes_nothing_for_anybody_else() -> None:
    before = world(800, 5)
    helped = [Help(household=each, on=ON, kind="rental_assistance") for each in _in_trouble(before, 9)[::3]]
    after, homes = world(800, 5, helped), {each.household for each in helped}

    def others(crises: list[Crisis]) -> list[Crisis]:
        return [each for each in crises if each.household not in homes]

    assert others(before.crises) == others(after.crises)
    spared = np.ones(800, dtype=bool)
    spared[list(homes)] = False
    assert np.array_equal(before.strain[spared], after.strain[spared])


def test_help_with_rent_pays_what_is_owed() -> None:
    before = world(600, 9)
    month = 8
    owing = np.flatnonzero((before.arrears[:, month - 1] > 500) & (before.arrears[:, month - 1] < 3_000)).tolist()
    on = PERIOD.day(month, 0.1)
    after = world(600, 9, [Help(household=each, on=on, kind="rental_assistance") for each in owing])
    assert len(owing) >= 5
    assert after.arrears[owing, month].max() == 0


@pytest.mark.parametrize("shock", [Shock.JOB_LOSS, Shock.ILLNESS, Shock.BOOKING, Shock.SEPARATION])
def test_a_shock_makes_the_loss_of_a_home_likelier(shock: Shock) -> None:
    struck, spared, lost_struck, lost_spared = 0, 0, 0, 0
    for seed in (7, 8):
        history = world(4_000, seed) if seed != 7 else large_world()
        lost = home_losses(history)
        hit = {
            each.household: each.on
            for each in history.shocks.of(shock)
            if PERIOD.first <= each.on <= UNTIL - HALF_A_YEAR
        }
        after = {home for home, on in lost if home in hit and hit[home] < on <= hit[home] + HALF_A_YEAR}
        others = {
            home for home, on in lost if home not in hit and ON - timedelta(days=90) < on <= ON + timedelta(days=90)
        }
        struck, spared = struck + len(hit), spared + 4_000 - len(hit)
        lost_struck, lost_spared = lost_struck + len(after), lost_spared + len(others)
    assert lost_struck / struck > 1.5 * lost_spared / spared


@pytest.mark.parametrize("looked_from", [date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1), date(2026, 2, 27)])
def test_two_in_a_hundred_lose_a_home_within_90_days(history: History, looked_from: date) -> None:
    lost = {home for home, on in home_losses(history) if looked_from < on <= looked_from + timedelta(days=90)}
    assert 0.013 <= len(lost) / 4_000 <= 0.03


def test_half_the_losses_of_a_home_are_announced_by_two_agencies_and_a_fifth_by_none(history: History) -> None:
    seen = _signs(history)
    losses = [(home, on) for home, on in home_losses(history) if on > PERIOD.first + timedelta(days=120)]
    agencies = [
        len({who for who, day in seen.get(home, []) if on - timedelta(days=120) <= day < on}) for home, on in losses
    ]
    assert len(agencies) > 300
    assert sum(each >= 2 for each in agencies) / len(agencies) > 0.45
    assert 0.1 < sum(each == 0 for each in agencies) / len(agencies) < 0.3


def test_many_have_a_sign_and_keep_their_home(history: History) -> None:
    seen, lost = _signs(history), {home for home, _ in home_losses(history)}
    recent = UNTIL - timedelta(days=120)
    signed = {home for home, signs in seen.items() if any(day >= recent for _, day in signs)}
    assert len(signed - lost) > 3 * len(signed & lost)
    assert 0.1 < len(signed) / 4_000 < 0.4


def _signs(history: History) -> dict[int, list[tuple[str, date]]]:
    """Household: agency and day of each sign of trouble; of the schools every third absence without excuse."""
    home = {person.number: person.household for person in history.population.persons}
    found: dict[int, list[tuple[str, date]]] = {}
    signs = [
        *(("court", each.household, each.filed_on) for each in history.cases),
        *(("utility", each.household, each.past_due_on) for each in history.utilities),
        *(("dta", each.household, each.closed_on) for each in history.certifications if each.closed_on and each.reason),
        *(("claims", home[each.person], each.filed_on) for each in history.claims),
        *(("custody", home[each.person], each.booked_on) for each in history.bookings),
        *(("shelter", each.household, each.entered_on) for each in history.stays),
    ]
    missed = Counter[int]()
    for month in absences(history, history.population.pupils(UNTIL), PERIOD, np.random.default_rng(1)):
        for each in month:
            missed[each.pupil.household] += each.category == "Unexcused Absence"
            if each.category == "Unexcused Absence" and missed[each.pupil.household] % 3 == 0:
                signs.append(("school", each.pupil.household, each.on))
    for agency, household, day in signs:
        found.setdefault(household, []).append((agency, day))
    return found


def test_nobody_acts_before_birth_or_as_a_child(history: History) -> None:
    persons = history.population.persons
    acts = [
        *((each.person, each.began_on) for each in history.jobs),
        *((each.person, each.filed_on) for each in history.claims),
        *((each.person, each.booked_on) for each in history.bookings),
        *((each.person, each.signed_on) for each in history.signups),
    ]
    assert all(persons[number].adult and persons[number].age(day) >= 8 for number, day in acts)
    assert all(persons[number].age(day) >= 18 for number, day in acts if day >= PERIOD.first)


def test_a_baby_joins_the_household_on_the_day_of_birth(history: History) -> None:
    assert len(history.births) > 100
    for number, born in history.births.items():
        baby = history.population.persons[number]
        assert baby not in history.together(baby.household, born - timedelta(days=1))
        assert baby in history.together(baby.household, born)
    babies = {(each.household, each.on) for each in history.shocks.of(Shock.NEW_BABY)}
    assert {(history.population.persons[number].household, born) for number, born in history.births.items()} <= babies


def test_there_is_always_somebody_at_home(history: History) -> None:
    for household in range(0, 4_000, 7):
        for day in (PERIOD.first, UNTIL):
            assert any(person.adult for person in history.together(household, day))


def test_who_moved_out_is_booked_and_signs_up_with_the_family_no_more(history: History) -> None:
    for each in history.signups:
        moved = history.apart.get(each.person)
        assert moved is None or each.signed_on <= moved.on
    for booking in history.bookings:
        moved = history.apart.get(booking.person)
        assert moved is None or booking.booked_on < moved.on


def test_grids_have_a_row_for_each_household_and_a_column_for_each_month(history: History) -> None:
    for grid in (history.strain, history.incomes, history.rents, history.arrears):
        assert grid.shape == (4_000, MONTHS)
        assert np.isfinite(grid).all()
        assert (grid >= 0).all()


def test_only_tenants_owe_rent_and_are_sued(history: History) -> None:
    owners = ~history.population.renters
    assert history.arrears[owners].max() == 0
    assert not {each.household for each in history.cases} & set(np.flatnonzero(owners).tolist())


def test_crises_are_those_of_the_period_in_the_order_of_days(history: History) -> None:
    days = [each.on for each in history.crises]
    assert days == sorted(days)
    assert PERIOD.first <= days[0] <= days[-1] <= UNTIL
    kinds = Counter(each.kind for each in history.crises)
    assert set(kinds) == set(Kind)
    assert min(kinds.values()) > 30


def test_a_crisis_follows_from_what_happened(history: History) -> None:
    entries = {(each.household, each.entered_on) for each in history.stays}
    writs = {(each.household, each.writ.issued_on) for each in history.cases if each.writ}
    dark = {(each.household, each.disconnected_on) for each in history.utilities}
    for kind, happened in ((Kind.SHELTER_ENTRY, entries), (Kind.EXECUTION, writs), (Kind.DISCONNECTION, dark)):
        assert {(each.household, each.on) for each in history.crises if each.kind == kind} <= happened
