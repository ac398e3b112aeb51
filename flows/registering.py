"""What is registered of a training: the model, sealed under every agreement whose rows are in it, and its figures."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Any

from flows.bootstrap import Services
from governance.ids import DatasetId
from governance.opened import seal_jointly
from rules.observe import Observed
from rules.scorer.backtest import Backtest
from rules.scorer.model import Model, model_context, model_id
from rules.scorer.panel import Panel
from rules.scorer.training import Trained


def to_register(house: Services, panel: Panel, observed: Observed, trained: Trained, tried: Backtest | None) -> Model:
    """The model as it is registered.

    Args:
        house: the services.
        panel: what it was trained on.
        observed: the doors that were open for it.
        trained: the model.
        tried: its figures on past days, if there are any.

    Raises:
        Refused: where an agreement stopped meanwhile.
    """
    document = trained.scorer.document()
    looked_at = {DatasetId(house.indicators[id].dataset) for id in trained.scorer.indicators}
    events = {DatasetId(event.dataset) for event in panel.outcome.any_of}
    doors = [door for dataset, door in sorted(observed.doors.items()) if dataset in looked_at | events]
    owners = {door.grant.agreement for door in doors}
    lineage = sorted(owners | panel.lineage)
    purpose, as_of = house.settings.purpose, observed.watch.as_of
    id = model_id(document, outcome=panel.outcome.id, purpose=purpose, as_of=as_of, lineage=lineage)
    return Model(
        id=id,
        outcome=panel.outcome.id,
        purpose=purpose,
        kind=trained.scorer.name,
        owners=tuple(sorted(owners)),
        lineage=tuple(lineage),
        datasets=tuple(sorted(looked_at)),
        indicators=trained.scorer.indicators,
        as_of=as_of,
        cutoffs=trained.days,
        metrics=_metrics(trained, tried),
        sha256=sha256(document).hexdigest(),
        sealed=seal_jointly(doors, document, model_context(id)),
        trained_at=house.clock.now(),
    )


def _metrics(trained: Trained, tried: Backtest | None) -> dict[str, Any]:
    """What is kept of the figures, as a plain document."""
    made = {
        "rows": trained.rows,
        "outcomes": trained.outcomes,
        "considered": trained.considered,
        "average_precision": trained.average_precision,
        "backtest": asdict(tried) if tried else None,
    }
    return dict(json.loads(json.dumps(made, default=_plain)))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
