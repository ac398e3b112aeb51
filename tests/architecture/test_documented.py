"""The documentation is true: every error code has its heading, every command and link that is named exists."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from governance.settings import Settings
from tests.architecture.tree import FLOORS, ROOT, Function, dotted, modules

CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
HEADING = re.compile(r"^#{2,4} `([A-Z0-9_]+)`$", re.MULTILINE)
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:\.venv/bin/)?hearthline [^`\n]+)`")
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])


def codes() -> dict[str, str]:
    """Every error code in the code, with a place where it is used."""
    found = {}
    for module in modules():
        for node in ast.walk(module.tree):
            for value in _code_values(node):
                for constant in ast.walk(value):
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                        found[constant.value] = f"{module.path}:{constant.lineno}"
    return {code: place for code, place in found.items() if CODE.fullmatch(code)}


def test_every_error_code_is_explained() -> None:
    explained = set(HEADING.findall((ROOT / "docs/errors.md").read_text(encoding="utf-8")))
    assert {code: place for code, place in codes().items() if code not in explained} == {}


def test_no_error_is_explained_that_nobody_gets() -> None:
    explained = HEADING.findall((ROOT / "docs/errors.md").read_text(encoding="utf-8"))
    assert sorted(set(explained) - set(codes())) == []
    assert sorted(explained) == sorted(set(explained))


def test_every_package_has_a_page() -> None:
    assert [floor for floor in FLOORS if not (ROOT / f"docs/{floor}.md").is_file()] == []


def test_every_user_has_a_tutorial() -> None:
    users = {"caseworker", "privacy-officer", "data-steward", "analyst", "manager", "developer"}
    assert users <= {path.stem for path in (ROOT / "docs/tutorials").glob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_on_the_page_exists(page: Path) -> None:
    root = _command_line()
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wrong = []
    for line in _commands(page.read_text(encoding="utf-8")):
        words = shlex.split(line, comments=True)
        if words[0] == "make":
            wrong += [line] if len(words) > 1 and words[1] not in targets else []
        else:
            wrong += _mistakes(root, words[1:], line)
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_on_the_page_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_message_names_only_commands_that_exist() -> None:
    root = _command_line()
    wrong = []
    for module in modules():
        for command in INLINE.findall(module.text):
            words = [word for word in command.split()[1:] if not re.search(r"[{}…<]", word)]
            wrong += _mistakes(root, words, f"{module.path}: {command}")
    assert wrong == []


def test_every_setting_that_is_named_exists_and_every_one_is_documented() -> None:
    known = {f"HEARTHLINE_{name.upper()}" for name in Settings.model_fields}
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    code = "\n".join(module.text for module in modules())
    named = set(re.findall(r"HEARTHLINE_[A-Z_]*[A-Z]", pages + code))
    assert named - known <= {"HEARTHLINE_TRACE"}
    assert known <= set(re.findall(r"HEARTHLINE_[A-Z_]*[A-Z]", pages))


def test_a_command_that_does_not_exist_is_found() -> None:
    root = _command_line()
    assert _mistakes(root, ["agreement", "shred"], "x")
    assert _mistakes(root, ["ledger", "verify", "--no-such-option"], "x")
    assert not _mistakes(root, ["ledger", "verify", "--json"], "x")


def _command_line() -> TyperGroup:
    from flows.cli.app import app  # noqa: PLC0415 pages can be collected while the command line is being built

    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    return command


def _commands(text: str) -> Iterator[str]:
    for block in FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            command = line.strip().removeprefix("$ ")
            if re.match(r"(?:\.venv/bin/)?hearthline\b|make\b", command):
                yield command
    yield from INLINE.findall(text)


def _mistakes(root: TyperGroup, words: list[str], line: str) -> list[str]:
    command, options = root, {"--help"}
    while words and not words[0].startswith("-"):
        name, *words = words
        below = command.commands.get(name)
        if below is None:
            return [] if command.invoke_without_command else [f"{line}: no command {name}"]
        options |= {option for each in below.params for option in (*each.opts, *each.secondary_opts)}
        if not isinstance(below, TyperGroup):
            break
        command = below
    return [
        f"{line}: no option {option}"
        for word in words
        if word.startswith("--") and (option := word.split("=", 1)[0]) not in options
    ]


def _code_values(node: ast.AST) -> Iterator[ast.expr]:
    """What is given as a code: `code = …` in a class, `code=…` in a call, a parameter's default, or in its place."""
    if isinstance(node, ast.ClassDef):
        for line in node.body:
            if isinstance(line, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "code" for t in line.targets):
                yield line.value
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.target.id == "code":
                yield from [line.value] if line.value else []
    elif isinstance(node, ast.Call):
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "code")
        place = _takes_a_code().get(dotted(node.func).rpartition(".")[2])
        yield from node.args[place : place + 1] if place is not None else []
        if dotted(node.func) == "note":  # the command line's last words: "CODE: what happened"
            yield from (ast.Constant(word, lineno=node.lineno) for word in _spoken_code(node))
    elif isinstance(node, Function):
        pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        yield from (default for argument, default in pairs if argument.arg == "code" and default is not None)


@cache
def _takes_a_code() -> dict[str, int]:
    """Our functions that take a code by position, and at which."""
    found: dict[str, int] = {}
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                names = [argument.arg for argument in node.args.args if argument.arg not in {"self", "cls"}]
                found |= {node.name: names.index("code")} if "code" in names else {}
    return found


def _spoken_code(call: ast.Call) -> list[str]:
    first = call.args[0] if call.args else None
    part = first.values[0] if isinstance(first, ast.JoinedStr) and first.values else first
    text = part.value if isinstance(part, ast.Constant) else ""
    return re.findall(r"^([A-Z][A-Z_]+): ", text) if isinstance(text, str) else []
