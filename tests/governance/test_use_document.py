"""Uses as JSON: what is missing or not understood is a refusal, never a guess."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import Malformed
from governance.use import Action
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
        {"model": {"id": "m-1", "purpose": "research"}},
        {"facts": {"consent": True}},
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
