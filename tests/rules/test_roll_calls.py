"""Daily lists of who is in custody, from the file to the rule: late, missing, corrected, broken and expunged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from governance.database import metadata
from governance.ids import DatasetId
from governance.keystore import FileKeyStore
from governance.vault import Vault
from rules.compute import compute
from rules.fire import fire
from rules.indicator import load_indicators
from rules.observe import Watch, observing
from rules.rulebook import Rulebook
from signals.linkage.run import link_run
from tests.rules.watching import linker, reading_instead, watch
from tests.signals.letters import letter
from tests.signals.mailroom import FEEDS, Mailroom, balanced, mailroom

LISTS = "custody.snapshot"
NAMES = {"P1": "Quarry", "P2": "Marsh", "P3": "Holloway", "P4": "Sorrel"}


@dataclass(frozen=True, slots=True)
class Jail:
    """A mailroom that is sent lists, and the packaged rules over an agency's own indicators, which read them."""

    room: Mailroom
    vault: Vault
    rulebook: Rulebook

    def send(self, day: int, *people: str, known: int | None = None, **changes: Any) -> None:
        """A list of May 2026; `changes` are of its last row."""
        rows = [self.row(day, person) for person in people]
        rows[-1:] = [{**row, **changes} for row in rows[-1:]]
        known_on = date(2026, 5, day if known is None else known)
        assert balanced(self.room.text(LISTS, letter(LISTS, *rows), known_on=known_on))

    def row(self, day: int, person: str) -> dict[str, Any]:
        born_on = f"1980-01-0{person[1]}"
        return {"person_no": person, "listed_on": f"2026-05-{day:02}", "last_name": NAMES[person], "born_on": born_on}

    def says(self, day: int) -> set[tuple[str, str, date, float | None]]:
        """Who came and who left, as known on a day of May, by the names of those it is about."""
        return set(self._signals(date(2026, 5, day)))

    def fires(self, day: int) -> int:
        """In how many households the packaged rule about custody fires."""
        as_of, book = date(2026, 5, day), self.rulebook
        with observing(self.watch(as_of)) as observed:
            firings = [
                fire(compute(block, book.indicators, as_of), book, as_of, observed.available).firings
                for block in observed.blocks()
            ]
        return sum(found.filter(found["rule"] == "family.someone_in_custody").height for found in firings)

    def _signals(self, as_of: date) -> Iterator[tuple[str, str, date, float | None]]:
        whose = self._whose(as_of)
        with observing(self.watch(as_of)) as observed:
            for block in observed.blocks():
                told = block.select("household", "kind", "occurred_on", "measure")
                yield from ((whose[home], *rest) for home, *rest in told.iter_rows())

    def _whose(self, as_of: date) -> dict[str, str]:
        linked = linker(self.room, self.vault, as_of).persons()
        named = linked.persons.join(linked.households, on="person").select("household", "person_key")
        return {home: key.removeprefix("custody:") for home, key in named.iter_rows()}

    def watch(self, as_of: date) -> Watch:
        return watch(self.room, self.vault, self.rulebook, LISTS, as_of)


@pytest.fixture
def jail(tmp_path: Path) -> Jail:
    room = mailroom(tmp_path)
    metadata.create_all(room.engine, tables=[link_run])
    rulebook = reading_instead(tmp_path, "custody.bookings", LISTS)
    return Jail(room, Vault(FileKeyStore(tmp_path / "vault")), rulebook)


def came(who: str, day: int, days: int = 1) -> tuple[str, str, date, float]:
    return who, "booked", date(2026, 5, day), float(days)


def left(who: str, day: int, days: int = 1) -> tuple[str, str, date, float]:
    return who, "released", date(2026, 5, day), float(days)


def test_who_is_taken_in_and_who_comes_home_is_the_difference_between_lists(jail: Jail) -> None:
    jail.send(1, "P1", "P2")
    jail.send(2, "P1", "P2", "P3")
    jail.send(3, "P2", "P3")
    assert jail.says(1) == set()
    assert jail.says(2) == {came("P3", 2)}
    assert jail.says(3) == {came("P3", 2), left("P1", 3)}


def test_the_rule_about_custody_goes_by_lists_as_it_goes_by_bookings(jail: Jail) -> None:
    jail.send(1, "P1")
    jail.send(2, "P1", "P3")
    jail.send(5, "P1")
    assert [jail.fires(day) for day in (1, 2, 4, 5)] == [0, 1, 1, 0]


def test_a_missing_list_sends_nobody_home_and_says_how_sure_the_day_is(jail: Jail) -> None:
    jail.send(1, "P1")
    jail.send(4, "P1", "P2")
    assert jail.says(4) == {came("P2", 4, days=3)}


def test_a_late_list_moves_a_day_from_when_it_is_known(jail: Jail) -> None:
    jail.send(1, "P1")
    jail.send(4, "P1", "P2")
    jail.send(3, "P1", "P2", known=6)
    assert jail.says(5) == {came("P2", 4, days=3)}
    assert jail.says(6) == {came("P2", 3, days=2)}


def test_a_corrected_list_takes_back_who_was_left_out_of_it_by_mistake(jail: Jail) -> None:
    jail.send(1, "P1", "P2")
    jail.send(2, "P1")
    jail.send(2, "P1", "P2", known=4)
    assert jail.says(3) == {left("P2", 2)}
    assert jail.says(4) == set()


def test_somebody_who_is_twice_in_a_list_is_there_once(jail: Jail) -> None:
    jail.send(1, "P1")
    jail.send(2, "P1", "P3", "P3")
    assert jail.says(2) == {came("P3", 2)}


def test_a_row_that_could_not_be_read_sends_nobody_home(jail: Jail) -> None:
    jail.send(1, "P1", "P2")
    jail.send(2, "P1", "P2", last_name="")  # the last row is in quarantine
    jail.send(3, "P1", "P2")
    assert jail.says(2) == set()
    assert jail.says(3) == set()


def test_who_is_expunged_vanishes_from_everything_and_from_the_past_too(jail: Jail) -> None:
    jail.send(1, "P1")
    jail.send(2, "P1", "P3")
    jail.send(3, "P1", "P3", expunged_on="2026-05-03")
    jail.send(4, "P1")
    assert jail.says(2) == {came("P3", 2)}
    assert jail.says(3) == set()
    assert jail.says(4) == set()
    with observing(jail.watch(date(2026, 5, 4))) as observed:
        assert all(block.is_empty() for block in observed.blocks(date(2026, 5, 2)))


def test_charges_and_places_are_never_taken(jail: Jail) -> None:
    taken = jail.room.text(LISTS, letter(LISTS, jail.row(1, "P1") | {"charge_class": "felony", "facility": "North"}))
    assert taken.not_taken == ["charge_class", "facility"]


def test_a_list_is_not_of_a_day_to_come(jail: Jail) -> None:
    taken = jail.room.text(LISTS, letter(LISTS, jail.row(9, "P1")), known_on=date(2026, 5, 8))
    assert taken.quarantine_counts == {"listed_not_in_future": 1}


def test_the_lists_yield_what_the_packaged_indicators_look_at() -> None:
    kinds = {each.kind for each in load_indicators(None, FEEDS).values() if each.dataset == "custody.bookings"}
    assert kinds <= {kind.kind for kind in FEEDS[DatasetId(LISTS)].kinds}
