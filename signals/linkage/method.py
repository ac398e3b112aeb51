"""What makes a link run beside its rows: the program that links, as it is, and what feeds declare for it.

Both go into the run's id, so that a run on record is known to be the one that would be made now.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from signals.feed import Feed

_BESIDE = ("attribution.py", "condition.py", "household.py", "signal.py")
_LIBRARIES = ("numpy", "polars", "scipy")
_LOOKED_AT = {"person", "occurred_on", "identity", "household"}


@cache
def program() -> str:
    """A digest of the modules that link and of the versions of what they rest on."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for file in [*sorted(here.glob("*.py")), *(here.parent / name for name in _BESIDE)]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for name in _LIBRARIES:
        digest.update(f"{name}\0{version(name)}\0".encode())
    return digest.hexdigest()


def declared(feed: Feed) -> str:
    """A digest of what a feed says about who its rows are about and who lives together."""
    return hashlib.sha256(feed.model_dump_json(include=_LOOKED_AT).encode()).hexdigest()
