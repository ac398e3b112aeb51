"""Obligations: of several agreements, the strictest."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import Misconfigured
from governance.obligation import looser, obligations
from tests.governance.papers import CASES, Document, agreement, mou, snap

FLOOR = mou().floor
TERMS = st.builds(
    lambda cell, days, years, hours: snap(
        outputs={"min_cell": cell, "zeros": "allowed", "complementary": "required", "interval_width": cell},
        term={"effective": "2026-07-01", "expires": f"{years}-01-01"},
        breach={"notify_owner_hours": hours, "contacts": ["privacy@dta.example"]},
        datasets=[_with_retention(days)],
    ),
    st.integers(1, 50),
    st.integers(1, 5000),
    st.integers(2027, 2040),
    st.integers(1, 72),
)


def _with_retention(days: int) -> Document:
    dataset: Document = snap()["datasets"][0]
    dataset["fields"][1]["retain_days"] = days
    return dataset


@given(st.lists(TERMS, min_size=1, max_size=4))
def test_a_joint_use_owes_the_strictest_of_each(documents: list[Document]) -> None:
    papers = [agreement(document) for document in documents]
    together = obligations(papers, FLOOR)
    for paper in papers:
        alone = obligations([paper], FLOOR)
        assert together.min_cell >= alone.min_cell >= FLOOR.min_cell
        assert together.interval_width >= alone.interval_width
        assert (together.retain_days or 0) <= (alone.retain_days or 0)
        assert together.expires_on <= alone.expires_on
        assert together.breach_notice_hours <= alone.breach_notice_hours <= FLOOR.breach_notice_hours
        assert together.roles <= alone.roles


@given(st.lists(TERMS, min_size=1, max_size=3))
def test_the_order_of_agreements_does_not_matter(documents: list[Document]) -> None:
    papers = [agreement(document) for document in documents]
    assert obligations(papers, FLOOR) == obligations(papers[::-1], FLOOR)


def test_only_the_fields_that_are_used_bring_their_retention() -> None:
    paper = agreement(snap())
    assert obligations([paper], FLOOR).retain_days == 730
    assert obligations([paper], FLOOR, {CASES: frozenset({"household_size"})}).retain_days is None
    assert obligations([paper], FLOOR).expires_on == date(2027, 6, 30)


def test_without_an_agreement_nothing_is_permitted_so_nothing_is_owed() -> None:
    with pytest.raises(Misconfigured):
        obligations([], FLOOR)


def test_a_paper_looser_than_the_floor_is_told_where() -> None:
    loose = snap(breach={"notify_owner_hours": 72, "contacts": ["privacy@dta.example"]})
    loose["outputs"]["min_cell"] = 5
    loose["purposes"][0]["id"] = "prevention.law_enforcement"
    loose["models"]["score_purposes"] = []
    found = " ".join(looser(agreement(loose), FLOOR))
    assert "min_cell" in found
    assert "notify_owner_hours" in found
    assert "law_enforcement" in found
    assert "export" in found
