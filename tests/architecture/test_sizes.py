"""Small modules, small functions, and a word on everything that is public."""

from __future__ import annotations

import ast

from tests.architecture.tree import Function, Module, modules, scoped

MODULE_LINES = 250
FUNCTION_LINES = 40
LONGER: dict[str, int] = {
    "governance/ledger/standalone.py": 360,  # an auditor takes it away and reads it: one file, by design
    "governance/errors.py": 440,  # the whole tree stands in one place, so that it can be read as one
}
"""Modules (`path`) and functions (`path:Class.function`) that may be longer, and how long; with the reason beside."""


def test_no_module_is_longer_than_one_can_keep_in_mind() -> None:
    lines = {module.path: len(module.text.splitlines()) for module in modules()}
    assert {path: size for path, size in lines.items() if size > LONGER.get(path, MODULE_LINES)} == {}


def test_no_function_is_longer_than_a_page() -> None:
    assert {
        place: size
        for module in modules()
        for place, size in _functions(module)
        if size > LONGER.get(place, FUNCTION_LINES)
    } == {}


def test_what_may_be_longer_still_is() -> None:
    lines = {module.path: len(module.text.splitlines()) for module in modules()}
    sizes = lines | {place: size for module in modules() for place, size in _functions(module)}
    assert {place for place in LONGER if sizes.get(place, 0) <= FUNCTION_LINES} == set()


def test_everything_public_says_what_it_is() -> None:
    assert [place for module in modules() for place in _silent(module)] == []


def _functions(module: Module) -> list[tuple[str, int]]:
    """Functions with their lengths; decorators and docstring are not counted, they may be as long as they need."""
    found = []
    for scope, node in scoped(module.tree):
        if isinstance(node, Function):
            said = node.body[0].end_lineno if ast.get_docstring(node) else None
            spoken = (said or 0) - node.body[0].lineno + 1 if said else 0
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - spoken
            found.append((f"{module.path}:{scope}.{node.name}".replace(":.", ":"), length))
    return found


def _silent(module: Module) -> list[str]:
    found = [] if ast.get_docstring(module.tree) else [module.path]
    for scope, node in scoped(module.tree):
        if isinstance(node, Function | ast.ClassDef) and not ast.get_docstring(node):
            names = [*scope.split("."), node.name]
            inside_a_function = scope and not _is_class(module, scope)
            if not any(name.startswith("_") for name in names) and not inside_a_function:
                found.append(f"{module.path}:{node.lineno} {node.name}")
    return found


def _is_class(module: Module, scope: str) -> bool:
    name = scope.rpartition(".")[2]
    return any(isinstance(node, ast.ClassDef) and node.name == name for node in ast.walk(module.tree))
