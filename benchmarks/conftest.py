"""What stands beside every figure: the machine it was measured on, and what it ran."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Any

import psutil


def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Say which machine this is, in words that name no place and no person."""
    machine_info.clear()
    machine_info |= {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": platform.system(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("polars", "prefect", "sqlalchemy")},
    }
