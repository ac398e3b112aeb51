"""The policies: valid, readable, each clause in its place, and only permits."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import cedarpy
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries

from governance.cedar import CedarOpinion
from governance.cedar.entity import entities
from governance.cedar.export import policies
from governance.cedar.policy import OF_DATASET, OF_LINEAGE, joinable, of_dataset, of_lineage, permits
from governance.cedar.request import requests
from governance.cedar.schema import SCHEMA, schema
from governance.clause import CLAUSES
from governance.errors import REFUSALS
from governance.ids import AgreementId, DatasetId
from governance.policy import load_policy
from governance.standing import Papers
from governance.use import Use
from governance.use_clause import USE_CLAUSES
from tests.governance.cedar.cases import BASE, CASES, CHILD, DERIVED, MEALS, PARENT, VISITS, child, memorandum_of, world
from tests.governance.cedar.test_literal import NASTY
from tests.governance.papers import Document
from tests.governance.strategies import World, papers_of, scenes, standing, worlds

CODE = re.compile(r"^// ([A-Z0-9_]+): ", re.MULTILINE)


def texts(papers: Papers) -> list[str]:
    """Every policy of some papers."""
    return [text for paper in papers.agreements.values() for text in permits(paper, papers)]


def example() -> Papers:
    """The example Commonwealth's papers, all in force."""
    policy = load_policy()
    return papers_of([standing(paper) for paper in policy.agreements], memorandum_of(policy.mou))


@tries(max_examples=25, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_whatever_an_agreement_says_its_policies_fit_the_schema(around: World) -> None:
    checked = cedarpy.validate_policies("\n".join(texts(around.papers)), schema())
    assert checked, checked.errors


def test_a_policy_that_misspells_a_word_does_not_fit_the_schema() -> None:
    (text,) = of_dataset(CASES, world().papers)
    assert cedarpy.validate_policies(text, schema())
    assert not cedarpy.validate_policies(text.replace("context.role", "context.rôle"), schema())
    assert not cedarpy.validate_policies(text.replace("context.role", "context.roll"), schema())
    assert not cedarpy.validate_policies(text.replace('Action::"view"', 'Action::"veiw"'), schema())


def test_there_is_one_permit_for_each_dataset_and_one_for_what_was_derived_and_no_forbid() -> None:
    papers = example()
    for paper in papers.agreements.values():
        found = json.loads(cedarpy.policies_to_json_str("\n".join(permits(paper, papers))))["staticPolicies"]
        assert len(found) == len(paper.agreement.datasets) + 1
        assert {policy["effect"] for policy in found.values()} == {"permit"}
        assert {condition["kind"] for policy in found.values() for condition in policy["conditions"]} == {"when"}


def test_every_clause_of_the_first_evaluator_stands_in_every_permit_for_a_dataset() -> None:
    asked_elsewhere = {"NO_AGREEMENT", "LINEAGE_INACTIVE"}  # no permit at all; the permit for what was derived
    judged = {_code(clause.__doc__) for clause in (*CLAUSES, *USE_CLAUSES)} | {"MALFORMED", "DATASET_UNKNOWN"}
    for text in texts(example()):
        codes = set(CODE.findall(text))
        assert codes <= REFUSALS.keys()
        if "resource == Dataset::" in text:
            assert codes == judged - asked_elsewhere


def _code(doc: str | None) -> str:
    found = re.match(r"`([A-Z0-9_]+)`", doc or "")
    assert found is not None
    return found[1]


def test_without_a_memorandum_there_is_no_permit() -> None:
    papers = replace(world().papers, mou=None)
    assert texts(papers) == []
    assert list(of_dataset(CASES, papers)) == []
    assert list(of_lineage(PARENT, papers)) == []


def test_what_nobody_lists_has_no_permit() -> None:
    papers = world().papers
    assert list(of_dataset(DatasetId("dta.unheard_of"), papers)) == []
    assert list(of_lineage(AgreementId("DULA-2026-999"), papers)) == []


def test_rows_may_be_joined_with_datasets_of_agreements_that_name_each_other() -> None:
    papers = world().papers
    assert joinable(papers.agreements[CHILD].agreement, papers) == {CASES, MEALS}
    one_sided = world(own=standing(child(linkage={"with": ["DULA-2026-003", "DULA-2026-404"]}))).papers
    assert joinable(one_sided.agreements[CHILD].agreement, one_sided) == {CASES}
    assert VISITS not in joinable(papers.agreements[CHILD].agreement, papers)


@pytest.mark.parametrize("key", ["title", "question", "role", "course", "basis"])
def test_no_text_of_a_paper_becomes_part_of_a_policy(key: str) -> None:
    changes: Document = {
        "title": {"title": NASTY},
        "question": {"question": NASTY},
        "role": {"users": {"roles": [NASTY, "caseworker"]}},
        "course": {"users": {"roles": ["caseworker"], "training": {"course": NASTY, "valid_days": 1}}},
        "basis": {"purposes": [_purpose_on(NASTY)]},
    }
    plain, nasty = world(), world(own=standing(child(**changes[key])))
    for text in (policies(nasty.papers), "\n".join(texts(nasty.papers))):
        assert len(_parsed(text)) == len(texts(plain.papers))
    assert _allowed("\n".join(texts(nasty.papers)), BASE, nasty)


def _purpose_on(basis: str) -> Document:
    said = {"id": basis, "citation": "7 CFR 272.1", "approved_by": "Cy Invented", "approved_on": "2026-05-01"}
    return {"id": "prevention.outreach", "statement": "Help.", "legal_basis": [said]}


# -- as they are exported ---------------------------------------------------------------------------------------------


def test_what_is_exported_is_what_decides() -> None:
    papers = example()
    assert [_bare(policy) for policy in _parsed(policies(papers))] == [
        _bare(policy) for policy in _parsed("\n".join(texts(papers)))
    ]


@tries(max_examples=10, suppress_health_check=list(HealthCheck))
@given(scenes())
def test_the_exported_text_decides_as_the_opinion_does_without_knowing_how_it_picks(
    scene: tuple[World, list[Use]],
) -> None:
    around, asks = scene
    text = "\n".join(texts(around.papers))
    opinion = CedarOpinion()
    for use in asks:
        said = opinion.permits(use, around.papers, around.known, around.at)
        assert said.permitted == (bool(use.asks) and _allowed(text, use, around))


def test_one_agreement_can_be_exported_alone() -> None:
    text = policies(world().papers, only=CHILD)
    assert {policy["annotations"]["id"].split(" ")[0] for policy in _parsed(text)} == {CHILD}


def test_an_export_explains_itself() -> None:
    text = policies(world().papers)
    assert "// DULA-2026-001 version 1: SNAP lapse signal for prevention outreach" in text
    assert all(f"// {line}".rstrip() in text for line in SCHEMA.splitlines())
    assert max(map(len, text.splitlines())) <= 130
    assert "nothing is permitted" in policies(replace(world().papers, mou=None))


def test_the_conditions_stand_in_the_order_of_their_clauses() -> None:
    (text,) = of_dataset(CASES, world().papers)
    assert len(CODE.findall(text)) == len(OF_DATASET)
    (derived,) = of_lineage(PARENT, world().papers)
    assert len(CODE.findall(derived)) == len(OF_LINEAGE)
    assert _allowed(f"{text}\n{derived}", DERIVED, world())


def _parsed(text: str) -> list[dict[str, dict[str, str]]]:
    found = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
    return [found[id] for id in sorted(found, key=lambda id: int(id.removeprefix("policy")))]


def _bare(policy: dict[str, dict[str, str]]) -> str:
    return json.dumps(policy, sort_keys=True)


def _allowed(text: str, use: Use, around: World) -> bool:
    known = entities(around.papers, around.known)
    asked = list(requests(use, around.papers.zone, around.at))
    answers = cedarpy.is_authorized_batch(asked, cedarpy.PolicySet.from_str(text), known, schema=schema())
    assert not [error for answer in answers for error in answer.diagnostics.errors]
    return all(answer.allowed for answer in answers)
