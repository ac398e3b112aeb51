"""Killed before any step that leaves a trace, and done again: what came of it is what would have come of it anyway."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.crashing import Crashes, crashes
from tests.signals import crashes as scenarios
from tests.signals.crashes import EXIT, TO_TAKE, compaction_of, linker_of
from tests.signals.mailroom import Mailroom, mailroom
from tests.signals.test_intake import SECRET, exit_row, exits


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    (tmp_path / "home").mkdir()
    return mailroom(tmp_path / "home")


def home(room: Mailroom) -> Path:
    return room.folder.parent


def killed(room: Mailroom, name: str) -> Crashes:
    """A scenario killed everywhere: readers saw the old files or the new ones; done again it came out the same."""
    room.engine.dispose()
    found = crashes(f"{scenarios.__name__}:{name}", home(room))
    assert found.whole["verified"]
    same = {**found.whole, "before": None}
    otherwise = [crash.step for crash in found.each if {**(crash.found or {}), "before": None} != same]
    assert otherwise == []
    old_or_new = (found.whole["before"], found.whole["after"])
    assert [crash.step for crash in found.each if crash.found["before"] not in old_or_new] == []
    return found


def several(room: Mailroom) -> None:
    """Small deliveries, a correction and a deletion among them."""
    for number in range(5):
        room.text("hmis.exit", exits(exit_row(number), exit_row(7, to=str(400 + number))), known_on=date(2026, 1, 9))
    room.text("hmis.exit", exits(exit_row(2, gone="2026-01-10 10:00:00")), known_on=date(2026, 1, 10))


def test_intake_killed_anywhere_ends_as_if_it_had_not_been(room: Mailroom) -> None:
    text = exits(exit_row(1), exit_row(2, known="2026-02-06"), exit_row(3, to=SECRET))
    (home(room) / TO_TAKE).write_text(text)
    found = killed(room, "intake")
    assert len(found.whole["files"]) == 3
    assert [said[0] for said in found.whole["ledger"]] == ["delivery.taken"]
    steps = {crash.step for crash in found.each}
    assert {"open", "flush", "flush of a folder", "rename", "commit"} <= steps


def test_linkage_killed_anywhere_ends_as_if_it_had_not_been(room: Mailroom) -> None:
    room.take("hmis.client", "hmis/Client.csv")
    linker_of(room).link()
    room.text("hmis.exit", exits(exit_row(101), exit_row(102)))
    found = killed(room, "link")
    assert len(found.whole["runs"]) == 2
    assert found.whole["homes"][EXIT]
    assert found.whole["link_name"]
    assert {"flush", "rename", "commit"} <= {crash.step for crash in found.each}


def test_compaction_killed_anywhere_ends_as_if_it_had_not_been(room: Mailroom) -> None:
    several(room)
    linker_of(room).link()
    found = killed(room, "compaction")
    assert [kind for _, kind, rows, _ in found.whole["files"] if kind == "signal"] == ["signal"]
    assert [said[0] for said in found.whole["ledger"]].count("store.compacted") == 1
    assert {"flush", "rename", "commit"} <= {crash.step for crash in found.each}


def test_a_sweep_killed_anywhere_leaves_nothing_behind_in_the_end(room: Mailroom) -> None:
    several(room)
    compaction_of(room).compact()
    found = killed(room, "sweep")
    assert len(found.whole["lying"]) == len(found.whole["files"]) == 1
    assert sum(crash.step == "delete" for crash in found.each) == 6
