"""Legal process: an order waits for its notices, and what counts is the ledger's, not the asker's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from governance.errors import LegalProcessHold, Misconfigured
from governance.fact import NOTICES, Facts
from governance.legal_process import LegalProcess, Order
from governance.use import Use
from tests.governance.doors import Doors, doors
from tests.governance.papers import LUNCH, SNAP, use_of


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    return doors(tmp_path)


@pytest.fixture
def process(house: Doors) -> LegalProcess:
    return LegalProcess(house.ledger)


def answering(order: Order | str, notices: frozenset[str] = NOTICES, **changes: object) -> Use:
    """A use that answers an order and claims that notices went out."""
    reference = order if isinstance(order, str) else order.reference
    return replace(use_of(**changes), facts=Facts(legal_process=reference, notices=notices))


def test_an_order_waits_until_owner_and_subject_were_told(house: Doors, process: LegalProcess) -> None:
    order = process.receive([SNAP], by="officer-1", why="served by hand", answer_by=date(2026, 9, 20))
    for tell in (("owner", "DTA"), ("subject", "")):
        with pytest.raises(LegalProcessHold):
            house.gate.request(answering(order))
        process.notify(order.reference, tell[0], agency=tell[1], by="officer-1")
    with house.gate.open(house.gate.request(answering(order))):
        pass
    assert house.refusals() == ["LEGAL_PROCESS_HOLD"] * 2


def test_what_is_claimed_does_not_count(house: Doors, process: LegalProcess) -> None:
    order = process.receive([SNAP], by="officer-1")
    for decision in (
        house.gate.decide(answering(order)),
        house.gate.attempt(answering(order)),
        house.gate.attempt(answering(order), hypothetical=True),
        house.gate.decide(answering("o-unheard-of")),
    ):
        assert [reason.code for reason in decision.reasons] == ["LEGAL_PROCESS_HOLD"]


def test_notices_that_were_given_count_also_where_nobody_claims_them(house: Doors, process: LegalProcess) -> None:
    order = process.receive([SNAP], by="officer-1")
    process.notify(order.reference, "owner", agency="DTA", by="officer-1")
    process.notify(order.reference, "subject", by="officer-1")
    assert house.gate.decide(answering(order, frozenset())).permitted


def test_every_owner_must_be_told_also_of_what_it_was_derived_from(house: Doors, process: LegalProcess) -> None:
    order = process.receive([SNAP, LUNCH], by="officer-1")
    process.notify(order.reference, "owner", agency="DTA", by="officer-1")
    process.notify(order.reference, "subject", by="officer-1")
    derived = answering(order, lineage={LUNCH})
    assert not house.gate.decide(derived).permitted
    process.notify(order.reference, "owner", agency="DESE", by="officer-1")
    assert house.gate.decide(derived).permitted


def test_the_notices_of_one_order_do_not_count_for_another(house: Doors, process: LegalProcess) -> None:
    told, untold = (process.receive([SNAP], by="officer-1") for _ in range(2))
    process.notify(told.reference, "owner", agency="DTA", by="officer-1")
    process.notify(told.reference, "subject", by="officer-1")
    assert house.gate.decide(answering(told)).permitted
    assert not house.gate.decide(answering(untold)).permitted


def test_an_order_is_read_back_as_it_was_received(process: LegalProcess) -> None:
    order = process.receive([LUNCH, SNAP, SNAP], by="officer-1", why="served by hand", answer_by=date(2026, 9, 20))
    again = process.notify(order.reference, "owner", agency="DTA", by="officer-2", how="by letter")
    assert (order.agreements, order.answer_by, order.notices) == ((LUNCH, SNAP), date(2026, 9, 20), ())
    assert [(notice.party, notice.agency, notice.by) for notice in again.notices] == [("owner", "DTA", "officer-2")]
    assert process.all() == (again,)


def test_an_order_or_notice_that_is_not_complete_is_not_written_down(house: Doors, process: LegalProcess) -> None:
    order = process.receive([SNAP], by="officer-1")
    size = house.ledger.size()
    told: list[tuple[str, str, str]] = [
        ("neighbour", "officer-1", ""),
        ("owner", "officer-1", ""),
        ("subject", "officer-1", "DTA"),
        ("subject", "", ""),
    ]
    for party, by, agency in told:
        with pytest.raises(Misconfigured) as refused:
            process.notify(order.reference, party, by=by, agency=agency)
        assert refused.value.code == "ORDER_INCOMPLETE"
    for agreements, by in (([], "officer-1"), ([SNAP], " ")):
        with pytest.raises(Misconfigured) as refused:
            process.receive(agreements, by=by)
        assert refused.value.code == "ORDER_INCOMPLETE"
    with pytest.raises(Misconfigured) as unknown:
        process.notify("o-unheard-of", "subject", by="officer-1")
    assert unknown.value.code == "ORDER_UNKNOWN"
    assert house.ledger.size() == size
