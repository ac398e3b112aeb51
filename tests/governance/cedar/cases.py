"""One use for each condition: refused for that alone. Without the condition, Cedar would permit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from governance.agreement import Agreement
from governance.cedar import asker_condition as asker
from governance.cedar import fact_condition as fact
from governance.cedar import field_condition as field
from governance.cedar import paper_condition as paper
from governance.cedar import use_condition as use
from governance.cedar.condition import Part
from governance.fact import Emergency, Facts
from governance.ids import AgreementId, DatasetId
from governance.lifecycle import Status
from governance.mou import Mou
from governance.standing import MouStanding, Standing
from governance.use import Action, Actor, Ask, ModelRef, Use
from tests.governance.papers import NOW, Document, agreement, mou, snap
from tests.governance.papers import field as plain_field
from tests.governance.strategies import World, papers_of, standing

CHILD, PARENT, STRANGER = AgreementId("DULA-2026-001"), AgreementId("DULA-2026-002"), AgreementId("DULA-2026-003")
CASES, MEALS, VISITS = DatasetId("dta.cases"), DatasetId("dese.meals"), DatasetId("dph.visits")
KNOWN = frozenset({CASES, MEALS, VISITS})
ACTIONS = [action.value for action in Action if action is not Action.EXPORT]
ALL = {"zones": ["enclave", "analytic"], "actions": ACTIONS}


def basis(id: str, condition: str | None = None) -> Document:
    """One legal basis."""
    said = {"id": id, "citation": "7 CFR 272.1", "approved_by": "Cy Invented", "approved_on": "2026-05-01"}
    return said if condition is None else {**said, "condition": condition}


def purpose(id: str, *bases: Document) -> Document:
    """One purpose."""
    return {"id": id, "statement": "Offer voluntary help.", "legal_basis": list(bases) or [basis(f"of-{id}")]}


def dataset(id: str, *fields: Document, **more: Any) -> Document:
    """One dataset's terms."""
    return {"id": id, "population": {"geography": ["MA"]}, "refresh_days": 7, "fields": list(fields), **more}


def child(**changes: Any) -> Agreement:
    """The agreement that the base use is permitted under."""
    document = snap(
        id=CHILD,
        purposes=[purpose("prevention.outreach"), purpose("prevention.research")],
        models={"train": True, "score_purposes": ["prevention.outreach"], "retire_on_termination": True},
        linkage={"with": [PARENT]},
        redisclosure={"allowed_to": ["DPH"], "legal_process": "notify_owner_and_subject_first"},
        datasets=[
            dataset(
                CASES,
                plain_field("ends_on", **ALL, retain_days=30),
                plain_field("matched", zones=["enclave", "analytic"], actions=["match"]),
                plain_field("hidden", zones=["enclave"], actions=ACTIONS),
            )
        ],
    )
    return agreement({**document, **changes})


def parent(**changes: Any) -> Agreement:
    """The agreement that the base use's rows were derived from, in the cases of lineage."""
    document = snap(
        id=PARENT,
        purposes=[purpose("prevention")],
        models={"train": True, "score_purposes": ["prevention"], "retire_on_termination": True},
        linkage={"with": [CHILD]},
        redisclosure={"allowed_to": ["DPH"], "legal_process": "notify_owner_and_subject_first"},
        datasets=[dataset(MEALS, plain_field("missed", **ALL))],
    )
    document["parties"]["owner"]["agency"] = "DESE"
    return agreement({**document, **changes})


def stranger() -> Agreement:
    """An agreement that names nobody."""
    document = snap(id=STRANGER, linkage={}, datasets=[dataset(VISITS, plain_field("seen", **ALL))])
    return agreement(document)


def memorandum_of(signed: Mou, *left: str) -> MouStanding:
    """A memorandum in force, which some agencies have left."""
    return MouStanding(
        mou=signed,
        status=Status.ACTIVE,
        version=signed.version,
        sha256="ab" * 32,
        participants=frozenset(each.agency for each in signed.participants) - set(left),
        flaw="",
        history=(),
        pending=None,
    )


def memorandum(*left: str) -> MouStanding:
    """The usual memorandum, which some agencies have left."""
    return memorandum_of(mou(), *left)


def world(
    own: Standing | None = None,
    above: Standing | None = None,
    memo: MouStanding | None = None,
    known: frozenset[DatasetId] = KNOWN,
    at: datetime = NOW,
) -> World:
    """Everything in force, but for what is given."""
    found = [own or standing(child()), above or standing(parent()), standing(stranger())]
    return World(papers=papers_of(found, memo or memorandum()), known=known, at=at)


WORKER = Actor(id="worker-1", role="caseworker", organisation="EOHHS", trained_until=NOW.date())
BASE = Use(
    actor=WORKER,
    action=Action.VIEW,
    purpose="prevention.outreach",
    asks=(Ask(dataset=CASES, fields=frozenset({"ends_on"})),),
)
AUDITED = Facts(smallest_cell=11, recoverable_cells=0)
DERIVED = replace(BASE, lineage=frozenset({PARENT}))


def facts(**known: Any) -> Use:
    """The base use, with something known."""
    return replace(BASE, facts=Facts(**known))


def by(**changes: Any) -> Use:
    """The base use, asked by another."""
    return replace(BASE, actor=replace(WORKER, **changes))


def asks(*fields: str, basis: str = "") -> Use:
    """The base use, of other fields."""
    return replace(BASE, asks=(Ask(dataset=CASES, fields=frozenset(fields), basis=basis),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A use that is refused for one reason."""

    use: Use
    world: World


def of(use: Use, **around: Any) -> Refusal:
    """A use in a world."""
    return Refusal(use=use, world=world(**around))


_SAME_PERSON = Emergency(asked_by="worker-1", confirmed_by="worker-1", until=NOW + timedelta(hours=1), reference="b-1")
_EARLY, _LATE = datetime(2026, 6, 30, 12, tzinfo=UTC), datetime(2027, 6, 30, 12, tzinfo=UTC)
_TRAINED = replace(BASE, actor=replace(WORKER, trained_until=_LATE.date()))

_OPEN = [dataset(CASES, plain_field("ends_on", **ALL))]

REFUSED_BY_DATASET: Mapping[Part, Refusal] = {
    use.COMPLETE: of(facts(smallest_cell=-1)),
    use.REVIEWS_OTHERS: of(facts(review_of="worker-1")),
    use.TWO_PEOPLE: of(facts(break_glass=_SAME_PERSON)),
    use.MODEL_FOR_THIS: of(replace(BASE, model=ModelRef(id="m-1", purpose="prevention.research"))),
    paper.DECLARED: of(BASE, known=frozenset({MEALS})),
    paper.started: of(BASE, at=_EARLY),
    paper.not_over: of(_TRAINED, at=_LATE),
    paper.active: of(BASE, own=standing(child(), Status.SUSPENDED)),
    paper.mou_in_force: of(BASE, memo=memorandum("EOHHS")),
    paper.floor_leaves_room: of(replace(BASE, purpose="prevention.outreach.commercial")),
    asker.purpose_listed: of(replace(BASE, purpose="prevention.outreach. now")),
    asker.basis_met: of(asks("ends_on", basis="unheard-of")),
    field.listed: of(asks("ssn"), own=standing(child(datasets=_OPEN))),
    field.granted: of(asks("matched")),
    asker.models_granted: of(replace(BASE, action=Action.SCORE, purpose="prevention.research")),
    field.in_place: of(asks("hidden")),
    asker.role_listed: of(by(role="visitor")),
    asker.of_a_party: of(by(organisation="DPH")),
    asker.trained: of(by(trained_until=NOW.date() - timedelta(days=1))),
    asker.stays_with_the_named: of(replace(BASE, recipient="POLICE")),
    fact.TOLD_FIRST: of(facts(legal_process="o-1", notices=frozenset({"owner"}))),
    field.joined_by_both: of(replace(BASE, linked_with=frozenset({VISITS}))),
    fact.not_victim_services: of(facts(victim_services=True)),
    fact.consented: of(facts(part2_consent=False)),
    fact.NOTHING_SEALED: of(facts(sealed_present=True)),
    fact.attested: of(facts(attested=False)),
    fact.kept_no_longer: of(facts(oldest_known_on=NOW.date() - timedelta(days=31))),
    fact.large_enough: of(replace(BASE, action=Action.RELEASE, facts=replace(AUDITED, smallest_cell=10))),
    fact.NOT_RECOVERABLE: of(replace(BASE, action=Action.RELEASE, facts=replace(AUDITED, recoverable_cells=1))),
}
"""For each condition of a permit for a dataset, a use that no other condition refuses."""


def above(**changes: Any) -> Standing:
    """The parent, with other terms."""
    return standing(parent(**changes))


_OTHERS_PARTIES = {**snap()["parties"], "recipients": [{**snap()["parties"]["recipients"][0], "agency": "DPH"}]}
_MATCHED = [dataset(MEALS, plain_field("missed", zones=["enclave"], actions=["match"]))]
_CONDITIONAL = [purpose("prevention", basis("in-care", "child_in_agency_care"))]
_NO_TRAINING = {"train": False, "score_purposes": ["prevention"], "retire_on_termination": True}
_TWENTY = {"min_cell": 20, "zeros": "allowed", "complementary": "required", "interval_width": 11}
_TO_NOBODY = {"legal_process": "notify_owner_and_subject_first"}
_LAPSED = replace(DERIVED, actor=replace(WORKER, trained_until=None))
_UNTRAINED = {"roles": ["flow", "caseworker", "analyst"]}

REFUSED_BY_LINEAGE: Mapping[Part, Refusal] = {
    paper.started: of(DERIVED, above=above(term={"effective": "2026-09-02", "expires": "2027-06-30"})),
    paper.not_over: of(DERIVED, above=above(term={"effective": "2026-07-01", "expires": "2026-09-01"})),
    paper.active: of(DERIVED, above=standing(parent(), Status.TERMINATED)),
    paper.mou_in_force_for_owner: of(DERIVED, memo=memorandum("DESE")),
    asker.some_basis_met: of(DERIVED, above=above(purposes=_CONDITIONAL)),
    field.granted_of_any: of(DERIVED, above=above(datasets=_MATCHED)),
    asker.models_granted: of(replace(DERIVED, action=Action.TRAIN), above=above(models=_NO_TRAINING)),
    asker.role_listed: of(DERIVED, above=above(users={"roles": ["analyst"]})),
    asker.of_a_party: of(DERIVED, above=above(parties=_OTHERS_PARTIES)),
    asker.trained: of(_LAPSED, own=standing(child(users=_UNTRAINED))),
    asker.stays_with_the_named: of(replace(DERIVED, recipient="DPH"), above=above(redisclosure=_TO_NOBODY)),
    fact.large_enough: of(replace(DERIVED, action=Action.RELEASE, facts=AUDITED), above=above(outputs=_TWENTY)),
}
"""For each condition on what was derived, a use that nothing else refuses."""

SAID_TWICE_OF_LINEAGE: Mapping[Part, str] = {
    asker.purpose_listed: "what is not listed has no legal basis either; what is no name, the dataset's refuses",
    fact.TOLD_FIRST: "the dataset's permit says the same",
    fact.NOT_RECOVERABLE: "the dataset's permit says the same",
}
"""Conditions whose loss changes nothing, and why. They stay: a reader looks for every code in every permit."""
