"""Intake of a big CSV file: parsed, checked and sealed; beside it DuckDB's own CSV reader, which only parses.

    python benchmarks/intake.py --rows 10000000 --rounds 3
    python benchmarks/intake.py --rows 10000000 --rounds 3 --dataset school.daily_attendance

Each round takes the same invented file in, in a home of its own and a process of its own, so that the peak of memory is
its alone; then DuckDB reads it into a table in memory. What counts is the ratio.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import numpy as np
import polars as pl

from flows.bootstrap import initialise
from flows.intaking import intake_of
from governance.ids import DatasetId
from governance.settings import Settings
from signals.intake import take

EXITS, ATTENDANCE = "hmis.exit", "school.daily_attendance"
FILES = {EXITS: "Exit.csv", ATTENDANCE: "daily_attendance.csv"}
PART = 500_000
LAST = date(2026, 5, 28)


def write(dataset: str, file: Path, rows: int) -> None:
    """A file of a state's, eight months, every row in order: exits from shelters, or absences from school."""
    draw, part = np.random.default_rng(1), {EXITS: _exits, ATTENDANCE: _absences}[dataset]
    with file.open("wb") as out:
        for begin in range(0, rows, PART):
            part(begin, min(PART, rows - begin), draw).write_csv(out, include_header=begin == 0)


def _days(rows: int, draw: np.random.Generator) -> pl.Series:
    ended = pl.Series([LAST - timedelta(days=240)]).dt.epoch("d")[0] + draw.integers(0, 240, rows)
    return pl.Series(ended.astype(np.int32)).cast(pl.Date).dt.to_string("%Y-%m-%d")


def _absences(begin: int, rows: int, draw: np.random.Generator) -> pl.DataFrame:
    """Seven columns; whole days, periods and late arrivals."""
    days = _days(rows, draw)
    status = draw.choice(["AU", "AE", "AV", "TU", "TE"], rows)
    return pl.DataFrame(
        {
            "student_id": pl.Series(np.arange(begin, begin + rows)).cast(pl.String),
            "school_id": pl.Series(draw.integers(1000, 2900, rows)).cast(pl.String),
            "attendance_date": days,
            "period": pl.Series(draw.choice(["", "1", "2", "3"], rows, p=[0.7, 0.1, 0.1, 0.1])),
            "status": pl.Series(status),
            "minutes_missed": pl.Series(draw.integers(1, 400, rows)).cast(pl.String),
            "updated_on": days,
        }
    )


def _exits(begin: int, rows: int, draw: np.random.Generator) -> pl.DataFrame:
    """Twelve columns."""
    ids = pl.Series(np.arange(begin, begin + rows)).cast(pl.String)
    days = _days(rows, draw)
    noted = days + " 10:00:00"
    nothing = pl.Series([""] * rows)
    return pl.DataFrame(
        {
            "ExitID": ids,
            "EnrollmentID": ids,
            "PersonalID": pl.Series(draw.integers(0, rows, rows)).cast(pl.String),
            "ExitDate": days,
            "Destination": pl.Series(draw.choice([116, 101, 410, 435], rows)).cast(pl.String),
            "DestinationSubsidyType": nothing,
            "OtherDestination": nothing,
            "DateCreated": noted,
            "DateUpdated": noted,
            "UserID": pl.Series(["7"] * rows),
            "DateDeleted": nothing,
            "ExportID": pl.Series(["55"] * rows),
        }
    )


def ours(dataset: str, file: Path) -> None:
    """Take the file in; prints seconds, rows and the peak of memory, for the process that asked."""
    with tempfile.TemporaryDirectory() as folder:
        house = initialise(Settings(home=Path(folder) / "home", database_url="", policy=None))
        start, used = perf_counter(), process_time()
        taken = take(intake_of(house), DatasetId(dataset), file, known_on=None)
        seconds, used = perf_counter() - start, process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "used": used, "kept": taken.kept, "peak": peak}))


def duckdbs(file: Path) -> dict[str, float]:
    """DuckDB reads the file as text into a table in memory."""
    start, used = perf_counter(), process_time()
    connection = duckdb.connect()
    connection.execute("SET threads TO 2")
    connection.execute("CREATE TABLE given AS SELECT * FROM read_csv(?, all_varchar = true)", [str(file)])
    connection.execute("SELECT count(*) FROM given").fetchall()
    connection.close()
    return {"seconds": perf_counter() - start, "used": process_time() - used}


def _round(dataset: str, file: Path) -> tuple[dict[str, float], dict[str, float]]:
    asked = [sys.executable, __file__, "--dataset", dataset, "--take", str(file)]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    return json.loads(told.splitlines()[-1]), duckdbs(file)


def main() -> None:
    """Print the medians, with the slowest and the fastest round."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dataset", choices=sorted(FILES), default=EXITS)
    parser.add_argument("--take", type=Path)
    given = parser.parse_args()
    if given.take is not None:
        ours(given.dataset, given.take)
        return
    folder = Path(tempfile.mkdtemp())
    file = folder / FILES[given.dataset]
    write(given.dataset, file, given.rows)
    print(f"{given.dataset}: {given.rows:,} rows, {file.stat().st_size >> 20} MiB")
    rounds = [_round(given.dataset, file) for _ in range(given.rounds)]
    shutil.rmtree(folder)
    assert all(each["kept"] == given.rows for each, _ in rounds)
    mine, theirs = [each for each, _ in rounds], [each for _, each in rounds]
    pace, peak = given.rows / _median(mine, "seconds"), max(each["peak"] for each in mine)
    print(f"  parsed, checked, sealed  {_said(mine)}  {pace:,.0f} rows/s, {peak:,.0f} MiB")
    print(f"  DuckDB's CSV reader      {_said(theirs)}")
    ratios = [_median(mine, kind) / _median(theirs, kind) for kind in ("seconds", "used")]
    print(f"  ours takes {ratios[0]:.1f} times as long, and {ratios[1]:.1f} times the processor")


def _median(rounds: list[dict[str, float]], kind: str) -> float:
    return statistics.median(each[kind] for each in rounds)


def _said(rounds: list[dict[str, float]]) -> str:
    seconds = [each["seconds"] for each in rounds]
    range_of = f"{min(seconds):.1f} to {max(seconds):.1f}"
    return f"{_median(rounds, 'seconds'):6.1f} s ({range_of}), processor {_median(rounds, 'used'):6.1f} s"


if __name__ == "__main__":
    main()
