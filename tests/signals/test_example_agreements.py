"""The example agreements and the example feeds speak of the same datasets and fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import signals
from governance.agreement import Agreement
from governance.policy import load_policy
from governance.terms import FieldClass

FEEDS: dict[str, dict[str, Any]] = {
    file.stem: yaml.safe_load(file.read_text()) for file in (Path(signals.__file__).parent / "feeds").glob("*.yaml")
}
SENSITIVE: dict[str, frozenset[str]] = {
    "custody.bookings": frozenset({"charge_class", "facility"}),
    "custody.snapshot": frozenset({"charge_class", "facility"}),
    "childwelfare.reports": frozenset({"first_name", "last_name", "born_on", "reporter_kind", "allegation"}),
    "calls.needs": frozenset({"notes"}),
}
"""Columns that a feed could deliver and no agreement lists, by dataset."""


@pytest.mark.parametrize("paper", load_policy().agreements, ids=lambda paper: str(paper.id))
def test_an_example_agreement_lists_exactly_the_feed_columns_that_are_not_sensitive(paper: Agreement) -> None:
    for dataset in paper.datasets:
        columns = {column["name"] for column in FEEDS[dataset.id]["columns"]}
        assert {field.name for field in dataset.fields} == columns - SENSITIVE.get(dataset.id, frozenset()), dataset.id


def test_every_example_feed_is_covered_by_an_example_agreement_of_its_agency() -> None:
    owners = {
        dataset.id: paper.parties.owner.agency for paper in load_policy().agreements for dataset in paper.datasets
    }
    assert owners == {dataset: feed["agency"] for dataset, feed in FEEDS.items()}


def test_whatever_a_feed_knows_a_person_by_is_a_direct_identifier() -> None:
    for paper in load_policy().agreements:
        for dataset in paper.datasets:
            feed = FEEDS[dataset.id]
            shared = feed.get("household", {})
            naming = {*feed.get("identity", {}).values(), feed.get("person", {}).get("field")}
            naming = (naming | {shared.get("shared"), shared.get("person")}) & {field.name for field in dataset.fields}
            direct = {field.name for field in dataset.fields if field.class_ is FieldClass.DIRECT_IDENTIFIER}
            assert naming <= direct, dataset.id
