"""A paper as YAML reads back to the same paper, whatever stands in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.document import Paper, sha256
from governance.document_yaml import to_yaml
from governance.policy import load_papers, load_policy
from tests.governance.papers import agreement, mou, signed, snap

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text.strip() == text
)
AWKWARD = st.sampled_from(
    [
        "on",
        "yes",
        "null",
        "~",
        "1",
        "1.0",
        "2026-07-01",
        "2026-07-01T10:00:00Z",
        "0x1f",
        "- a",
        "# b",
        "a: b",
        "'",
        '"',
        "{",
        "é\u2028x",
    ]
)


def back(paper: Paper) -> Paper:
    """A paper, written as YAML and read again."""
    text, _ = to_yaml(paper)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "paper.yaml"
        file.write_text(text, encoding="utf-8")
        (read,) = load_papers(file)
    return read


@pytest.mark.parametrize("paper", load_policy().papers, ids=lambda paper: str(paper.id))
def test_every_packaged_paper_reads_back_with_its_signatures(paper: Paper) -> None:
    assert back(paper) == paper
    assert sha256(back(paper)) == sha256(paper)
    assert sha256(paper) in to_yaml(paper)[0].splitlines()[0]


def test_a_memorandum_and_a_signed_agreement_read_back() -> None:
    assert back(mou()) == mou()
    assert back(signed(snap())) == signed(snap())


@given(WORDS | AWKWARD, WORDS | AWKWARD)
def test_any_words_read_back_to_the_same_hash(title: str, statement: str) -> None:
    document = snap(title=title)
    document["purposes"][0]["statement"] = statement
    paper = agreement(document)
    assert sha256(back(paper)) == sha256(paper)


def test_a_field_stands_on_one_line_and_days_are_days() -> None:
    text, _ = to_yaml(agreement(snap()))
    assert "- {name: first_name, class: direct_identifier, regime: SNAP, zones: [enclave], actions: [match]}" in text
    assert "effective: 2026-07-01" in text
