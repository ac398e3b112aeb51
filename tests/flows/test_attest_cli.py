"""`hearthline attest`, as a steward and an analyst use it: what it prints and what it exits with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.bootstrap import Services, build
from flows.cli.handler import run
from flows.destroying import destroy
from governance.attestation.attestations import SIGNED
from tests.flows import frames, homes
from tests.flows.frames import PAPER, frame, good_lines

OF = ["--agreement", PAPER, "--dataset", frames.INTERVIEWS]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with families' files taken in, under the machine's clock."""
    folder = tmp_path_factory.mktemp("steward")
    house = frames.office(folder)
    house.engine.dispose()
    house.ledger_engine.dispose()
    return folder / "home"


@pytest.fixture
def house(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    shutil.copytree(made, tmp_path / "home")
    monkeypatch.setenv("HEARTHLINE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return build(homes.settings(tmp_path / "home"))


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """What a command exits with, and what it says in JSON."""
    capsys.readouterr()
    code = run(["attest", *words, "--json"])
    said = capsys.readouterr().out
    return code, json.loads(said) if said else None


def test_from_the_store_to_the_analyst(house: Services, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = told(capsys, "draw", *OF, "--out", "f.csv", "--by", "steward-7")
    assert (code, report["passed"], report["anonymity"]["total"]) == (0, True, frames.ALIKE)
    assert report["names"] > len(frames.FIRST_NAMES)
    code, nothing = told(capsys, "admit", "f.csv", *OF, "--by", "analyst-1")
    assert (code, nothing) == (3, None)
    code, signed = told(capsys, "sign", "f.csv", *OF, "--by", "steward-7", "--days", "7")
    assert (code, signed["status"], signed["by"], signed["frame"]) == (0, "in force", "steward-7", report["frame"])
    code, admitted = told(capsys, "admit", "f.csv", *OF, "--by", "analyst-1")
    assert code == 0
    assert Path(admitted["file"]).read_bytes() == Path("f.csv").read_bytes()
    assert told(capsys, "verify", "f.csv")[1]["attested"] is True
    assert told(capsys, "zone")[1]["frames"][0]["status"] == "in force"
    assert [each["id"] for each in told(capsys, "list")[1]["attestations"]] == [signed["id"]]
    assert told(capsys, "show", signed["id"])[1]["report"]["passed"] is True
    code, gone = told(capsys, "withdraw", signed["id"], "--by", "steward-7", "--why", "superseded")
    assert (code, gone["status"]) == (0, "withdrawn")
    assert not Path(admitted["file"]).exists()
    assert told(capsys, "verify", "f.csv")[0] == 3
    kinds = [entry.kind for entry in house.ledger.entries(kind="attestation")]
    assert kinds == ["attestation.signed", "attestation.withdrawn"]


def test_what_stands_against_a_frame_is_shown_to_people_too(
    house: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert house.settings.home.exists()
    frame(tmp_path, *good_lines(), *["recertification,2025,held"] * 3, name="f.csv")
    for command in ("check", "sign"):
        assert run(["attest", command, "f.csv", *OF, "--by", "steward-7"]) == 4
        said = capsys.readouterr().out
        assert "k_anonymity" in said
        assert "3 of 25 units are alike fewer than 11 in kind, scheduled_in" in said
        assert "left below k" in said
    assert run(["attest", "list"]) == 0
    frame(tmp_path, *good_lines(), name="g.csv")
    assert run(["attest", "check", "g.csv", *OF, "--by", "steward-7"]) == 0
    assert "Nothing stands against it." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["check", "f.csv", *OF, "--by", "analyst-1"], 3, "MOVE_NOT_YOURS"),
        (["check", "nowhere.csv", *OF, "--by", "steward-7"], 4, "FRAME_UNREADABLE"),
        (["check", "f.csv", *OF[:2], "--dataset", "hmis.exit", "--by", "steward-7"], 1, "FRAME_TERMS"),
        (["show", "a-0"], 1, "ATTESTATION_UNKNOWN"),
        (["withdraw", "a-0", "--by", "steward-7", "--why", "x"], 1, "ATTESTATION_UNKNOWN"),
        (["draw", *OF, "--out", "f.csv", "--by", "steward-7"], 1, "FRAME_EXISTS"),
        (["verify", "f.csv"], 3, ""),
    ],
)
@pytest.mark.usefixtures("house")
def test_an_error_is_one_sentence_with_its_code(
    words: list[str], code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame(tmp_path, *good_lines(), name="f.csv")
    assert run(["attest", *words]) == code
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("house")
def test_canaries_are_people_who_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = told(capsys, "canaries", *OF, "--by", "steward-7")
    assert (code, said) == (0, {"canaries": []}), "the packaged agreement asks for none"


def test_an_attestation_that_does_not_hold_breaks_the_ledgers_verification(
    house: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ledger", "verify"]) == 0
    house.ledger.append(SIGNED, "0" * 64, {"frame": "0" * 64})
    capsys.readouterr()
    assert run(["ledger", "verify", "--json"]) == 5
    said = json.loads(capsys.readouterr().out)
    assert said["verified"] is False
    assert "an attestation: it cannot be read" in said["problems"][0]


def test_the_doctor_names_a_frame_that_may_not_be_there(house: Services, capsys: pytest.CaptureFixture[str]) -> None:
    place = house.settings.home / "analytic" / PAPER / frames.INTERVIEWS
    place.mkdir(parents=True)
    (place / "brought.csv").write_text("kind\nheld\n", encoding="utf-8")
    run(["doctor", "--json"])
    checks = {each["name"]: each for each in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["analytic zone"]["ok"] is False
    assert told(capsys, "zone")[0] == 3
    assert told(capsys, "zone", "--sweep")[1] == {"frames": [], "swept": 1}
    assert not list(place.iterdir())


def test_an_agreement_that_is_destroyed_takes_its_frames_along(
    house: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame(tmp_path, *good_lines(), name="f.csv")
    assert told(capsys, "sign", "f.csv", *OF, "--by", "steward-7")[0] == 0
    _, admitted = told(capsys, "admit", "f.csv", *OF, "--by", "analyst-1")
    house.register.terminate(PAPER, by="steward-7", why="over")
    certificate = destroy(house, PAPER, by="officer-1")
    assert not Path(admitted["file"]).exists()
    assert "frame" in str(certificate)
