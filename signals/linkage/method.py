"""What makes a link run beside its rows: the program that links, as it is, and what feeds declare for it.

Both go into the run's id, so that a run on record is known to be the one that would be made now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from signals.feed import Feed
from signals.known_month import month_of
from signals.linkage.asking import Door
from signals.sealed_file import SealedFile

_BESIDE = ("attribution.py", "condition.py", "household.py", "signal.py")
_LIBRARIES = ("duckdb", "nicknames", "numpy", "polars", "scipy", "splink")
_LOOKED_AT = {"person", "occurred_on", "identity", "household"}


@cache
def program() -> str:
    """A digest of the modules that link and of the versions of what they rest on."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for file in [*sorted(here.rglob("*.py")), *(here.parent / name for name in _BESIDE)]:
        digest.update(file.relative_to(here.parent).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    for name in _LIBRARIES:
        digest.update(f"{name}\0{version(name)}\0".encode())
    return digest.hexdigest()


def declared(feed: Feed) -> str:
    """A digest of what a feed says about who its rows are about and who lives together."""
    return hashlib.sha256(feed.model_dump_json(include=_LOOKED_AT).encode()).hexdigest()


def rested_on(door: Door, files: Collection[SealedFile]) -> list[Any]:
    """What a link run rests on of one open dataset: its files, under which text, in which fields, from which day on.

    The day is there only where it leaves rows out: the same rows are the same run, whatever day it is.

    Args:
        door: the open dataset.
        files: those that linkage may look at, of any agreement.
    """
    grant = door.opened.grant
    own = [file for file in files if file.agreement == grant.agreement]
    since = door.opened.since(grant.fields)
    old = since is not None and any(file.month <= month_of(since) for file in own)
    under = [grant.agreement, grant.version, grant.sha256, sorted(grant.fields)]
    ids = sorted(source for file in own for source in file.covers)  # whichever of them were written together since
    return [door.dataset, declared(door.feed), under, ids, since.isoformat() if since is not None and old else None]
