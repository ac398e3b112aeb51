"""The page about the second opinion shows what is generated, line by line."""

from __future__ import annotations

import re
from pathlib import Path

from governance.cedar import policies
from governance.ids import AgreementId
from tests.governance.cedar.test_policy import example

PAGE = Path(__file__).resolve().parents[3] / "docs" / "cedar.md"


def test_the_page_shows_lines_of_the_policies_as_they_are() -> None:
    (block,) = re.findall(r"```cedar\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert set(block.splitlines()) <= set(policies(example(), AgreementId("DULA-2026-005")).splitlines())


def test_the_page_names_every_module() -> None:
    page = PAGE.read_text(encoding="utf-8")
    folder = PAGE.parents[1] / "governance" / "cedar"
    inner = {"__init__.py", "condition.py", "literal.py"}
    assert {file.name for file in folder.glob("*.py")} - inner == set(re.findall(r"`([a-z_]+\.py)`", page))
