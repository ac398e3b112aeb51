"""Small files written together: no read returns anything else than before, and what may not go together stays apart."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from signals.compaction import Compacted
from signals.sealed_file import SIGNAL
from signals.together import FEWEST
from tests.signals.crashes import CLIENT, EXIT, NUMBER, attributed, compaction_of, linker_of
from tests.signals.mailroom import SHELTER, Mailroom, mailroom
from tests.signals.test_intake import exit_row, exits

JANUARY, FEBRUARY = date(2026, 1, 20), date(2026, 2, 20)


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def several(room: Mailroom, number: int = FEWEST, *, known: date = JANUARY, first: int = 0) -> None:
    """Small deliveries, each with a new row and a correction of one that all of them have."""
    for each in range(first, first + number):
        day = known.isoformat()
        room.text(EXIT, exits(exit_row(each, known=day), exit_row(77, to=str(400 + each), known=day)))


def compact(room: Mailroom) -> list[Compacted]:
    return compaction_of(room).compact()


def test_no_read_returns_anything_else_than_before(room: Mailroom) -> None:
    several(room)
    before = room.read(EXIT, {"_person", NUMBER, "destination"})
    (done,) = compact(room)
    assert (done.files, done.rows, done.code) == (FEWEST, 2 * FEWEST, "")
    (one,) = room.store.files(EXIT, kind=SIGNAL)
    assert one.id == done.into
    assert_frame_equal(room.read(EXIT, {"_person", NUMBER, "destination"}), before)


def test_again_it_finds_nothing_to_do_until_enough_came(room: Mailroom) -> None:
    several(room)
    assert len(compact(room)) == 1
    assert compact(room) == []
    several(room, FEWEST - 2, first=10)
    assert compact(room) == []
    several(room, 3 * FEWEST, first=20)
    assert len(compact(room)) == 1


def test_months_agreements_and_quarantine_stay_apart(room: Mailroom) -> None:
    several(room, known=JANUARY)
    several(room, known=FEBRUARY, first=20)
    room.take(CLIENT, "hmis/Client.csv")
    room.text(EXIT, exits(exit_row(50, to="Zanzibar")))
    kinds = sorted((file.kind, file.month) for file in room.store.every_file() if file.kind != SIGNAL)
    done = compact(room)
    assert sorted((each.dataset, each.agreement, each.month) for each in done) == [
        (EXIT, SHELTER, "2026-01"),
        (EXIT, SHELTER, "2026-02"),
    ]
    assert sorted((file.kind, file.month) for file in room.store.every_file() if file.kind != SIGNAL) == kinds


def test_a_link_run_is_the_same_run_and_its_households_still_stand_beside_their_rows(room: Mailroom) -> None:
    room.take(CLIENT, "hmis/Client.csv")
    for number in range(FEWEST):
        room.text(EXIT, exits(exit_row(101 + number)))
    first = linker_of(room).link()
    homes = attributed(room, EXIT, first.id)
    assert homes["_household"].null_count() < homes.height
    assert [each.code for each in compact(room)] == [""]
    assert_frame_equal(attributed(room, EXIT, first.id), homes)
    assert linker_of(room).link().id == first.id
    assert_frame_equal(attributed(room, EXIT, first.id), homes)


def test_what_an_agreement_that_stopped_holds_stays_as_it_is_and_the_reason_is_told(room: Mailroom) -> None:
    several(room)
    room.register.suspend(SHELTER, by="officer-1")
    (stayed,) = compact(room)
    assert (stayed.into, stayed.code) == ("", "NOT_ACTIVE")
    assert len(room.store.files(EXIT, kind=SIGNAL)) == FEWEST


def test_what_was_replaced_lies_there_until_no_grant_can_still_want_it(room: Mailroom) -> None:
    several(room)
    old = {room.store.path(file) for file in room.store.files(EXIT, kind=SIGNAL)}
    compact(room)
    assert compaction_of(room).sweep() == 0
    assert all(path.exists() for path in old)
    assert room.store.sweep(room.intake.clock.now() + timedelta(hours=1)) == FEWEST
    assert not any(path.exists() for path in old)


def test_nothing_is_swept_while_somebody_writes(room: Mailroom) -> None:
    several(room)
    compact(room)
    with room.store.writing():
        assert room.store.sweep(room.intake.clock.now() + timedelta(hours=1)) is None


def test_readers_see_the_old_rows_or_the_new_ones_while_one_writes(room: Mailroom) -> None:
    several(room, 1)
    seen: list[set[str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(set(room.read(EXIT, {NUMBER})[NUMBER]))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 2 * FEWEST + 1):
            several(room, 1, first=number)
            compact(room)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    delivered = [{"77", *map(str, range(number + 1))} for number in range(2 * FEWEST + 1)]
    assert len(seen) > len(readers)
    assert all(each in delivered for each in seen)
