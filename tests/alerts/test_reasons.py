"""What goes under the seal comes out of it unchanged."""

from __future__ import annotations

import json
from datetime import date

import pytest

from alerts.reasons import Fact, ScorePart, TaskReason, pack, pack_score, programmes_of, unpack, unpack_score
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId, DeliveryId, GrantId


def reason(rule: str = "school.absences", programmes: tuple[str, ...] = ("school_attendance_support",)) -> TaskReason:
    fact = Fact(
        indicator="unexcused_absences_90d",
        value=7.0,
        unit="days",
        occurred_on=None,
        known_on=date(2022, 5, 20),
        dataset=DatasetId("edfi.attendance"),
        agreement=AgreementId("DULA-2026-001"),
        grant=GrantId("g-1"),
        delivery=DeliveryId("d-1"),
        row=12,
    )
    return TaskReason(
        rule=rule,
        title="Many unexcused absences",
        topic="school",
        tier=2,
        text="7 unexcused absences in 90 days.",
        citation="Hearthline example policy",
        programmes=programmes,
        facts=(fact,),
    )


def test_reasons_survive_the_seal() -> None:
    reasons = (reason(), reason("school.tardy", ()))
    assert unpack(pack(reasons)) == reasons


def test_the_same_reasons_are_the_same_bytes() -> None:
    assert pack([reason()]) == pack([reason()])


def test_reasons_of_another_version_are_not_guessed_at() -> None:
    document = {**json.loads(pack([reason()])), "v": 1}
    with pytest.raises(Misconfigured) as raised:
        unpack(json.dumps(document).encode())
    assert raised.value.code == "REASONS_UNREADABLE"


def test_programmes_are_named_once_in_the_order_of_reasons() -> None:
    assert programmes_of([reason("a", ("x", "y")), reason("b", ("y", "z"))]) == ("x", "y", "z")


def test_what_the_model_adds_survives_its_seal() -> None:
    part = ScorePart(model="model-1", score=-1.5, baseline=-3.0, rest=0.25, contributions={"school.absences": 1.25})
    assert unpack_score(pack_score(part)) == part


def test_a_reason_says_whether_a_rule_gives_it_or_the_model() -> None:
    assert not reason().is_of_model
    assert reason("model.unexcused_absences_90d").is_of_model
