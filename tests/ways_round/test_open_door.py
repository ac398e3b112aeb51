"""Ways round an open door: kept too long, asked for more than it shows, used for another's values."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from governance.errors import (
    ActionNotGranted,
    FieldNotListed,
    GrantExpired,
    GrantSpent,
    LineageInactive,
    NotActive,
    Refused,
)
from governance.ids import AgreementId
from governance.opened import Opened, seal_jointly, unseal_jointly
from governance.use import Action
from signals.store import Store
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, LUNCH, MEALS, SNAP, use_of
from tests.signals.test_store import AUGUST
from tests.ways_round.test_past_the_gate import READ, fill


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    return doors(tmp_path)


@pytest.fixture
def store(house: Doors, tmp_path: Path) -> Store:
    return fill(house, tmp_path)


def kept(house: Doors) -> Opened:
    """A door that somebody held on to after its block was over."""
    with house.gate.open(house.gate.request(use_of())) as opened:
        return opened


def test_a_door_that_was_kept_opens_nothing_more(house: Doors, store: Store) -> None:
    with pytest.raises(GrantSpent):
        list(store.read(kept(house), CASES, READ, AUGUST))


@pytest.mark.parametrize(
    "field", ["first_name", "household_size", "Certification_End_On", "*", "certification_end_on "]
)
def test_a_door_shows_the_granted_fields_and_no_other(house: Doors, store: Store, field: str) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        with pytest.raises(FieldNotListed):
            list(store.read(opened, CASES, [*READ, field], AUGUST))
        with pytest.raises(FieldNotListed):
            opened.read_keys("2026-08", [field])


def test_a_condition_on_a_field_that_was_not_granted_is_a_look_at_it(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened, pytest.raises(FieldNotListed):
        list(store.read(opened, CASES, READ, AUGUST, where=pl.col("household_size") > 1))


def test_a_condition_is_a_look_even_where_there_is_nothing_to_look_at(house: Doors, store: Store) -> None:
    before_anything = date(2000, 1, 1)
    with house.gate.open(house.gate.request(use_of())) as opened, pytest.raises(FieldNotListed):
        list(store.read(opened, CASES, READ, before_anything, where=pl.col("household_size") > 1))


def test_an_alias_of_a_field_that_was_not_granted_is_a_look_at_it(house: Doors, store: Store) -> None:
    where = pl.col("first_name").alias("certification_end_on") == "Zanzibar"
    with house.gate.open(house.gate.request(use_of())) as opened, pytest.raises(FieldNotListed):
        list(store.read(opened, CASES, READ, AUGUST, where=where))


def test_the_agencys_own_person_number_comes_with_matching_only(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened, pytest.raises(FieldNotListed):
        list(store.read(opened, CASES, [*READ, "_person"], AUGUST))


def test_a_door_on_one_dataset_is_none_on_another(house: Doors, store: Store) -> None:
    use = use_of(dataset=MEALS, fields={"missed_meals"})
    with house.gate.open(house.gate.request(use)) as opened, pytest.raises(Refused):
        list(store.read(opened, CASES, READ, AUGUST))


def test_a_door_grows_old_while_it_is_open(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        house.clock.advance(timedelta(hours=1))
        with pytest.raises(GrantExpired):
            list(store.read(opened, CASES, READ, AUGUST))


def test_a_suspension_mid_run_stops_the_next_file(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        frames = iter(store.read(opened, CASES, READ, AUGUST))
        next(frames)
        house.register.suspend(SNAP, by="officer-1")
        with pytest.raises(NotActive):
            next(frames)


def test_only_taking_in_and_matching_write(house: Doors, store: Store) -> None:
    """A door opened to look does not get keys to write with: what it wrote would pass for the agency's."""
    with house.gate.open(house.gate.request(use_of(fields=READ))) as opened:
        with pytest.raises(ActionNotGranted):
            opened.write_keys("2026-08", READ)
        with pytest.raises(ActionNotGranted):
            opened.make_keys(["2026-08"], READ)


def test_a_value_of_two_agreements_takes_a_door_for_each_of_them(house: Doors) -> None:
    meals = use_of(dataset=MEALS, fields={"missed_meals"})
    with house.gate.open(house.gate.request(use_of())) as snap, house.gate.open(house.gate.request(meals)) as lunch:
        sealed = seal_jointly([snap, lunch], b"a reason", "task 1")
        assert unseal_jointly([snap, lunch], sealed, "task 1") == b"a reason"
        for one in (snap, lunch):
            with pytest.raises(FieldNotListed):
                unseal_jointly([one], sealed, "task 1")
        house.register.suspend(LUNCH, by="officer-1")
        with pytest.raises(NotActive):
            unseal_jointly([snap, lunch], sealed, "task 1")


def test_what_a_file_was_derived_from_is_asked_about_too(house: Doors) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        opened.recheck([LUNCH])
        house.register.suspend(LUNCH, by="officer-1")
        with pytest.raises(LineageInactive):
            opened.recheck([LUNCH])
        with pytest.raises(LineageInactive):
            opened.recheck([AgreementId("DULA-2026-999")])


def test_a_read_that_died_is_on_record_and_its_grant_is_void(house: Doors) -> None:
    grant = house.gate.request(use_of(action=Action.VIEW))
    opening = house.gate.open(grant)
    opening.__enter__()
    assert "grant.closed" not in house.kinds()
    with pytest.raises(GrantSpent), house.gate.open(grant):
        pass
