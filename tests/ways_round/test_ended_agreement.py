"""Ways round an ended agreement: what was made of its data before, and what somebody else kept of it."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from alerts.queue import queue
from flows.bootstrap import Services
from flows.foreseeing import model_in_use
from flows.night import run_night
from flows.reading import Reader
from flows.training import promote_model, train_model
from governance.database import reading
from governance.errors import LineageInactive, NotActive, Refused
from governance.ids import AgreementId, DatasetId
from governance.use import Action, Use
from tests.architecture.tree import dotted, modules, scoped
from tests.flows import homes
from tests.flows.test_training import foreseeing

SCHOOLS, DOCKET = AgreementId("DULA-2026-001"), AgreementId("DULA-2026-004")


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a model in use and a night behind it; not to be changed."""
    made = tmp_path_factory.mktemp("ended") / "made"
    first = homes.make(made)
    first.engine.dispose()
    first.ledger_engine.dispose()
    home = made.with_name("scored")
    house = foreseeing(homes.copy(made, home))
    report = train_model(house, as_of=homes.UNTIL, outcome="absence", tests=0)
    promote_model(house, report.model, by="analyst-1")
    run_night(house, homes.UNTIL)
    house.engine.dispose()
    house.ledger_engine.dispose()
    return home


@pytest.fixture
def office(scored: Path, tmp_path: Path) -> Services:
    return foreseeing(homes.copy(scored, tmp_path / "home"))


def test_an_open_alert_of_a_terminated_agreement_is_shown_to_nobody(office: Services) -> None:
    with reading(office.engine) as connection:
        resting = [task for task in queue(connection) if DOCKET in task.lineage]
    assert resting
    office.register.terminate(DOCKET, by="steward-7", why="The owner withdrew.")
    shown = Reader(office).queue()
    assert shown.withheld >= len(resting)
    assert not {task.id for task in resting} & {task.id for task in shown.tasks}
    for task in resting[:3]:
        with pytest.raises(Refused):
            Reader(office).why(task.household, worker="worker-1")


def test_a_household_that_was_found_through_a_terminated_agreement_is_not_read_any_more(office: Services) -> None:
    shared = next(
        file for file in office.store.every_file() if DOCKET in file.lineage and file.agreement != DOCKET and file.link
    )
    office.register.terminate(DOCKET, by="steward-7", why="The owner withdrew.")
    (standing,) = office.register.covering(shared.dataset)
    fields = standing.fields(shared.dataset, Action.MATCH)
    use = Use.of(
        actor=office.flow,
        action=Action.MATCH,
        purpose=office.settings.purpose,
        dataset=shared.dataset,
        fields=fields,
        zone="enclave",
    )
    with office.gate.open(office.gate.request(use)) as opened, pytest.raises(LineageInactive):
        list(office.store.read(opened, shared.dataset, fields, homes.UNTIL, link=shared.link))


def test_a_model_that_learnt_from_a_terminated_agreement_is_used_by_no_night(office: Services) -> None:
    model = model_in_use(office)
    assert model is not None
    office.register.terminate(SCHOOLS, by="steward-7", why="The owner withdrew.")
    assert model_in_use(office) is None
    after = run_night(office, homes.UNTIL)
    assert (after.model, after.foreseen) == ("", 0)


def test_a_night_after_a_termination_opens_nothing_of_it_and_hands_out_nothing_that_rests_on_it(
    office: Services,
) -> None:
    office.register.terminate(DOCKET, by="steward-7", why="The owner withdrew.")
    before = office.ledger.size()
    run_night(office, homes.UNTIL)
    granted = [e for e in office.ledger.entries(kind="grant.issued", after=before - 1) if e.body["agreement"] == DOCKET]
    assert granted == []
    with reading(office.engine) as connection:
        assert [task.id for task in queue(connection) if DOCKET in task.lineage] == []


def test_a_grant_of_a_terminated_agreement_is_void_whatever_it_was_for(office: Services) -> None:
    use = Use.of(
        actor=office.flow,
        action=Action.SCORE,
        purpose=office.settings.purpose,
        dataset=DatasetId("docket.filings"),
        fields={"filed_on"},
    )
    grant = office.gate.request(use)
    office.register.terminate(DOCKET, by="steward-7", why="The owner withdrew.")
    with pytest.raises(NotActive), office.gate.open(grant):
        pass


# -- what a scheduler might have kept ---------------------------------------------------------------------------------


def test_nothing_that_prefect_runs_keeps_or_caches_a_result_whatever_its_settings_say() -> None:
    """A cached result would outlive a termination: it would be handed out without a question to the gate."""
    code = (
        "import flows.nightly as n\n"
        "for each in (n.nightly, n.run_stage):\n"
        "    assert each.persist_result is False, each.name\n"
        "assert type(n.run_stage.cache_policy).__name__ == '_None'\n"
        "assert n.run_stage.cache_key_fn is None and n.run_stage.result_storage is None\n"
    )
    loud = {
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "true",
        "PREFECT_TASKS_DEFAULT_PERSIST_RESULT": "true",
        "PREFECT_FLOWS_DEFAULT_PERSIST_RESULT": "true",
        "DO_NOT_TRACK": "1",
    }
    ran = subprocess.run([sys.executable, "-c", code], env={**os.environ, **loud}, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()


def test_no_task_and_no_flow_asks_prefect_to_keep_anything() -> None:
    keeps = {"cache_policy", "cache_key_fn", "persist_result", "result_storage", "result_storage_key"}
    asked = [
        (module.path, keyword.arg, ast.unparse(keyword.value))
        for module in modules()
        for _, node in scoped(module.tree)
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in {"task", "flow", "with_options"}
        for keyword in node.keywords
        if keyword.arg in keeps
    ]
    assert asked
    assert {(name, value) for _, name, value in asked} == {("persist_result", "False"), ("cache_policy", "NO_CACHE")}
