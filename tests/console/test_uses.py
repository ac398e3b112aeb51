"""Uses are counted from the ledger, each entry once, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from console.head import ledger_head
from console.uses import NEWEST, UseCounter
from console.view import ActionUses
from governance.clock import FixedClock
from governance.database import metadata
from governance.ledger import Json, Ledger


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    metadata.create_all(engine, tables=[t for t in metadata.sorted_tables if t.info.get("database") == "ledger"])
    clock = FixedClock(datetime(2026, 5, 29, tzinfo=UTC))
    return Ledger(engine, key=Ed25519PrivateKey.generate(), origin="hearthline.example/test", clock=clock)


def refusal(action: str, *codes: str) -> dict[str, Json]:
    reasons: list[Json] = [{"code": code, "clause": "", "detail": ""} for code in codes]
    return {"purpose": "prevention.outreach", "action": action, "reasons": reasons}


def test_uses_are_counted_by_purpose_action_and_clause(ledger: Ledger) -> None:
    ledger.append("grant.issued", "g-1", {"purpose": "prevention.outreach", "action": "score"})
    ledger.append("use.permitted", "edfi.attendance", {"purpose": "prevention.outreach", "action": "score"})
    ledger.append("use.refused", "edfi.attendance", refusal("score", "NOT_ACTIVE", "FIELD_NOT_LISTED"))
    ledger.append("use.refused", "hmis.client", refusal("match", "FIELD_NOT_LISTED", "FIELD_NOT_LISTED"))
    ledger.append("delivery.taken", "d-1", {"rows": 3})
    found = UseCounter(ledger).read()
    assert found.entries == 5
    (purpose,) = found.purposes
    assert (purpose.purpose, purpose.permitted, purpose.refused) == ("prevention.outreach", 2, 2)
    assert purpose.actions == (
        ActionUses(action="match", permitted=0, refused=1, codes=(("FIELD_NOT_LISTED", 1),)),
        ActionUses(action="score", permitted=2, refused=1, codes=(("FIELD_NOT_LISTED", 1), ("NOT_ACTIVE", 1))),
    )


def test_a_second_look_reads_only_what_is_new(ledger: Ledger) -> None:
    counter = UseCounter(ledger)
    assert counter.read().purposes == ()
    for number in range(3):
        ledger.append("grant.issued", f"g-{number}", {"purpose": "prevention.outreach", "action": "view"})
        assert counter.read().purposes[0].permitted == number + 1
    assert counter.read() == UseCounter(ledger).read()


def test_a_use_without_a_purpose_is_counted_all_the_same(ledger: Ledger) -> None:
    ledger.append("use.refused", "-", {"reasons": [{"code": "MALFORMED", "clause": "", "detail": ""}]})
    (purpose,) = UseCounter(ledger).read().purposes
    assert (purpose.purpose, purpose.refused) == ("(none given)", 1)


def test_the_head_is_the_ledgers_own(ledger: Ledger) -> None:
    ledger.append("checkpoint", "x", {})
    shown = ledger_head(ledger)
    assert (shown.size, shown.root) == (1, ledger.head().root.hex())
    assert shown.note.startswith("hearthline.example/test\n1\n")
    assert shown.key == ledger.verifier_key


def test_refusals_are_told_newest_first_with_who_asked_for_what(ledger: Ledger) -> None:
    counter = UseCounter(ledger)
    assert counter.refusals() == ()
    ledger.append(
        "use.refused", "edfi.attendance", {**refusal("score", "NOT_ACTIVE"), "actor": "nightly", "role": "flow"}
    )
    ledger.append("use.refused", "-", {"reasons": [{"code": "MALFORMED", "clause": "use", "detail": "No purpose."}]})
    newest, first = counter.refusals()
    assert (newest.actor, newest.dataset, newest.reasons[0].detail, newest.entry) == (
        "(none given)",
        "",
        "No purpose.",
        1,
    )
    assert (first.actor, first.role, first.action, first.dataset) == ("nightly", "flow", "score", "edfi.attendance")
    assert counter.read().refused == 2


def test_only_the_newest_refusals_are_told_one_by_one(ledger: Ledger) -> None:
    for _ in range(NEWEST + 5):
        ledger.append("use.refused", "hmis.client", refusal("match", "NOT_ACTIVE"))
    told = UseCounter(ledger).refusals()
    assert (len(told), told[0].entry) == (NEWEST, NEWEST + 4)


def test_texts_that_were_not_cleared_stand_beside_the_uses_and_displace_none(ledger: Ledger) -> None:
    ledger.append("use.refused", "hmis.client", refusal("match", "NOT_ACTIVE"))
    reasons = refusal("", "CONSENT_REVOKED")["reasons"]
    for number in range(NEWEST + 1):
        ledger.append(
            "clearance.held", f"c-{number}", {"purpose": "prevention.outreach", "kind": "offer", "reasons": reasons}
        )
    ledger.append("clearance.refused", "k-1", {"contact": "c-1", "reasons": reasons})
    counter = UseCounter(ledger)
    newest, held, *rest = counter.refusals()
    assert (newest.about, newest.action, newest.reasons[0].code) == ("text", "", "CONSENT_REVOKED")
    assert (held.about, held.action, held.actor) == ("text", "offer", "")
    assert [each.about for each in rest] == ["text"] * (NEWEST - 2) + ["use"]
    assert counter.read().refused == 1
