"""Facts: what is known is written down, what is not known is left out."""

from __future__ import annotations

from datetime import date

from governance.fact import NOTHING_KNOWN, Emergency, Facts
from tests.governance.papers import NOW


def test_nothing_known_says_nothing() -> None:
    assert Facts() == NOTHING_KNOWN
    assert NOTHING_KNOWN.body() == {}


def test_what_is_known_to_be_false_or_none_at_all_is_said() -> None:
    known = Facts(sealed_present=False, recoverable_cells=0, smallest_cell=0)
    assert known.body() == {"sealed_present": False, "recoverable_cells": 0, "smallest_cell": 0}


def test_an_emergency_is_known_by_its_number_alone() -> None:
    emergency = Emergency(asked_by="w-1", confirmed_by="w-2", until=NOW, reference="b-1")
    facts = Facts(break_glass=emergency, oldest_known_on=date(2026, 1, 5), conditions=frozenset({"b", "a"}))
    assert facts.body() == {"break_glass": "b-1", "oldest_known_on": "2026-01-05", "conditions": ["a", "b"]}
