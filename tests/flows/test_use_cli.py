"""`hearthline use` and `hearthline order`: what the agreements say, in words, and what an order waits for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.bootstrap import Services
from flows.cli.handler import run
from governance.catalogue import catalogue

Capture = pytest.CaptureFixture[str]
USE: dict[str, Any] = {
    "actor": {"id": "hearthline", "role": "flow", "organisation": "EOHHS"},
    "action": "score",
    "purpose": "prevention.outreach",
    "datasets": [{"dataset": "hmis.exit", "fields": ["exit_on"]}],
}


def document(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*words, "--home", str(house.settings.home), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def check(house: Services, capsys: Capture, folder: Path, *, code: int = 0, **changes: Any) -> Any:
    (folder / "use.json").write_text(json.dumps({**USE, **changes}))
    return document(house, capsys, "use", "check", str(folder / "use.json"), code=code)


def test_a_permit_says_what_it_owes_and_that_every_clause_holds(
    house: Services, capsys: Capture, tmp_path: Path
) -> None:
    said = check(house, capsys, tmp_path)
    assert said["decision"] == "permit" and said["reasons"] == []
    assert said["obligations"]["min_cell"] == 11
    assert said["agreements"] == [{"id": "DULA-2026-002", "version": 2}]
    assert [each["code"] for each in said["clauses"]] == [known.code for known in catalogue()]
    assert {each["answer"] for each in said["clauses"]} == {"holds"}
    entry = house.ledger.get(said["entry"])
    assert entry.kind == "use.permitted" and entry.body["obligations"] == said["obligations"]


def test_a_refusal_says_which_clauses_fail_and_owes_nothing(house: Services, capsys: Capture, tmp_path: Path) -> None:
    facts = {"sealed_present": True, "review_of": "hearthline"}
    said = check(house, capsys, tmp_path, code=3, purpose="research", facts=facts)
    failing = {each["code"] for each in said["clauses"] if each["answer"] == "fails"}
    assert failing == {each["code"] for each in said["reasons"]}
    assert failing >= {"PURPOSE_NOT_LISTED", "SEALED_PRESENT", "SELF_REVIEW"}
    assert said["obligations"] is None


def test_of_a_use_that_is_not_understood_no_other_clause_was_asked(
    house: Services, capsys: Capture, tmp_path: Path
) -> None:
    said = check(house, capsys, tmp_path, code=3, zone="everywhere")
    answers = {each["code"]: each["answer"] for each in said["clauses"]}
    assert answers.pop("MALFORMED") == "fails"
    assert set(answers.values()) == {"not asked"}


def test_people_read_the_same(house: Services, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "use.json").write_text(json.dumps(USE))
    capsys.readouterr()
    assert run(["use", "check", str(tmp_path / "use.json"), "--home", str(house.settings.home)]) == 0
    said = capsys.readouterr().out
    assert "permit" in said and "RETENTION_EXCEEDED" in said and "min_cell" in said


def test_the_clauses_can_be_read_without_a_home(capsys: Capture) -> None:
    assert run(["use", "clauses", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["clauses"]
    assert [each["code"] for each in said] == [known.code for known in catalogue()]
    assert run(["use", "clauses"]) == 0
    assert "VICTIM_SERVICES_BARRED" in capsys.readouterr().out


def test_an_order_is_received_told_and_answered(house: Services, capsys: Capture, tmp_path: Path) -> None:
    words = ("order", "receive", "DULA-2026-002", "--by", "officer-1", "--answer-by", "2026-09-20")
    reference = document(house, capsys, *words)["reference"]
    facts = {"legal_process": reference, "notices": ["owner", "subject"]}
    held = check(house, capsys, tmp_path, code=3, facts=facts)
    assert [each["code"] for each in held["reasons"]] == ["LEGAL_PROCESS_HOLD"]
    document(house, capsys, "order", "notify", reference, "--to", "owner", "--agency", "EOHLC")
    told = document(house, capsys, "order", "notify", reference, "--to", "subject")
    assert told["told"] == ["EOHLC", "subject"]
    assert check(house, capsys, tmp_path, facts=facts)["decision"] == "permit"
    assert document(house, capsys, "order", "list")["orders"] == [document(house, capsys, "order", "show", reference)]
    for command in (["order", "list"], ["order", "show", reference]):
        assert run([*command, "--home", str(house.settings.home)]) == 0
        assert reference in capsys.readouterr().out


def test_an_order_names_an_agreement_that_there_is(house: Services, capsys: Capture) -> None:
    assert run(["order", "receive", "DULA-1999-001", "--home", str(house.settings.home)]) == 1
    assert "AGREEMENT_UNKNOWN" in capsys.readouterr().err
    assert run(["order", "show", "o-1", "--home", str(house.settings.home)]) == 1
    assert "ORDER_UNKNOWN" in capsys.readouterr().err
