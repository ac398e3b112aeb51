"""What rules let go of: models by their whole lineage; an indicator is there as long as the rows are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from governance.database import metadata, reading, transaction
from governance.ids import AgreementId, DatasetId, DeliveryId
from rules.holder import RuleHolder
from rules.indicator import load_indicators
from rules.scorer.model import Model, model, model_event, promote, save
from signals.feed import load_feeds
from signals.sealed_file import SIGNAL, SealedFile, sealed_file
from signals.store import Store

MINE, OTHER = AgreementId("DULA-1"), AgreementId("DULA-2")
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
INDICATORS = load_indicators(None, load_feeds(None))
READ = next(iter(INDICATORS.values())).dataset


@pytest.fixture
def home(engine: Engine) -> Engine:
    metadata.create_all(engine, tables=[sealed_file, model, model_event])
    return engine


def holder(home: Engine) -> RuleHolder:
    return RuleHolder(home, Store(Path("nowhere"), home), INDICATORS)


def a_model(home: Engine, id: str, **changes: Any) -> None:
    plain: dict[str, Any] = {
        "id": id,
        "outcome": "absence",
        "purpose": "prevention.outreach",
        "kind": "additive",
        "owners": (OTHER,),
        "lineage": (OTHER,),
        "datasets": (),
        "indicators": (),
        "as_of": date(2026, 5, 1),
        "cutoffs": (),
        "metrics": {},
        "sha256": "ab" * 32,
        "sealed": b"sealed",
        "trained_at": AT,
    }
    with transaction(home) as connection:
        save(connection, Model(**{**plain, **changes}), by="analyst-1")
        promote(connection, id, by="analyst-1", at=AT)


@pytest.mark.parametrize("part", [{"owners": (MINE, OTHER)}, {"lineage": (MINE, OTHER)}])
def test_a_model_that_learnt_from_it_or_from_its_households_is_deleted_with_its_history(
    home: Engine, part: dict[str, Any]
) -> None:
    a_model(home, "model-1", **part)
    a_model(home, "model-2")
    found = list(holder(home).inventory(MINE))
    assert [(each.kind, each.id) for each in found] == [("model", "model-1")]
    assert list(holder(home).erase(MINE)) == found
    with reading(home) as connection:
        assert [row.id for row in connection.execute(select(model))] == ["model-2"]
        assert {row.model for row in connection.execute(select(model_event))} == {"model-2"}
    assert list(holder(home).erase(MINE)) == list(holder(home).remains(MINE)) == []


def test_an_indicator_is_there_as_long_as_rows_are_that_it_reads(home: Engine, tmp_path: Path) -> None:
    file = SealedFile(
        id="f-1",
        kind=SIGNAL,
        agreement=MINE,
        dataset=DatasetId(READ),
        delivery=DeliveryId("d-1"),
        month="2026-05",
        part=0,
        link="",
        rows=9,
        columns=("x",),
        lineage=(),
    )
    with transaction(home) as connection:
        Store(tmp_path, home).record(connection, [file])
    mine = [id for id, each in sorted(INDICATORS.items()) if each.dataset == READ]
    found = list(holder(home).inventory(MINE))
    assert [(each.kind, each.id, each.rows) for each in found] == [("indicator", id, 9) for id in mine]
    assert list(holder(home).inventory(OTHER)) == []
    with transaction(home) as connection:
        connection.execute(sealed_file.delete())
    assert list(holder(home).remains(MINE)) == []
