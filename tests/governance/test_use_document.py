"""Uses as JSON: what is missing or not understood is a refusal, never a guess."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import Malformed
from governance.fact import Emergency, Facts
from governance.use import Action, ModelRef
from governance.use_document import parse_use, read_use
from tests.governance.papers import CASES, NOW, usual

ASK: dict[str, Any] = {
    "actor": {"id": "w-1", "role": "caseworker", "organisation": "EOHHS", "trained_until": "2027-01-31"},
    "action": "score",
    "purpose": "prevention.outreach.food",
    "datasets": [{"dataset": CASES, "fields": ["certification_end_on"], "basis": "snap-disclosure"}],
    "recipient": "EOHHS",
    "zone": "analytic",
    "at": "2026-09-01T08:00:00-04:00",
    "lineage": ["DULA-2026-009"],
    "facts": {},
}


def test_a_use_is_read_with_its_instant() -> None:
    use, at = parse_use(json.dumps(ASK), now=NOW)
    assert (use.action, use.asks[0].dataset, at.hour) == (Action.SCORE, CASES, 8)
    assert usual().ask(use, at).permitted


def test_without_an_instant_it_is_decided_now() -> None:
    plain = {key: ASK[key] for key in ("actor", "action", "purpose", "datasets")}
    use, at = parse_use(json.dumps(plain), now=NOW)
    assert (at, use.zone, use.recipient) == (NOW, "analytic", "")


def test_everything_that_a_use_can_carry_is_read() -> None:
    emergency = {"asked_by": "w-1", "confirmed_by": "w-2", "until": "2026-09-01T12:00:00-04:00", "reference": "b-1"}
    facts = {
        "attested": True,
        "sealed_present": False,
        "victim_services": False,
        "part2_consent": True,
        "conditions": ["child_in_agency_care"],
        "oldest_known_on": "2026-01-05",
        "legal_process": "o-1",
        "notices": ["subject"],
        "break_glass": emergency,
        "review_of": "w-9",
        "smallest_cell": 11,
        "recoverable_cells": 0,
    }
    extra = {"facts": facts, "model": {"id": "m-1", "purpose": "prevention"}, "linked_with": ["dese.meals"]}
    use, _ = parse_use(json.dumps({**ASK, **extra}), now=NOW)
    assert use.asks[0].basis == "snap-disclosure"
    assert use.model == ModelRef(id="m-1", purpose="prevention")
    assert use.linked_with == {"dese.meals"}
    assert use.facts == Facts(
        attested=True,
        sealed_present=False,
        victim_services=False,
        part2_consent=True,
        conditions=frozenset({"child_in_agency_care"}),
        oldest_known_on=date(2026, 1, 5),
        legal_process="o-1",
        notices=frozenset({"subject"}),
        break_glass=Emergency(
            asked_by="w-1", confirmed_by="w-2", until=datetime(2026, 9, 1, 16, tzinfo=UTC), reference="b-1"
        ),
        review_of="w-9",
        smallest_cell=11,
        recoverable_cells=0,
    )


@pytest.mark.parametrize("missing", ["actor", "action", "purpose", "datasets"])
def test_what_is_missing_is_named(missing: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_use(json.dumps({key: value for key, value in ASK.items() if key != missing}), now=NOW)
    assert refused.value.reasons[0].clause == f"use.{missing}"


@pytest.mark.parametrize(
    "change",
    [
        {"action": "reidentify"},
        {"surprise": 1},
        {"at": "2026-09-01T08:00:00"},
        {"at": "now"},
        {"datasets": [{"dataset": CASES, "fields": "*"}]},
        {"actor": {"id": "w-1", "role": "caseworker"}},
        {"model": {"id": "m-1"}},
        {"model": {"id": "", "purpose": "research"}},
        {"facts": {"consent": True}},
        {"facts": {"attested": "yes"}},
        {"facts": {"notices": ["neighbour"]}},
        {"facts": {"conditions": ["in care of the agency"]}},
        {"facts": {"smallest_cell": -1}},
        {"facts": {"legal_process": "Invented v. Invented"}},
        {"facts": {"oldest_known_on": "long ago"}},
        {"facts": {"break_glass": {"asked_by": "w-1", "reference": "b-1", "until": "2026-09-01T08:00:00"}}},
        {"lineage": "DULA-2026-009"},
    ],
)
def test_what_is_not_understood_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        parse_use(json.dumps({**ASK, **change}), now=NOW)
    assert {reason.code for reason in refused.value.reasons} == {"MALFORMED"}


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"action": "view", "action": "score"}', "[" * 100_000])
def test_what_is_no_json_object_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse_use(text, now=NOW)


@given(st.dictionaries(st.sampled_from(list(ASK)), st.one_of(st.none(), st.integers(), st.text(), st.just([]))))
def test_whatever_is_written_is_read_or_malformed(changes: dict[str, Any]) -> None:
    try:
        use, at = parse_use(json.dumps({**ASK, **changes}), now=NOW)
    except Malformed:
        return
    assert at.tzinfo is not None
    assert isinstance(use.action, Action)


def test_a_value_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(Malformed) as refused:
        parse_use(json.dumps({**ASK, "action": "Maria 617-555-0101"}), now=NOW)
    assert "Maria" not in str(refused.value)
    assert all("Maria" not in reason.detail for reason in refused.value.reasons)


def test_a_file_that_cannot_be_read_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "use.json").write_text(json.dumps(ASK))
    assert read_use(tmp_path / "use.json", now=NOW)[0].asks[0].dataset == CASES
    (tmp_path / "odd.json").write_bytes(b"\xff\xfe")
    for name in ("odd.json", "gone.json"):
        with pytest.raises(Malformed, match=name):
            read_use(tmp_path / name, now=NOW)
