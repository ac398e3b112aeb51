"""What alerts let go of: reasons, scores, words and counts; who was handed what, and that a text was sent, stays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, Row, select

from alerts.holder import EMPTY, NO_TIER, AlertHolder
from alerts.message_table import inbound, message, message_event
from alerts.queue import history
from alerts.task_table import alert_count, task, task_event
from alerts.triage import FORESEEN
from governance.clock import FixedClock
from governance.database import metadata, reading, transaction
from governance.ids import AgreementId, TaskId
from governance.keystore import MemoryKeyStore
from governance.vault import Vault

MINE, OTHER = AgreementId("DULA-1"), AgreementId("DULA-2")
DAY, AT = date(2026, 6, 1), datetime(2026, 6, 1, 12, tzinfo=UTC)
VAULT = Vault(MemoryKeyStore())
VAULT.prepare()


@pytest.fixture
def home(engine: Engine) -> Engine:
    metadata.create_all(engine, tables=[task, task_event, alert_count, message, message_event, inbound])
    return engine


def sealed(*agreements: AgreementId) -> bytes:
    return VAULT.seal(b"because", agreements, "here")


def holder(home: Engine, *, rules: tuple[str, ...] = (), runs: tuple[str, ...] = ()) -> AlertHolder:
    return AlertHolder(
        home,
        FixedClock(AT),
        rules=lambda id: rules if id == MINE else (),
        runs=lambda id: runs if id == MINE else (),
    )


def a_task(home: Engine, id: str, **changes: Any) -> None:
    plain = {
        "id": id,
        "household": f"hh-{id}",
        "tier": 2,
        "rank": 4,
        "due_on": date(2026, 6, 9),
        "owner": "worker-1",
        "status": "open",
        "opened_on": DAY,
        "refreshed_on": DAY,
        "run": "night-1",
        "lineage": [MINE],
        "datasets": ["a.b"],
        "reasons_sealed": sealed(MINE),
        "score_datasets": [],
        "score_sealed": None,
    }
    with transaction(home) as connection:
        connection.execute(task.insert(), {**plain, **changes})


def a_text(home: Engine, id: str, **changes: Any) -> None:
    plain = {
        "id": id,
        "contact": "c-1",
        "household": "hh-1",
        "task": "t-1",
        "run": None,
        "kind": "offer",
        "template": "food",
        "topic": "food",
        "language": "en",
        "body": "Your food benefits may end soon.",
        "segments": 1,
        "channel": "outbox",
        "status": "sent",
        "clearance": "k-1",
        "grant_id": "g-1",
        "lineage": [MINE],
        "at": AT,
    }
    with transaction(home) as connection:
        connection.execute(message.insert(), {**plain, **changes})
        connection.execute(message_event.insert(), {"message": id, "status": "sending", "at": AT})


def the_task(home: Engine, id: str) -> Row[Any]:
    with reading(home) as connection:
        return connection.execute(select(task).where(task.c.id == id)).one()


@pytest.mark.parametrize("status", ["open", "waiting", "lapsed"])
@pytest.mark.parametrize("how", ["lineage", "seal"])
def test_a_task_that_rests_on_it_is_closed_and_says_nothing_any_more(home: Engine, status: str, how: str) -> None:
    lineage = [MINE, OTHER] if how == "lineage" else [OTHER]
    a_task(
        home,
        "t-1",
        status=status,
        lineage=lineage,
        reasons_sealed=sealed(*lineage) if how == "lineage" else sealed(MINE, OTHER),
    )
    assert [(each.kind, each.id, each.detail) for each in holder(home).inventory(MINE)] == [
        ("task", "t-1", f"was {status}")
    ]
    assert [each.id for each in holder(home).erase(MINE)] == ["t-1"]
    row = the_task(home, "t-1")
    assert (row.status, row.reasons_sealed, row.tier, row.rank, row.datasets) == ("lapsed", EMPTY, NO_TIER, 0, [])
    assert row.due_on == row.opened_on
    assert (row.household, row.owner) == ("hh-t-1", "worker-1")
    with reading(home) as connection:
        assert [move.kind for move in history(connection, TaskId("t-1"))] == ["destroyed"]
    assert list(holder(home).erase(MINE)) == list(holder(home).remains(MINE)) == []


def test_a_task_that_rests_on_others_is_left_alone(home: Engine) -> None:
    a_task(home, "t-1", lineage=[OTHER], reasons_sealed=sealed(OTHER), score_sealed=sealed(OTHER))
    before = the_task(home, "t-1")
    assert list(holder(home).erase(MINE)) == []
    assert the_task(home, "t-1") == before


@pytest.mark.parametrize("how", ["seal", "model"])
def test_a_score_that_rests_on_it_goes_and_the_reasons_of_others_stay(home: Engine, how: str) -> None:
    score = sealed(MINE, OTHER) if how == "seal" else sealed(OTHER)
    a_task(home, "t-1", lineage=[OTHER], reasons_sealed=sealed(OTHER), score_sealed=score, score_datasets=["a.b"])
    mine = holder(home, runs=("night-1",) if how == "model" else ())
    assert [(each.kind, each.id) for each in mine.erase(MINE)] == [("score", "t-1")]
    row = the_task(home, "t-1")
    assert (row.score_sealed, row.score_datasets, row.status, row.tier) == (None, [], "open", 2)
    assert VAULT.unseal(row.reasons_sealed, "here") == b"because"
    assert list(mine.remains(MINE)) == []


def test_a_task_that_only_the_model_spoke_of_goes_with_its_model(home: Engine) -> None:
    a_task(home, "t-1", tier=FORESEEN, lineage=[OTHER], reasons_sealed=sealed(OTHER), score_sealed=sealed(OTHER))
    mine = holder(home, runs=("night-1",))
    assert [(each.kind, each.id) for each in mine.erase(MINE)] == [("task", "t-1")]
    assert the_task(home, "t-1").status == "lapsed"
    assert list(mine.remains(MINE)) == []


@pytest.mark.parametrize("status", ["sending", "sent", "delivered", "unknown"])
def test_a_text_that_may_have_left_loses_its_words_and_stays_as_a_fact(home: Engine, status: str) -> None:
    a_text(home, "m-1", status=status)
    assert [each.id for each in holder(home).erase(MINE)] == ["m-1"]
    with reading(home) as connection:
        row = connection.execute(select(message)).one()
        assert (row.body, row.status, row.clearance) == ("", status, "k-1")
        assert len(connection.execute(select(message_event)).all()) == 1
    assert list(holder(home).remains(MINE)) == []


@pytest.mark.parametrize("status", ["held", "failed"])
def test_a_text_that_never_left_is_deleted(home: Engine, status: str) -> None:
    a_text(home, "m-1", status=status)
    a_text(home, "m-2", status=status, lineage=[OTHER])
    assert [each.id for each in holder(home).erase(MINE)] == ["m-1"]
    with reading(home) as connection:
        assert [row.id for row in connection.execute(select(message))] == ["m-2"]
        assert [row.message for row in connection.execute(select(message_event))] == ["m-2"]


def test_what_a_family_answered_goes_with_the_key_that_it_is_sealed_under(home: Engine) -> None:
    rows = [
        {"id": id, "contact": "c-1", "meaning": "other", "body_sealed": body, "received_at": AT}
        for id, body in (("m-1", sealed(MINE)), ("m-2", sealed(OTHER)), ("m-3", None))
    ]
    with transaction(home) as connection:
        connection.execute(inbound.insert(), rows)
    assert [(each.kind, each.id) for each in holder(home).erase(MINE)] == [("answer", "m-1")]
    with reading(home) as connection:
        left = {row.id: row.body_sealed for row in connection.execute(select(inbound))}
    assert [id for id, body in left.items() if body] == ["m-2"]


def test_counts_of_its_rules_go_night_by_night(home: Engine) -> None:
    rows = [
        {"run": run, "rule": rule, "title": "A title", "households": 3}
        for run in ("night-1", "night-2")
        for rule in ("food.lapse", "school.absent")
    ]
    with transaction(home) as connection:
        connection.execute(alert_count.insert(), rows)
    mine = holder(home, rules=("food.lapse", "food.other"))
    assert [(each.kind, each.id, each.rows) for each in mine.erase(MINE)] == [("count by rule", "food.lapse", 2)]
    with reading(home) as connection:
        assert {row.rule for row in connection.execute(select(alert_count))} == {"school.absent"}
