from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.bootstrap import Services, initialise
from flows.cli.handler import run
from flows.releasing import write
from governance.agreement import Agreement
from governance.disclosure.published import Standard
from governance.disclosure.release_table import release as release_table
from governance.disclosure.suppression import suppress
from governance.ids import AgreementId
from tests.flows.homes import settings
from tests.governance.disclosure.cubes import line

UTILITIES = AgreementId("DULA-2026-007")
RELEASE = {
    "cube": "notices-by-town",
    "title": "Households with a notice, by town",
    "as_of": "2026-06-30",
    "series": "separate",
    "purpose": "prevention.outreach",
    "datasets": [{"dataset": "utility.notices", "fields": ["kind"]}],
    "dimensions": [{"name": "town", "codes": ["Holyoke", "Springfield", "Westfield"], "total": "All"}],
    "counts": "counts.csv",
}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A home without data, and a release file beside it."""
    house = initialise(settings(tmp_path / "home"))
    release_table.create(house.engine, checkfirst=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEARTHLINE_HOME", "home")
    Path("release.yaml").write_text(yaml.safe_dump({"release": RELEASE}), encoding="utf-8")
    Path("counts.csv").write_text("town,count\nHolyoke,4\nSpringfield,300\nWestfield,40\n", encoding="utf-8")
    return house


def let_release(house: Services) -> None:
    """Amend the agreement: counts of what kind a notice was may be published."""
    paper = house.register.get(UTILITIES).agreement.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for dataset in paper["datasets"]:
        for field in dataset["fields"]:
            if (dataset["id"], field["name"]) == ("utility.notices", "kind"):
                field["actions"].append("release")
    paper |= {"version": paper["version"] + 1, "signatures": []}
    signers = {"owner": "steward-7", "recipient": "steward-8"}
    house.register.amend(Agreement.model_validate_json(json.dumps(paper)), signed_by=signers, by="steward-1")


def answered(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run([*words, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_a_check_says_what_would_be_hidden_and_why_it_may_not_leave(
    office: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    before = office.ledger.size()
    code, found = answered(capsys, "release", "check", "release.yaml", "--by", "worker-1")
    assert code == 3
    assert (found["hidden"], found["cells"], found["recoverable"]) == (2, 4, [])
    assert [reason["code"] for reason in found["reasons"]] == ["ACTION_NOT_GRANTED"]
    assert office.ledger.size() == before


def test_what_no_agreement_grants_is_not_published(office: Services, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = answered(capsys, "release", "publish", "release.yaml", "--by", "worker-1", "--out", "out")
    assert code == 3
    assert not Path("out").exists()
    assert answered(capsys, "release", "list") == (0, {"releases": []})


def test_a_published_table_is_listed_and_shown_as_its_readers_got_it(
    office: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    let_release(office)
    code, found = answered(capsys, "release", "publish", "release.yaml", "--by", "worker-1", "--out", "out")
    assert (code, found["id"], found["hidden"]) == (0, "notices-by-town.1", 2)
    _, listed = answered(capsys, "release", "list")
    assert [(each["id"], each["sha256"]) for each in listed["releases"]] == [(found["id"], found["sha256"])]
    _, table = answered(capsys, "release", "show", found["id"])
    counts = {cell["cell"][0]: cell["count"] for cell in table["cells"]}
    assert counts == {"Holyoke": None, "Springfield": 300, "Westfield": None, "All": 344}
    for words in (["list"], ["show", found["id"]]):
        assert run(["release", *words]) == 0


def test_a_release_nobody_published_is_unknown(office: Services) -> None:
    assert run(["release", "show", "notices-by-town.9"]) == 1


def test_the_files_that_readers_get_agree_with_the_hash(tmp_path: Path) -> None:
    table = suppress(line([5, 40, 60]), Standard(), number=1)
    write(table, tmp_path)
    lines = (tmp_path / "signals-by-town.1.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(lines))
    assert rows == [["town", "households"], ["a", "not shown"], ["b", "not shown"], ["c", "60"], ["All", "105"]]
    text = (tmp_path / "signals-by-town.1.json").read_bytes()
    assert hashlib.sha256(text).hexdigest() == table.sha256
    assert table.note() in (tmp_path / "signals-by-town.1.txt").read_text(encoding="utf-8")
