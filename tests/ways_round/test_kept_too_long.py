"""Ways round forgetting: rows that were kept too long, choosing rows by them, and people who said no."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from signals.store import Store
from tests.flows.nights import Event, Played, stories
from tests.governance.doors import Doors
from tests.governance.papers import CASES, use_of
from tests.signals.test_retention import FLOW, SINCE_AUGUST, TODAY, house_of
from tests.signals.test_store import AUGUST, fill

HILL, OKOYE = "the Hill family", "the Okoye family"
NOTHING_ELSE = {"certification_end_on"}


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    """An agreement whose end of a certification may be kept since August; rows of July and of August."""
    return house_of(tmp_path, SINCE_AUGUST)


@pytest.fixture
def store(house: Doors, tmp_path: Path) -> Store:
    made = Store(tmp_path / "sealed", house.engine)
    fill(house, made)
    return made


def test_a_row_that_was_kept_too_long_is_read_by_nobody(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        frames = list(store.read(opened, CASES, sorted(NOTHING_ELSE), TODAY))
    assert [day for frame in frames for day in frame["_known_on"]] == [AUGUST]


def test_within_a_month_the_older_row_is_left_out_too(house: Doors, store: Store) -> None:
    house.clock.advance(timedelta(days=1))
    with house.gate.open(house.gate.request(use_of(actor=FLOW))) as opened:
        assert sum(frame.height for frame in store.read(opened, CASES, sorted(NOTHING_ELSE), TODAY)) == 0


def test_choosing_rows_by_what_was_kept_too_long_is_a_look_at_it(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of(fields={"household_size", *NOTHING_ELSE}))) as opened:
        chosen = store.read(opened, CASES, ["household_size"], TODAY, where=pl.col("certification_end_on") < AUGUST)
        assert sum(frame.height for frame in chosen) == 0


def test_who_said_no_is_found_by_no_later_night_whatever_it_is_called_by_then(tmp_path: Path) -> None:
    played = Played(tmp_path / "home", dict(stories())["household_opts_out"])
    played.begin()
    household = played.household(HILL)
    played.happen(Event(family=HILL, opts_out=True))
    played.end()
    assert played.open_households() == {played.household(OKOYE)}
    assert household not in played.open_households()
