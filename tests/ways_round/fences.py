"""Is every fence held by a test? Each is taken down in a copy of the tree, and the ways round are tried again.

    python -m tests.ways_round.fences            # all of them
    python -m tests.ways_round.fences zone keys  # those whose names hold one of these words

`fences.yaml` names the fences: a file, the text that is the fence, and what stands there once it is gone. Where no test
fails without it, the fence stands by luck: the script says so and exits 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from governance.written import Text, Written, read, read_yaml

ROOT = Path(__file__).parent.parent.parent
FENCES = Path(__file__).parent / "fences.yaml"
TRIED = "tests/ways_round"
_PARTS = (
    "governance",
    "signals",
    "rules",
    "alerts",
    "console",
    "flows",
    "tests",
    "pyproject.toml",
    "README.md",
    "docs",
)
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "static", "images", ".hypothesis")
_MOST_SECONDS = 600


class Fence(Written):
    """One thing that keeps somebody out: where it stands, and what is left when it is taken down.

    `tests` narrows what is run; the whole folder of ways round where it is left out.
    """

    name: Text
    file: Text
    fence: str
    gone: str
    tests: tuple[Text, ...] = (TRIED,)


class _File(Written):
    fences: tuple[Fence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened without a fence: `caught` where a test failed, `by` the first that did."""

    fence: Fence
    caught: bool
    by: str
    seconds: float


def fences() -> tuple[Fence, ...]:
    """Every fence that is named."""
    return read(_File, read_yaml(FENCES), where=FENCES.name).fences


def taken_down(fence: Fence, text: str) -> str:
    """A file's text without the fence.

    Raises:
        ValueError: the fence does not stand there, or stands there twice: the list is out of date.
    """
    if text.count(fence.fence) != 1:
        raise ValueError(f"{fence.name}: {fence.file} holds the fence {text.count(fence.fence)} times")
    return text.replace(fence.fence, fence.gone)


def without(fence: Fence) -> Outcome:
    """Take one fence down in a copy, and try the ways round."""
    begun = time.perf_counter()
    with copied() as tree:
        file = tree / fence.file
        file.write_text(taken_down(fence, file.read_text(encoding="utf-8")), encoding="utf-8")
        ran = tried(tree, fence.tests)
    failed = [line for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    by = failed[0].split(" - ")[0].partition("::")[2] if failed else f"pytest ended with {ran.returncode}"
    caught = ran.returncode == 1 and bool(failed)
    return Outcome(fence=fence, caught=caught, by=by, seconds=time.perf_counter() - begun)


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the tree, for the length of a `with` block."""
    with tempfile.TemporaryDirectory(prefix="hearthline-fence-") as folder:
        tree = Path(folder)
        for part in _PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, tree / part, ignore=_LEFT_OUT)
            elif source.exists():
                shutil.copy(source, tree / part)
        yield tree


def tried(tree: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Tests, run in a tree until the first one fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False
    )


def main(words: list[str]) -> int:
    """Take the fences down one by one, and say which of them a test holds."""
    chosen = [fence for fence in fences() if not words or any(word in fence.name for word in words)]
    with copied() as tree:  # a test that fails anyway would hold every fence
        untouched = tried(tree, tuple(sorted({test for fence in chosen for test in fence.tests})))
    if untouched.returncode != 0:
        print("The tests fail with every fence standing: put that right first.")  # noqa: T201
        return 2
    workers = len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(workers) as pool:
        outcomes = []
        for outcome in pool.map(without, chosen):
            outcomes.append(outcome)
            mark = "held by" if outcome.caught else "NOT HELD:"
            print(f"{outcome.fence.name:44} {mark} {outcome.by}  ({outcome.seconds:.0f} s)", flush=True)  # noqa: T201
    loose = [outcome.fence.name for outcome in outcomes if not outcome.caught]
    print(f"{len(outcomes) - len(loose)} of {len(outcomes)} fences are held by a test.")  # noqa: T201
    return 1 if loose or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
