"""The repository as the architecture tests read it: its modules, parsed; its committed files, listed."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("flows", "console", "alerts", "rules", "signals", "governance")
"""From the roof down."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module of ours. `path` is relative to the root."""

    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """The floor that it stands on."""
        return self.path.split("/", 1)[0]


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the six packages; the revisions that Alembic wrote are left out."""
    return tuple(_parsed(path) for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py")) if _ours(path))


def project() -> dict[str, Any]:
    """`pyproject.toml`."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def committed() -> tuple[Path, ...]:
    """Files that are in the repository, or would be if everything not ignored were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(path for name in sorted(set(listed.split("\0"))) if name and (path := ROOT / name).is_file())


def scoped(tree: ast.AST, scope: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every node below this one with the name of the functions and classes around it (`Gate.attempt`)."""
    for child in ast.iter_child_nodes(tree):
        yield scope, child
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from scoped(child, f"{scope}.{child.name}".lstrip("."))
        else:
            yield from scoped(child, scope)


def dotted(node: ast.AST) -> str:
    """`datetime.now` for the expression of that shape; empty for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def _ours(path: Path) -> bool:
    return "migrations/versions" not in path.as_posix() and "__pycache__" not in path.parts


def _parsed(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path=path.relative_to(ROOT).as_posix(), text=text, tree=ast.parse(text))
