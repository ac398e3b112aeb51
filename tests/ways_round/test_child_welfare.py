"""Ways round the bars on child-welfare reports: whoever asks, for whatever, nothing but a count in the enclave is had.

Source: 42 U.S.C. 5106a(b)(2)(B)(viii); M.G.L. c.119 s.51E and s.51F. The agreement is DULA-2026-012.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from governance.database import metadata
from governance.errors import ActionNotGranted, FieldNotListed, PurposeNotListed, Refused, RoleNotListed, Zone
from governance.ids import AgreementId, DatasetId
from governance.keystore import FileKeyStore
from governance.policy import load_policy
from governance.use import Action, Actor, ModelRef, Use
from governance.vault import Vault
from rules.indicator import load_indicators
from rules.necessity import necessities
from rules.outcome import load_outcomes
from rules.rulebook import load_rulebook
from signals.feed import load_feeds
from signals.linkage.link import Linker
from signals.linkage.run import link_run
from signals.sealed_file import ATTRIBUTION
from tests.signals.letters import given
from tests.signals.mailroom import FLOW, Mailroom, mailroom

REPORTS = DatasetId("childwelfare.reports")
PAPER = AgreementId("DULA-2026-012")
LISTED = frozenset({"child_id", "report_id", "area_office", "received_on", "finding", "decided_on", "updated_on"})
NAMES = ("first_name", "last_name", "born_on", "reporter_kind", "allegation")
COUNTED = (Action.INGEST, Action.AGGREGATE, Action.DESTROY)
BARRED = tuple(action for action in Action if action not in COUNTED)
PURPOSES = ("prevention.outreach", "prevention.outreach.family", "prevention.outreach.housing")
REPORT = {
    "report_id": "K1",
    "child_id": "CHILD-0001",
    "area_office": "Springfield",
    "received_on": "2026-02-02",
    "finding": "supported",
    "updated_on": "2026-02-03",
}
FAMILY = {"last_name": "Quarry", "updated_on": "2026-02-03"}


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    given_room = mailroom(tmp_path)
    given(given_room, REPORTS, REPORT)
    return given_room


def use(action: Action, field: str = "finding", purpose: str = "prevention.outreach", zone: str = "enclave") -> Use:
    return Use.of(actor=FLOW, action=action, purpose=purpose, dataset=REPORTS, fields={field}, zone=zone)


@pytest.mark.parametrize("action", BARRED)
@pytest.mark.parametrize("field", sorted(LISTED))
def test_no_field_is_given_out_for_anything_but_counting(room: Mailroom, action: Action, field: str) -> None:
    for purpose in PURPOSES:
        with pytest.raises(ActionNotGranted):
            room.gate.request(use(action, field, purpose))


@pytest.mark.parametrize("field", NAMES)
def test_names_and_allegations_are_not_there_for_anybody(room: Mailroom, field: str) -> None:
    for action in COUNTED:
        with pytest.raises(FieldNotListed):
            room.gate.request(use(action, field))


@pytest.mark.parametrize("role", ["caseworker", "supervisor", "analyst"])
@pytest.mark.parametrize("organisation", ["EOHHS", "DCF", "DTA"])
def test_no_caseworker_sees_a_report_not_even_to_count(room: Mailroom, role: str, organisation: str) -> None:
    asker = Actor(id="worker-1", role=role, organisation=organisation)
    for action in (Action.VIEW, Action.AGGREGATE):
        with pytest.raises(Refused) as refused:
            room.gate.request(replace(use(action), actor=asker))
        assert refused.value.code in {"ACTION_NOT_GRANTED", "ROLE_NOT_LISTED", "WRONG_ORGANISATION"}
    with pytest.raises(RoleNotListed):
        room.gate.request(replace(use(Action.AGGREGATE), actor=replace(asker, organisation="EOHHS")))


@pytest.mark.parametrize("field", sorted(LISTED))
def test_nothing_of_it_leaves_the_enclave(room: Mailroom, field: str) -> None:
    with pytest.raises(Zone):
        room.gate.request(use(Action.AGGREGATE, field, zone="analytic"))


@pytest.mark.parametrize("purpose", ["child_protective_investigation", "adverse_action", "research", "prevention"])
def test_no_other_purpose_counts_them(room: Mailroom, purpose: str) -> None:
    with pytest.raises((PurposeNotListed, Refused)) as refused:
        room.gate.request(use(Action.AGGREGATE, purpose=purpose))
    assert refused.value.code in {"PURPOSE_NOT_LISTED", "MOU_PROHIBITED"}


def test_no_model_learns_from_it_or_looks_at_it(room: Mailroom) -> None:
    model = ModelRef(id="crisis", purpose="prevention.outreach")
    for action in (Action.TRAIN, Action.SCORE):
        with pytest.raises(ActionNotGranted):
            room.gate.request(replace(use(action), model=model))
    (paper,) = (each for each in load_policy().agreements if each.id == PAPER)
    assert not paper.models.train
    assert paper.models.score_purposes == ()


def test_linkage_goes_on_without_it_and_places_none_of_its_rows(room: Mailroom, tmp_path: Path) -> None:
    given(room, "utility.accounts", {"account_no": "A1", "customer_id": "C1", **FAMILY})
    metadata.create_all(room.engine, tables=[link_run])
    linker = Linker(
        engine=room.engine,
        gate=room.gate,
        register=room.register,
        ledger=room.ledger,
        feeds=room.intake.feeds,
        store=room.store,
        vault=Vault(FileKeyStore(tmp_path / "vault")),
        clock=room.intake.clock,
        actor=FLOW,
        purpose="prevention.outreach",
    )
    report = linker.link()
    assert report.refused == ()  # it was not even asked for: a refusal each night would only hide the others
    assert PAPER not in report.agreements
    assert REPORTS not in report.fields
    assert room.store.files(REPORTS, kind=ATTRIBUTION) == []
    linked = linker.persons()
    assert PAPER not in set(linked.persons["agreement"])
    assert not any(PAPER in lineage for lineage in linked.lineage["agreements"])
    assert not any("childwelfare" in key for key in linked.persons["person_key"])


def test_no_other_agreement_names_it_and_it_names_none() -> None:
    papers = {paper.id: paper for paper in load_policy().agreements}
    assert tuple(papers[PAPER].linkage.partners) == ()
    assert not any(PAPER in paper.linkage.partners for paper in papers.values())


def test_no_rule_outcome_or_text_rests_on_it() -> None:
    feeds = load_feeds()
    indicators = load_indicators(None, feeds)
    assert feeds[REPORTS].kinds == ()  # it yields no signal for one to rest on
    assert not any(each.dataset == REPORTS for each in indicators.values())
    book, outcomes = load_rulebook(None, indicators), load_outcomes(None, feeds)
    assert REPORTS not in necessities(book, outcomes, feeds, purpose="prevention", contacts={}, past_days=720)


def test_what_was_refused_stands_in_the_ledger_without_a_child(room: Mailroom) -> None:
    with pytest.raises(ActionNotGranted):
        room.gate.request(use(Action.VIEW, "child_id"))
    said = " ".join(str(entry.body) for entry in room.ledger.entries())
    assert "ACTION_NOT_GRANTED" in said
    assert "CHILD-0001" not in said
    assert "supported" not in said


def test_it_can_be_counted_in_the_enclave_or_the_other_tests_would_prove_nothing(room: Mailroom) -> None:
    with room.gate.open(room.gate.request(use(Action.AGGREGATE))) as opened:
        (frame,) = room.store.read(opened, REPORTS, {"finding"}, date(2026, 6, 1))
    assert opened.grant.agreement == PAPER
    assert frame["finding"].to_list() == ["supported"]
