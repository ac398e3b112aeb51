"""The second opinion shares nothing with the first that judges: what both got from it, neither could correct."""

from __future__ import annotations

import ast
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "governance" / "cedar"
JUDGES = {
    "asker",
    "case",
    "clause",
    "decision",
    "fact_clause",
    "field_clause",
    "force",
    "lineage_clause",
    "obligation",
    "outgoing",
    "purpose",
    "use_clause",
}
ASKED = {"covers", "prohibits", "agencies", "covering", "by_action", "by_zone", "by_regime"}
ARRANGED = {"Terms", "covers", "is_purpose", "obligations", "objections"}


def test_it_imports_nothing_that_judges_or_that_was_arranged_for_the_first() -> None:
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").removeprefix("governance.") not in JUDGES, file.name
                assert not {name.name for name in node.names} & ARRANGED, file.name
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"covers", "prohibits", "agencies", "covering", "by_action", "by_zone"}, (
                    file.name
                )
