"""The agreement: the whole paper, checked."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from governance.document import canonical
from governance.errors import Misconfigured
from governance.terms import Terms
from governance.use import Action
from tests.governance.papers import AGREEMENT, Document, agreement, field, snap


def changed(path: str, value: Any) -> Document:
    """The SNAP agreement with one key, deep down, set to something else."""
    document: Any = deepcopy(AGREEMENT)
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    whole: Document = document
    return whole


def test_the_whole_paper_is_read() -> None:
    paper = agreement(snap())
    assert paper.parties.owner.agency == "DTA"
    assert paper.datasets[0].fields[1].retain_days == 730
    assert paper.linkage.partners == ("DULA-2026-009",)
    assert paper.destruction.within_days == 30


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", "dula 14"),
        ("version", 0),
        ("version", "1"),
        ("parties/recipients", []),
        ("parties/owner/nickname", "x"),
        ("users/roles", ["analyst", "analyst"]),
        ("purposes/0/id", "Prevention Outreach"),
        ("purposes/0/legal_basis", []),
        ("datasets/0/id", "snap"),
        ("datasets/0/fields/0/name", "*"),
        ("datasets/0/fields/0/name", "household.first_name"),
        ("datasets/0/fields/0/actions", ["reidentify"]),
        ("datasets/0/fields/0/actions", []),
        ("datasets/0/fields/0/zones", ["anywhere"]),
        ("datasets/0/fields/1/retain_days", 0),
        ("datasets/0/fields/1/retain_days", True),
        ("datasets/0/fields/1/name", "first_name"),
        ("linkage/with", ["DULA-2026-014"]),
        ("models/score_purposes", ["research"]),
        ("decisions/adverse_use", "allowed"),
        ("decisions/human_review", "optional"),
        ("derived/inherits", "none"),
        ("outputs/min_cell", 0),
        ("security/at_rest", "none"),
        ("term/expires", "2026-07-01"),
        ("term/expires", "soon"),
        ("term/review_by", "2028-01-01"),
        ("surprise", 1),
    ],
)
def test_a_paper_that_cannot_mean_what_it_says_is_refused_by_key(path: str, value: Any) -> None:
    with pytest.raises(Misconfigured) as refused:
        agreement(changed(path, value))
    assert refused.value.code == "POLICY_INVALID"
    assert "agreement" in refused.value.what


@pytest.mark.parametrize("key", sorted(set(AGREEMENT) - {"linkage", "models"}))
def test_a_part_that_is_missing_is_named(key: str) -> None:
    document = snap()
    del document[key]
    with pytest.raises(Misconfigured, match=f"agreement.{key}: Field required"):
        agreement(document)


def test_a_dataset_listed_twice_is_refused() -> None:
    document = snap()
    document["datasets"].append(document["datasets"][0])
    with pytest.raises(Misconfigured, match=r"dataset dta\.snap_cases stands twice"):
        agreement(document)


def test_an_error_does_not_repeat_what_was_written() -> None:
    with pytest.raises(Misconfigured) as refused:
        agreement(changed("parties/owner/agency", "Maria 617-555-0101"))
    assert "Maria" not in str(refused.value)
    assert "agreement.parties.owner.agency" in refused.value.what


def test_what_is_not_written_is_not_granted() -> None:
    document = snap()
    del document["linkage"], document["models"]
    paper = agreement(document)
    assert paper.linkage.partners == ()
    assert not paper.models.train
    assert paper.models.score_purposes == ()


def test_a_direct_identifier_stays_in_the_enclave_whatever_is_listed() -> None:
    document = changed("datasets/0/fields/0", field("first_name", zones=["enclave", "analytic"]))
    terms = Terms.of(agreement(document).datasets[0])
    assert "first_name" not in terms.by_zone["analytic"]
    assert "first_name" in terms.by_zone["enclave"]


def test_taking_in_follows_from_being_listed_for_anything() -> None:
    terms = Terms.of(agreement(snap()).datasets[0])
    assert terms.by_action[Action.INGEST] == terms.fields
    assert terms.by_action[Action.TRAIN] == {"certification_end_on"}
    assert terms.by_action[Action.CONTACT] == frozenset()


@pytest.mark.parametrize(("given", "read"), [("required", True), (None, False)])
def test_a_dataset_may_ask_for_an_attestation(given: str | None, read: bool) -> None:
    document = snap()
    document["datasets"][0]["attestation"] = given
    assert Terms.of(agreement(document).datasets[0]).attestation is read


@pytest.mark.parametrize("condition", ["in the care of the agency", "In_Care", "", 7])
def test_a_condition_of_a_legal_basis_is_a_word_that_a_fact_can_name(condition: object) -> None:
    document = snap()
    basis = document["purposes"][0]["legal_basis"][0]
    basis["condition"] = "child_in_agency_care"
    assert agreement(document).purposes[0].legal_basis[0].condition == "child_in_agency_care"
    basis["condition"] = condition
    with pytest.raises(Misconfigured, match="condition"):
        agreement(document)


def test_what_a_paper_may_ask_for_since_today_leaves_the_hash_of_one_that_does_not_alone() -> None:
    assert "condition" not in canonical(agreement(snap())) and "attestation" not in canonical(agreement(snap()))


def test_fields_are_found_by_the_law_that_they_stand_under() -> None:
    document = snap()
    document["datasets"][0]["fields"][2]["regime"] = "Part2"
    by_regime = Terms.of(agreement(document).datasets[0]).by_regime
    assert by_regime == {"SNAP": {"first_name", "certification_end_on"}, "PART2": {"household_size"}}
