"""The catalogue: every clause has words and a source, and the page says the same."""

from __future__ import annotations

from pathlib import Path

from governance.catalogue import catalogue, markdown
from governance.errors import REFUSALS

PAGE = Path(__file__).parents[2] / "docs/decisions.md"


def test_every_clause_has_a_code_words_and_a_source() -> None:
    for known in catalogue():
        assert known.code in REFUSALS
        assert known.says and known.source, known.code


def test_no_code_stands_twice() -> None:
    codes = [known.code for known in catalogue()]
    assert len(set(codes)) == len(codes)


def test_the_page_holds_the_table_as_it_is_made() -> None:
    assert markdown() in PAGE.read_text(encoding="utf-8"), "run: python -m governance.catalogue"
