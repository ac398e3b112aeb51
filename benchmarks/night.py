"""The whole chain by stage, with peak memory; and what Prefect adds to the plain call.

    python benchmarks/night.py --households 2000

Invents households, takes their files in, trains a model, hears who agrees to texts, runs a night by the plain functions
and prints seconds by stage and the peak memory of the process so far. Then the same night for another day as a Prefect
flow, in a process of its own: the first flow of a process starts an ephemeral server, the second does not. The night
sees everything linked before, as every night but the first does; the first linking is a line of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from flows.bootstrap import build, initialise
from flows.demo import LAST_DAY, MONTHS, NOT_AGENCIES
from flows.demo_clock import set_clock
from flows.intaking import intake_of, linker_of
from flows.night import Beat, run_night
from flows.outreaching import place_contacts, read_replies, receive
from flows.training import promote_model, train_model
from governance.ids import DatasetId
from governance.settings import Settings
from signals.intake import take_folder
from signals.simulator import simulate

REPLIES = 600

FLOW = """
import json, sys
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from flows.prefect_home import prepare
home, day = Path(sys.argv[1]), date.fromisoformat(sys.argv[2])
prepare(home)
from flows.nightly import run
from flows.night import quiet
seconds = []
for back in (1, 2):
    begun = perf_counter()
    run(home, day - timedelta(days=back), quiet)
    seconds.append(perf_counter() - begun)
print(json.dumps(seconds))
"""


def peak_mib() -> float:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Watch:
    """An observer: seconds of each stage, and the process's peak memory as it ends."""

    def __init__(self) -> None:
        self.stages: dict[str, tuple[float, float]] = {}
        self._begun = 0.0

    def __call__(self, stage: str, beat: Beat) -> None:
        """Note a stage's beginning or end."""
        if beat is Beat.BEGINS:
            self._begun = perf_counter()
        else:
            self.stages[stage] = (perf_counter() - self._begun, peak_mib())


class Preparing:
    """A home with invented extracts taken in, a model in use, and families who agreed to texts."""

    def __init__(self, home: Path, households: int) -> None:
        self.steps: dict[str, tuple[float, float]] = {}
        self._settings = Settings(home=home)
        set_clock(self._settings, LAST_DAY)
        self._house = initialise(self._settings)
        extracts = home / "extracts"
        self._timed(
            "simulate", lambda: simulate(extracts, households=households, months=MONTHS, seed=7, until=LAST_DAY)
        )
        self._timed("intake", lambda: self._intake(extracts))
        self._timed("first linking", lambda: linker_of(self._house).link())
        self._timed("train", self._train)
        self._timed("sign-ups", lambda: self._sign_up(extracts / "phones" / "replies.csv"))

    def _intake(self, extracts: Path) -> None:
        intake = intake_of(self._house)
        for agency in sorted(path for path in extracts.iterdir() if path.is_dir() and path.name not in NOT_AGENCIES):
            take_folder(intake, DatasetId(agency.name), agency, known_on=None)

    def _train(self) -> None:
        promote_model(self._house, train_model(self._house, as_of=LAST_DAY).model, by="benchmark")

    def _sign_up(self, replies: Path) -> None:
        """Everybody who signed up is a contact; of what phones text back, as much is heard as comes in a day or two."""
        place_contacts(self._house)
        receive(self._house, read_replies(replies)[:REPLIES])

    def _timed(self, step: str, work: Callable[[], object]) -> None:
        begun = perf_counter()
        work()
        self.steps[step] = (perf_counter() - begun, peak_mib())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=2_000)
    parser.add_argument("--prefect", action=argparse.BooleanOptionalAction, default=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        prepared = Preparing(home, given.households)
        watch = Watch()
        report = run_night(build(Settings(home=home)), LAST_DAY, observer=watch)
        plain = []
        for back in (3, 4):
            begun = perf_counter()
            run_night(build(Settings(home=home)), LAST_DAY - timedelta(days=back))
            plain.append(perf_counter() - begun)
        print(f"{given.households:,} invented households, {report.persons:,} persons, {report.signals:,} signals read")
        print(f"  {'step':16} {'seconds':>9} {'peak MiB':>9}")
        for name, (value, peak) in prepared.steps.items():
            print(f"  {name:16} {value:9.2f} {peak:9,.0f}")
        for stage, (value, peak) in watch.stages.items():
            print(f"  {'night: ' + stage:16} {value:9.2f} {peak:9,.0f}")
        whole = sum(value for value, _ in watch.stages.values())
        print(f"  {'night: whole':16} {whole:9.2f}   {report.tasks} tasks, {report.messages} texts")
        if given.prefect:
            flow = subprocess.run(
                [sys.executable, "-c", FLOW, str(home), LAST_DAY.isoformat()],
                check=True,
                capture_output=True,
                text=True,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
            )
            cold, warm = json.loads(flow.stdout.splitlines()[-1])
            print(f"  plain call {plain[0]:.2f} s, {plain[1]:.2f} s; Prefect flow {cold:.2f} s the first in a process,")
            print(
                f"  {warm:.2f} s the next: {warm / min(plain):.2f} times the plain call, {warm - min(plain):.2f} s more"
            )


if __name__ == "__main__":
    main()
