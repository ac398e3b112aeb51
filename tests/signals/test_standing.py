"""Both clocks: what happened in a period as it was known on a day, a bounded number of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings, strategies
from polars.testing import assert_frame_equal

from governance.database import metadata, transaction
from governance.errors import FieldNotListed
from governance.ids import DeliveryId
from governance.opened import Opened
from governance.use import Action
from signals import sealed_file, standing
from signals.compaction import Compaction
from signals.repeats import Repeats
from signals.sealed_file import SIGNAL
from signals.signal import current
from signals.standing import Happened
from signals.store import Store
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, use_of
from tests.signals.mailroom import FLOW

JULY, AUGUST, SEPTEMBER = date(2026, 7, 4), date(2026, 8, 5), date(2026, 9, 6)
MAY = date(2026, 5, 1)
SEEN = ["certification_end_on"]


class Version(NamedTuple):
    """One version of a record: what happened, when it became known, and since when it is gone."""

    record: str
    known: date
    happened: date | None = MAY
    says: date = MAY
    gone: date | None = None


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    made = doors(tmp_path)
    metadata.create_all(made.engine, tables=[sealed_file.sealed_file])
    return made


@pytest.fixture
def store(house: Doors, tmp_path: Path) -> Store:
    return Store(tmp_path / "sealed", house.engine)


def deliver(house: Doors, store: Store, number: int, versions: Sequence[Version]) -> None:
    delivery = DeliveryId(f"d-{number}")
    frame = pl.DataFrame(
        {
            "_row": pl.Series(range(len(versions)), dtype=pl.UInt32),
            "_delivery": pl.Series([delivery] * len(versions), dtype=pl.String),
            "_person": [f"dta:{each.record}" for each in versions],
            "_occurred_on": pl.Series([each.happened for each in versions], dtype=pl.Date),
            "_known_on": pl.Series([each.known for each in versions], dtype=pl.Date),
            "_record": [each.record for each in versions],
            "_deleted_on": pl.Series([each.gone for each in versions], dtype=pl.Date),
            "certification_end_on": [each.says for each in versions],
        },
    )
    use = use_of(action=Action.INGEST, fields=SEEN, zone="enclave", purpose="prevention.outreach")
    with house.gate.open(house.gate.request(use)) as opened, store.writing():
        files = store.write(opened, dataset=CASES, delivery=delivery, part=0, frame=frame)
        with transaction(house.engine) as connection:
            store.record(connection, files)


@contextmanager
def door(house: Doors) -> Iterator[Opened]:
    with house.gate.open(house.gate.request(use_of())) as opened:
        yield opened


def says(house: Doors, store: Store, as_of: date, happened: Happened = standing.ALWAYS) -> dict[str, date]:
    """What each record says, as it was known on a day."""
    with door(house) as opened:
        frames = standing.standing(store, opened, CASES, SEEN, as_of, happened=happened)
        return {record: said for frame in frames for record, said in frame.select("_record", *SEEN).iter_rows()}


def test_a_late_row_is_not_there_before_it_became_known(house: Doors, store: Store) -> None:
    deliver(house, store, 1, [Version("a", JULY)])
    deliver(house, store, 2, [Version("late", SEPTEMBER)])
    assert says(house, store, AUGUST) == {"a": MAY}
    assert says(house, store, SEPTEMBER) == {"a": MAY, "late": MAY}


def test_a_corrected_row_is_seen_as_it_was_said_until_the_correction_became_known(house: Doors, store: Store) -> None:
    deliver(house, store, 1, [Version("a", JULY, says=JULY)])
    deliver(house, store, 2, [Version("a", SEPTEMBER, says=AUGUST)])
    assert says(house, store, AUGUST) == {"a": JULY}
    assert says(house, store, SEPTEMBER) == {"a": AUGUST}


def test_a_deleted_row_is_seen_until_its_deletion_became_known(house: Doors, store: Store) -> None:
    deliver(house, store, 1, [Version("a", JULY), Version("b", JULY)])
    deliver(house, store, 2, [Version("a", AUGUST, gone=AUGUST)])
    assert says(house, store, JULY) == {"a": MAY, "b": MAY}
    assert says(house, store, AUGUST) == {"b": MAY}


def test_a_correction_that_moves_a_row_out_of_a_period_takes_it_out(house: Doors, store: Store) -> None:
    deliver(house, store, 1, [Version("a", JULY, happened=MAY), Version("nobody knows when", JULY, happened=None)])
    deliver(house, store, 2, [Version("a", SEPTEMBER, happened=JULY)])
    in_may = Happened(first=MAY, last=MAY + timedelta(days=30))
    assert says(house, store, AUGUST, in_may) == {"a": MAY}
    assert says(house, store, SEPTEMBER, in_may) == {}
    assert set(says(house, store, SEPTEMBER)) == {"a", "nobody knows when"}


DAYS = strategies.sampled_from([MAY, JULY, AUGUST, SEPTEMBER])
VERSIONS = strategies.builds(
    Version, strategies.sampled_from("abcdef"), DAYS, strategies.none() | DAYS, DAYS, strategies.none() | DAYS
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    deliveries=strategies.lists(strategies.lists(VERSIONS, min_size=1, max_size=6), min_size=1, max_size=4),
    as_of=DAYS,
    first=strategies.none() | DAYS,
    last=strategies.none() | DAYS,
    at_once=strategies.sampled_from([1, 3, 2_000_000]),
)
def test_bit_by_bit_the_same_rows_are_left_as_of_all_versions_at_once(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    deliveries: list[list[Version]],
    as_of: date,
    first: date | None,
    last: date | None,
    at_once: int,
) -> None:
    folder = tmp_path_factory.mktemp("both")
    house = doors(folder)
    metadata.create_all(house.engine, tables=[sealed_file.sealed_file])
    store = Store(folder / "sealed", house.engine)
    for number, rows in enumerate(deliveries):
        deliver(house, store, number, rows)
    monkeypatch.setattr(standing, "_AT_ONCE", at_once)
    happened = Happened(first=first, last=last)
    with door(house) as opened:
        bit_by_bit = list(standing.standing(store, opened, CASES, SEEN, as_of, happened=happened, batch=2))
        every = pl.concat(store.read(opened, CASES, SEEN, as_of)) if store.readable(opened, CASES, as_of) else None
    assert all(frame.height <= 2 for frame in bit_by_bit)
    if every is None:
        assert bit_by_bit == []
        return
    expected = current(every, as_of).filter(happened.holds)
    found = pl.concat([every.clear(), *bit_by_bit])
    assert_frame_equal(found, expected, check_row_order=False)


def test_what_is_delivered_or_written_together_meanwhile_changes_nothing_for_who_reads(
    house: Doors, store: Store
) -> None:
    for number in range(5):
        deliver(
            house, store, number, [Version("a", JULY, says=JULY + timedelta(days=number)), Version(f"{number}", JULY)]
        )
    compaction = Compaction(
        engine=house.engine,
        gate=house.gate,
        ledger=house.ledger,
        store=store,
        clock=house.clock,
        actor=FLOW,
        purpose="prevention.outreach",
    )
    with door(house) as opened:
        reading = standing.standing(store, opened, CASES, SEEN, AUGUST)
        seen = [next(reading)]
        assert [each.code for each in compaction.compact()] == [""]
        compaction.sweep()
        deliver(house, store, 5, [Version("b", JULY)])
        seen += reading
        before = pl.concat(seen)
        after = pl.concat(standing.standing(store, opened, CASES, SEEN, AUGUST))
    assert len(store.files(CASES, kind=SIGNAL)) == 2
    assert sorted(before["_record"]) == ["0", "1", "2", "3", "4", "a"]
    assert sorted(after["_record"]) == ["0", "1", "2", "3", "4", "a", "b"]
    assert before.filter(_record="a")["certification_end_on"].to_list() == [JULY + timedelta(days=4)]


def test_a_period_does_not_open_a_field_that_was_not_granted(house: Doors, store: Store) -> None:
    deliver(house, store, 1, [Version("a", JULY)])
    with door(house) as opened, pytest.raises(FieldNotListed):
        list(standing.standing(store, opened, CASES, ["first_name"], AUGUST, happened=Happened(first=MAY)))


@given(names=strategies.lists(strategies.text(max_size=2), max_size=60), cut=strategies.integers(0, 60))
def test_a_name_that_came_twice_is_never_taken_for_one_that_came_once(names: list[str], cut: int) -> None:
    parts = [pl.Series(part, dtype=pl.String) for part in (names[:cut], names[cut:])]
    repeats = Repeats(len(names))
    for part in parts:
        repeats.add(part)
    twice = [name for name in set(names) if names.count(name) > 1]
    assert repeats.has(pl.Series(twice, dtype=pl.String)).all()


def test_few_names_that_came_once_are_taken_for_repeated() -> None:
    names = pl.Series([f"r{number}" for number in range(200_000)])
    repeats = Repeats(names.len())
    assert sum(repeats.add(part) for part in (names[:100_000], names[100_000:])) < 2_000
    assert repeats.has(names).sum() < 2_000
