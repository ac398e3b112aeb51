"""The model's card in short."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from console.view import Calibration, ListFigures, ModelView
from governance.ids import AgreementId
from rules.scorer.card import WAYS, Card, Compared

WEIGHED = 8
"""How many of the things that the model weighs are named."""


def model_view(card: Card) -> ModelView:
    """What a page shows of a model.

    Args:
        card: everything that is known of it.
    """
    figures = card.backtest or {}
    return ModelView(
        id=card.id,
        statement=card.statement,
        horizon_days=card.horizon_days,
        purpose=card.purpose,
        trained_on=card.trained_on,
        first_day=card.first_day,
        last_day=card.last_day,
        days=card.days,
        rows=card.rows,
        outcomes=card.outcomes,
        k=int(figures.get("k", 0)),
        base_rate=float(figures.get("base_rate", 0.0)),
        tested_on=tuple(date.fromisoformat(str(each["test_as_of"])) for each in figures.get("cutoffs", ())),
        compared=tuple(_lists(card.compared)),
        calibration=tuple(Calibration(**each) for each in figures.get("calibration", ())),
        weighs=tuple(each.title for each in card.curves[:WEIGHED]),
        agreements=tuple(AgreementId(each) for each in card.agreements),
        datasets=card.datasets,
    )


def _lists(compared: Iterable[Compared]) -> Iterable[ListFigures]:
    """The lists, best first; the model and the list as handed out are those that no simpler way stands for."""
    simpler = tuple(WAYS.values())
    found = [
        ListFigures(
            name=each.name,
            precision=each.precision_at_k,
            lift=each.lift_at_k,
            recall=each.recall_at_k,
            is_ours=not each.name.startswith(simpler),
        )
        for each in compared
    ]
    return sorted(found, key=lambda each: -(each.lift or 0.0))
