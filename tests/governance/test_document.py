"""Documents: what the hash covers, and what it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from governance.document import canonical, dump, parse, parse_one, sha256, signed
from governance.errors import Misconfigured
from tests.governance.papers import AGREEMENT, Document, agreement, mou, snap
from tests.governance.papers import signed as sign


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of every plain value in a document."""
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in leaves(part, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, part in enumerate(value) for leaf in leaves(part, (*path, index))]
    return [path]


def edited(path: tuple[Any, ...], value: Any) -> Document:
    document = snap()
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


@given(st.sampled_from(leaves(AGREEMENT)), st.one_of(st.integers(1, 400), st.text("abc.", min_size=1), st.booleans()))
def test_any_edit_that_is_still_a_paper_breaks_every_signature(path: tuple[Any, ...], value: Any) -> None:
    paper = sign(snap())
    assert signed(paper) == {"owner", "recipient"}
    document = edited(path, value)
    try:
        after = agreement({**document, "signatures": json.loads(dump(paper))["agreement"]["signatures"]})
    except Misconfigured:
        return  # no longer a paper at all
    if canonical(after) != canonical(paper):
        assert signed(after) == frozenset()
    else:
        assert after.model_dump() == paper.model_dump()


def test_leaving_an_optional_part_out_is_an_edit_too() -> None:
    shorter = snap()
    del shorter["linkage"]
    assert sha256(agreement(shorter)) != sha256(agreement(snap()))


def test_the_order_of_keys_and_the_signatures_do_not_change_the_hash() -> None:
    backwards = dict(reversed(snap().items()))
    assert sha256(agreement(backwards)) == sha256(agreement(snap())) == sha256(sign(snap()))


def test_the_same_paper_as_yaml_and_as_stored_text_has_the_same_hash() -> None:
    paper = sign(snap())
    written = yaml.safe_load(yaml.safe_dump({"agreement": json.loads(dump(paper))["agreement"]}, sort_keys=False))
    assert parse(written, where="x")[0] == paper
    assert sha256(parse_one(dump(paper), where="x")) == sha256(paper)


def test_the_memorandum_is_hashed_without_its_participants() -> None:
    assert "Ada Invented" not in canonical(mou())
    assert signed(mou()) == {"DTA", "DESE", "EOHHS"}
    assert signed(mou(over="1" * 64)) == frozenset()


@pytest.mark.parametrize("document", [None, [], "agreement", {}, {"agreement": None}, {"agreements": {}}, {1: 2}])
def test_what_is_no_paper_is_refused_in_words(document: Any) -> None:
    with pytest.raises(Misconfigured, match=r"broken\.yaml"):
        parse(document, where="broken.yaml")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"agreement":{}}'])
def test_a_stored_text_that_is_no_paper_is_refused_in_words(text: str) -> None:
    with pytest.raises(Misconfigured, match="stored"):
        parse_one(text, where="stored")
