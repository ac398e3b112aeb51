"""Sealed against plain: how much does reading ciphertext cost? Both in one run, round by round.

    python benchmarks/sealed_scan.py --rows 3000000 --files 30

Writes the same rows twice, once sealed with a key per column and once plain, and scans both in turn. What counts is
the ratio; the absolute times are this machine's.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import polars as pl

FIELDS = 15
ROUNDS = 5


def frame(rows: int, seed: int) -> pl.DataFrame:
    """Attendance-like rows: ids, days, small numbers."""
    draw = np.random.default_rng(seed)
    columns = {f"f{number}": draw.integers(0, 50, rows, dtype=np.int32) for number in range(FIELDS - 2)}
    days = draw.integers(18_000, 20_000, rows, dtype=np.int32)
    return pl.DataFrame({"_row": np.arange(rows, dtype=np.uint32), "day": days, **columns})


def write(folder: Path, rows: int, files: int) -> tuple[list[Path], list[Path], dict[str, bytes], bytes]:
    """The same frames, plain and sealed."""
    keys = {name: os.urandom(32) for name in frame(1, 0).columns}
    footer = os.urandom(32)
    plain, sealed = [], []
    for number in range(files):
        part = frame(rows // files, number)
        plain.append(folder / f"plain-{number}.parquet")
        sealed.append(folder / f"sealed-{number}.parquet")
        part.write_parquet(plain[-1], compression="lz4")
        encryption = pl.ParquetEncryptionProperties(footer_key=footer, column_keys=keys, aad_prefix=b"x")
        part.write_parquet(sealed[-1], compression="lz4", encryption=encryption)
    return plain, sealed, keys, footer


def scan(files: list[Path], decryption: pl.ParquetDecryptionProperties | None) -> tuple[float, float, int]:
    """Sum every column of every file; wall seconds, processor seconds, and the sum that both must agree on."""
    wall, cpu, total = perf_counter(), process_time(), 0
    for file in files:
        total += int(pl.scan_parquet(file, decryption=decryption).select(pl.all().sum()).collect().sum_horizontal()[0])
    return perf_counter() - wall, process_time() - cpu, total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--files", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plain, sealed, keys, footer = write(Path(folder), given.rows, given.files)
        decryption = pl.ParquetDecryptionProperties(footer_key=footer, column_keys=keys, aad_prefix=b"x")
        rounds = []
        for _ in range(ROUNDS + 1):
            one, other = scan(plain, None), scan(sealed, decryption)
            assert one[2] == other[2], "both must read the same"
            rounds.append((one, other))
        rounds = rounds[1:]  # the first one warms the file cache
        size = [sum(file.stat().st_size for file in files) / 2**20 for files in (plain, sealed)]
    print(f"{given.rows:,} rows, {given.files} files x {FIELDS} fields, median of {ROUNDS} rounds")
    for name, place, mib in (("plain", 0, size[0]), ("sealed", 1, size[1])):
        wall, cpu = (statistics.median(pair[place][which] for pair in rounds) for which in (0, 1))
        print(f"  {name:7} {wall:7.3f} s wall {cpu:7.3f} s processor {mib:9.1f} MiB")
    ratios = [other[1] / one[1] for one, other in rounds]
    print(f"  sealed/plain, processor: {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")


if __name__ == "__main__":
    main()
