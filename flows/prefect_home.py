"""Prefect's own settings, given before it is imported: its files inside home, nothing sent out, a patient start."""

from __future__ import annotations

import os
from pathlib import Path

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    # An ephemeral server takes 13 to 30 seconds to answer on two cores; the default patience is shorter.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def prepare(home: Path) -> None:
    """Settle where Prefect keeps its files and what it says. What the environment says already stands.

    Args:
        home: the installation's folder.
    """
    os.environ.setdefault("PREFECT_HOME", str((home / "prefect").resolve()))
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
