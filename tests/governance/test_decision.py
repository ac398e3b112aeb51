"""Decisions: every clause, every failing clause, and what several agreements say together."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from governance import clause
from governance.case import Case
from governance.clause import CLAUSES
from governance.decision import Decision, evaluate, judge
from governance.errors import REFUSALS, Reason
from governance.force import Moment
from governance.ids import AgreementId, DatasetId
from governance.standing import Papers
from governance.use import Action, Actor, Ask, Use
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
    Office,
    agreement,
    field,
    lunch,
    mou,
    office,
    signed,
    snap,
    use_of,
    usual,
)


@pytest.fixture(scope="module")
def house() -> Office:
    """The usual papers; tests of this module that move them build their own."""
    return usual()


CLAUSE_MODULES = (
    "asker",
    "clause",
    "decision",
    "fact_clause",
    "field_clause",
    "force",
    "lineage_clause",
    "outgoing",
    "second_opinion",
    "use_clause",
)


def joint(**changes: Any) -> Use:
    """A use of both datasets at once."""
    asks = (
        Ask(dataset=CASES, fields=frozenset({"certification_end_on"})),
        Ask(dataset=MEALS, fields=frozenset({"missed_meals"})),
    )
    return replace(use_of(), asks=asks, **changes)


def test_what_the_agreement_allows_is_permitted(house: Office) -> None:
    assert house.ask() == Decision(permitted=True, reasons=(), agreements=((SNAP, 1),))


def test_what_is_permitted_comes_with_what_it_owes_and_what_is_refused_with_nothing(house: Office) -> None:
    owing = house.ask(joint()).obligations
    assert owing is not None
    assert (owing.min_cell, owing.retain_days, owing.expires_on) == (11, 730, date(2027, 6, 30))
    assert house.ask(use_of(purpose="research")).obligations is None


def test_obligations_are_the_strictest_of_what_is_used_and_what_it_was_derived_from() -> None:
    strict = lunch(
        outputs={"min_cell": 25, "zeros": "suppressed", "complementary": "required", "interval_width": 40},
        users={"roles": ["flow", "caseworker"], "training": {"course": "FIPA", "valid_days": 365}},
    )
    strict["datasets"][0]["fields"][1]["retain_days"] = 90
    house = office(mou(), signed(snap()), signed(strict))
    plain, derived = house.ask().obligations, house.ask(use_of(lineage={LUNCH})).obligations
    assert plain is not None and derived is not None
    assert (plain.min_cell, plain.retain_days, plain.zeros_allowed) == (11, 730, True)
    assert (derived.min_cell, derived.retain_days, derived.zeros_allowed) == (25, 90, False)
    assert derived.interval_width == 40 and derived.roles == {"flow", "caseworker"}
    assert derived == replace(house.ask(joint()).obligations or derived, retain_days=90)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dataset": DatasetId("dta.unheard_of")}, "DATASET_UNKNOWN"),
        ({"fields": {"ssn"}}, "FIELD_NOT_LISTED"),
        ({"fields": {"*"}}, "FIELD_NOT_LISTED"),
        ({"fields": {"household.first_name"}}, "FIELD_NOT_LISTED"),
        ({"fields": {"CERTIFICATION_END_ON"}}, "FIELD_NOT_LISTED"),
        ({"fields": {"certification_end_on as x"}}, "FIELD_NOT_LISTED"),
        ({"purpose": "prevention"}, "PURPOSE_NOT_LISTED"),
        ({"purpose": "prevention.research"}, "PURPOSE_NOT_LISTED"),
        ({"purpose": "prevention.outreachx"}, "PURPOSE_NOT_LISTED"),
        ({"purpose": "to help families"}, "PURPOSE_NOT_LISTED"),
        ({"purpose": "law_enforcement"}, "MOU_PROHIBITED"),
        ({"purpose": "prevention.outreach.law_enforcement"}, "MOU_PROHIBITED"),
        ({"action": Action.EXPORT}, "MOU_PROHIBITED"),
        ({"action": Action.TRAIN, "fields": {"household_size"}}, "ACTION_NOT_GRANTED"),
        ({"action": Action.VIEW, "fields": {"first_name"}, "zone": "enclave"}, "ACTION_NOT_GRANTED"),
        ({"action": Action.CONTACT}, "ACTION_NOT_GRANTED"),
        ({"action": Action.MATCH, "fields": {"first_name"}, "zone": "analytic"}, "ZONE"),
        ({"actor": replace(WORKER, role="marketer")}, "ROLE_NOT_LISTED"),
        ({"actor": replace(WORKER, organisation="ACME")}, "WRONG_ORGANISATION"),
        ({"actor": replace(WORKER, trained_until=None)}, "TRAINING_LAPSED"),
        ({"actor": replace(WORKER, trained_until=date(2026, 8, 31))}, "TRAINING_LAPSED"),
        ({"linked_with": {DatasetId("dta.unheard_of")}}, "LINK_NOT_MUTUAL"),
        ({"lineage": {AgreementId("DULA-1999-001")}}, "LINEAGE_INACTIVE"),
        ({"purpose": ""}, "MALFORMED"),
        ({"fields": set()}, "MALFORMED"),
        ({"fields": {""}}, "MALFORMED"),
        ({"zone": "everywhere"}, "MALFORMED"),
        ({"action": "score "}, "MALFORMED"),
        ({"actor": replace(WORKER, id="")}, "MALFORMED"),
    ],
)
def test_each_clause_refuses_what_it_is_there_for(house: Office, changes: dict[str, Any], code: str) -> None:
    decision = house.ask(use_of(**changes))
    assert not decision.permitted
    assert code in [reason.code for reason in decision.reasons]


def test_every_failing_clause_is_named_not_the_first(house: Office) -> None:
    stranger = Actor(id="x", role="marketer", organisation="ACME")
    use = use_of(
        actor=stranger,
        purpose="commercial.sale",
        action=Action.TRAIN,
        fields={"ssn", "household_size", "first_name"},
        linked_with={DatasetId("dta.unheard_of")},
        lineage={AgreementId("DULA-1999-001")},
    )
    assert set(house.codes(replace(use, recipient="ICE"))) == {
        "DATASET_UNKNOWN",
        "MOU_PROHIBITED",
        "PURPOSE_NOT_LISTED",
        "FIELD_NOT_LISTED",
        "ACTION_NOT_GRANTED",
        "ZONE",
        "ROLE_NOT_LISTED",
        "WRONG_ORGANISATION",
        "TRAINING_LAPSED",
        "REDISCLOSURE",
        "LINK_NOT_MUTUAL",
        "LINEAGE_INACTIVE",
    }


def test_every_field_that_fails_is_named(house: Office) -> None:
    (reason,) = house.ask(use_of(fields={"ssn", "phone", "certification_end_on"})).reasons
    assert "phone, ssn" in reason.detail
    assert reason.clause == "DULA-2026-014 datasets.dta.snap_cases.fields"


def test_a_name_that_could_be_a_value_is_not_repeated(house: Office) -> None:
    use = use_of(fields={"078-05-1120"}, purpose="for Maria at 617-555-0101", actor=replace(WORKER, role="a b"))
    said = " ".join(reason.detail for reason in house.ask(use).reasons)
    assert "078" not in said
    assert "Maria" not in said
    assert "(not a name)" in said
    assert "(free text)" in said


def test_the_nightly_program_takes_no_course_but_a_lapsed_one_counts(house: Office) -> None:
    program = Actor(id="hearthline", role="flow", organisation="EOHHS")
    assert house.ask(use_of(actor=program)).permitted
    assert house.codes(use_of(actor=replace(program, trained_until=date(2020, 1, 1)))) == ["TRAINING_LAPSED"]


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (datetime(2026, 7, 1, 3, 59, tzinfo=UTC), ["TERM_NOT_STARTED"]),
        (datetime(2026, 7, 1, 4, 0, tzinfo=UTC), []),
        (datetime(2027, 6, 30, 3, 59, tzinfo=UTC), []),
        (datetime(2027, 6, 30, 4, 0, tzinfo=UTC), ["TERM_EXPIRED"]),
        (datetime(2099, 1, 1, tzinfo=UTC), ["TERM_EXPIRED"]),
    ],
)
def test_a_term_begins_and_ends_at_midnight_where_the_agency_works(
    house: Office, at: datetime, codes: list[str]
) -> None:
    trained = use_of(actor=replace(WORKER, trained_until=date(2100, 1, 1)))
    assert house.codes(trained, at) == codes


def test_an_instant_without_a_zone_is_malformed(house: Office) -> None:
    assert house.codes(use_of(), NOW.replace(tzinfo=None)) == ["MALFORMED"]


def test_a_dataset_that_no_paper_lists_has_no_agreement(house: Office) -> None:
    nobody = DatasetId("dta.other")
    decision = evaluate(use_of(dataset=nobody), house.register.papers(), KNOWN | {nobody}, NOW)
    assert [reason.code for reason in decision.reasons] == ["NO_AGREEMENT"]
    assert decision.agreements == ()


def test_a_paper_that_is_not_active_permits_nothing() -> None:
    house = office(mou(), agreement(snap()))
    assert house.codes() == ["NOT_ACTIVE"]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "MOU-OTHER"},
        {"version": 2},
        {"effective": "2026-10-01"},
        {"expires": "2026-09-01"},
        {"participants": MOU["participants"][:2]},
        {"participants": MOU["participants"][1:]},
    ],
)
def test_a_memorandum_that_does_not_hold_makes_every_agreement_idle(changes: Document) -> None:
    house = office(mou({**MOU, **changes}), signed(snap()))
    assert house.codes() == ["MOU_INACTIVE"]


def test_without_a_memorandum_nothing_is_permitted() -> None:
    assert office(signed(snap())).codes() == ["MOU_INACTIVE"]


def test_a_later_memorandum_holds_for_earlier_agreements_with_its_own_floor() -> None:
    floor = {**MOU["floor"], "prohibited_purposes": ["prevention.outreach.food"]}
    house = office(mou({**MOU, "version": 4, "floor": floor}), signed(snap()))
    assert house.codes() == ["MOU_PROHIBITED"]
    assert house.ask(use_of(purpose="prevention.outreach.housing")).permitted


@pytest.mark.parametrize(("recipient", "codes"), [("EOHHS", []), ("DTA", []), ("", []), ("ICE", ["REDISCLOSURE"])])
def test_values_go_to_named_recipients_only(house: Office, recipient: str, codes: list[str]) -> None:
    assert house.codes(replace(use_of(), recipient=recipient)) == codes


def test_training_a_model_needs_the_paper_to_allow_models() -> None:
    house = office(mou(), signed(snap(models={"train": False, "score_purposes": ["prevention.outreach.food"]})))
    assert house.codes(use_of(action=Action.TRAIN)) == ["ACTION_NOT_GRANTED"]
    assert house.ask(use_of()).permitted
    assert house.codes(use_of(purpose="prevention.outreach")) == ["ACTION_NOT_GRANTED"]


def test_taking_in_needs_a_listed_field_and_nothing_more(house: Office) -> None:
    program = Actor(id="hearthline", role="flow", organisation="EOHHS")
    take = use_of(actor=program, action=Action.INGEST, fields={"first_name", "household_size"}, zone="enclave")
    assert house.ask(take).permitted
    assert house.codes(replace(take, asks=(Ask(dataset=CASES, fields=frozenset({"ssn"})),))) == ["FIELD_NOT_LISTED"]


def test_a_joint_use_needs_every_agreement(house: Office) -> None:
    assert house.ask(joint()).agreements == ((SNAP, 1), (LUNCH, 1))
    assert house.ask(joint()).permitted
    other = usual()
    other.register.suspend(LUNCH, by="privacy-1")
    decision = other.ask(joint())
    assert [(reason.code, reason.clause) for reason in decision.reasons] == [("NOT_ACTIVE", f"{LUNCH} lifecycle")]
    assert other.ask().permitted


@pytest.mark.parametrize(("left", "right"), [([], [SNAP]), ([LUNCH], []), ([], [])])
def test_a_join_needs_both_sides_to_name_each_other(left: list[str], right: list[str]) -> None:
    house = office(mou(), signed(snap(linkage={"with": left})), signed(lunch(linkage={"with": right})))
    assert house.codes(use_of(linked_with={MEALS})) == ["LINK_NOT_MUTUAL"]
    assert house.codes(joint()) == ["LINK_NOT_MUTUAL", "LINK_NOT_MUTUAL"]
    assert house.ask().permitted


def test_a_join_with_a_suspended_partner_is_not_this_sides_failing() -> None:
    house = usual()
    house.register.suspend(LUNCH, by="privacy-1")
    assert house.ask(use_of(linked_with={MEALS})).permitted


def test_datasets_of_one_agreement_may_be_joined() -> None:
    document = snap(linkage={"with": []})
    document["datasets"].append({**document["datasets"][0], "id": MEALS})
    house = office(mou(), signed(document))
    assert house.ask(use_of(linked_with={MEALS})).permitted


def test_what_was_derived_inherits_everything() -> None:
    house = usual()
    derived = use_of(lineage={LUNCH})
    assert house.ask(derived).permitted
    narrow = lunch(users={"roles": ["flow"]}, purposes=lunch()["purposes"])
    narrow["purposes"][0]["id"] = "research"
    narrow["models"] = {"train": False, "score_purposes": []}
    other = office(mou(), signed(snap()), signed(narrow))
    assert set(other.codes(derived)) == {"PURPOSE_NOT_LISTED", "ROLE_NOT_LISTED", "ACTION_NOT_GRANTED"}
    house.register.suspend(LUNCH, by="privacy-1")
    assert house.codes(derived) == ["LINEAGE_INACTIVE"]
    assert "NOT_ACTIVE" in house.ask(derived).reasons[0].detail


def test_one_agreement_must_permit_all_fields_are_never_added_up() -> None:
    first, other = snap(), snap(id="DULA-2026-015")
    other["datasets"][0]["fields"] = [field("phone"), field("certification_end_on")]
    house = office(mou(), signed(first), signed(other))
    assert house.ask().agreements == ((SNAP, 1),)
    assert house.ask(use_of(fields={"phone"})).agreements == (("DULA-2026-015", 1),)
    assert not house.ask(use_of(fields={"phone", "household_size"})).permitted


def test_where_two_agreements_cover_a_dataset_a_suspended_one_does_not_count() -> None:
    house = office(mou(), signed(snap()), signed(snap(id="DULA-2026-015")))
    house.register.suspend(SNAP, by="privacy-1")
    assert house.ask().agreements == (("DULA-2026-015", 1),)


def test_a_clause_that_breaks_is_a_refusal(house: Office) -> None:
    def broken(case: Case) -> Reason | None:
        raise ValueError(case.use.purpose)

    papers = house.register.papers()
    standing = papers.agreements[SNAP]
    case = Case(
        use=use_of(),
        ask=use_of().asks[0],
        standing=standing,
        terms=standing.terms[CASES],
        papers=papers,
        moment=Moment.of(papers, NOW),
        joined=frozenset(),
    )
    assert judge(case) == ()
    (reason,) = judge(case, (*CLAUSES, broken))
    assert reason.code == "EVALUATION_ERROR"
    assert "prevention" not in reason.detail


def test_every_code_that_a_decision_can_give_has_its_error() -> None:
    source = Path(clause.__file__).parent
    said = {
        code
        for name in CLAUSE_MODULES
        for code in re.findall(r'"([A-Z]{2,}(?:_[A-Z0-9]+)*)"', (source / f"{name}.py").read_text())
    }
    assert {"NOT_ACTIVE", "REDISCLOSURE", "EVALUATION_ERROR", "ZONE", "SMALL_CELL", "SELF_REVIEW"} <= said
    assert said - {"VAWA", "CLAUSES"} <= REFUSALS.keys()


def test_the_decision_is_the_same_whichever_way_round_it_is_asked(house: Office) -> None:
    forwards = house.ask(joint(purpose="research"))
    backwards = house.ask(replace(joint(purpose="research"), asks=joint().asks[::-1]))
    assert set(forwards.reasons) == set(backwards.reasons)


# -- laws ---------------------------------------------------------------------------------------------------------

FIELDS = ["first_name", "certification_end_on", "household_size", "ssn", "*"]
PURPOSES = ["prevention", "prevention.outreach", "prevention.outreach.food", "commercial", "research", "free text"]
USES = st.builds(
    use_of,
    actor=st.builds(
        Actor,
        id=st.just("w-1"),
        role=st.sampled_from(["caseworker", "flow", "marketer"]),
        organisation=st.sampled_from(["EOHHS", "DTA", "ACME"]),
        trained_until=st.sampled_from([None, date(2026, 8, 31), date(2027, 1, 1)]),
    ),
    action=st.sampled_from(list(Action)),
    purpose=st.sampled_from(PURPOSES),
    dataset=st.sampled_from([CASES, MEALS, DatasetId("dta.unheard_of")]),
    fields=st.sets(st.sampled_from(FIELDS), min_size=1),
    zone=st.sampled_from(["enclave", "analytic"]),
    linked_with=st.sets(st.sampled_from([CASES, MEALS])),
    lineage=st.sets(st.sampled_from([SNAP, LUNCH])),
)
AT = st.datetimes(datetime(2026, 6, 1), datetime(2027, 8, 1), timezones=st.just(UTC))  # noqa: DTZ001


def with_floor(papers: Papers, **changes: tuple[str, ...]) -> Papers:
    """The same papers under a memorandum that prohibits more."""
    assert papers.mou is not None
    floor = papers.mou.mou.floor
    more = {name: (*getattr(floor, name), *added) for name, added in changes.items()}
    stricter = papers.mou.mou.model_copy(update={"floor": floor.model_copy(update=more)})
    return replace(papers, mou=replace(papers.mou, mou=stricter))


@given(
    USES, AT, st.sampled_from([purpose for purpose in PURPOSES if " " not in purpose]), st.sampled_from(list(Action))
)
def test_adding_a_prohibition_never_turns_refuse_into_permit(
    house: Office, use: Use, at: datetime, purpose: str, action: Action
) -> None:
    papers = house.register.papers()
    before = evaluate(use, papers, KNOWN, at)
    stricter = with_floor(papers, prohibited_purposes=(purpose,), prohibited_actions=(action.value,))
    after = evaluate(use, stricter, KNOWN, at)
    assert before.permitted or not after.permitted
    assert {reason.code for reason in before.reasons} <= {reason.code for reason in after.reasons}


@given(USES, AT)
def test_a_decision_permits_exactly_when_nothing_fails(house: Office, use: Use, at: datetime) -> None:
    decision = evaluate(use, house.register.papers(), KNOWN, at)
    assert decision.permitted == (not decision.reasons)
    assert len(set(decision.reasons)) == len(decision.reasons)


@given(USES, AT, st.sets(st.sampled_from(FIELDS), min_size=1))
def test_asking_for_more_never_turns_refuse_into_permit(house: Office, use: Use, at: datetime, more: set[str]) -> None:
    papers = house.register.papers()
    wider = replace(use, asks=(Ask(dataset=use.asks[0].dataset, fields=use.asks[0].fields | more),))
    assert evaluate(use, papers, KNOWN, at).permitted or not evaluate(wider, papers, KNOWN, at).permitted


@given(USES, AT, st.sampled_from(["fields", "roles", "actions", "linkage"]))
@tries(max_examples=60)
def test_a_stricter_paper_never_turns_refuse_into_permit(use: Use, at: datetime, part: str) -> None:
    before, after = (
        office(mou(), signed(snap()), signed(lunch())),
        office(mou(), signed(narrower(part)), signed(lunch())),
    )
    assert before.ask(use, at).permitted or not after.ask(use, at).permitted


def narrower(part: str) -> Document:
    """The SNAP agreement with something taken out."""
    document = snap()
    fields = document["datasets"][0]["fields"]
    if part == "fields":
        fields.pop()
    elif part == "roles":
        document["users"]["roles"].remove("caseworker")
    elif part == "actions":
        fields[1]["actions"].remove("score")
    else:
        document["linkage"] = {"with": []}
    assert document != AGREEMENT
    return document
