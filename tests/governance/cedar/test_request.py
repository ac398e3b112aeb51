"""Requests: a use in Cedar's words, with nothing judged on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.cedar.request import requests
from governance.fact import Emergency, Facts
from governance.purpose import is_purpose
from governance.use import Ask, ModelRef, Use
from tests.governance.cedar.cases import BASE, CASES, MEALS, PARENT, VISITS, facts
from tests.governance.papers import NOW

BOSTON = ZoneInfo("America/New_York")


def context(use: Use, at: datetime = NOW, number: int = 0) -> dict[str, Any]:
    """What one request says of a use."""
    found: dict[str, Any] = json.loads(list(requests(use, BOSTON, at))[number]["context"])
    return found


def test_there_is_one_request_for_each_dataset_and_one_for_each_agreement_of_the_lineage() -> None:
    asks = (*BASE.asks, Ask(dataset=MEALS, fields=frozenset({"missed", "another"}), basis="of-meals"))
    use = replace(BASE, asks=asks, lineage=frozenset({PARENT}), linked_with=frozenset({VISITS}))
    found = list(requests(use, BOSTON, NOW))
    assert [request["resource"]["id"] for request in found] == [CASES, MEALS, PARENT]
    assert [request["resource"]["type"] for request in found] == ["Dataset", "Dataset", "Agreement"]
    assert {request["principal"]["id"] for request in found} == {"worker-1"}
    assert (context(use, number=1)["fields"], context(use, number=1)["basis"]) == (["another", "missed"], "of-meals")
    assert (context(use, number=2)["fields"], context(use, number=2)["basis"]) == ([], "")
    assert [item["id"] for item in context(use)["datasets"]] == sorted([MEALS, CASES, VISITS])


def test_the_day_is_the_day_where_the_agency_works() -> None:
    midnight = datetime(2026, 9, 2, tzinfo=BOSTON)
    assert context(BASE, midnight.astimezone(UTC))["day"] == "2026-09-02"
    assert context(BASE, (midnight - timedelta(microseconds=1)).astimezone(UTC))["day"] == "2026-09-01"


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.integers(min_value=-5, max_value=5))  # noqa: DTZ001
def test_an_instant_is_told_from_the_next_microsecond(naive: datetime, apart: int) -> None:
    at = naive.replace(tzinfo=UTC)
    until = at + timedelta(microseconds=apart)
    said = context(facts(break_glass=Emergency(asked_by="a", confirmed_by="b", until=until, reference="b-1")), at)
    assert said["emergency"]["until"] - said["instant"] == apart


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[a-c_0.]{0,8}", fullmatch=True)))
def test_a_purpose_is_a_name_as_it_is_for_the_first_evaluator(purpose: str) -> None:
    said = context(replace(BASE, purpose=purpose))
    assert said["purpose_is_a_name"] == is_purpose(purpose)
    assert said["above"][-1] == purpose
    assert all(purpose == above or purpose.startswith(f"{above}.") for above in said["above"])


def test_what_is_not_known_is_left_out_or_said_to_be_unknown() -> None:
    said = context(replace(BASE, actor=replace(BASE.actor, trained_until=None)))
    assert not {"trained_until", "model", "emergency"} & said.keys()
    assert said["facts"] == {
        "attested": "unknown",
        "sealed_present": "unknown",
        "victim_services": "unknown",
        "part2_consent": "unknown",
        "conditions": [],
        "legal_process": "",
        "notices": [],
        "review_of": {"type": "Asker", "id": ""},
    }


def test_everything_that_is_known_is_said() -> None:
    known = Facts(
        attested=True,
        sealed_present=False,
        conditions=frozenset({"b", "a"}),
        oldest_known_on=date(2026, 8, 1),
        legal_process="o-1",
        notices=frozenset({"owner"}),
        review_of="officer-1",
        smallest_cell=11,
        recoverable_cells=0,
    )
    said = context(replace(BASE, facts=known, model=ModelRef(id="m-1", purpose="prevention")))
    assert said["model"] == {"id": "m-1", "purpose": "prevention"}
    assert said["facts"]["attested"] == "yes"
    assert said["facts"]["sealed_present"] == "no"
    assert said["facts"]["conditions"] == ["a", "b"]
    assert said["facts"]["oldest_known_on"] == "2026-08-01"
    assert said["facts"]["review_of"]["id"] == "officer-1"
    assert (said["facts"]["smallest_cell"], said["facts"]["recoverable_cells"]) == (11, 0)


def test_the_household_that_a_use_is_about_is_not_told() -> None:
    told = str(list(requests(replace(BASE, about=frozenset({"hh-0123456789abcdef"})), BOSTON, NOW)))
    assert "hh-0123456789abcdef" not in told


@pytest.mark.parametrize("answer", ["yes", 2, "unknown"])
def test_an_answer_is_yes_no_or_not_known(answer: object) -> None:
    with pytest.raises(KeyError):
        context(facts(attested=answer))
