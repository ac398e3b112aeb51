"""Every command that the pages show is run, as it stands there, in a home where it can work."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from flows.bootstrap import Services
from flows.cli.handler import run
from flows.demo_clock import set_clock
from flows.night import run_night
from flows.reading import Reader
from tests.flows import homes

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITHOUT = {"serve", "demo", "nightly"}
"""Commands that do not end, or take their time: `tests/flows/test_cli.py` and `make demo` run them."""


def commands() -> list[str]:
    """The command lines in fenced blocks, each once, in the order of the pages."""
    found: list[str] = []
    for page in PAGES:
        for block in re.findall(r"```[a-z]*\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
            lines = (line.strip().removeprefix("$ ") for line in block.splitlines())
            found += [line for line in lines if line.startswith("hearthline ")]
    return [line for line in dict.fromkeys(found) if shlex.split(line)[1] not in WITHOUT]


@pytest.fixture(scope="module")
def office(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """A home with a night behind it, in a folder that holds the files which the pages speak of."""
    folder = tmp_path_factory.mktemp("office")
    house = homes.copy(made, folder / "home")
    run_night(house, homes.UNTIL)
    extracts = house.settings.home / "extracts"
    shutil.copytree(extracts / "hmis", folder / "extract", dirs_exist_ok=True)
    shutil.copytree(extracts / "truth", folder / "extract" / "truth")
    shutil.copy(extracts / "hmis" / "Enrollment.csv", folder)
    use = {
        "actor": {"id": "hearthline", "role": "flow", "organisation": "EOHHS"},
        "action": "score",
        "purpose": "prevention.outreach",
        "datasets": [{"dataset": "hmis.exit", "fields": ["exit_on"]}],
    }
    (folder / "use.json").write_text(json.dumps(use))
    house.ledger.export(folder / "log")
    head = "phone,topic,language,how,proof,wording,given_at,confirmed_proof"
    row = "(413) 555-0177,family_support,en,form,form of 2026-05-03,w1,2026-05-03T10:00:00-04:00,form of 2026-05-10"
    (folder / "consents.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    return house


def test_the_pages_show_commands() -> None:
    assert len(commands()) > 15


@pytest.mark.parametrize("line", commands())
def test_the_command_runs(line: str, office: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.settings.home.parent)
    monkeypatch.setenv("HEARTHLINE_HOME", "home")
    household = Reader(office).queue().tasks[0].household
    line = line.replace("hh-0123456789abcdef", household).replace("KEY", office.ledger.verifier_key)
    words = shlex.split(line)[1:]
    resume = words[:2] == ["agreement", "resume"]
    if resume and office.register.objection(words[2], office.clock.now()) is None:  # type: ignore[arg-type]
        office.register.suspend(words[2], by="officer-1")  # type: ignore[arg-type]
    quarantines = words[0] == "intake"
    if words[0] == "doctor":  # the files end half a year ago: by the calendar of their last day, no feed fell silent
        set_clock(office.settings, homes.UNTIL)
    try:
        assert run(words) in ({0, 4} if quarantines else {0})
    finally:
        (office.settings.home / "demo-clock").unlink(missing_ok=True)
    if words[:2] == ["agreement", "suspend"]:
        office.register.resume(words[2], by="officer-1")  # type: ignore[arg-type]
