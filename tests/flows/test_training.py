"""A model is made only from what agreements give for training, rests sealed, and serves as long as all of them hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.bootstrap import Services
from flows.stage import Refusal
from flows.training import TrainReport, backtest_model, card_of, model_of, promote_model, train_model
from governance.database import metadata, reading
from governance.errors import Refused, RulebookError, ScorerError
from governance.ids import AgreementId, DatasetId
from rules.outcome import Event, Outcome, Toward
from rules.scorer.model import model, model_event, promoted
from rules.scorer.render import render_card
from tests.flows import homes

SCHOOLS, DOCKET = AgreementId("DULA-2026-001"), AgreementId("DULA-2026-004")
ABSENCE = Outcome(
    id="absence",
    title="Days of school missed",
    statement="Within 30 days somebody misses school without an excuse.",
    horizon_days=30,
    any_of=(Event(dataset=DatasetId("edfi.attendance"), kind="school_absence_unexcused"),),
    toward={
        "unexcused_days_60d": Toward.MORE,
        "absence_days_30d": Toward.MORE,
        "late_days_60d": Toward.MORE,
        "days_since_filing": Toward.LESS,
    },
)


@pytest.fixture
def school(house: Services) -> Services:
    """A home in which something is to be foreseen that happens often enough in a few months."""
    return foreseeing(house)


@pytest.fixture(scope="module")
def once(made: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainReport]:
    """A home with a model, and how it was made; not to be changed."""
    home = tmp_path_factory.mktemp("trained") / "home"
    house = foreseeing(homes.copy(made, home))
    report = train_model(house, as_of=homes.UNTIL, outcome="absence", by="worker-1", tests=1)
    house.engine.dispose()
    house.ledger_engine.dispose()
    return home, report


@pytest.fixture
def report(once: tuple[Path, TrainReport]) -> TrainReport:
    """What the training of the home with a model said."""
    return once[1]


@pytest.fixture
def trained(once: tuple[Path, TrainReport], tmp_path: Path) -> Services:
    """A home of the test's own, with a model."""
    return foreseeing(homes.copy(once[0], tmp_path / "trained"))


def foreseeing(house: Services) -> Services:
    metadata.create_all(house.engine, tables=[model, model_event])
    return replace(house, outcomes={"absence": ABSENCE})


def serving(house: Services, *, without: AgreementId | None = None) -> str | None:
    active = {each.agreement.id for each in house.register.all()} - {without}
    with reading(house.engine) as connection:
        found = promoted(connection, house.settings.purpose, active)
    return found.id if found else None


def test_a_model_is_trained_registered_and_serves_once_a_person_says_so(trained: Services, report: TrainReport) -> None:
    assert report.outcomes >= 20 and report.rows > report.outcomes and not report.refusals
    assert set(report.indicators) <= set(ABSENCE.toward)
    assert all(day + timedelta(days=30) <= homes.UNTIL for day in report.cutoffs)
    assert report.lift_at_k is not None and report.lift_at_k > 1
    assert serving(trained) is None
    promote_model(trained, report.model, by="worker-1")
    assert serving(trained) == report.model


def test_a_model_serves_only_while_every_agreement_that_it_was_made_from_is_in_force(
    trained: Services, report: TrainReport
) -> None:
    promote_model(trained, by="worker-1")
    assert SCHOOLS in report.agreements
    assert all(serving(trained, without=agreement) is None for agreement in report.agreements)


def test_training_again_on_the_same_makes_the_same_model(trained: Services, report: TrainReport) -> None:
    promote_model(trained, by="worker-1")
    assert train_model(trained, as_of=homes.UNTIL, outcome="absence", tests=0).model == report.model
    assert serving(trained) == report.model
    assert len(list(trained.ledger.entries(kind="model.trained"))) == 1


def test_the_ledger_tells_what_was_opened_for_training_and_what_came_of_it(
    trained: Services, report: TrainReport
) -> None:
    promote_model(trained, by="worker-1")
    grants = [entry.body for entry in trained.ledger.entries(kind="grant.issued")]
    assert any(body["action"] == "train" and body["dataset"] == "edfi.attendance" for body in grants)
    assert [entry.topic for entry in trained.ledger.entries(kind="model")] == [report.model, report.model]
    assert trained.ledger.verify().verified


def test_a_model_rests_sealed_under_the_agreements_that_it_was_made_from(trained: Services) -> None:
    found = model_of(trained)
    assert b"additive" not in found.sealed and b"shapes" not in found.sealed
    assert set(trained.vault.owners(found.sealed)) == set(found.owners) <= set(found.lineage)


def test_what_may_not_be_trained_on_drops_out_and_is_named(school: Services) -> None:
    school.register.suspend(DOCKET, by="officer-1", why="an incident")
    report = train_model(school, as_of=homes.UNTIL, outcome="absence", tests=0)
    assert {each.code for each in report.refusals if isinstance(each, Refusal)} == {"NOT_ACTIVE"}
    assert "indicator days_since_filing" in {each.what for each in report.refusals}
    assert DOCKET not in report.agreements and "days_since_filing" not in report.indicators


def test_half_an_outcome_is_not_learnt(school: Services) -> None:
    school.register.suspend(SCHOOLS, by="officer-1", why="an incident")
    with pytest.raises(Refused) as refused:
        train_model(school, as_of=homes.UNTIL, outcome="absence", tests=0)
    assert refused.value.code == "NOT_ACTIVE"


def test_a_backtest_shows_the_model_beside_every_simpler_list(school: Services) -> None:
    found = backtest_model(school, as_of=homes.UNTIL, outcome="absence", k=20, tests=2).backtest
    assert found.k == 20 and len(found.cutoffs) == 2
    for each in found.cutoffs:
        assert each.train_end + timedelta(days=30) <= each.test_as_of
        assert each.test_as_of + timedelta(days=30) <= homes.UNTIL
    ways = set(found.baselines)
    assert {"rules_alone", "most_recent_filing", "signals_in_90_days", "linear_model"} <= ways
    assert any(name.startswith("best_single_rule: ") for name in ways)
    assert sum(each.households for each in found.groups) == sum(each.households for each in found.cutoffs)


def test_the_card_says_in_words_what_the_model_is(trained: Services, report: TrainReport) -> None:
    text = render_card(card_of(trained))
    assert report.model in text and "not in use" in text
    assert all(trained.indicators[name].title in text for name in report.indicators)
    assert all(agreement in text for agreement in report.agreements)


def test_a_card_is_not_told_once_an_agreement_behind_the_model_has_stopped(trained: Services) -> None:
    trained.register.suspend(SCHOOLS, by="officer-1", why="an incident")
    with pytest.raises(Refused):
        card_of(trained)


def test_a_model_that_nobody_trained_is_unknown(school: Services) -> None:
    for id in (None, "model-0"):
        with pytest.raises(ScorerError) as error:
            card_of(school, id)
        assert error.value.code == "MODEL_UNKNOWN"
    with pytest.raises(RulebookError):
        train_model(school, as_of=homes.UNTIL, outcome="riches")
