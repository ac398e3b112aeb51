"""A night that is killed, at any stage or between any two writes, ends like one that was not, once it is run again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.night import STAGES, run_night
from tests.flows import homes

ROOT = Path(__file__).resolve().parents[2]

KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from flows.bootstrap import build
from flows.night import run_night
from tests.flows import homes

home, how, where = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
house = build(homes.settings(home))
count = 0

def step(*_ignored):
    global count
    if count == where:
        os.kill(os.getpid(), signal.SIGKILL)
    count += 1

if how == "commit":
    event.listen(house.engine, "commit", step)
    event.listen(house.ledger_engine, "commit", step)
run_night(house, homes.UNTIL, observer=step if how == "stage" else lambda *_ignored: None)
print(count)
"""


def run(home: Path, how: str, where: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, str(home), how, str(where)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def whole(made: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """What a night that nobody killed hands out."""
    house = homes.copy(made, tmp_path_factory.mktemp("whole") / "home")
    run_night(house, homes.UNTIL)
    return homes.handed_out(house)


@pytest.mark.parametrize("where", range(2 * len(STAGES)))
def test_killed_as_a_stage_begins_or_ends(
    made: Path, tmp_path: Path, whole: list[tuple[object, ...]], where: int
) -> None:
    house = homes.copy(made, tmp_path / "home")
    assert run(tmp_path / "home", "stage", where).returncode == -signal.SIGKILL
    run_night(house, homes.UNTIL)
    assert homes.handed_out(house) == whole
    assert house.ledger.verify().verified


@pytest.fixture(scope="module")
def commits(made: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many transactions a night commits, in both databases together."""
    house = homes.copy(made, tmp_path_factory.mktemp("counted") / "home")
    return int(run(house.settings.home, "commit", -1).stdout.splitlines()[-1])


@pytest.mark.parametrize("share", [0.02, 0.2, 0.4, 0.6, 0.8, 0.9, 0.99])
def test_killed_as_a_write_is_committed(
    made: Path, tmp_path: Path, whole: list[tuple[object, ...]], commits: int, share: float
) -> None:
    house = homes.copy(made, tmp_path / "home")
    assert run(tmp_path / "home", "commit", int(share * commits)).returncode == -signal.SIGKILL
    run_night(house, homes.UNTIL)
    assert homes.handed_out(house) == whole
    assert house.ledger.verify().verified
