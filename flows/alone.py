"""One night at a time in a home."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from flows.bootstrap import Services
from governance.errors import Busy


@contextmanager
def alone(services: Services) -> Iterator[None]:
    """One night at a time in a home: the end of one drops the households that another would still be reading by.

    Args:
        services: the home's.

    Raises:
        Busy: another night is under way.
    """
    with (services.settings.home / "night.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("Another night is under way in this home.", "Wait for it, then run this again.") from None
        yield  # the lock goes with the process, also where it is killed
