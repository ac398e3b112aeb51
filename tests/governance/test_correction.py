"""Corrections: asked of the owner, followed until the owner answered, and never with a value in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.correction import Answer, Correction, Corrections, Ground, Place
from governance.errors import Misconfigured
from governance.ids import DatasetId
from tests.governance.papers import CASES, MEALS, NOW, SNAP, Office, usual

TODAY = NOW.date()
FIELD = "certification_end_on"


def asked(office: Office, **changes: str) -> Correction:
    """A correction of the end of a certification."""
    (one,) = Corrections(office.ledger).ask(
        office.register.papers(), CASES, FIELD, ground=Ground.OUTDATED, by="worker-1", today=TODAY, **changes
    )
    return one


def test_it_goes_to_the_steward_of_the_agency_whose_fact_it_is_with_a_day_to_answer_by() -> None:
    one = asked(usual())
    assert (one.agreement, one.dataset, one.field) == (SNAP, CASES, FIELD)
    assert (one.owner, one.steward) == ("DTA", "Bo Invented")
    assert (one.place, one.ground, one.answer) == (Place.ASKED, Ground.OUTDATED, None)
    assert one.due_on == TODAY + timedelta(days=10)


def test_it_is_sent_then_answered_each_once_and_the_first_answer_counts() -> None:
    office = usual()
    corrections, number = Corrections(office.ledger), asked(office).number
    assert corrections.sent(number, by="worker-1").place is Place.SENT
    assert corrections.sent(number, by="worker-1").place is Place.SENT
    done = corrections.answered(number, Answer.CORRECTED, by="worker-1", delivery="d-2")
    assert (done.place, done.answer, done.delivery) == (Place.ANSWERED, Answer.CORRECTED, "d-2")
    assert corrections.answered(number, Answer.STANDS, by="worker-2").answer is Answer.CORRECTED
    assert len(list(office.ledger.entries(kind="correction", topic=number))) == 3


def test_an_owner_may_answer_without_having_been_told_by_us() -> None:
    office = usual()
    assert Corrections(office.ledger).answered(asked(office).number, Answer.STANDS, by="worker-1").delivery == ""


def test_it_is_overdue_the_day_after_it_was_due_until_it_is_answered() -> None:
    office = usual()
    one = asked(office)
    assert not one.overdue(one.due_on)
    assert one.overdue(one.due_on + timedelta(days=1))
    done = Corrections(office.ledger).answered(one.number, Answer.DELETED, by="worker-1")
    assert not done.overdue(one.due_on + timedelta(days=1))


def test_all_are_told_in_the_order_they_were_asked_and_open_ones_apart() -> None:
    office = usual()
    corrections, first, second = Corrections(office.ledger), asked(office), asked(office, subjects="a" * 64)
    corrections.answered(first.number, Answer.STANDS, by="worker-1")
    assert [each.number for each in corrections.all()] == [first.number, second.number]
    assert corrections.open() == [second]
    assert second.subjects == "a" * 64


@pytest.mark.parametrize(
    ("dataset", "field", "by"),
    [
        (CASES, "shoe_size", "worker-1"),
        (MEALS, FIELD, "worker-1"),
        (DatasetId("dor.tax"), FIELD, "worker-1"),
        (CASES, FIELD, " "),
    ],
)
def test_what_no_agreement_brings_in_nobody_can_correct(dataset: DatasetId, field: str, by: str) -> None:
    office = usual()
    before = office.ledger.size()
    with pytest.raises(Misconfigured) as refused:
        Corrections(office.ledger).ask(office.register.papers(), dataset, field, by=by, today=TODAY)
    assert refused.value.code == "CORRECTION_UNROUTED"
    assert office.ledger.size() == before


def test_an_unknown_number_is_a_clear_error() -> None:
    corrections = Corrections(usual().ledger)
    for act in (corrections.get, lambda number: corrections.sent(number, by="worker-1")):
        with pytest.raises(Misconfigured) as refused:
            act("q-0")
        assert refused.value.code == "CORRECTION_UNKNOWN"
