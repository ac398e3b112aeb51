"""The commands about papers: keys, signatures, exports, differences, drafts."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.bootstrap import Services, initialise
from flows.cli.handler import run
from flows.drafting import draft
from flows.excess import excess
from governance.document import sha256
from governance.document_yaml import to_yaml
from governance.draft import TODO, placeholders
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.policy import read_agreement
from governance.use import Action, Use
from tests.flows import homes

SNAP = "DULA-2026-005"
BY = "steward-1"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the example papers in force, and nothing else."""
    home = tmp_path_factory.mktemp("settled") / "home"
    initialise(homes.settings(home))
    return home


@pytest.fixture
def bare(settled: Path, tmp_path: Path) -> Services:
    """A copy of it."""
    return homes.copy(settled, tmp_path / "home")


def said(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*words, "--home", str(house.settings.home), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def error(house: Services, capsys: Capture, *words: str) -> str:
    capsys.readouterr()
    assert run([*words, "--home", str(house.settings.home)]) != 0
    return capsys.readouterr().err.split(":")[0]


def filled(text: str) -> str:
    """A draft with every placeholder filled in."""
    return text.replace(TODO, "Invented").replace("1970-01-01", "2026-05-01")


def handed_in(house: Services, folder: Path) -> AgreementId:
    """A draft for SNAP, filled in, handed in and approved."""
    made = draft(house, purpose="prevention.outreach", owner="DTA")
    file = folder / "draft.yaml"
    file.write_text(filled(made.text), encoding="utf-8")
    house.register.submit(read_agreement(file), by=BY)
    house.register.approve(made.paper.id, by="council")
    return made.paper.id


# -- keys ---------------------------------------------------------------------------------------------------------


def test_a_draft_is_signed_with_a_key_of_their_own_and_with_one_that_is_kept_here(
    bare: Services, tmp_path: Path, capsys: Capture
) -> None:
    id, key = handed_in(bare, tmp_path), tmp_path / "owner.pem"
    made = said(bare, capsys, "agreement", "key", "--agency", "DTA", "--name", "Ann Invented", "--out", str(key))
    assert [each["custody"] for each in made["signatories"] if each["name"] == "Ann Invented"] == ["own"]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    words = ["agreement", "sign", id, "--name"]
    said(bare, capsys, *words, "Ann Invented", "--party", "owner", "--key", str(key))
    done = said(bare, capsys, *words, "Bob Invented", "--party", "recipient")
    assert done["status"] == "executed"
    found = said(bare, capsys, "agreement", "signatures", id)
    assert [(each["party"], each["kind"], each["custody"]) for each in found["signatures"]] == [
        ("owner", "keyed", "own"),
        ("recipient", "keyed", "house"),
    ]
    assert said(bare, capsys, "agreement", "activate", id)["status"] == "active"


def test_a_key_that_is_not_the_registered_one_signs_nothing(bare: Services, tmp_path: Path, capsys: Capture) -> None:
    id = handed_in(bare, tmp_path)
    for name in ("Ann Invented", "Bob Invented"):
        said(bare, capsys, "agreement", "key", "--agency", "DTA", "--name", name, "--out", str(tmp_path / name[:3]))
    words = ("agreement", "sign", id, "--party", "owner", "--name", "Ann Invented")
    assert error(bare, capsys, *words, "--key", str(tmp_path / "Bob")) == "SIGNATURE_INVALID"
    assert error(bare, capsys, *words, "--key", str(tmp_path / "nowhere")) == "SIGNING_KEY_UNREADABLE"
    assert error(bare, capsys, *words) == "SIGNATORY_KNOWN"
    said(bare, capsys, "agreement", "key", "--agency", "DTA", "--name", "Ann Invented", "--retire")
    assert error(bare, capsys, *words, "--key", str(tmp_path / "Ann")) == "SIGNATURE_INVALID"


def test_a_key_file_is_never_overwritten(bare: Services, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "key.pem"
    file.write_text("something dear")
    words = ("agreement", "key", "--agency", "DTA", "--name", "Ann Invented", "--out", str(file))
    assert error(bare, capsys, *words) == "SIGNING_KEY_EXISTS"
    assert file.read_text() == "something dear"
    assert said(bare, capsys, "agreement", "keys", "--agency", "DTA", "--require")["only_keys"]


def test_an_agency_joins_the_memorandum_with_a_key(bare: Services, capsys: Capture) -> None:
    words = ("agreement", "sign", "MOU-STATEWIDE", "--party", "DMH", "--name", "Cal Invented")
    found = said(bare, capsys, *words)["signatures"]
    assert (found[-1]["party"], found[-1]["kind"], found[-1]["custody"]) == ("DMH", "keyed", "house")
    standing = bare.register.mou()
    assert standing is not None
    assert "DMH" in standing.participants


def test_the_example_papers_are_signed_with_keys(bare: Services, capsys: Capture) -> None:
    found = said(bare, capsys, "agreement", "signatures", SNAP)["signatures"]
    assert {each["kind"] for each in found} == {"keyed"}
    assert {each["agency"] for each in found} == {"DTA", "EOHHS"}


# -- exports ------------------------------------------------------------------------------------------------------


def test_an_export_reads_back_to_the_same_hash(bare: Services, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "snap.yaml"
    made = said(bare, capsys, "agreement", "export", SNAP, "--out", str(file))
    assert sha256(read_agreement(file)) == made["sha256"]
    plain = said(bare, capsys, "agreement", "export", SNAP)
    assert plain["text"] == file.read_text(encoding="utf-8")


def test_an_export_as_odrl_is_one_json_document(bare: Services, capsys: Capture) -> None:
    made = json.loads(said(bare, capsys, "agreement", "export", SNAP, "--odrl")["text"])
    assert made["type"] == "Agreement"
    assert len(made["permission"]) > 3
    assert error(bare, capsys, "agreement", "export", "MOU-STATEWIDE", "--odrl") == "EXPORT_FORM"


# -- differences --------------------------------------------------------------------------------------------------


def amended(house: Services, folder: Path) -> Path:
    """The next version of the SNAP agreement: one field gone, one kept for longer."""
    text, _ = to_yaml(house.register.get(AgreementId(SNAP)).agreement)
    document = yaml.safe_load(text)
    document["agreement"]["version"] = 2
    fields = document["agreement"]["datasets"][0]["fields"]
    del fields[0]
    fields[-1]["retain_days"] = 4000
    file = folder / "next.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


def test_a_file_is_compared_with_what_is_in_force(bare: Services, tmp_path: Path, capsys: Capture) -> None:
    file = amended(bare, tmp_path)
    found = said(bare, capsys, "agreement", "diff", SNAP, str(file))
    assert [(each["path"], each["effect"]) for each in found["changes"]] == [
        ("datasets[snap.certifications].fields[case_no]", "stricter"),
        ("datasets[snap.certifications].fields[deleted_on].retain_days", "looser"),
    ]
    assert (found["looser"], found["stricter"]) == (1, 1)


def test_two_versions_on_file_are_compared(bare: Services, tmp_path: Path, capsys: Capture) -> None:
    assert error(bare, capsys, "agreement", "diff", SNAP) == "AGREEMENT_VERSION"
    bare.register.amend(read_agreement(amended(bare, tmp_path)), by=BY)
    found = said(bare, capsys, "agreement", "diff", SNAP)
    assert (found["from"], found["to"], len(found["changes"])) == (1, 2, 2)
    back = said(bare, capsys, "agreement", "diff", SNAP, "--from", "2", "--to", "1")
    assert (back["looser"], back["stricter"]) == (1, 1)
    assert run(["agreement", "diff", SNAP, "--home", str(bare.settings.home)]) == 0


# -- drafts -------------------------------------------------------------------------------------------------------


def test_a_draft_names_what_is_still_missing_and_cannot_be_handed_in(
    bare: Services, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "draft.yaml"
    words = ("agreement", "draft", "--purpose", "prevention.outreach", "--owner", "DTA", "--out", str(file))
    made = said(bare, capsys, *words)
    assert "agreement.parties.owner.steward" in made["missing"]
    assert any("approved_on" in key for key in made["missing"])
    checked = said(bare, capsys, "agreement", "check", str(file))
    assert checked["missing"] == made["missing"]
    assert error(bare, capsys, "agreement", "submit", str(file)) == "AGREEMENT_INCOMPLETE"
    file.write_text(filled(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert said(bare, capsys, "agreement", "check", str(file))["missing"] == []
    assert said(bare, capsys, "agreement", "submit", str(file))["status"] == "under_review"


def test_a_draft_says_what_every_field_is_for(bare: Services) -> None:
    made = draft(bare, purpose="prevention.outreach", datasets=[DatasetId("snap.certifications")])
    lines = made.text.splitlines()
    for field in made.paper.datasets[0].fields:
        (place,) = [number for number, line in enumerate(lines) if f"- {{name: {field.name}," in line]
        assert lines[place - 1].lstrip().startswith("# ")
    assert len(made.paper.datasets[0].fields) == 6
    assert made.paper.datasets[0].fields[0].regime == "SNAP"
    assert placeholders(read_agreement(_written(bare, made.text))) == placeholders(made.paper)


def test_a_draft_that_is_in_force_lets_everything_work_that_the_example_does(bare: Services, tmp_path: Path) -> None:
    """The SNAP and TANF agreements are ended; one made from a draft lets the night look at the same indicators."""
    made = draft(bare, purpose="prevention.outreach", owner="DTA")
    for id in (SNAP, "DULA-2026-006"):
        bare.register.terminate(AgreementId(id), by=BY)
    file = _written(bare, filled(made.text))
    paper = read_agreement(file)
    bare.register.submit(paper, by=BY)
    bare.register.approve(paper.id, by="council")
    for party in ("owner", "recipient"):
        bare.register.sign(paper.id, party, "Ann Invented", by=BY)
    bare.register.activate(paper.id, by=BY)
    for dataset in made.paper.datasets:
        for field in dataset.fields:
            for action in field.actions:
                use = Use.of(
                    actor=bare.flow,
                    action=action,
                    purpose="prevention.outreach",
                    dataset=dataset.id,
                    fields={field.name},
                    zone="enclave" if action is Action.MATCH else field.zones[-1],
                )
                codes = [reason.code for reason in bare.gate.decide(use).reasons]
                assert codes == [], (dataset.id, field.name, action, codes)


def test_a_draft_that_lists_nothing_needed_has_no_excess(bare: Services) -> None:
    made = draft(bare, purpose="prevention.outreach", owner="DTA")
    assert excess(bare, made.paper) == ()


def test_what_an_example_agreement_lists_beyond_the_need_is_told(bare: Services, capsys: Capture) -> None:
    found = said(bare, capsys, "agreement", "unused", SNAP)["unused"]
    lines = {(each["dataset"], each["field"]): each for each in found}
    assert lines["snap.members", "language"]["why"] == "nothing here reads it"
    assert "wrong link" in lines["snap.members", "middle_name"]["why"]
    assert lines["snap.certifications", "start_on"]["actions"] == ["match", "train"]
    assert ("snap.members", "ssn") not in lines


@pytest.mark.parametrize(
    ("datasets", "owner", "code"),
    [
        (["snap.unheard_of"], "", "DRAFT_EMPTY"),
        (["oca.index"], "", "DRAFT_EMPTY"),
        ([], "NASA", "DRAFT_EMPTY"),
        (["snap.closures", "hmis.exit"], "", "DRAFT_OWNERS"),
    ],
)
def test_a_draft_that_makes_no_sense_is_a_clear_error(
    bare: Services, datasets: list[DatasetId], owner: str, code: str
) -> None:
    with pytest.raises(Misconfigured) as found:
        draft(bare, purpose="prevention.outreach", datasets=datasets, owner=owner)
    assert found.value.code == code


def _written(house: Services, text: str) -> Path:
    file = house.settings.home / "draft.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_cedar_policies_of_one_agreement_and_of_all_are_exported(bare: Services, capsys: Capture) -> None:
    one = said(bare, capsys, "agreement", "export", SNAP, "--cedar")["text"]
    every = said(bare, capsys, "agreement", "export", "--cedar")["text"]
    assert SNAP in one and "permit" in one
    assert "DULA-2026-001" not in one
    assert "DULA-2026-001" in every
