"""The registry knows which model may be used, and never one whose agreements have stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from governance.database import metadata, reading, transaction
from governance.errors import ScorerError
from governance.ids import AgreementId, DatasetId
from rules.scorer.model import Model, find, model, model_event, model_id, promote, promoted, save, trained

A, B = AgreementId("DULA-T-1"), AgreementId("DULA-T-2")
AT = datetime(2026, 5, 29, 12, tzinfo=UTC)
ONE = Model(
    id="model-1",
    outcome="loss_of_home",
    purpose="prevention.outreach",
    kind="additive",
    owners=(A,),
    lineage=(A, B),
    datasets=(DatasetId("test.events"),),
    indicators=("days_since_filing",),
    as_of=date(2026, 5, 29),
    cutoffs=(date(2026, 1, 29), date(2026, 2, 28)),
    metrics={"rows": 10},
    sha256="0" * 64,
    sealed=b"\x00\x01",
    trained_at=AT,
)
TWO = replace(ONE, id="model-2", lineage=(A,), trained_at=AT + timedelta(days=1))


@pytest.fixture
def registry(engine: Engine) -> Engine:
    """Two models, neither in use."""
    metadata.create_all(engine, tables=[model, model_event])
    with transaction(engine) as connection:
        save(connection, ONE, by="worker-1")
        save(connection, TWO, by="worker-1")
    return engine


def test_a_model_comes_back_as_it_was(registry: Engine) -> None:
    with reading(registry) as connection:
        assert replace(find(connection, "model-1"), trained_at=AT) == ONE
        assert [each.id for each in trained(connection, "prevention.outreach")] == ["model-2", "model-1"]


def test_none_serves_until_a_person_says_so_and_then_the_newest_said(registry: Engine) -> None:
    with transaction(registry) as connection:
        assert promoted(connection, "prevention.outreach", {A, B}) is None
        promote(connection, "model-2", by="worker-1", at=AT)
        promote(connection, "model-1", by="worker-1", at=AT + timedelta(hours=1))
        found = promoted(connection, "prevention.outreach", {A, B})
        assert found is not None and found.id == "model-1"


def test_one_stopped_agreement_takes_a_model_out_and_the_next_serves(registry: Engine) -> None:
    with transaction(registry) as connection:
        promote(connection, "model-2", by="worker-1", at=AT)
        promote(connection, "model-1", by="worker-1", at=AT + timedelta(hours=1))
        found = promoted(connection, "prevention.outreach", {A})
        assert found is not None and found.id == "model-2"
        assert promoted(connection, "prevention.outreach", {B}) is None


def test_a_model_serves_no_other_purpose(registry: Engine) -> None:
    with transaction(registry) as connection:
        promote(connection, "model-2", by="worker-1", at=AT)
        assert promoted(connection, "prevention", {A, B}) is None
        assert promoted(connection, "prevention.outreach.housing", {A, B}) is None


def test_registering_again_changes_nothing_and_every_move_is_kept(registry: Engine) -> None:
    with transaction(registry) as connection:
        promote(connection, "model-1", by="worker-2", at=AT)
        save(connection, replace(ONE, sealed=b"other"), by="worker-3")
        assert find(connection, "model-1").sealed == ONE.sealed
        assert find(connection, "model-1").promoted_at is not None
        assert connection.execute(select(func.count()).select_from(model_event)).scalar_one() == 3


def test_what_is_not_registered_is_unknown(registry: Engine) -> None:
    with transaction(registry) as connection, pytest.raises(ScorerError) as error:
        promote(connection, "model-9", by="worker-1", at=AT)
    assert error.value.code == "MODEL_UNKNOWN"


def test_an_id_depends_on_everything_that_a_model_is(registry: Engine) -> None:
    made = {"outcome": "x", "purpose": "p", "as_of": AT.date(), "lineage": [B, A]}
    id = model_id(b"document", **made)  # type: ignore[arg-type]
    assert id == model_id(b"document", **(made | {"lineage": [A, B]}))  # type: ignore[arg-type]
    others = {"outcome": "y", "purpose": "q", "as_of": date(2020, 1, 1), "lineage": [A]}
    assert all(id != model_id(b"document", **(made | {name: each})) for name, each in others.items())  # type: ignore[arg-type]
    assert id != model_id(b"another", **made)  # type: ignore[arg-type]
