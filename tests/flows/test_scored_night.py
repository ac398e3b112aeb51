"""A night with a model: deadlines first, then whom it thinks likelier; its reasons add up; it goes with its papers."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from alerts.queue import queue
from alerts.triage import FORESEEN
from flows.bootstrap import Services
from flows.foreseeing import foresight, model_in_use
from flows.intaking import linker_of
from flows.looking import wanted
from flows.night import run_night
from flows.reading import Reader
from flows.shown import Why
from flows.stage import Stage
from flows.training import promote_model, train_model
from governance.database import reading
from governance.ids import AgreementId, RunId
from governance.use import Action
from rules.needs import needs
from rules.observe import Watch, observing
from tests.flows import homes
from tests.flows.test_training import foreseeing

SCHOOLS, DOCKET = AgreementId("DULA-2026-001"), AgreementId("DULA-2026-004")


@pytest.fixture(scope="module")
def scored(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a model in use and a night behind it; not to be changed."""
    home = tmp_path_factory.mktemp("scored") / "home"
    house = foreseeing(homes.copy(made, home))
    report = train_model(house, as_of=homes.UNTIL, outcome="absence", tests=0)
    promote_model(house, report.model, by="analyst-1")
    assert run_night(house, homes.UNTIL).model == report.model
    house.engine.dispose()
    house.ledger_engine.dispose()
    return home


@pytest.fixture
def office(scored: Path, tmp_path: Path) -> Services:
    """A home of the test's own, with a night by a model behind it."""
    return homes.copy(scored, tmp_path / "scored")


def everything(house: Services) -> list[Why]:
    """The reasons of every task on the list."""
    reader = Reader(house)
    return [reader.why(task.household, worker="worker-1") for task in reader.queue().tasks]


def test_the_reasons_of_every_task_add_up_to_its_score(office: Services) -> None:
    found = everything(office)
    assert found
    for why in found:
        assert why.score is not None and why.model
        assert abs(sum(reason.contribution or 0.0 for reason in why.reasons) - why.score) < 1e-9


def test_within_a_tier_the_list_follows_the_model_and_no_score_lifts_a_tier(office: Services) -> None:
    scores = {why.household: why.score or 0.0 for why in everything(office)}
    with reading(office.engine) as connection:
        tasks = queue(connection)
    for first, second in pairwise(tasks):
        assert (first.tier, -scores[first.household]) <= (second.tier, -scores[second.household])
    assert len({task.tier for task in tasks}) > 1


def test_what_the_model_adds_is_told_in_words_with_facts_and_without_a_number_of_its_own(office: Services) -> None:
    added = [
        reason
        for why in everything(office)
        for reason in why.reasons
        if reason.rule.startswith("model.") and reason.rule not in {"model.baseline", "model.rest"}
    ]
    assert added
    assert all(reason.facts and reason.text.endswith(".") and reason.tier == FORESEEN for reason in added)


def test_an_agreement_that_stops_takes_the_score_at_once_and_leaves_reasons_that_are_not_its_own(
    office: Services,
) -> None:
    before = {why.household: why for why in everything(office)}
    office.register.suspend(DOCKET, by="steward-7", why="A review.")
    after = {why.household: why for why in everything(office)}
    with reading(office.engine) as connection:
        looked_at = {task.household: task.score_datasets for task in queue(connection)}
    assert after
    for household, why in after.items():  # what the model learnt to look at differs from home to home
        rests_on_it = any(dataset.startswith("docket.") for dataset in looked_at[household])
        assert (why.score is None) == rests_on_it
        shown = {reason.text for reason in why.reasons if not reason.rule.startswith("model.")}
        assert shown <= {reason.text for reason in before[household].reasons}
    office.register.suspend(SCHOOLS, by="steward-7", why="A review.")
    assert all(why.score is None for why in everything(office))


def test_the_next_night_goes_by_rules_alone_and_says_so_and_the_model_comes_back_with_its_papers(
    office: Services,
) -> None:
    office.register.suspend(SCHOOLS, by="steward-7", why="A review.")
    alone = run_night(office, homes.UNTIL)
    assert (alone.model, alone.foreseen) == ("", 0)
    assert alone.tasks > 0
    office.register.resume(SCHOOLS, by="steward-7", why="Done.")
    again = run_night(office, homes.UNTIL)
    assert again.model.startswith("model-")


def test_applying_the_model_is_a_use_of_its_own_and_one_made_for_another_purpose_is_refused(office: Services) -> None:
    model = model_in_use(office)
    assert model is not None
    applied = [entry.body["model"] for entry in office.ledger.entries(kind="use.permitted") if entry.body.get("model")]
    assert applied == [{"id": model.id, "purpose": model.purpose}]
    watch = Watch(
        gate=office.gate,
        store=office.store,
        feeds=office.feeds,
        indicators=wanted(office, model),
        actor=office.flow,
        purpose=office.settings.purpose,
        run=RunId("n-1"),
        as_of=homes.UNTIL,
        link=linker_of(office).link().id,
        hearing=office.hearing,
    )
    stage = Stage("look")
    with observing(watch) as observed:
        assert foresight(office, observed, model, stage) is not None
        borrowed = replace(model, purpose=f"{model.purpose}.housing")
        assert foresight(office, observed, borrowed, stage) is None
    assert [refusal.code for refusal in stage.refusals] == ["MODEL_PURPOSE"]


def test_a_night_asks_for_no_field_that_neither_a_rule_nor_the_model_looks_at(office: Services) -> None:
    model = model_in_use(office)
    assert model is not None
    looked_at = office.rulebook.used() | set(model.indicators)
    wanted: dict[str, set[str]] = {}
    for id in looked_at:
        need = needs(office.indicators[id], office.feeds)
        wanted.setdefault(need.dataset, set()).update(need.fields)
    scored = [
        entry.body for entry in office.ledger.entries(kind="grant.issued") if entry.body["action"] == str(Action.SCORE)
    ]
    assert scored
    for body in scored:
        assert set(body["fields"]) <= wanted[str(body["dataset"])]  # type: ignore[arg-type]
    assert set(office.indicators) - looked_at  # there is more that could have been asked for
