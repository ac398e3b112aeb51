"""Clauses: for each code, a use that it refuses, and its twin, as like it as can be, that is permitted."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue import catalogue
from governance.decision import evaluate
from governance.fact import Emergency, Facts
from governance.ids import AgreementId, DatasetId
from governance.standing import Papers
from governance.use import Action, Actor, Ask, ModelRef, Use
from tests.governance.papers import (
    AGREEMENT,
    CASES,
    KNOWN,
    LUNCH,
    MEALS,
    MOU,
    NOW,
    SNAP,
    WORKER,
    Document,
    field,
    lunch,
    mou,
    office,
    signed,
    snap,
    use_of,
    usual,
)

SHELTER, CLINIC, COUNTS = DatasetId("svc.shelter"), DatasetId("svc.clinic"), DatasetId("svc.counts")
NOWHERE = DatasetId("svc.without_a_paper")
ALL = KNOWN | {SHELTER, CLINIC, COUNTS, NOWHERE}
EVERYTHING = ["score", "view", "explain", "aggregate", "release", "train"]
YESTERDAY, TODAY = date(2026, 8, 31), date(2026, 9, 1)


def special() -> Document:
    """The SNAP agreement with datasets under laws of their own, and a purpose whose basis has a condition."""
    document = snap()
    plain = document["datasets"][0]
    plain["fields"] += [field("town", actions=EVERYTHING, retain_days=30)]
    for name, regime in ((SHELTER, "VAWA"), (CLINIC, "Part2"), (COUNTS, "SNAP")):
        fields = [field("kind", regime=regime, actions=EVERYTHING), field("day", regime="SNAP", actions=EVERYTHING)]
        document["datasets"].append({**deepcopy(plain), "id": name, "fields": fields})
    document["datasets"][-1]["attestation"] = "required"
    document["users"]["roles"].append("supervisor")
    care = deepcopy(document["purposes"][0])
    care["id"] = "care.planning"
    care["legal_basis"] = [{**care["legal_basis"][0], "id": "in-care", "condition": "child_in_agency_care"}]
    document["purposes"].append(care)
    document["models"]["score_purposes"].append("care.planning")
    return document


@cache
def papers() -> Papers:
    """The special agreement and the school meals agreement, in force."""
    return office(mou(), signed(special()), signed(lunch())).register.papers()


def codes(use: Use, at: datetime = NOW, given: Papers | None = None) -> set[str]:
    """The codes of a decision."""
    decision = evaluate(use, given or papers(), ALL, at)
    assert decision.permitted == (not decision.reasons)
    return {reason.code for reason in decision.reasons}


def knowing(use: Use | None = None, **facts: Any) -> Use:
    """A use with facts."""
    return replace(use or use_of(), facts=Facts(**facts))


def of(dataset: DatasetId, field: str = "kind", **changes: Any) -> Use:
    """A use of one field of a dataset."""
    return use_of(dataset=dataset, fields={field}, **changes)


def emergency(**changes: Any) -> Emergency:
    """One that is whole, with some of it changed."""
    plain = {
        "asked_by": WORKER.id,
        "confirmed_by": "supervisor-1",
        "until": NOW + timedelta(hours=1),
        "reference": "b-1",
    }
    return Emergency(**{**plain, **changes})


def claiming(basis: str, purpose: str = "prevention.outreach.food", **facts: Any) -> Use:
    """A use that claims a legal basis."""
    ask = Ask(dataset=CASES, fields=frozenset({"certification_end_on"}), basis=basis)
    return replace(use_of(purpose=purpose), asks=(ask,), facts=Facts(**facts))


VIEW = use_of(action=Action.VIEW)
STRANGER = replace(WORKER, role="marketer", trained_until=None)
RELEASE = of(CASES, "town", action=Action.RELEASE)
AUDITED: dict[str, Any] = {"smallest_cell": 11, "recoverable_cells": 0}
NOTICES = frozenset({"owner", "subject"})

IN_CARE = frozenset({"child_in_agency_care"})

TWINS: list[tuple[str, Use, Use]] = [
    ("MALFORMED", use_of(zone="analytic"), use_of(zone="everywhere")),
    ("MALFORMED", knowing(smallest_cell=0), knowing(smallest_cell=-1)),
    ("MALFORMED", knowing(notices=frozenset({"owner"})), knowing(notices=frozenset({"neighbour"}))),
    ("MALFORMED", use_of(), use_of(model=ModelRef(id="", purpose="prevention"))),
    ("SELF_REVIEW", knowing(review_of="worker-2"), knowing(review_of="worker-1")),
    (
        "BREAK_GLASS_SINGLE",
        knowing(VIEW, break_glass=emergency()),
        knowing(VIEW, break_glass=emergency(confirmed_by="")),
    ),
    (
        "BREAK_GLASS_SINGLE",
        knowing(VIEW, break_glass=emergency()),
        knowing(VIEW, break_glass=emergency(confirmed_by=WORKER.id)),
    ),
    (
        "BREAK_GLASS_SINGLE",
        knowing(VIEW, break_glass=emergency()),
        knowing(VIEW, break_glass=emergency(asked_by="worker-2")),
    ),
    (
        "BREAK_GLASS_SINGLE",
        knowing(VIEW, break_glass=emergency(until=NOW + timedelta(seconds=1))),
        knowing(VIEW, break_glass=emergency(until=NOW)),
    ),
    ("BREAK_GLASS_SINGLE", knowing(VIEW, break_glass=emergency()), knowing(VIEW, break_glass=emergency(reference=""))),
    (
        "MODEL_PURPOSE",
        use_of(model=ModelRef(id="m-1", purpose="prevention.outreach")),
        use_of(model=ModelRef(id="m-1", purpose="prevention.outreach.housing")),
    ),
    ("DATASET_UNKNOWN", use_of(), use_of(dataset=DatasetId("dta.unheard_of"))),
    ("NO_AGREEMENT", use_of(), use_of(dataset=NOWHERE)),
    ("MOU_PROHIBITED", use_of(), use_of(purpose="prevention.outreach.law_enforcement")),
    ("PURPOSE_NOT_LISTED", use_of(purpose="prevention.outreach"), use_of(purpose="prevention")),
    ("BASIS_CONDITION", claiming("snap-disclosure"), claiming("hearsay")),
    (
        "BASIS_CONDITION",
        claiming("in-care", "care.planning", conditions=IN_CARE),
        claiming("in-care", "care.planning"),
    ),
    ("BASIS_CONDITION", claiming(""), claiming("", "care.planning", conditions=IN_CARE)),
    (
        "BASIS_CONDITION",
        claiming("snap-disclosure"),
        claiming("in-care", conditions=IN_CARE),
    ),
    ("FIELD_NOT_LISTED", use_of(), use_of(fields={"*"})),
    ("ACTION_NOT_GRANTED", use_of(action=Action.TRAIN), use_of(action=Action.TRAIN, fields={"household_size"})),
    (
        "ZONE",
        use_of(action=Action.MATCH, fields={"first_name"}, zone="enclave"),
        use_of(action=Action.MATCH, fields={"first_name"}, zone="analytic"),
    ),
    ("ROLE_NOT_LISTED", VIEW, replace(VIEW, actor=replace(WORKER, role="marketer"))),
    ("ROLE_NOT_LISTED", knowing(replace(VIEW, actor=STRANGER), break_glass=emergency()), replace(VIEW, actor=STRANGER)),
    ("WRONG_ORGANISATION", use_of(), use_of(actor=replace(WORKER, organisation="ACME"))),
    ("TRAINING_LAPSED", use_of(), use_of(actor=replace(WORKER, trained_until=YESTERDAY))),
    ("REDISCLOSURE", use_of(recipient="DTA"), use_of(recipient="ICE")),
    ("LEGAL_PROCESS_HOLD", knowing(legal_process="o-1", notices=NOTICES), knowing(legal_process="o-1")),
    (
        "LEGAL_PROCESS_HOLD",
        knowing(legal_process="o-1", notices=NOTICES),
        knowing(legal_process="o-1", notices=frozenset({"owner"})),
    ),
    (
        "LEGAL_PROCESS_HOLD",
        knowing(legal_process="o-1", notices=NOTICES),
        knowing(legal_process="o-1", notices=frozenset({"subject"})),
    ),
    ("LINK_NOT_MUTUAL", use_of(linked_with={MEALS}), use_of(linked_with={DatasetId("dta.unheard_of")})),
    ("VICTIM_SERVICES_BARRED", of(SHELTER, "day"), of(SHELTER)),
    ("VICTIM_SERVICES_BARRED", of(SHELTER, action=Action.AGGREGATE), of(SHELTER)),
    ("VICTIM_SERVICES_BARRED", knowing(victim_services=False), knowing(victim_services=True)),
    ("PART2_CONSENT", knowing(of(CLINIC), part2_consent=True), of(CLINIC)),
    ("PART2_CONSENT", of(CLINIC, "day"), knowing(of(CLINIC, "day"), part2_consent=False)),
    ("PART2_CONSENT", of(CLINIC, action=Action.AGGREGATE), knowing(of(CLINIC), part2_consent=False)),
    ("SEALED_PRESENT", knowing(sealed_present=False), knowing(sealed_present=True)),
    ("UNATTESTED", knowing(of(COUNTS), attested=True), of(COUNTS)),
    ("UNATTESTED", of(COUNTS, zone="enclave"), of(COUNTS)),
    ("UNATTESTED", use_of(), knowing(attested=False)),
    (
        "RETENTION_EXCEEDED",
        knowing(of(CASES, "town"), oldest_known_on=TODAY - timedelta(days=30)),
        knowing(of(CASES, "town"), oldest_known_on=TODAY - timedelta(days=31)),
    ),
    (
        "RETENTION_EXCEEDED",
        knowing(use_of(fields={"household_size"}), oldest_known_on=date(1990, 1, 1)),
        knowing(oldest_known_on=date(1990, 1, 1)),
    ),
    ("SMALL_CELL", knowing(RELEASE, **AUDITED), knowing(RELEASE, **{**AUDITED, "smallest_cell": 10})),
    ("SMALL_CELL", knowing(RELEASE, **{**AUDITED, "smallest_cell": 0}), knowing(RELEASE, recoverable_cells=0)),
    ("RECOVERABLE", knowing(RELEASE, **AUDITED), knowing(RELEASE, **{**AUDITED, "recoverable_cells": 1})),
    ("RECOVERABLE", knowing(RELEASE, **AUDITED), knowing(RELEASE, smallest_cell=11)),
    ("LINEAGE_INACTIVE", use_of(lineage={LUNCH}), use_of(lineage={AgreementId("DULA-1999-001")})),
]

BY_PAPERS: dict[str, Document] = {
    "NOT_ACTIVE": {"signed": False},
    "TERM_NOT_STARTED": {"term": {"effective": "2026-09-02", "expires": "2027-06-30"}},
    "TERM_EXPIRED": {"term": {"effective": "2026-07-01", "expires": "2026-09-01"}},
    "MOU_INACTIVE": {"mou": {"id": "MOU-OTHER", "version": 1}},
}
"""Codes that hang on the paper, not on the use: what of it is changed. The twin is the agreement as it is."""


@pytest.mark.parametrize(
    ("code", "permitted", "refused"), TWINS, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_code_refuses_a_use_and_lets_its_twin_pass(code: str, permitted: Use, refused: Use) -> None:
    assert codes(permitted) == set()
    assert code in codes(refused)


@pytest.mark.parametrize("code", BY_PAPERS)
def test_a_code_refuses_under_a_paper_and_lets_its_twin_pass(code: str) -> None:
    changes = dict(BY_PAPERS[code])
    sign = changes.pop("signed", True)
    paper = snap(**changes) if sign else snap(signatures=[])
    assert usual().codes() == []
    assert office(mou(), signed(paper) if sign else signed(paper, "owner")).codes() == [code]


def test_every_clause_has_its_twins() -> None:
    assert {known.code for known in catalogue()} == {code for code, _, _ in TWINS} | BY_PAPERS.keys()


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.RELEASE])
def test_counts_of_cells_matter_to_a_release_only(action: Action) -> None:
    found = codes(knowing(of(CASES, "town", action=action), smallest_cell=1, recoverable_cells=9))
    assert found & {"SMALL_CELL", "RECOVERABLE"} == set()


def test_a_release_keeps_to_the_larger_of_the_papers_and_the_memorandums_counts() -> None:
    strict = special()
    strict["outputs"] = {"min_cell": 20, "zeros": "suppressed", "complementary": "required", "interval_width": 11}
    floor = {**MOU["floor"], "min_cell": 15}
    loose = office(mou({**MOU, "floor": floor}), signed(special())).register.papers()
    both = office(mou({**MOU, "floor": floor}), signed(strict)).register.papers()
    release = {cells: knowing(RELEASE, smallest_cell=cells, recoverable_cells=0) for cells in (0, 14, 15, 19, 20)}
    assert [cells for cells, use in release.items() if not codes(use, given=loose)] == [0, 15, 19, 20]
    assert [cells for cells, use in release.items() if not codes(use, given=both)] == [20]


def test_what_may_not_be_kept_can_always_be_destroyed() -> None:
    worst = Facts(
        attested=False, sealed_present=True, victim_services=True, part2_consent=False, oldest_known_on=date(1990, 1, 1)
    )
    for dataset in (CASES, SHELTER, CLINIC, COUNTS):
        name = "certification_end_on" if dataset == CASES else "kind"
        assert codes(replace(of(dataset, name, action=Action.DESTROY), facts=worst)) == set()


def test_a_basis_can_be_claimed_for_a_purpose_below_its_own() -> None:
    below = claiming("in-care", "care.planning.school", conditions=IN_CARE)
    assert codes(below) == set()


def test_what_is_said_of_a_basis_that_is_no_name_does_not_repeat_it() -> None:
    (reason,) = evaluate(claiming("Maria, 617-555-0101"), papers(), ALL, NOW).reasons
    assert "Maria" not in reason.detail


# -- emergencies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", list(Action))
def test_an_emergency_helps_to_view_and_to_nothing_else(action: Action) -> None:
    use = replace(of(CASES, "town", action=action), actor=STRANGER)
    helped = knowing(use, break_glass=emergency(), **AUDITED)
    missing = codes(knowing(use, **AUDITED)) & {"ROLE_NOT_LISTED", "TRAINING_LAPSED"}
    assert missing == {"ROLE_NOT_LISTED", "TRAINING_LAPSED"}
    assert codes(helped) & missing == (set() if action is Action.VIEW else missing)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": "research"}, "PURPOSE_NOT_LISTED"),
        ({"purpose": "commercial"}, "MOU_PROHIBITED"),
        ({"fields": {"household_size"}}, "ACTION_NOT_GRANTED"),
        ({"fields": {"ssn"}}, "FIELD_NOT_LISTED"),
        ({"actor": replace(STRANGER, organisation="ACME")}, "WRONG_ORGANISATION"),
        ({"recipient": "ICE"}, "REDISCLOSURE"),
        ({"dataset": SHELTER, "fields": {"kind"}}, "VICTIM_SERVICES_BARRED"),
        ({"dataset": CLINIC, "fields": {"kind"}}, "PART2_CONSENT"),
    ],
)
def test_nothing_but_role_and_training_bends_in_an_emergency(change: dict[str, Any], code: str) -> None:
    use = use_of(**{"action": Action.VIEW, "actor": STRANGER, **change})
    assert code in codes(knowing(use, break_glass=emergency()))


def test_an_emergency_that_is_not_whole_bends_nothing() -> None:
    single = knowing(replace(VIEW, actor=STRANGER), break_glass=emergency(confirmed_by=""))
    assert codes(single) == {"BREAK_GLASS_SINGLE", "ROLE_NOT_LISTED", "TRAINING_LAPSED"}


def test_an_emergency_whose_end_names_no_zone_is_malformed() -> None:
    naive = emergency(until=datetime(2026, 9, 2))  # noqa: DTZ001 (this is the point)
    assert codes(knowing(VIEW, break_glass=naive)) == {"MALFORMED"}


# -- lineage ----------------------------------------------------------------------------------------------------------


def under(**changes: Any) -> Papers:
    """The special agreement, and a school meals agreement with some keys replaced."""
    return office(mou(), signed(special()), signed(lunch(**changes))).register.papers()


def test_what_was_derived_is_held_to_every_clause_that_does_not_hang_on_a_field() -> None:
    derived = replace(RELEASE, lineage=frozenset({LUNCH}), recipient="DTA", facts=Facts(**AUDITED, legal_process="o-1"))
    meals = lunch()
    meals["datasets"][0]["fields"][1]["actions"] = ["score", "release"]
    outputs = {**AGREEMENT["outputs"], "min_cell": 12}
    strict = under(datasets=meals["datasets"], outputs=outputs)
    assert codes(derived, given=strict) == {"REDISCLOSURE", "LEGAL_PROCESS_HOLD", "SMALL_CELL"}
    told = replace(derived, recipient="EOHHS", facts=Facts(smallest_cell=12, recoverable_cells=0))
    assert codes(told, given=strict) == set()
    assert codes(replace(told, facts=Facts(smallest_cell=12)), given=strict) == {"RECOVERABLE"}


def test_what_was_derived_has_no_action_that_its_origin_grants_of_no_field() -> None:
    derived = replace(VIEW, lineage=frozenset({LUNCH}))
    assert codes(derived) == {"ACTION_NOT_GRANTED"}
    meals = lunch()
    meals["datasets"][0]["fields"][1]["actions"].append("view")
    assert codes(derived, given=under(datasets=meals["datasets"])) == set()


def test_what_was_derived_is_neither_scored_nor_trained_on_where_its_origin_bars_it() -> None:
    barred = under(models={"train": False, "score_purposes": []})
    derived = use_of(lineage={LUNCH})
    assert codes(derived) == set()
    assert codes(derived, given=barred) == {"ACTION_NOT_GRANTED"}
    assert codes(replace(derived, action=Action.TRAIN), given=barred) == {"ACTION_NOT_GRANTED"}


def test_what_was_derived_needs_a_basis_whose_condition_is_met() -> None:
    purposes = lunch()["purposes"]
    purposes[0]["legal_basis"][0]["condition"] = "child_in_agency_care"
    conditional = under(purposes=purposes)
    derived = use_of(lineage={LUNCH})
    assert codes(derived, given=conditional) == {"BASIS_CONDITION"}
    known = knowing(derived, conditions=IN_CARE)
    assert codes(known, given=conditional) == set()


def test_an_emergency_reaches_what_was_derived_too() -> None:
    meals = lunch()
    meals["datasets"][0]["fields"][1]["actions"].append("view")
    derived = replace(VIEW, actor=STRANGER, lineage=frozenset({LUNCH}))
    given = under(datasets=meals["datasets"])
    assert codes(derived, given=given) == {"ROLE_NOT_LISTED", "TRAINING_LAPSED"}
    assert codes(knowing(derived, break_glass=emergency()), given=given) == set()


# -- laws -------------------------------------------------------------------------------------------------------------

FACTS = st.builds(
    Facts,
    attested=st.sampled_from([None, True, False]),
    sealed_present=st.sampled_from([None, True, False]),
    victim_services=st.sampled_from([None, True, False]),
    part2_consent=st.sampled_from([None, True, False]),
    conditions=st.sampled_from([frozenset(), frozenset({"child_in_agency_care"})]),
    oldest_known_on=st.one_of(st.none(), st.dates()),
    legal_process=st.sampled_from(["", "o-1"]),
    notices=st.sets(st.sampled_from(sorted(NOTICES))).map(frozenset),
    review_of=st.sampled_from(["", "worker-1", "worker-2"]),
    smallest_cell=st.one_of(st.none(), st.integers(0, 30)),
    recoverable_cells=st.one_of(st.none(), st.integers(0, 2)),
)
PLACES = st.sampled_from(
    [(CASES, "town"), (CASES, "household_size"), (SHELTER, "kind"), (CLINIC, "day"), (COUNTS, "day")]
)
USES = st.builds(
    lambda place, facts, action, zone, actor, lineage: replace(
        use_of(dataset=place[0], fields={place[1]}, action=action, zone=zone, actor=actor, lineage=lineage), facts=facts
    ),
    place=PLACES,
    facts=FACTS,
    action=st.sampled_from(list(Action)),
    zone=st.sampled_from(["enclave", "analytic"]),
    actor=st.sampled_from([WORKER, STRANGER, Actor(id="hearthline", role="flow", organisation="EOHHS")]),
    lineage=st.sets(st.sampled_from([SNAP, LUNCH])),
)
WORSE: list[dict[str, Any]] = [
    {"attested": False},
    {"sealed_present": True},
    {"victim_services": True},
    {"part2_consent": False},
    {"conditions": frozenset()},
    {"legal_process": "o-1", "notices": frozenset()},
    {"review_of": "worker-1"},
    {"smallest_cell": None},
    {"recoverable_cells": None},
    {"oldest_known_on": date.min},
]


@given(USES, st.sampled_from(WORSE))
def test_a_fact_that_is_worse_never_turns_refuse_into_permit(use: Use, worse: dict[str, Any]) -> None:
    before, after = codes(use), codes(replace(use, facts=replace(use.facts, **worse)))
    assert before <= after | {"UNATTESTED", "PART2_CONSENT"}
    assert not before or after


@given(USES)
def test_an_emergency_takes_away_role_and_training_and_adds_nothing(use: Use) -> None:
    own = emergency(asked_by=use.actor.id)
    before, after = codes(use), codes(replace(use, facts=replace(use.facts, break_glass=own)))
    assert after <= before
    assert before - after <= {"ROLE_NOT_LISTED", "TRAINING_LAPSED"}


@given(USES, st.sets(st.sampled_from([SNAP, LUNCH, AgreementId("DULA-1999-001")])))
def test_a_longer_lineage_never_turns_refuse_into_permit(use: Use, more: set[AgreementId]) -> None:
    assert codes(use) <= codes(replace(use, lineage=use.lineage | more))


@given(USES, st.datetimes(datetime(2026, 6, 1), datetime(2027, 8, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_whatever_is_known_a_decision_is_made_and_no_clause_breaks(use: Use, at: datetime) -> None:
    assert "EVALUATION_ERROR" not in codes(use, at)
