"""Proofs against vectors of our own, made by the standard's definitions word for word (`make_vectors.py`)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from governance.ledger import merkle
from tests.governance.ledger.make_vectors import FILE, vectors

KEPT: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text(encoding="utf-8"))


def raw(text: str) -> bytes:
    return bytes.fromhex(text)


def test_the_file_is_what_the_definitions_give() -> None:
    assert vectors() == KEPT


@pytest.mark.parametrize("holds", [True, False])
def test_an_inclusion_is_accepted_exactly_where_the_definitions_say(holds: bool) -> None:
    chosen = [each for each in KEPT["inclusion"] if each["holds"] is holds]
    assert len(chosen) > 50
    for each in chosen:
        proof = [raw(step) for step in each["proof"]]
        found = merkle.verify_inclusion(each["index"], each["size"], raw(each["leaf"]), proof, raw(each["root"]))
        assert found is holds, each


@pytest.mark.parametrize("holds", [True, False])
def test_a_consistency_is_accepted_exactly_where_the_definitions_say(holds: bool) -> None:
    chosen = [each for each in KEPT["consistency"] if each["holds"] is holds]
    assert len(chosen) > 50
    for each in chosen:
        proof = [raw(step) for step in each["proof"]]
        roots = raw(each["old_root"]), raw(each["new_root"])
        assert merkle.verify_consistency(each["old"], each["new"], *roots, proof) is holds, each
