"""The life of a model: trained under grants of its own, tried on past days, put to use by a person, told in a card."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial

from flows.bootstrap import Services
from flows.night import Observer, quiet
from flows.past import Past, watching_for
from flows.registering import to_register
from flows.stage import Refusal
from governance.database import reading, transaction
from governance.errors import ScorerError, refusal
from governance.ids import AgreementId
from governance.opened import unseal_jointly
from governance.use import Action
from rules.observe import Observed, observing
from rules.outcome import USUAL, outcome_of
from rules.scorer import model as registry
from rules.scorer.backtest import TESTS, Backtest, backtest, days_to_test
from rules.scorer.card import Card, card
from rules.scorer.model import Model, model_context
from rules.scorer.panel import Panel
from rules.scorer.scorer import load_scorer
from rules.scorer.training import train


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """What a training made. `lift_at_k` and what follows is of the model's list on past days; None where untested."""

    model: str
    outcome: str
    as_of: date
    cutoffs: tuple[date, ...]
    rows: int
    outcomes: int
    indicators: tuple[str, ...]
    considered: int
    agreements: tuple[AgreementId, ...]
    k: int
    base_rate: float | None
    precision_at_k: float | None
    lift_at_k: float | None
    refusals: list[Refusal]
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A backtest, and what it had to go without."""

    backtest: Backtest
    refusals: list[Refusal]
    seconds: dict[str, float]


def train_model(
    house: Services,
    *,
    as_of: date,
    outcome: str = USUAL,
    by: str = "hearthline",
    k: int | None = None,
    tests: int = TESTS,
    observer: Observer = quiet,
) -> TrainReport:
    """Train a model, try it on past days and register it. Nobody uses it until it is promoted.

    Args:
        house: the services.
        as_of: the day of which outcomes are known.
        outcome: what is to be foreseen.
        by: who trains it.
        k: how long the list is; as many tasks as the staff can take where it is left out.
        tests: past days to try it on, at most; 0 for none.
        observer: told of each stage.

    Raises:
        Refused: where a part of the outcome may not be trained on.
        ScorerError: `TOO_FEW_OUTCOMES`.
    """
    past = Past(house, as_of, outcome_of(house.outcomes, outcome), observer)
    return past.over(partial(_make, past, by=by, k=k or capacity(house), tests=tests))


def backtest_model(
    house: Services,
    *,
    as_of: date,
    outcome: str = USUAL,
    k: int | None = None,
    tests: int = TESTS,
    observer: Observer = quiet,
) -> Tried:
    """Try a model on past days, beside every simpler way to make the same list. Nothing is kept.

    Args:
        house: the services.
        as_of: the day of which outcomes are known.
        outcome: what is to be foreseen.
        k: how long the list is; as many tasks as the staff can take where it is left out.
        tests: past days, at most.
        observer: told of each stage.

    Raises:
        Refused: where a part of the outcome may not be trained on.
        ScorerError: `TOO_FEW_DAYS`.
    """
    past = Past(house, as_of, outcome_of(house.outcomes, outcome), observer)

    def test(panel: Panel, _observed: Observed) -> Tried:
        found = past.timed(
            "test", lambda: backtest(panel, house.rulebook, as_of=as_of, k=k or capacity(house), tests=tests)
        )
        return Tried(backtest=found, refusals=past.stage.refusals, seconds=past.seconds)

    return past.over(test)


def promote_model(house: Services, id: str | None = None, *, by: str) -> Model:
    """Put a model to use: nights go by it from now on, as long as every agreement that it was made from is in force.

    Args:
        house: the services.
        id: the model; the newest where it is left out.
        by: who decides it.

    Raises:
        ScorerError: `MODEL_UNKNOWN`.
    """
    found = model_of(house, id)
    house.ledger.append("model.promoted", found.id, {"by": by, "outcome": found.outcome, "sha256": found.sha256})
    with transaction(house.engine) as connection:
        return registry.promote(connection, found.id, by=by, at=house.clock.now())


def model_of(house: Services, id: str | None = None) -> Model:
    """A model of this house's purpose.

    Args:
        house: the services.
        id: which; the newest where it is left out.

    Raises:
        ScorerError: `MODEL_UNKNOWN`.
    """
    if id is not None:
        with reading(house.engine) as connection:
            return registry.find(connection, id)
    made = trained_models(house)
    if not made:
        raise ScorerError("No model was trained yet.", "Run `hearthline train`.", code="MODEL_UNKNOWN")
    return made[0]


def trained_models(house: Services) -> list[Model]:
    """Every model of this house's purpose, the newest first."""
    with reading(house.engine) as connection:
        return registry.trained(connection, house.settings.purpose)


def card_of(house: Services, id: str | None = None) -> Card:
    """The card of a model. The model is opened for it, under grants to explain.

    Args:
        house: the services.
        id: which; the newest where it is left out.

    Raises:
        Refused: where an agreement that the model was made from does not let it be explained now.
        ScorerError: `MODEL_UNKNOWN`.
    """
    found = model_of(house, id)
    outcome = outcome_of(house.outcomes, found.outcome)
    looked_at = {name: house.indicators[name] for name in found.indicators}
    watch = watching_for(house, looked_at | outcome.pointers(), house.clock.today(), link="", action=Action.EXPLAIN)
    with observing(watch) as observed:
        if observed.refused:
            raise refusal([reason for _, reason in observed.refused])
        doors = [door for _, door in sorted(observed.doors.items())]
        scorer = load_scorer(unseal_jointly(doors, found.sealed, model_context(found.id)))
    return card(found, scorer, outcome, house.indicators)


def capacity(house: Services) -> int:
    """How many households there is somebody to act for."""
    return max(1, len(house.settings.workers) * house.settings.tasks_per_worker)


def _make(past: Past, panel: Panel, observed: Observed, *, by: str, k: int, tests: int) -> TrainReport:
    house = past.house
    trained = past.timed("train", lambda: train(panel, known_by=past.as_of))
    tried = past.timed("test", lambda: _tried(panel, house, past.as_of, k, tests))
    made = to_register(house, panel, observed, trained, tried)
    body = {
        "outcome": made.outcome,
        "purpose": made.purpose,
        "as_of": made.as_of.isoformat(),
        "agreements": list(made.lineage),
        "datasets": list(made.datasets),
        "indicators": list(made.indicators),
        "sha256": made.sha256,
        "by": by,
    }
    house.ledger.append_once("model.trained", made.id, body)
    with transaction(house.engine) as connection:
        registry.save(connection, made, by=by)
    return TrainReport(
        model=made.id,
        outcome=made.outcome,
        as_of=past.as_of,
        cutoffs=trained.days,
        rows=trained.rows,
        outcomes=trained.outcomes,
        indicators=made.indicators,
        considered=trained.considered,
        agreements=made.lineage,
        k=k,
        base_rate=tried.base_rate if tried else None,
        precision_at_k=tried.model.precision_at_k if tried else None,
        lift_at_k=tried.model.lift_at_k if tried else None,
        refusals=past.stage.refusals,
        seconds=past.seconds,
    )


def _tried(panel: Panel, house: Services, as_of: date, k: int, tests: int) -> Backtest | None:
    """The figures on past days; None where there are too few of them."""
    if not tests or not days_to_test(panel, as_of):
        return None
    return backtest(panel, house.rulebook, as_of=as_of, k=k, tests=tests)
