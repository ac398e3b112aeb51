"""Ways round the gate, one for each code that the read path answers with: nothing is read, and the ledger says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from governance.break_glass import BreakGlass
from governance.database import metadata, transaction
from governance.errors import REFUSALS, Refused
from governance.fact import Emergency, Facts
from governance.grant import Grant
from governance.ids import AgreementId, DatasetId, DeliveryId, GrantId
from governance.legal_process import LegalProcess
from governance.second_opinion import Opinion
from governance.standing import Papers
from governance.use import Action, ModelRef, Use
from signals.sealed_file import sealed_file
from signals.store import Store
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, KNOWN, LUNCH, MEALS, NOW, SNAP, WORKER, Document, lunch, signed, snap, use_of
from tests.signals.test_store import ALL, AUGUST, ONE, rows

Way = tuple[str, Callable[[Doors], Grant]]
READ = {"certification_end_on"}
DESIGNED = frozenset(
    [
        "NOT_ACTIVE",
        "TERM_NOT_STARTED",
        "TERM_EXPIRED",
        "MOU_INACTIVE",
        "MOU_PROHIBITED",
        "NO_AGREEMENT",
        "DATASET_UNKNOWN",
        "FIELD_NOT_LISTED",
        "PURPOSE_NOT_LISTED",
        "ACTION_NOT_GRANTED",
        "ROLE_NOT_LISTED",
        "WRONG_ORGANISATION",
        "TRAINING_LAPSED",
        "REDISCLOSURE",
        "LEGAL_PROCESS_HOLD",
        "LINK_NOT_MUTUAL",
        "MODEL_PURPOSE",
        "LINEAGE_INACTIVE",
        "VERSION_MISMATCH",
        "GRANT_EXPIRED",
        "GRANT_SPENT",
        "GRANT_UNKNOWN",
        "ZONE",
        "UNATTESTED",
        "VICTIM_SERVICES_BARRED",
        "PART2_CONSENT",
        "SEALED_PRESENT",
        "BASIS_CONDITION",
        "RETENTION_EXCEEDED",
        "SMALL_CELL",
        "RECOVERABLE",
        "BREAK_GLASS_SINGLE",
        "SELF_REVIEW",
        "EVALUATORS_DISAGREE",
        "EVALUATION_ERROR",
        "MALFORMED",
    ]
)
"""The codes of the decision table (docs/governance.md)."""


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    made = doors(tmp_path)
    metadata.create_all(made.engine, tables=[sealed_file])
    return made


@pytest.fixture
def store(house: Doors, tmp_path: Path) -> Store:
    made = Store(tmp_path / "sealed", house.engine)
    use = use_of(action=Action.INGEST, fields=ALL, zone="enclave", purpose="prevention.outreach")
    with house.gate.open(house.gate.request(use)) as opened:
        files = made.write(opened, dataset=CASES, delivery=DeliveryId(ONE), part=0, frame=rows(AUGUST))
    with transaction(house.engine) as connection:
        made.record(connection, files)
    return made


def ask(**changes: object) -> Callable[[Doors], Grant]:
    """Somebody asks for a grant, with one thing about the ask not as it should be."""
    return lambda house: house.gate.request(use_of(**changes))


def after(change: Callable[[Doors], object], **changes: object) -> Callable[[Doors], Grant]:
    """Somebody asks once something has happened to the papers or the clock."""

    def grant(house: Doors) -> Grant:
        change(house)
        return house.gate.request(use_of(**changes))

    return grant


def then(change: Callable[[Doors, Grant], Grant], **asked: object) -> Callable[[Doors], Grant]:
    """A grant was issued rightly; then something happens before it is opened."""
    return lambda house: change(house, house.gate.request(use_of(**asked)))


def meanwhile(change: Callable[[Doors], object], **asked: object) -> Callable[[Doors], Grant]:
    """The same, where what happens is nothing to the grant itself."""

    def happens(house: Doors, grant: Grant) -> Grant:
        change(house)
        return grant

    return then(happens, **asked)


def spent(house: Doors, grant: Grant) -> Grant:
    with house.gate.open(grant):
        return grant


def waited(house: Doors, grant: Grant) -> Grant:
    house.clock.advance(timedelta(hours=1))
    return grant


def amended(house: Doors, grant: Grant) -> Grant:
    house.register.amend(signed(snap(version=2)), by="steward-1")
    return grant


def on_the_last_evening(house: Doors) -> Grant:
    """The agreement ends at midnight, within the minutes of a grant."""
    house.clock.advance(datetime(2027, 6, 30, 3, 50, tzinfo=UTC) - NOW)
    grant = house.gate.request(use_of(actor=replace(WORKER, trained_until=date(2030, 1, 1))))
    house.clock.advance(timedelta(minutes=12))
    return grant


def from_meals(
    change: Callable[[Document], None], mine: Document | None = None, **asked: Any
) -> Callable[[Doors], Grant]:
    """What is asked for was derived from school meals too, whose agreement says something else by now."""

    def grant(house: Doors) -> Grant:
        theirs = lunch(version=2)
        change(theirs)
        house.register.amend(signed(theirs), by="steward-1")
        if mine:
            house.register.amend(signed(snap(version=2, **mine)), by="steward-1")
        return house.gate.request(use_of(lineage={LUNCH}, **asked))

    return grant


def setting(*path: str | int, to: Any) -> Callable[[Document], None]:
    """Another value somewhere in a document."""

    def change(document: Document) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def suspend(house: Doors) -> None:
    house.register.suspend(SNAP, by="officer-1")


def two_datasets(house: Doors) -> Grant:
    both = replace(use_of(), asks=(*use_of().asks, *use_of(dataset=DatasetId("dese.meals")).asks))
    return house.gate.request(both)


def derived(house: Doors) -> Grant:
    house.register.suspend(LUNCH, by="officer-1")
    return house.gate.request(use_of(lineage={LUNCH}))


def uncovered(house: Doors) -> Grant:
    known = replace(house.gate, datasets=KNOWN | {DatasetId("dta.new_feed")})
    return known.request(use_of(dataset=DatasetId("dta.new_feed"), fields={"x"}))


def under(change: Callable[[Document], None], **asked: object) -> Callable[[Doors], Grant]:
    """The agreement says something else by now; then somebody asks."""

    def grant(house: Doors) -> Grant:
        document = snap(version=2)
        change(document)
        house.register.amend(signed(document), by="steward-1")
        return house.gate.request(use_of(**asked))

    return grant


def regime(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["datasets"][0]["fields"][1]["regime"] = name

    return change


def attestation_required(document: Document) -> None:
    document["datasets"][0]["attestation"] = "required"


def condition(document: Document) -> None:
    document["purposes"][0]["legal_basis"][0]["condition"] = "child_in_agency_care"


def for_schools(document: Document) -> None:
    document["purposes"][0]["id"] = "prevention.school"
    document["models"]["score_purposes"] = ["prevention.school"]


def no_models(document: Document) -> None:
    document["models"] = {"train": False}


def knowing(**facts: Any) -> Callable[[Doors], Grant]:
    return ask(facts=Facts(**facts))


def left_the_memorandum(house: Doors) -> None:
    house.register.leave(AgreementId("MOU-STATEWIDE"), "DTA", by="coordinator-1")


def joined_with_a_stranger(house: Doors) -> Grant:
    alone = snap(version=2, linkage={"with": []})
    house.register.amend(signed(alone), by="steward-1")
    return house.gate.request(use_of(linked_with={MEALS}))


def emergency_of_one(house: Doors) -> Grant:
    glass = BreakGlass(house.ledger, house.clock)
    asked = glass.ask(by=WORKER.id, why="A child is out in the cold tonight")
    claimed = Emergency(
        asked_by=WORKER.id, confirmed_by="worker-2", until=NOW + timedelta(hours=1), reference=asked.reference
    )
    return house.gate.request(use_of(action=Action.VIEW, facts=Facts(break_glass=claimed)))


def somebody_elses_emergency(house: Doors) -> Grant:
    glass = BreakGlass(house.ledger, house.clock)
    asked = glass.ask(by="worker-3", why="A child is out in the cold tonight")
    glass.confirm(asked.reference, by="worker-2")
    claimed = Emergency(
        asked_by=WORKER.id, confirmed_by="worker-2", until=NOW + timedelta(hours=1), reference=asked.reference
    )
    return house.gate.request(use_of(action=Action.VIEW, facts=Facts(break_glass=claimed)))


def order_without_notice(house: Doors) -> Grant:
    order = LegalProcess(house.ledger).receive([SNAP], by="counsel-1")
    claimed = Facts(legal_process=order.reference, notices=frozenset({"owner", "subject"}))
    return house.gate.request(use_of(facts=claimed))


class Contrary:
    """A second evaluator that says the opposite, stumbles, or falls."""

    def __init__(self, opinion: Opinion | Exception) -> None:
        self._opinion = opinion

    def permits(self, use: Use, papers: Papers, known: frozenset[DatasetId], at: datetime) -> Opinion:
        if isinstance(self._opinion, Exception):
            raise self._opinion
        return self._opinion


def second(opinion: Opinion | Exception) -> Callable[[Doors], Grant]:
    return lambda house: replace(house.gate, second=Contrary(opinion)).request(use_of())


def a_clause_that_falls(house: Doors) -> Grant:
    class Falls(frozenset[str]):
        def __sub__(self, other: object) -> frozenset[str]:
            raise KeyError("a name that must not be repeated")

    ask = replace(use_of().asks[0], fields=Falls({"certification_end_on"}))
    return house.gate.request(replace(use_of(), asks=(ask,)))


def _releasing() -> list[Document]:
    datasets: list[Document] = snap()["datasets"]
    datasets[0]["fields"][1]["actions"] = ["score", "release"]
    return datasets


AGGREGATE: Document = {"action": Action.RELEASE, "fields": {"certification_end_on"}}


def large_cells(document: Document) -> None:
    document["outputs"]["min_cell"] = 20
    document["datasets"][0]["fields"][1]["actions"] = ["match", "score", "release"]


UNTRAINED = {"users": {"roles": ["flow", "caseworker"]}}
GENEROUS = {"redisclosure": {"allowed_to": ["DCF"], "legal_process": "notify_owner_and_subject_first"}}
RELEASING = {"datasets": _releasing()}

ASKING: list[Way] = [
    ("NO_AGREEMENT", uncovered),
    ("NOT_ACTIVE", after(suspend)),
    ("TERM_NOT_STARTED", after(lambda house: house.clock.advance(timedelta(days=-100)))),
    ("TERM_EXPIRED", after(lambda house: house.clock.advance(timedelta(days=400)))),
    ("MOU_PROHIBITED", ask(purpose="law_enforcement")),
    ("MOU_PROHIBITED", ask(purpose="prevention.outreach.law_enforcement")),
    ("MOU_PROHIBITED", ask(action=Action.EXPORT)),
    ("DATASET_UNKNOWN", ask(dataset=DatasetId("dta.nothing"))),
    ("FIELD_NOT_LISTED", ask(fields={"certification_end_on", "*"})),
    ("FIELD_NOT_LISTED", ask(fields={"certification_end_on.year"})),
    ("FIELD_NOT_LISTED", ask(fields={"Certification_End_On"})),
    ("PURPOSE_NOT_LISTED", ask(purpose="prevention")),
    ("PURPOSE_NOT_LISTED", ask(purpose="prevention.outreachx")),
    ("ACTION_NOT_GRANTED", ask(fields={"household_size"}, action=Action.VIEW)),
    ("LINEAGE_INACTIVE", derived),
    ("PURPOSE_NOT_LISTED", from_meals(for_schools)),
    ("BASIS_CONDITION", from_meals(condition)),
    ("ACTION_NOT_GRANTED", from_meals(setting("title", to="the same"), action=Action.VIEW)),
    ("ROLE_NOT_LISTED", from_meals(setting("users", "roles", to=["flow"]))),
    ("WRONG_ORGANISATION", from_meals(setting("parties", "recipients", 0, "agency", to="DTA"))),
    (
        "TRAINING_LAPSED",
        from_meals(setting("title", to="the same"), UNTRAINED, actor=replace(WORKER, trained_until=None)),
    ),
    ("REDISCLOSURE", from_meals(setting("title", to="the same"), GENEROUS, recipient="DCF")),
    ("SMALL_CELL", from_meals(large_cells, RELEASING, **AGGREGATE, facts=Facts(smallest_cell=15, recoverable_cells=0))),
    ("MOU_INACTIVE", after(left_the_memorandum)),
    ("ACTION_NOT_GRANTED", under(no_models)),
    ("ACTION_NOT_GRANTED", under(no_models, action=Action.TRAIN)),
    ("ROLE_NOT_LISTED", ask(actor=replace(WORKER, role="landlord"))),
    ("WRONG_ORGANISATION", ask(actor=replace(WORKER, organisation="DOC"))),
    ("TRAINING_LAPSED", ask(actor=replace(WORKER, trained_until=None))),
    ("TRAINING_LAPSED", ask(actor=replace(WORKER, trained_until=NOW.date() - timedelta(days=1)))),
    ("REDISCLOSURE", ask(recipient="LANDLORD")),
    ("LEGAL_PROCESS_HOLD", order_without_notice),
    ("LEGAL_PROCESS_HOLD", knowing(legal_process="o-0000000000000000", notices=frozenset({"owner", "subject"}))),
    ("LINK_NOT_MUTUAL", joined_with_a_stranger),
    ("MODEL_PURPOSE", ask(model=ModelRef(id="m-1", purpose="prevention.outreach.housing"))),
    ("ZONE", ask(fields={"first_name"}, action=Action.MATCH, zone="analytic")),
    ("UNATTESTED", under(attestation_required)),
    ("UNATTESTED", knowing(attested=False)),
    ("VICTIM_SERVICES_BARRED", under(regime("VAWA"))),
    ("VICTIM_SERVICES_BARRED", knowing(victim_services=True)),
    ("PART2_CONSENT", under(regime("part2"))),
    ("PART2_CONSENT", knowing(part2_consent=False)),
    ("SEALED_PRESENT", knowing(sealed_present=True)),
    ("BASIS_CONDITION", under(condition)),
    ("BASIS_CONDITION", ask(basis="somebody-said-so")),
    ("RETENTION_EXCEEDED", knowing(oldest_known_on=NOW.date() - timedelta(days=731))),
    ("SMALL_CELL", ask(**AGGREGATE, facts=Facts(smallest_cell=10, recoverable_cells=0))),
    ("SMALL_CELL", ask(**AGGREGATE)),
    ("RECOVERABLE", ask(**AGGREGATE, facts=Facts(smallest_cell=11, recoverable_cells=1))),
    ("BREAK_GLASS_SINGLE", emergency_of_one),
    ("BREAK_GLASS_SINGLE", somebody_elses_emergency),
    ("SELF_REVIEW", ask(facts=Facts(review_of=WORKER.id))),
    ("EVALUATORS_DISAGREE", second(Opinion(permitted=False))),
    ("EVALUATION_ERROR", second(Opinion(permitted=True, problems=("a policy could not be evaluated",)))),
    ("EVALUATION_ERROR", second(RuntimeError("out of memory"))),
    ("EVALUATION_ERROR", a_clause_that_falls),
    ("MALFORMED", ask(actor=replace(WORKER, id=""))),
    ("MALFORMED", ask(actor=replace(WORKER, id="worker-\ud800"))),
    ("MALFORMED", ask(facts=Facts(review_of="worker-\ud800"))),
    ("MALFORMED", ask(zone="kitchen")),
    ("MALFORMED", two_datasets),
    ("MALFORMED", ask(fields=set())),
    ("MALFORMED", ask(purpose="")),
]
"""No grant is issued."""

GRANTED: list[Way] = [
    ("GRANT_UNKNOWN", then(lambda _, grant: replace(grant, id=GrantId("g-ffffffffffffffffffffffff")))),
    ("GRANT_UNKNOWN", then(lambda _, grant: replace(grant, fields=frozenset(ALL)))),
    ("GRANT_EXPIRED", then(waited)),
    ("GRANT_SPENT", then(spent)),
    ("VERSION_MISMATCH", then(amended)),
    ("NOT_ACTIVE", meanwhile(suspend)),
    ("NOT_ACTIVE", meanwhile(lambda house: house.register.terminate(SNAP, by="steward-1"))),
    ("MOU_INACTIVE", meanwhile(left_the_memorandum)),
    ("LINEAGE_INACTIVE", meanwhile(lambda house: house.register.suspend(LUNCH, by="officer-1"), lineage={LUNCH})),
    ("GRANT_EXPIRED", meanwhile(lambda house: house.clock.advance(timedelta(hours=-1)))),
    ("TERM_EXPIRED", on_the_last_evening),
]
"""A grant was issued rightly; what happens to it, or to the papers, before it is opened makes it worthless."""


@pytest.mark.parametrize(("code", "way"), ASKING, ids=[f"{code}-{number}" for number, (code, _) in enumerate(ASKING)])
def test_asking_is_refused_no_grant_is_issued_and_the_ledger_says_why(
    house: Doors, store: Store, code: str, way: Callable[[Doors], Grant]
) -> None:
    before = sum(1 for _ in house.ledger.entries(kind="grant.issued"))
    with pytest.raises(Refused) as refused:
        way(house)
    assert code in {reason.code for reason in refused.value.reasons}
    assert code in house.refusals()
    assert sum(1 for _ in house.ledger.entries(kind="grant.issued")) == before


@pytest.mark.parametrize(("code", "way"), GRANTED, ids=[f"{code}-{number}" for number, (code, _) in enumerate(GRANTED)])
def test_a_grant_that_may_not_be_opened_any_more_opens_nothing(
    house: Doors, store: Store, code: str, way: Callable[[Doors], Grant]
) -> None:
    grant, seen = way(house), list[int]()
    before = house.kinds().count("grant.opened")

    def climb() -> None:
        with house.gate.open(grant) as opened:
            seen.extend(frame.height for frame in store.read(opened, CASES, sorted(READ), AUGUST))

    with pytest.raises(Refused) as refused:
        climb()
    assert refused.value.code == code
    assert code in house.refusals()
    assert seen == []
    assert house.kinds().count("grant.opened") == before


def test_the_same_read_asked_for_rightly_goes_through(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        assert sum(frame.height for frame in store.read(opened, CASES, sorted(READ), AUGUST)) == 1
    assert house.refusals() == []


def test_every_code_that_the_design_names_has_a_class_and_a_way() -> None:
    assert {code for code, _ in [*ASKING, *GRANTED]} == DESIGNED
    assert set(REFUSALS) >= DESIGNED


def test_a_use_without_any_dataset_is_malformed(house: Doors) -> None:
    nothing: Use = replace(use_of(), asks=())
    assert "MALFORMED" in {reason.code for reason in house.gate.decide(nothing).reasons}


def test_looking_from_a_later_day_does_not_reach_behind_the_grant(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened, pytest.raises(Refused):
        list(store.read(opened, CASES, ["first_name"], date.max))
