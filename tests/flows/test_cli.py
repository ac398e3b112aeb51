"""The command line: what it prints, what it exits with, and what it says of bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from flows.bootstrap import Services
from flows.cli.handler import run
from flows.demo_clock import set_clock
from flows.night import run_night
from governance.agreement import Agreement
from governance.database import transaction
from governance.ledger.table import ledger_entry
from tests.flows import homes

Capture = pytest.CaptureFixture[str]
FIXTURES = Path(__file__).resolve().parents[1] / "signals" / "fixtures"


@pytest.fixture
def done(house: Services) -> Services:
    """A home with a night behind it."""
    run_night(house, homes.UNTIL)
    return house


def command(house: Services, *words: str) -> int:
    return run([*words, "--home", str(house.settings.home)])


def document(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert command(house, *words, "--json") == code
    return json.loads(capsys.readouterr().out)


def test_setting_up_twice_changes_nothing(tmp_path: Path, capsys: Capture) -> None:
    home = str(tmp_path / "home")
    assert run(["init", "--home", home, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert run(["init", "--home", home, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert {"home", "database", "ledger_key"} <= set(first)


def test_a_folder_that_is_no_home_is_a_clear_error(tmp_path: Path, capsys: Capture) -> None:
    assert run(["queue", "--home", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("HOME_MISSING: ")
    assert "hearthline init" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("words", [["nothing"], ["why"], ["queue", "--nothing"], ["nightly", "--as-of", "2026-13-01"]])
def test_a_command_called_wrongly_exits_2(house: Services, capsys: Capture, words: list[str]) -> None:
    assert command(house, *words) == 2
    assert capsys.readouterr().err.startswith("USAGE: ")


def test_the_queue_has_what_the_interface_promises(done: Services, capsys: Capture) -> None:
    tasks = document(done, capsys, "queue")["tasks"]
    assert tasks
    for task in tasks:
        assert {"id", "household", "tier", "due_on", "reasons", "programmes", "consent"} <= set(task)
        assert task["reasons"]
        assert task["programmes"]


def test_why_has_every_fact_with_its_source(done: Services, capsys: Capture) -> None:
    household = document(done, capsys, "queue")["tasks"][0]["household"]
    why = document(done, capsys, "why", household)
    assert {"score", "tier", "reasons"} <= set(why)
    for reason in why["reasons"]:
        assert {"text", "contribution", "facts"} <= set(reason)
        assert reason["facts"]
        wanted = {"value", "occurred_on", "known_on", "dataset", "agreement", "grant", "delivery", "row"}
        assert all(wanted <= set(fact) for fact in reason["facts"])


def test_taking_a_file_twice_changes_nothing(house: Services, capsys: Capture) -> None:
    file = str(house.settings.home / "extracts" / "hmis" / "Exit.csv")
    size = house.ledger.size()
    code = command(house, "intake", "hmis.exit", file)
    again = json.loads(_json(house, capsys, "intake", "hmis.exit", file, code=code))
    assert again["repeated"]
    assert again["delivered"] == again["kept"] + again["unlinkable"] + sum(again["quarantine_counts"].values())
    assert house.ledger.size() == size


def test_a_file_that_is_something_else_is_refused_whole_with_exit_4(
    house: Services, capsys: Capture, tmp_path: Path
) -> None:
    wrong = tmp_path / "Exit.csv"
    wrong.write_text("a,b\n1,Zanzibar\n")
    assert command(house, "intake", "hmis.exit", str(wrong)) == 4
    said = capsys.readouterr().err
    assert said.startswith("FILE_HEADER: ")
    assert "Zanzibar" not in said
    assert said.count("\n") == 1
    refused = list(house.ledger.entries(kind="delivery.refused"))
    assert len(refused) == 1


def test_bad_rows_are_quarantined_with_exit_4_and_good_ones_beside_them_are_kept(
    house: Services, capsys: Capture, tmp_path: Path
) -> None:
    lines = (house.settings.home / "extracts" / "hmis" / "Exit.csv").read_text().splitlines()
    assert len(lines) > 2
    cells = lines[1].split(",")
    cells[3] = "Zanzibar"
    bad = tmp_path / "Exit.csv"
    bad.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n")
    taken = json.loads(_json(house, capsys, "intake", "hmis.exit", str(bad), code=4))
    assert taken["kept"] >= 1
    assert 1 in [row["row"] for row in taken["quarantined"]]
    assert "Zanzibar" not in json.dumps(taken)


def test_every_delivery_is_listed_and_has_a_report(house: Services, capsys: Capture) -> None:
    found = document(house, capsys, "deliveries", "list")["deliveries"]
    assert {each["dataset"] for each in found} >= {"hmis.exit", "edfi.attendance"}
    assert all(each["alarms"] == [] for each in found)
    of_exits = document(house, capsys, "deliveries", "list", "--dataset", "hmis.exit")["deliveries"]
    assert {each["dataset"] for each in of_exits} == {"hmis.exit"}
    told = document(house, capsys, "deliveries", "report", of_exits[0]["id"])
    assert told["delivered"] == told["kept"] + told["unlinkable"] + sum(told["quarantine_counts"].values())
    assert {"unlisted", "unnamed", "drift", "promised_days", "waited_days", "late", "alarms"} <= set(told)
    assert command(house, "deliveries", "report", of_exits[0]["id"]) == 0
    assert "promised every 7" in capsys.readouterr().out
    assert command(house, "deliveries", "report", "d-nothing") == 1
    assert capsys.readouterr().err.startswith("DELIVERY_UNKNOWN: ")


def test_the_doctor_shows_the_alarms_of_feeds(house: Services, capsys: Capture, tmp_path: Path) -> None:
    wrong = tmp_path / "Exit.csv"
    wrong.write_text("a,b\n1,2\n")
    assert command(house, "intake", "hmis.exit", str(wrong)) == 4
    (found,) = [
        check for check in document(house, capsys, "doctor", code=1)["checks"] if check["name"] == "feed hmis.exit"
    ]
    assert not found["ok"]
    assert found["detail"].startswith("FEED_SHAPE: a file was refused whole: FILE_HEADER. ")


def test_a_dataset_that_no_agreement_lets_in_exits_3(house: Services, capsys: Capture) -> None:
    house.register.suspend(homes_agreement("hmis.exit", house), by="officer-1")
    file = FIXTURES / "anything.csv"
    extract = house.settings.home / "extracts" / "hmis" / "Exit.csv"
    fresh = house.settings.home / file.name
    fresh.write_text(extract.read_text() + "\n")
    assert command(house, "intake", "hmis.exit", str(fresh)) == 3
    assert capsys.readouterr().err.startswith("NOT_ACTIVE: ")


def test_the_ledger_verifies_and_no_longer_does_once_an_entry_is_dropped(done: Services, capsys: Capture) -> None:
    found = document(done, capsys, "ledger", "verify")
    assert found["verified"]
    with transaction(done.ledger_engine) as connection:
        last = connection.execute(select(ledger_entry.c.number).order_by(ledger_entry.c.number.desc())).scalar()
        connection.execute(delete(ledger_entry).where(ledger_entry.c.number == last))
    broken = document(done, capsys, "ledger", "verify", code=5)
    assert not broken["verified"]
    assert broken["problems"]


def test_an_exported_ledger_verifies_with_the_key_that_init_printed(
    done: Services, capsys: Capture, tmp_path: Path
) -> None:
    key = document(done, capsys, "ledger", "export", "--out", str(tmp_path / "log"))["ledger_key"]
    assert command(done, "ledger", "verify", "--export", str(tmp_path / "log"), "--key", key) == 0
    assert command(done, "ledger", "verify", "--export", str(tmp_path / "log")) == 1


def test_a_use_is_decided_without_being_performed(house: Services, capsys: Capture, tmp_path: Path) -> None:
    use = tmp_path / "use.json"
    body: dict[str, Any] = {
        "actor": {"id": "hearthline", "role": "flow", "organisation": "EOHHS"},
        "action": "score",
        "purpose": "prevention.outreach",
        "datasets": [{"dataset": "hmis.exit", "fields": ["exit_on"]}],
    }
    use.write_text(json.dumps(body))
    assert document(house, capsys, "use", "check", str(use))["decision"] == "permit"
    use.write_text(json.dumps({**body, "purpose": "law_enforcement"}))
    refused = document(house, capsys, "use", "check", str(use), code=3)
    assert "MOU_PROHIBITED" in {reason["code"] for reason in refused["reasons"]}
    assert house.ledger.get(refused["entry"]).kind == "use.refused"
    use.write_text("{")
    assert command(house, "use", "check", str(use)) == 3


def test_an_agreement_can_be_suspended_and_resumed(house: Services, capsys: Capture) -> None:
    stopped = document(house, capsys, "agreement", "suspend", "DULA-2026-001", "--why", "an incident")
    assert (stopped["status"], stopped["stopped"]) == ("suspended", "NOT_ACTIVE")
    assert document(house, capsys, "agreement", "resume", "DULA-2026-001")["status"] == "active"
    assert command(house, "agreement", "resume", "DULA-2026-001") == 1
    assert "AGREEMENT_STATE" in capsys.readouterr().err


def test_the_doctor_names_what_is_wrong(done: Services, capsys: Capture) -> None:
    set_clock(done.settings, homes.UNTIL)  # the files end half a year ago: by their calendar no feed fell silent
    assert all(check["ok"] for check in document(done, capsys, "doctor")["checks"])
    done.register.suspend(homes_agreement("hmis.exit", done), by="officer-1")
    checks = {check["name"]: check for check in document(done, capsys, "doctor", code=1)["checks"]}
    assert not checks["agreement DULA-2026-002"]["ok"]
    assert "NOT_ACTIVE" in checks["agreement DULA-2026-002"]["detail"]


def test_the_doctor_takes_a_lawful_amendment_for_none_of_its_business(done: Services, capsys: Capture) -> None:
    now = done.register.get(homes_agreement("hmis.exit", done)).agreement
    paper = now.model_dump(mode="json", by_alias=True, exclude_unset=True)
    paper |= {"version": now.version + 1, "title": "Renewed", "signatures": []}
    signers = {"owner": "steward-7", "recipient": "steward-8"}
    done.register.amend(Agreement.model_validate_json(json.dumps(paper)), signed_by=signers, by="steward-1")
    set_clock(done.settings, homes.UNTIL)
    assert all(check["ok"] for check in document(done, capsys, "doctor")["checks"])


def test_piped_output_has_no_colours_and_the_night_runs_as_a_flow(house: Services) -> None:
    environment = {**os.environ, "HEARTHLINE_HOME": str(house.settings.home)}
    words = [sys.executable, "-m", "flows.cli", "nightly", "--as-of", homes.UNTIL.isoformat(), "--json"]
    flow = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert flow.returncode == 0, flow.stderr
    report = json.loads(flow.stdout)
    assert report["tasks"] > 0
    assert not report["repeated"]
    assert "\x1b[" not in flow.stdout + flow.stderr
    stored = b"".join(path.read_bytes() for path in (house.settings.home / "prefect").rglob("*.db*"))
    assert b"nightly" in stored
    queue = homes.handed_out(house)
    assert queue
    assert not any(str(row[1]).encode() in stored for row in queue)


def test_a_night_that_may_look_at_nothing_exits_3(house: Services) -> None:
    for standing in house.register.all():
        house.register.suspend(standing.agreement.id, by="officer-1")
    environment = {**os.environ, "HEARTHLINE_HOME": str(house.settings.home)}
    words = [sys.executable, "-m", "flows.cli", "nightly", "--as-of", homes.UNTIL.isoformat()]
    flow = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert flow.returncode == 3, flow.stderr
    assert "NOT_ACTIVE" in flow.stdout


def homes_agreement(dataset: str, house: Services) -> Any:
    """The agreement that covers a dataset."""
    return house.register.covering(dataset)[0].agreement.id  # type: ignore[arg-type]


def _json(house: Services, capsys: Capture, *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert command(house, *words, "--json") == code
    return capsys.readouterr().out
