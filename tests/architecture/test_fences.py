"""Rules of the house that no linter knows: who may catch a refusal, ask for the time, open a file, use a table."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

import pytest

import governance.errors
from tests.architecture.tree import Module, dotted, modules, scoped

REFUSALS = {"Refused", *(kind.__name__ for kind in governance.errors.Refused.__subclasses__())}
WOULD_CATCH_ONE = REFUSALS | {"HearthlineError", "Exception", "BaseException", "ExceptionGroup", "BaseExceptionGroup"}
MAY_CATCH = {
    ("governance/gate.py", "Gate.attempt"),  # turns it into a Decision
    ("flows/stage.py", "Stage.attempt"),  # the stage is refused, the run goes on
    ("flows/cli/handler.py", ""),  # the command line's top handler
    ("console/problem.py", ""),  # the console's error table
}
CLOCK = {"now", "utcnow", "today", "fromtimestamp", "localtime", "gmtime"}
PARQUET = {
    "ParquetDecryptionProperties",
    "ParquetEncryptionProperties",
    "ParquetFile",
    "read_parquet",
    "read_parquet_metadata",
    "read_parquet_schema",
    "scan_parquet",
    "sink_parquet",
    "write_parquet",
}
STORE = "signals/store.py"


def catches(module: Module) -> Iterator[str]:
    """Places that would swallow a refusal."""
    for scope, node in scoped(module.tree):
        if isinstance(node, ast.ExceptHandler):
            kinds = _kinds(node.type)
        elif isinstance(node, ast.Call) and dotted(node.func).endswith("suppress"):
            kinds = {name for argument in node.args for name in _kinds(argument)}
        else:
            continue
        if kinds & WOULD_CATCH_ONE and not _allowed(module.path, scope):
            yield f"{module.path}:{node.lineno} {scope} catches {', '.join(sorted(kinds & WOULD_CATCH_ONE))}"


def asks_for_the_time(module: Module) -> Iterator[str]:
    """Places that ask the machine what time it is."""
    if module.path == "governance/clock.py":
        return
    for _, node in scoped(module.tree):
        name = dotted(node) if isinstance(node, ast.Attribute) else ""
        owner, _, verb = name.rpartition(".")
        of_a_class = owner.rpartition(".")[2] in {"datetime", "date", "Timestamp"} and verb in CLOCK
        if of_a_class or name in {"time.time", "time.time_ns", "time.localtime", "time.gmtime"}:
            yield f"{module.path}:{getattr(node, 'lineno', 0)} {name}"


def opens_parquet(module: Module) -> Iterator[str]:
    """Places that could read or write a sealed file past the store."""
    if module.path == STORE:
        return
    for _, node in scoped(module.tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
        if name in PARQUET or name.startswith("pyarrow.parquet"):
            yield f"{module.path}:{getattr(node, 'lineno', 0)} {name}"


def borrows_a_table(module: Module, owners: dict[str, str]) -> Iterator[str]:
    """Imports of another package's tables."""
    for _, node in scoped(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                owner = owners.get(f"{node.module}.{alias.name}")
                if owner and owner != module.package:
                    yield f"{module.path}:{node.lineno} {node.module}.{alias.name} is {owner}'s"
        name = dotted(node) if isinstance(node, ast.Attribute) else ""
        if name in owners and owners[name] != module.package:
            yield f"{module.path}:{getattr(node, 'lineno', 0)} {name} is {owners[name]}'s"


def tables() -> dict[str, str]:
    """Every SQLAlchemy table by the name it is imported by, with the package that owns it."""
    found: dict[str, str] = {}
    for module in modules():
        place = module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for node in module.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _makes_a_table(node.value):
                found |= {
                    f"{place}.{target.id}": module.package for target in node.targets if isinstance(target, ast.Name)
                }
    return found


def test_a_refusal_is_caught_only_where_it_is_answered() -> None:
    assert [found for module in modules() for found in catches(module)] == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    assert [found for module in modules() for found in asks_for_the_time(module)] == []


def test_only_the_store_opens_sealed_files() -> None:
    assert [found for module in modules() for found in opens_parquet(module)] == []


def test_a_table_is_used_only_by_the_package_that_owns_it() -> None:
    owners = tables()
    assert owners
    assert [found for module in modules() for found in borrows_a_table(module, owners)] == []


def test_a_table_is_reached_through_the_one_metadata_only_by_migrations() -> None:
    reached = [
        f"{module.path}:{getattr(node, 'lineno', 0)}"
        for module in modules()
        for _, node in scoped(module.tree)
        if isinstance(node, ast.Attribute) and dotted(node).endswith("metadata.tables")
    ]
    assert [place for place in reached if not place.startswith("flows/migrations/")] == []


@pytest.mark.parametrize(
    "handler",
    [
        "try:\n    f()\nexcept Refused:\n    pass",
        "try:\n    f()\nexcept (KeyError, errors.HearthlineError):\n    pass",
        "try:\n    f()\nexcept NotActive as no:\n    pass",
        "try:\n    f()\nexcept:\n    pass",
        "try:\n    f()\nexcept* Exception:\n    pass",
        "with contextlib.suppress(Exception):\n    f()",
    ],
)
def test_a_swallowed_refusal_is_found(handler: str) -> None:
    assert list(catches(_module(handler)))


def test_an_ordinary_handler_is_nobodys_business() -> None:
    assert not list(catches(_module("try:\n    f()\nexcept (KeyError, OSError):\n    pass")))


@pytest.mark.parametrize("call", ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()"])
def test_a_second_clock_is_found(call: str) -> None:
    assert list(asks_for_the_time(_module(call)))


@pytest.mark.parametrize("call", ["clock.now()", "self.clock.today()", "time.perf_counter()"])
def test_a_given_clock_may_be_asked(call: str) -> None:
    assert not list(asks_for_the_time(_module(call)))


@pytest.mark.parametrize(
    "code", ["pl.scan_parquet(p)", "from polars import read_parquet", "import pyarrow.parquet", "f.sink_parquet(p)"]
)
def test_a_second_door_to_the_files_is_found(code: str) -> None:
    assert list(opens_parquet(_module(code)))


@pytest.mark.parametrize("code", ["from governance.seal import seal", "import governance\ngovernance.seal.seal.c"])
def test_a_borrowed_table_is_found(code: str) -> None:
    assert list(borrows_a_table(_module(code), {"governance.seal.seal": "governance"}))


def _module(code: str) -> Module:
    return Module(path="rules/example.py", text=code, tree=ast.parse(textwrap.dedent(code)))


def _kinds(node: ast.expr | None) -> set[str]:
    if node is None:
        return {"BaseException"}
    if isinstance(node, ast.Tuple):
        return {kind for element in node.elts for kind in _kinds(element)}
    return {dotted(node).rpartition(".")[2]}


def _allowed(path: str, scope: str) -> bool:
    return (path, scope) in MAY_CATCH or (path, "") in MAY_CATCH


def _makes_a_table(call: ast.Call) -> bool:
    named = dotted(call.func) in {"Table", "sa.Table", "sqlalchemy.Table"}
    return named and any(dotted(argument).endswith("metadata") for argument in call.args)
