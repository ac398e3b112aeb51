"""Policies: a folder of papers, and the examples that ship."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import yaml

from governance.adoption import adopt
from governance.document import dump, embedded, sha256, signed
from governance.errors import Misconfigured
from governance.ids import DatasetId
from governance.obligation import looser
from governance.policy import PACKAGED, load_policy, read_agreement
from governance.terms import FieldClass
from governance.use import Action
from tests.governance.papers import mou, office, snap
from tests.governance.papers import signed as sign


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A policy folder with the memorandum and one agreement."""
    papers = tmp_path / "agreements"
    papers.mkdir()
    (papers / "mou.yaml").write_text(yaml.safe_dump(json.loads(dump(mou()))))
    (papers / "snap.yaml").write_text(yaml.safe_dump(json.loads(dump(sign(snap())))))
    return tmp_path


def test_a_folder_of_papers_is_read(folder: Path) -> None:
    policy = load_policy(folder)
    assert [paper.id for paper in policy.papers] == ["MOU-STATEWIDE", "DULA-2026-014"]
    assert policy.sha256("DULA-2026-014") == sha256(sign(snap()))
    assert policy.sha256("DULA-1999-001") == ""


def test_the_policy_hash_changes_with_any_paper_and_with_nothing_else(folder: Path) -> None:
    before = load_policy(folder).hash
    file = folder / "agreements" / "snap.yaml"
    file.write_text("# a remark\n" + file.read_text())
    assert load_policy(folder).hash == before
    file.write_text(file.read_text().replace("retain_days: 730", "retain_days: 731"))
    assert load_policy(folder).hash != before


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("agreement: {id: DULA-2026-001", "line"),
        ("agreement: {}\nagreement: {}", "agreement stands twice"),
        ("agreement: {term: {effective: 1, effective: 2}}", "effective stands twice"),
        ("agreement: {surprise: 1}", "agreement.surprise: Extra inputs are not permitted"),
        ("agreement: {version: yes}", "agreement.version"),
        ("? [a, b]\n: 1", "a key must be text"),
        ("- 1", "must begin with"),
        ("", "must begin with"),
        ("agreement: !!python/object/apply:os.getcwd []", "line 1"),
        ("agreement: {version: .nan}", "holds a value"),
    ],
)
def test_a_broken_file_is_named_with_the_place(folder: Path, text: str, where: str) -> None:
    (folder / "agreements" / "broken.yaml").write_text(text)
    with pytest.raises(Misconfigured) as refused:
        load_policy(folder)
    assert refused.value.code == "POLICY_INVALID"
    assert "broken.yaml" in refused.value.what
    assert where in refused.value.what


def test_bytes_that_are_no_text_are_named(folder: Path) -> None:
    (folder / "agreements" / "broken.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Misconfigured, match=r"broken\.yaml.*UTF-8"):
        load_policy(folder)


def test_an_agreement_in_two_files_is_refused(folder: Path) -> None:
    papers = folder / "agreements"
    (papers / "again.yaml").write_text((papers / "snap.yaml").read_text())
    with pytest.raises(Misconfigured, match="another file"):
        load_policy(folder)


def test_a_folder_without_a_memorandum_is_refused(folder: Path) -> None:
    (folder / "agreements" / "mou.yaml").unlink()
    with pytest.raises(Misconfigured, match="one memorandum is needed, there are 0"):
        load_policy(folder)


def test_a_folder_without_papers_is_refused_rather_than_replaced_by_the_examples(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="has no agreements/"):
        load_policy(tmp_path)


def test_a_file_without_an_agreement_is_none(folder: Path) -> None:
    with pytest.raises(Misconfigured, match=r"mou\.yaml, agreement: missing"):
        read_agreement(folder / "agreements" / "mou.yaml")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"gone\.yaml"):
        read_agreement(tmp_path / "gone.yaml")


def test_every_packaged_signature_fits() -> None:
    for paper in load_policy().papers:
        assert signed(paper) == {party for party, _ in embedded(paper)}, f"python -m tests.sign_examples: {paper.id}"


def test_every_packaged_signature_is_by_a_registered_key() -> None:
    policy = load_policy()
    house = office()
    adopt(house.register, policy, by="steward-1")
    for paper in policy.papers:
        told = house.register.signatories.embedded(paper)
        assert {mark.party for mark in told} == {party for party, _ in embedded(paper)}
        assert {mark.kind for mark in told} == {"keyed"}
    size = house.ledger.size()
    assert adopt(house.register, policy, by="steward-1") == ()
    assert house.ledger.size() == size


def test_the_packaged_papers_come_into_force_as_they_are() -> None:
    policy = load_policy()
    house = office()
    adopt(house.register, policy, by="steward-1")
    for standing in house.register.all():
        assert house.register.objection(standing.id, house.clock.now()) is None
        assert house.register.next_steps(standing.id) == ()
        assert looser(standing.agreement, policy.mou.floor) == ()


def test_the_packaged_memorandum_is_the_hash_of_its_text() -> None:
    text = (PACKAGED / "mou.md").read_bytes()
    assert load_policy().mou.text_sha256 == hashlib.sha256(text).hexdigest()


def test_the_packaged_papers_may_be_joined_as_they_say() -> None:
    partners = {paper.id: set(paper.linkage.partners) for paper in load_policy().agreements}
    for id, named in partners.items():
        assert all(id in partners[other] for other in named)


def test_packaged_identifiers_are_for_matching_in_the_enclave_and_a_sign_up_s_for_contact_too() -> None:
    reached = {("outreach.signups", "participant_id"), ("outreach.signups", "phone")}
    for paper in load_policy().agreements:
        for dataset in paper.datasets:
            for field in (field for field in dataset.fields if field.class_ is FieldClass.DIRECT_IDENTIFIER):
                also = [Action.CONTACT] if (dataset.id, field.name) in reached else []
                only_counted = dataset.id == "childwelfare.reports"
                assert field.zones == ("enclave",)
                assert [*field.actions] == ([Action.AGGREGATE] if only_counted else [Action.MATCH, *also])


def test_only_who_signed_up_is_contacted_and_no_sign_up_is_scored() -> None:
    allowed: dict[str, set[Action]] = {}
    for paper in load_policy().agreements:
        for dataset in paper.datasets:
            allowed[dataset.id] = {action for field in dataset.fields for action in field.actions}
    assert {dataset for dataset, actions in allowed.items() if Action.CONTACT in actions} == {"outreach.signups"}
    assert not allowed["outreach.signups"] & {Action.SCORE, Action.TRAIN, Action.EXPLAIN}


def test_no_two_packaged_agreements_cover_one_dataset() -> None:
    listed: list[DatasetId] = [dataset.id for paper in load_policy().agreements for dataset in paper.datasets]
    assert len(listed) == len(set(listed))
