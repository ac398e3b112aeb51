"""What is built, what is installed, and what the lock files promise."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture.tree import FLOORS, ROOT, committed, project

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; .+)? \\$")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in the wheel, built from the committed files alone."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for path in committed():
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    (file,) = built.glob("*.whl")
    return set(zipfile.ZipFile(file).namelist())


def test_the_wheel_holds_exactly_the_six_packages(wheel: set[str]) -> None:
    tops = {name.split("/", 1)[0] for name in wheel}
    assert tops == {*FLOORS, f"hearthline-{project()['project']['version']}.dist-info"}


def test_the_wheel_holds_every_file_of_them(wheel: set[str]) -> None:
    ours = {path.relative_to(ROOT).as_posix() for path in committed()}
    expected = {name for name in ours if name.split("/", 1)[0] in FLOORS}
    assert {name for name in wheel if name.split("/", 1)[0] in FLOORS} == expected


def test_every_package_declares_its_types(wheel: set[str]) -> None:
    assert {f"{floor}/py.typed" for floor in FLOORS} <= wheel


def test_it_is_an_application_and_never_uploaded() -> None:
    settings = project()["project"]
    assert settings["classifiers"] == ["Private :: Do Not Upload"]
    assert settings["scripts"] == {"hearthline": "flows.cli:main"}


def test_nobody_elses_package_can_take_the_name_of_one_of_ours() -> None:
    constraints = [Requirement(text) for text in project()["tool"]["uv"]["constraint-dependencies"]]
    for floor in FLOORS:
        (constraint,) = (each.specifier for each in constraints if each.name == floor)
        versions = ("0.0.dev0", "0", "0.1", "1.0", "99.9")
        assert not any(constraint.contains(version, prereleases=True) for version in versions)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_everything_by_version_and_hash_and_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text
    pins = _pins(lock)
    assert pins
    for block in re.split(r"\n(?=[a-z0-9])", text):
        assert PINNED.match(block.splitlines()[0]), block.splitlines()[0]
        assert "--hash=sha256:" in block


def test_the_locks_satisfy_what_the_project_asks_for() -> None:
    runtime, development = _pins("requirements.lock"), _pins("requirements-dev.lock")
    for text in project()["project"]["dependencies"]:
        wanted = Requirement(text)
        assert all(wanted.specifier.contains(version) for version in runtime[wanted.name])
    groups = project()["dependency-groups"]
    for text in (each for each in (*groups["build"], *groups["dev"]) if isinstance(each, str)):
        assert Requirement(text).name.lower() in development
    for text in project()["tool"]["uv"]["constraint-dependencies"]:
        constraint = Requirement(text)
        assert all(constraint.specifier.contains(version) for version in runtime.get(constraint.name, ()))


def test_development_runs_on_what_runs_in_production() -> None:
    development = _pins("requirements-dev.lock")
    for lock in ("requirements.lock", "requirements-build.lock"):
        for name, versions in _pins(lock).items():
            assert development[name] == versions


def _pins(lock: str) -> dict[str, set[str]]:
    """Versions by package; several where they differ by platform or by Python."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if pin := PINNED.match(line):
            found.setdefault(pin["name"], set()).add(pin["version"])
    return found


def test_the_makefile_and_ci_call_only_what_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE))
    assert targets >= {"demo", "test", "check", "bench", "fuzz", "clean"}
    called = re.findall(r"^make ([a-z]+)$", Path(ROOT / ".ci/run").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert called == ["check", "test"]
