"""Leftovers: files in the store's folder that do not count, and when they may be deleted.

A file is written first and counts once a transaction has named it. So a process that was killed in between leaves files
that nothing names; and a file that another one replaced is still there for the reads that began before. A sweep deletes
both. It never meets a file that is about to count: whoever writes holds a lock, shared with others who write, from the
first file to the transaction, and the sweep wants the lock for itself. The lock goes with its process.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, delete, select

from governance.database import reading, transaction
from signals.sealed_file import RETIRED, sealed_file

_LOCK = ".writing"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """A block in which files are written and put on record: until it ends nobody sweeps.

    Args:
        folder: the store's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def sweep(engine: Engine, folder: Path, before: datetime) -> int | None:
    """Delete the files that were retired before an instant, and those that nothing names.

    Where nothing at all is on record, nothing is deleted: that is a database which is not this store's.

    Args:
        engine: the operational database.
        folder: the store's.
        before: no read that began before it goes on now.

    Returns:
        How many files were deleted; None where somebody is writing: the next sweep will do it.
    """
    if not folder.is_dir():
        return 0
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        return _swept(engine, folder, before)


def sync(path: Path) -> None:
    """Make a file, or a folder's names, outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _swept(engine: Engine, folder: Path, before: datetime) -> int:
    """The record goes first: were it broken off in between, the file would be one that nothing names."""
    past = (sealed_file.c.kind == RETIRED) & (sealed_file.c.retired_at < before)
    with transaction(engine) as connection:
        connection.execute(delete(sealed_file).where(past))
    with reading(engine) as connection:
        named = set(connection.execute(select(sealed_file.c.id)).scalars())
    strays = [path for path in folder.glob("*/*/*/*") if named and path.name.removesuffix(".parquet") not in named]
    for stray in strays:
        stray.unlink(missing_ok=True)
    return len(strays)
