"""Oversight as an officer does it: the watch after a night, emergencies, reviews, circles, witnesses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.bootstrap import Services
from flows.cli.handler import run
from flows.night import run_night
from flows.reading import Reader
from flows.watching import watch
from governance.anomaly import Kind
from governance.circle import Relation
from governance.clock import FixedClock
from governance.ids import HouseholdId
from tests.flows import homes

Capture = pytest.CaptureFixture[str]
NOON = datetime(2026, 5, 29, 16, tzinfo=UTC)
MIDNIGHT = datetime(2026, 5, 30, 3, 30, tzinfo=UTC)


def at(house: Services, instant: datetime) -> Services:
    """The same home on another clock."""
    clock = FixedClock(instant)
    return replace(house, clock=clock, gate=replace(house.gate, clock=clock), ledger=_on(house, clock))


def _on(house: Services, clock: FixedClock) -> Any:
    house.ledger._clock = clock
    return house.ledger


def said(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*words, "--home", str(house.settings.home), "--json"]) == code
    return json.loads(capsys.readouterr().out or "null")


@pytest.fixture(scope="module")
def night(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a night behind it; not to be changed."""
    home = tmp_path_factory.mktemp("watched") / "home"
    house = at(homes.copy(made, home), NOON)
    run_night(house, homes.UNTIL)
    house.engine.dispose()
    house.ledger_engine.dispose()
    return home


@pytest.fixture
def house(night: Path, tmp_path: Path) -> Services:
    return at(homes.copy(night, tmp_path / "home"), NOON)


def first(house: Services) -> tuple[HouseholdId, str]:
    task = Reader(house).queue().tasks[0]
    return task.household, task.owner


def found(house: Services) -> set[tuple[Kind, str]]:
    return {(finding.kind, finding.actor) for finding in watch(house)}


def test_an_ordinary_night_and_day_give_nothing_to_look_at(house: Services) -> None:
    household, owner = first(house)
    Reader(house).why(household, worker=owner)
    assert found(house) == set()


def test_a_look_at_night_is_found(house: Services) -> None:
    household, owner = first(house)
    late = at(house, MIDNIGHT)
    Reader(late).why(household, worker=owner)
    assert (Kind.OUTSIDE_HOURS, owner) in found(late)


def test_a_look_without_a_task_is_found(house: Services) -> None:
    household, owner = first(house)
    other = next(worker for worker in house.settings.workers if worker != owner)
    Reader(house).why(household, worker=other)
    assert (Kind.NO_TASK, other) in found(house)
    assert (Kind.NO_TASK, owner) not in found(house)


def test_a_look_at_ones_own_household_is_found_and_its_neighbours_are_looked_up_under_grants(house: Services) -> None:
    household, owner = first(house)
    house.circles.declare(owner, household, Relation.OWN, by=owner)
    Reader(house).why(household, worker=owner)
    assert (Kind.OWN_CIRCLE, owner) in found(house)
    purposes = {entry.body["purpose"] for entry in house.ledger.entries(kind="grant.issued")}
    assert "prevention.outreach.oversight" in purposes
    assert household not in str([entry.body for entry in house.ledger.entries(kind="anomaly")])


def test_many_households_on_one_day_are_found(house: Services) -> None:
    small = replace(house, settings=house.settings.model_copy(update={"tasks_per_worker": 1}))
    mine = Reader(house).queue("worker-1").tasks[:5]
    for task in mine:
        Reader(small).why(task.household, worker="worker-1")
    assert len(mine) > 3 and (Kind.BULK_VIEW, "worker-1") in found(small)


def test_the_commands_tell_what_was_found_and_take_a_review(house: Services, capsys: Capture) -> None:
    household, owner = first(house)
    house.circles.declare(owner, household, Relation.FAMILY, by="officer-1")
    Reader(house).why(household, worker=owner)
    told = said(house, capsys, "watch", "--since", "2026-05-01")
    assert told["to_review"] >= 1
    number = told["findings"][0]["review"]
    said(house, capsys, "review", "record", str(number), "--by", owner, "--verdict", "in_order", "--why", "x", code=3)
    made = said(
        house, capsys, "review", "record", str(number), "--by", "officer-1", "--verdict", "concern", "--why", "Asked."
    )
    assert made["verdict"] == "concern"
    assert number not in [row["entry"] for row in said(house, capsys, "review", "list")["waiting"]]


def test_an_emergency_takes_two_and_is_listed(house: Services, capsys: Capture) -> None:
    why = "A caller says that a child is out in the cold"
    asked = said(house, capsys, "break-glass", "ask", "--by", "worker-1", "--why", why)
    said(house, capsys, "break-glass", "confirm", asked["reference"], "--by", "worker-1", code=3)
    assert said(house, capsys, "break-glass", "confirm", asked["reference"], "--by", "worker-2")["confirmed_by"]
    said(house, capsys, "break-glass", "end", asked["reference"], "--by", "worker-2")
    (listed,) = said(house, capsys, "break-glass", "list")["emergencies"]
    assert listed["reviewed"] == [] and listed["ended_at"]


def test_a_witness_in_another_folder_signs_what_grows(
    house: Services, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, folder = "audit.example/one", str(tmp_path / "witness")
    assert run(["witness", "init", "--folder", folder, "--name", name, "--json"]) == 0
    key = json.loads(capsys.readouterr().out)["witness_key"]
    monkeypatch.setenv("HEARTHLINE_WITNESSES", json.dumps([key]))
    monkeypatch.setenv("HEARTHLINE_WITNESS_QUORUM", "1")
    request, line = tmp_path / "request", tmp_path / "line"
    said(house, capsys, "ledger", "ask-witness", "--out", str(request))
    signing = ["witness", "sign", str(request), "--folder", folder, "--name", name, "--log", house.ledger.verifier_key]
    assert run([*signing, "--out", str(line), "--json"]) == 0
    size = json.loads(capsys.readouterr().out)["size"]
    assert not said(house, capsys, "ledger", "witnesses")["reached"]
    said(house, capsys, "ledger", "cosign", str(line), "--size", str(size), "--witness", key)
    assert said(house, capsys, "ledger", "witnesses")["reached"]
    said(house, capsys, "ledger", "cosign", str(line), "--size", str(size), "--witness", "x+y+z", code=1)
    assert run([*signing, "--json"]) == 1  # it signed that head before: the request starts from another size
