"""Killing work at every step that leaves a trace: each file opened to write, flushed, renamed, deleted; each commit.

    python -m tests.crashing tests.signals.crashes:intake FOLDER

A process of its own that has never used polars' threads, so that it may fork: for each step a child works on a copy of
the folder and is killed right before that step; another one then does the same work again, and says what it finds. A
file that is killed before it was flushed is torn first, as a power cut would leave it. Being killed between two
statements of a transaction is the same as before its commit.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, event

ROOT = Path(__file__).resolve().parents[1]
_WRITES = os.O_WRONLY | os.O_RDWR
_AUDITED = {"os.rename": "rename", "os.remove": "delete"}
_LOCKS = ("lock", ".writing")


class Scenario(Protocol):
    """Work that may be killed, and what is to be the same afterwards, whether or not it was."""

    def work(self, folder: Path) -> None:
        """Do it; done again, the rest is done."""
        ...

    def work_and_look(self, folder: Path) -> Any:
        """Do it, and say what came of it, as JSON has it."""
        ...


@dataclass(frozen=True, slots=True)
class Crash:
    """One step that the work was killed before, and what was found once it was done again; None: that failed."""

    step: str
    found: Any


@dataclass(frozen=True, slots=True)
class Crashes:
    """What nobody killed found, and what was found after each crash."""

    whole: Any
    each: list[Crash]


class _Steps:
    """Counts the steps of this process, and kills it before one of them."""

    def __init__(self, last: int, tell: int) -> None:
        self._left = last
        self._tell = tell

    def step(self, what: str, torn: str = "") -> None:
        if self._left:
            self._left -= 1
            return
        if torn:
            os.truncate(torn, Path(torn).stat().st_size // 2)
        os.write(self._tell, what.encode())
        os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        fsync = os.fsync

        def flush(handle: int) -> None:
            file = stat.S_ISREG(os.fstat(handle).st_mode)
            if file:
                self.step("flush", torn=str(Path(f"/proc/self/fd/{handle}").readlink()))
            else:
                self.step("flush of a folder")
            fsync(handle)

        os.fsync = flush  # type: ignore[assignment]
        sys.addaudithook(self._hear)
        event.listen(Engine, "commit", lambda _connection: self.step("commit"))

    def _hear(self, name: str, given: tuple[Any, ...]) -> None:
        if name in _AUDITED:
            self.step(_AUDITED[name])
        elif name == "open" and given[2] & _WRITES and not str(given[0]).endswith(_LOCKS):
            self.step("open")


def crashes(name: str, folder: Path, *, timeout: int = 900) -> Crashes:
    """Kill a scenario at every step.

    Args:
        name: where it is, `module:name`.
        folder: what it works on, as it is before; it is copied, not changed.
        timeout: seconds.
    """
    command = [sys.executable, "-m", "tests.crashing", name, str(folder)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    assert told.returncode == 0, told.stderr
    whole, *each = [json.loads(line) for line in told.stdout.splitlines()]
    return Crashes(whole=whole["found"], each=[Crash(**one) for one in each])


def _child(work: Callable[[int], None]) -> tuple[int, str]:
    """Work done in a child: how it ended, and what it said."""
    hear, tell = os.pipe()
    child = os.fork()
    if not child:
        os.close(hear)
        code = 1
        try:
            work(tell)
            code = 0
        except BaseException:  # noqa: BLE001 (the parent says that it failed)
            sys.excepthook(*sys.exc_info())
        os._exit(code)
    os.close(tell)
    with os.fdopen(hear) as said:
        text = said.read()
    return os.waitpid(child, 0)[1], text


def _found(scenario: Scenario, folder: Path) -> Any:
    def again(tell: int) -> None:
        os.write(tell, json.dumps(scenario.work_and_look(folder), sort_keys=True, default=str).encode())

    status, text = _child(again)
    return json.loads(text) if status == 0 else None


def _main(name: str, folder: Path) -> None:
    module, _, attribute = name.partition(":")
    scenario: Scenario = getattr(importlib.import_module(module), attribute)
    copy = folder.with_name(folder.name + "-copy")
    step = -1
    while True:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        what = "nothing"
        if step >= 0:

            def killed(tell: int, last: int = step) -> None:
                _Steps(last, tell).watch()
                scenario.work(copy)

            status, what = _child(killed)
            if os.WIFEXITED(status):
                sys.exit(os.WEXITSTATUS(status))
        print(json.dumps({"step": what, "found": _found(scenario, copy)}), flush=True)  # noqa: T201 (what it is for)
        step += 1


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
