"""What an agreement can ask of a frame, and what it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from governance.attestation.terms import Form, FrameTerms, Part
from governance.errors import Misconfigured
from governance.terms import Terms
from governance.use import Action
from tests.governance.papers import Document, agreement, snap


def asking(**attestation: Any) -> Document:
    document = snap()
    columns = [{"name": "ends_in", "field": "certification_end_on", "form": "year"}]
    document["datasets"][0]["attestation"] = {"required": True, "columns": columns, **attestation}
    return document


def frame(document: Document) -> FrameTerms:
    found = Terms.of(agreement(document).datasets[0]).frame
    assert found is not None
    return found


def test_an_agreement_lists_the_columns_of_a_frame() -> None:
    terms = frame(asking(k=20, valid_days=30, actions=["export"]))
    assert (terms.k, terms.valid_days, terms.diversity, terms.canaries) == (20, 30, 1, 0)
    assert terms.sources == {"certification_end_on"}
    assert terms.named(Part.QUASI_IDENTIFIER) == ("ends_in",), "what is not said to be harmless tells"
    assert terms.needed_for() == {Action.EXPORT}


def test_required_alone_means_every_action_and_every_column_tells() -> None:
    document = snap()
    document["datasets"][0]["attestation"] = "required"
    terms = Terms.of(agreement(document).datasets[0])
    assert terms.attested == frozenset(Action)
    assert terms.frame is not None
    assert {(column.form, column.part) for column in terms.frame.columns} == {(Form.TEXT, Part.QUASI_IDENTIFIER)}
    assert terms.frame.sources == terms.by_zone["analytic"]
    assert terms.frame.k == 11


def test_what_asks_for_nothing_needs_nothing() -> None:
    assert Terms.of(agreement(snap()).datasets[0]).attested == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": []},
        {"columns": [{"name": "first_name"}]},
        {"columns": [{"name": "unheard_of"}]},
        {"columns": [{"name": "certification_end_on"}, {"name": "certification_end_on"}]},
        {"columns": [{"name": "certification_end_on", "form": "band"}]},
        {"columns": [{"name": "certification_end_on", "form": "year", "width": 5}]},
        {"columns": [{"name": "certification_end_on", "part": "unit"}]},
        {"columns": [{"name": "family", "form": "pseudonym"}]},
        {"columns": [{"name": "family", "form": "pseudonym", "part": "unit", "field": "certification_end_on"}]},
        {"k": 1},
        {"k": "11"},
        {"diversity": 2},
        {"valid_days": 0},
        {"valid_days": 400},
        {"required": False},
        {"actions": ["export", "export"]},
        {"actions": ["steal"]},
        {"believed": True},
    ],
)
def test_terms_that_cannot_mean_what_they_say_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured, match="POLICY_INVALID"):
        agreement(asking(**wrong))
