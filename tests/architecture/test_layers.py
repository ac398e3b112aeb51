"""The contracts of `pyproject.toml` hold, they bite, and nothing stands outside them."""

from __future__ import annotations

import ast
import graphlib
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.tree import FLOORS, ROOT, Module, committed, modules, project

LINTER = Path(sys.executable).parent / "lint-imports"
TOP = {".ci", "alerts", "benchmarks", "console", "docs", "flows", "governance", "rules", "signals", "tests"}
NEVER = {"utils", "util", "common", "core", "helpers", "helper", "misc", "shared", "lib"}


def test_imports_keep_every_contract() -> None:
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_the_contracts_are_those_of_the_house() -> None:
    settings = project()["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in settings["contracts"]}
    assert settings["include_external_packages"] is True
    assert tuple(contracts["floors"]["layers"]) == FLOORS == tuple(settings["root_packages"])
    forbidden = {name for contract in contracts.values() for name in contract.get("forbidden_modules", ())}
    assert forbidden == {
        "cedarpy",
        "duckdb",
        "interpret",
        "jinja2",
        "litestar",
        "prefect",
        "sklearn",
        "splink",
        "twilio",
    }


def test_every_module_can_be_imported_first() -> None:
    """No two modules need each other to be loaded, packages' own fronts included: a circle works by luck of order."""
    needs = {name: _loads(name, path) for name, path in _named().items()}
    assert list(_circles(needs)) == []


def test_a_circle_is_found_also_through_a_packages_front() -> None:
    assert list(_circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == [["a", "b", "c"]]


def test_there_is_no_seventh_package_and_no_drawer_for_odds_and_ends() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in committed() if path.parent != ROOT}
    assert folders <= TOP
    names = {part.removesuffix(".py") for path in committed() for part in path.relative_to(ROOT).parts}
    assert names & NEVER == set()


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("governance/gate.py", "import signals"),
        ("rules/rule.py", "from alerts import task"),
        ("console/app.py", "import prefect"),
        ("alerts/outreach.py", "from twilio.rest import Client"),
        ("flows/serve.py", "import litestar"),
        ("signals/page.py", "import jinja2"),
        ("alerts/score.py", "import sklearn.linear_model"),
        ("console/why.py", "import interpret"),
        ("signals/intake.py", "import duckdb"),
        ("rules/train.py", "import splink"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, module: str, code: str) -> None:
    _house(tmp_path)
    (tmp_path / module).write_text(f"{code}\n", encoding="utf-8")
    assert "1 broken" in _lint(tmp_path).stdout


def test_what_a_floor_may_import_passes(tmp_path: Path) -> None:
    _house(tmp_path)
    allowed = {
        "alerts/channels.py": "import twilio.rest",
        "console/app.py": "import litestar, jinja2, alerts.channels",
        "flows/nightly.py": "import prefect, console.app",
        "rules/render.py": "import jinja2, sklearn, interpret",
        "signals/linkage.py": "import splink, duckdb, governance",
    }
    for name, code in allowed.items():
        (tmp_path / name).write_text(f"{code}\n", encoding="utf-8")
    result = _lint(tmp_path)
    assert result.returncode == 0, result.stdout


def _house(folder: Path) -> None:
    """Six empty floors under the contracts of the real ones."""
    for floor in FLOORS:
        (folder / floor).mkdir()
        (folder / floor / "__init__.py").touch()
    (folder / "alerts" / "task.py").touch()
    shutil.copy(ROOT / "pyproject.toml", folder)
    assert tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def _named() -> dict[str, Module]:
    """Every module by its dotted name; a package's front by the package's."""
    return {module.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): module for module in modules()}


def _loads(name: str, module: Module) -> set[str]:
    """The modules of ours that must be loaded for this one to be, the fronts of other packages on the way included."""
    known = _named()
    found: set[str] = set()
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    fronts = {each.rsplit(".", up)[0] for each in found for up in range(1, each.count(".") + 1)}
    # what holds a module is loaded before it, whatever it imports; a front that hands its modules on is no circle
    return {each for each in found | fronts if each in known and each != name and not name.startswith(f"{each}.")}


def _circles(needs: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """The first modules that cannot be put in an order; none where they can."""
    sorter = graphlib.TopologicalSorter(needs)
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        yield sorted(set(error.args[1]))


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINTER), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
