"""Retention at the store: rows that were kept too long are left out of every read, and the ledger counts them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.database import metadata
from governance.opened import Opened
from governance.retention import Retention
from governance.use import Action, Actor
from signals.sealed_file import SIGNAL, sealed_file
from signals.store import Store
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, NOW, SNAP, signed, snap, use_of
from tests.signals.test_store import ALL, AUGUST, JULY, fill, look

FLOW = Actor(id="hearthline", role="flow", organisation="EOHHS")
TODAY = NOW.date()
SINCE_AUGUST = (TODAY - AUGUST).days
SINCE_JULY = (TODAY - JULY).days


def house_of(folder: Path, days: int) -> Doors:
    """A house whose agreement lets the end of a certification be kept for some days, and limits nothing else."""
    made = doors(folder)
    metadata.create_all(made.engine, tables=[sealed_file])
    shorter = snap(version=2)
    shorter["datasets"][0]["fields"][1]["retain_days"] = days
    signers = {"owner": "Flo Invented", "recipient": "Flo Invented"}
    made.register.amend(signed(shorter), by="steward-1", signed_by=signers)
    return made


def removed(house: Doors) -> Any:
    """What the newest read says it left out."""
    return list(house.ledger.entries(kind="grant.closed"))[-1].body["removed"]


@pytest.mark.parametrize(
    ("days", "left", "out"),
    [
        (SINCE_JULY, [JULY, AUGUST], {}),
        (SINCE_JULY - 1, [AUGUST], {"past_retention": 1}),
        (SINCE_AUGUST, [AUGUST], {"past_retention": 1}),
        (SINCE_AUGUST - 1, [], {"past_retention": 2}),
        (1, [], {"past_retention": 2}),
    ],
)
def test_a_row_is_read_until_the_last_day_that_it_may_be_kept_and_not_after(
    tmp_path: Path, days: int, left: list[date], out: dict[str, int]
) -> None:
    house = house_of(tmp_path, days)
    store = Store(tmp_path / "sealed", house.engine)
    fill(house, store)
    with house.gate.open(house.gate.request(use_of())) as opened:
        frames = list(store.read(opened, CASES, ["certification_end_on"], TODAY))
    assert [day for frame in frames for day in frame["_known_on"]] == left
    assert removed(house) == out


def test_what_may_be_read_depends_on_today_not_on_the_day_looked_from(tmp_path: Path) -> None:
    house = house_of(tmp_path, SINCE_JULY)
    store = Store(tmp_path / "sealed", house.engine)
    fill(house, store)
    assert look(house, store, JULY).height == 1
    house.clock.advance(timedelta(days=1))
    with house.gate.open(house.gate.request(use_of(actor=FLOW))) as opened:
        assert sum(frame.height for frame in store.read(opened, CASES, ["certification_end_on"], JULY)) == 0


def test_a_field_that_may_be_kept_longer_is_read_alone(tmp_path: Path) -> None:
    house = house_of(tmp_path, 1)
    store = Store(tmp_path / "sealed", house.engine)
    fill(house, store)
    with house.gate.open(house.gate.request(use_of(fields={"household_size"}))) as opened:
        assert pl.concat(store.read(opened, CASES, ["household_size"], TODAY)).height == 2
    assert removed(house) == {}


def test_a_row_is_not_chosen_by_what_may_not_be_kept_any_more(tmp_path: Path) -> None:
    house = house_of(tmp_path, 1)
    store = Store(tmp_path / "sealed", house.engine)
    fill(house, store)
    both = use_of(fields={"household_size", "certification_end_on"})
    with house.gate.open(house.gate.request(both)) as opened:
        chosen = store.read(opened, CASES, ["household_size"], TODAY, where=pl.col("certification_end_on") > JULY)
        assert sum(frame.height for frame in chosen) == 0


def test_a_file_that_is_too_old_as_a_whole_is_not_opened(tmp_path: Path) -> None:
    house = house_of(tmp_path, SINCE_AUGUST)
    store = Store(tmp_path / "sealed", house.engine)
    fill(house, store)
    july, _ = store.files(CASES, kind=SIGNAL)
    store.path(july).unlink()
    assert look(house, store)["_known_on"].to_list() == [AUGUST]


def test_taking_in_and_destroying_are_never_held_up_by_age(tmp_path: Path) -> None:
    house = house_of(tmp_path, 1)
    store = Store(tmp_path / "sealed", house.engine)
    fill(house, store)
    assert len(store.files(CASES, kind=SIGNAL)) == 2
    ingest = use_of(action=Action.INGEST, fields=ALL, zone="enclave", purpose="prevention.outreach")
    destroy = use_of(action=Action.DESTROY, fields=ALL, zone="enclave", purpose="prevention.outreach")
    limits = Retention(today=TODAY, days={"certification_end_on": 1})
    for use, since in ((ingest, TODAY - timedelta(days=1)), (destroy, None)):
        door = Opened(house.gate.request(use), house.vault, lambda _: None, limits)
        assert door.since(ALL) == since
    assert house.register.get(SNAP).version == 2
