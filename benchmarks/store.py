"""The sealed store at a state's scale: attendance written, streamed and seen on both clocks, beside plain Parquet.

    python benchmarks/store.py --rows 10000000
    python benchmarks/store.py --rows 162000000          # a year of a state's attendance: some 20 GB of disk

The same rows are written twice, sealed and plain, a month at a time; some rows of each month are corrected a month
later, and some deleted. Then each of these reads them in a process of its own, so that the peak of memory is its alone:

    plain     polars scans the plain files, one by one
    sealed    `Store.read` under a grant: every version of every row
    standing  `standing`: as known on the last day, without what was corrected or deleted by then
    as known  `standing`, half a year earlier, of what happened in one month
    at once   plain files, all versions in memory at once (up to 20 million rows): what streaming saves

What counts is the ratio; the absolute times are this machine's.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
import pyarrow as pa

from flows.bootstrap import build, initialise
from flows.services import Services
from governance.database import transaction
from governance.ids import DatasetId, DeliveryId
from governance.opened import Opened
from governance.settings import Settings
from governance.use import Action, Use
from signals.signal import current
from signals.standing import Happened, standing

DATASET = DatasetId("school.daily_attendance")
FIELDS = ("school_id", "attendance_on", "period", "status", "minutes_missed")
SYSTEM = ("_row", "_delivery", "_occurred_on", "_known_on", "_record", "_deleted_on")
MONTHS = [date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
MONTHS += [date(2026, month, 1) for month in range(2, 7)]
LAST, HALF = date(2026, 6, 30), date(2026, 1, 31)
CORRECTED, DELETED = 100, 1000
"""One row in so many is corrected a month later, and one in so many is deleted then."""
PART = 250_000
AT_ONCE = 20_000_000


def settings(folder: Path) -> Settings:
    """A home whose grants last as long as a state's rows take."""
    return Settings(home=folder / "home", database_url="", policy=None, grant_minutes=240)


@contextmanager
def door(house: Services, action: Action, fields: Iterable[str], zone: str) -> Iterator[Opened]:
    """A grant on the dataset, open."""
    use = Use.of(
        actor=house.flow, action=action, purpose="prevention.outreach", dataset=DATASET, fields=fields, zone=zone
    )
    with house.gate.open(house.gate.request(use)) as opened:
        yield opened


def write(folder: Path, rows: int) -> dict[str, float]:
    """The same rows, sealed and plain, a month at a time; how many there are, and how long each took."""
    house, plain = initialise(settings(folder)), folder / "plain"
    plain.mkdir()
    told = {"rows": 0.0, "sealed": 0.0, "plain": 0.0}
    each = -(-rows // len(MONTHS) // PART) if rows >= PART * len(MONTHS) else 1
    for month in range(len(MONTHS)):
        files = []
        with door(house, Action.INGEST, FIELDS, "enclave") as opened, house.store.writing():
            for part in range(each):
                frame = _delivered(month, part, rows // len(MONTHS) // each)
                start = perf_counter()
                delivery = DeliveryId(f"d-{month}")
                files += house.store.write(opened, dataset=DATASET, delivery=delivery, part=part, frame=frame)
                middle = perf_counter()
                frame.write_parquet(plain / f"{month:02}-{part:04}.parquet", compression="lz4")
                told["sealed"] += middle - start
                told["plain"] += perf_counter() - middle
                told["rows"] += frame.height
            with transaction(house.engine) as connection:
                house.store.record(connection, files)
    return told


def _delivered(month: int, part: int, rows: int) -> pl.DataFrame:
    """A part of a month's delivery: its own rows, and what the same part of the month before got wrong."""
    frames = [_fresh(month, part, rows)]
    if month:
        before = _fresh(month - 1, part, rows)
        known = pl.lit(MONTHS[month].replace(day=20)).alias("_known_on")
        frames.append(before.gather_every(CORRECTED).with_columns(known, pl.lit("AE").alias("status")))
        frames.append(before.gather_every(DELETED, offset=50).with_columns(known, known.alias("_deleted_on")))
    place = pl.int_range(part * 2 * PART, pl.len() + part * 2 * PART, dtype=pl.UInt32).alias("_row")
    return pl.concat(frames).with_columns(place, pl.lit(f"d-{month}").alias("_delivery"))


def _fresh(month: int, part: int, rows: int) -> pl.DataFrame:
    """Rows that nobody sent before, the same each time they are asked for."""
    draw = np.random.default_rng([month, part])
    begin = (MONTHS[month] - date(1970, 1, 1)).days
    happened = pl.Series((begin + draw.integers(0, 18, rows)).astype(np.int32)).cast(pl.Date)
    names = pa.py_buffer(draw.bytes(16 * rows).hex().encode())
    record = pl.Series(pa.Array.from_buffers(pa.binary(32), rows, [None, names]).cast(pa.binary()).cast(pa.string()))
    return pl.DataFrame(
        {
            "_row": pl.zeros(rows, dtype=pl.UInt32, eager=True),
            "_delivery": pl.Series([""], dtype=pl.String).new_from_index(0, rows),
            "_person": "edfi.student:" + pl.Series(draw.integers(0, 950_000, rows)).cast(pl.String),
            "_occurred_on": happened,
            "_known_on": pl.Series([MONTHS[month].replace(day=20)]).new_from_index(0, rows),
            "_record": record,
            "_deleted_on": pl.Series([None], dtype=pl.Date).new_from_index(0, rows),
            "school_id": pl.Series(draw.integers(1000, 2900, rows)).cast(pl.String),
            "attendance_on": happened,
            "period": pl.Series(draw.choice(["1", "2", "3"], rows)),
            "status": pl.Series(draw.choice(["AU", "AV", "TU", "TE"], rows)),
            "minutes_missed": pl.Series(draw.integers(1, 400, rows)),
        }
    )


def _plain(folder: Path, _house: object) -> Iterator[pl.DataFrame]:
    for file in sorted((folder / "plain").iterdir()):
        yield pl.scan_parquet(file).select(*SYSTEM, *FIELDS).collect()


def _at_once(folder: Path, _house: Services) -> Iterator[pl.DataFrame]:
    yield current(pl.concat(_plain(folder, None)), LAST)


def _sealed(_folder: Path, house: Services) -> Iterator[pl.DataFrame]:
    with door(house, Action.SCORE, FIELDS, "analytic") as opened:
        yield from house.store.read(opened, DATASET, FIELDS, LAST)


def _standing(_folder: Path, house: Services) -> Iterator[pl.DataFrame]:
    with door(house, Action.SCORE, FIELDS, "analytic") as opened:
        yield from standing(house.store, opened, DATASET, FIELDS, LAST)


def _as_known(_folder: Path, house: Services) -> Iterator[pl.DataFrame]:
    month = Happened(first=date(2025, 12, 1), last=date(2025, 12, 31))
    with door(house, Action.SCORE, FIELDS, "analytic") as opened:
        yield from standing(house.store, opened, DATASET, FIELDS, HALF, happened=month)


READERS: dict[str, Callable[[Path, Services], Iterator[pl.DataFrame]]] = {
    "plain": _plain,
    "sealed": _sealed,
    "standing": _standing,
    "as known": _as_known,
    "at once": _at_once,
}


def read(reader: str, folder: Path) -> None:
    """Read the rows in one of the ways; prints what it took, for the process that asked."""
    house = build(settings(folder))
    idle, start = _peak(), perf_counter()
    rows = minutes = 0
    for frame in READERS[reader](folder, house):
        rows, minutes = rows + frame.height, minutes + int(frame["minutes_missed"].sum())
    told = {"rows": rows, "minutes": minutes, "seconds": perf_counter() - start, "idle": idle, "peak": _peak()}
    print(json.dumps(told))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Write, read in each way, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--read", choices=list(READERS))
    parser.add_argument("--folder", type=Path, help="where the rows are; without it, a temporary folder")
    given = parser.parse_args()
    if given.read:
        read(given.read, given.folder)
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        wrote = write(folder, given.rows)
        rows = int(wrote["rows"])
        print(f"{rows:,} rows in {len(list((folder / 'plain').iterdir()))} files")
        for kind in ("sealed", "plain"):
            print(f"  written {kind:8} {wrote[kind]:8.1f} s  {rows / wrote[kind]:12,.0f} rows/s")
        found = {reader: _asked(reader, folder) for reader in READERS if reader != "at once" or rows <= AT_ONCE}
    assert found["plain"]["rows"] == found["sealed"]["rows"] == rows
    assert found["plain"]["minutes"] == found["sealed"]["minutes"]
    if "at once" in found:
        assert found["at once"]["rows"] == found["standing"]["rows"]
        assert found["at once"]["minutes"] == found["standing"]["minutes"]
    for reader, each in found.items():
        ratio = each["seconds"] / found["plain"]["seconds"]
        took = f"{each['seconds']:8.1f} s  {rows / each['seconds']:12,.0f} rows/s  {ratio:5.2f} x plain"
        print(
            f"  {reader:16} {took}  peak {each['peak']:6,.0f} MiB ({each['idle']:,.0f} idle)  {each['rows']:,.0f} rows"
        )


def _asked(reader: str, folder: Path) -> dict[str, float]:
    asked = [sys.executable, __file__, "--read", reader, "--folder", str(folder)]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(told.splitlines()[-1]))


if __name__ == "__main__":
    main()
