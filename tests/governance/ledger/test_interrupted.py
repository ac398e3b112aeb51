"""Appends that break off: a killed process, a full disk, two writers. Nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from governance.database import connect, sqlite_url
from governance.errors import Misconfigured
from tests.governance.ledger.logs import ledger_on

ROOT = Path(__file__).parent.parent.parent.parent
WRITER = """
import sys
from governance.database import connect
from tests.governance.ledger.logs import ledger_on
ledger = ledger_on(connect(sys.argv[1], durable=True))
for number in range(100_000):
    if number % 3:
        ledger.append("thing.happened", f"{sys.argv[2]}-{number}", {"number": number})
    else:
        ledger.append_many([("thing.happened", f"{sys.argv[2]}-{number}-{part}", {}) for part in range(5)])
    print(number, flush=True)
"""


def writer(url: str, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, url, name], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def topics(name: str, number: int) -> list[str]:
    """What one step of a writer writes, all of it or nothing."""
    return [f"{name}-{number}"] if number % 3 else [f"{name}-{number}-{part}" for part in range(5)]


@pytest.mark.parametrize("pause", [0.01, 0.05, 0.2])
def test_a_writer_that_is_killed_leaves_whole_appends_and_what_it_was_told_is_there(
    database_url: str, engine: Engine, pause: float
) -> None:
    ledger = ledger_on(engine)
    killed = writer(database_url, "one")
    assert killed.stdout is not None
    told = [int(killed.stdout.readline())]
    time.sleep(pause)
    os.kill(killed.pid, signal.SIGKILL)
    told += [int(line) for line in killed.stdout.read().split("\n")[:-1] if line]
    killed.wait(30)
    there = [entry.topic for entry in ledger.entries(kind="thing.happened")]
    done = [topic for number in told for topic in topics("one", number)]
    half = topics("one", len(told))
    assert there in (done, done + half)
    assert ledger.verify().verified
    ledger.append("thing.happened", "afterwards", {})
    assert ledger.verify().verified


def test_of_two_writers_one_killed_the_other_goes_on_and_nothing_is_doubled(database_url: str, engine: Engine) -> None:
    ledger = ledger_on(engine)
    one, two = writer(database_url, "one"), writer(database_url, "two")
    for each in (one, two):
        assert each.stdout is not None
        for _ in range(5):
            each.stdout.readline()
    os.kill(one.pid, signal.SIGKILL)
    one.wait(30)
    assert two.stdout is not None
    after = [int(two.stdout.readline()) for _ in range(10)][-1]
    os.kill(two.pid, signal.SIGKILL)
    two.wait(30)
    there = [entry.topic for entry in ledger.entries(kind="thing.happened")]
    assert len(there) == len(set(there)) == ledger.size()
    assert {topic for number in range(after) for topic in topics("two", number)} <= set(there)
    assert ledger.verify().verified


def test_a_full_disk_is_a_clear_error_and_the_log_goes_on_when_there_is_room(tmp_path: Path) -> None:
    engine = connect(sqlite_url(tmp_path / "ledger.db"), durable=True)
    ledger = ledger_on(engine)
    ledger.append("thing.happened", "first", {})
    room = {"pages": 40}
    engine.dispose()

    @event.listens_for(engine, "connect")
    def _small(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={room['pages']}")  # type: ignore[attr-defined]

    written = 1

    def fill() -> None:
        nonlocal written
        for number in range(10_000):
            ledger.append("thing.happened", f"topic-{number}", {"text": "x" * 500})
            written += 1

    with pytest.raises(Misconfigured) as full:
        fill()
    assert full.value.code == "DISK_FULL"
    assert ledger.size() == written
    assert ledger.verify().verified
    room["pages"] = 1_000_000
    engine.dispose()
    ledger.append("thing.happened", "there is room again", {})
    assert ledger.size() == written + 1
    assert ledger.verify().verified
