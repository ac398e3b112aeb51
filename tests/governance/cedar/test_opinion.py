"""The second opinion: it agrees with the first on whatever is asked, and where it cannot be had, it is no."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, find, given
from hypothesis import settings as tries

from governance.cedar import CedarOpinion
from governance.cedar import asker_condition as asker
from governance.cedar import paper_condition as paper
from governance.cedar.condition import Condition, Part, Scope
from governance.cedar.policy import OF_DATASET, OF_LINEAGE
from governance.decision import evaluate
from governance.errors import EvaluationError, EvaluatorsDisagree
from governance.fact import Emergency, Facts
from governance.ids import DatasetId
from governance.policy import load_policy
from governance.second_opinion import Opinion, compared
from governance.standing import Papers
from governance.terms import ZONES
from governance.use import Action, Actor, Ask, Use
from tests.governance.cedar.cases import (
    AUDITED,
    BASE,
    DERIVED,
    MEALS,
    REFUSED_BY_DATASET,
    REFUSED_BY_LINEAGE,
    SAID_TWICE_OF_LINEAGE,
    Refusal,
    child,
    facts,
    memorandum_of,
    world,
)
from tests.governance.doors import doors
from tests.governance.papers import KNOWN, NOW, SNAP, WORKER, signed, snap, use_of, usual
from tests.governance.strategies import World, papers_of, scenes, standing

NEVER_MET = Condition(code="NOT_ACTIVE", words="never", test="context.day < context.day")
PERMITTED, REFUSED = Opinion(permitted=True), Opinion(permitted=False)


def asked(use: Use, around: World, opinion: CedarOpinion | None = None) -> Opinion:
    """Cedar's opinion of a use in a world."""
    return (opinion or CedarOpinion()).permits(use, around.papers, around.known, around.at)


def agree(use: Use, around: World, opinion: CedarOpinion) -> None:
    """Hold that both say the same, without a problem."""
    decision = evaluate(use, around.papers, around.known, around.at)
    codes = [reason.code for reason in decision.reasons]
    assert asked(use, around, opinion) == Opinion(permitted=decision.permitted), f"the first says {codes} to {use}"


# -- both say the same ------------------------------------------------------------------------------------------------


@tries(max_examples=tries().max_examples // 2, suppress_health_check=list(HealthCheck))
@given(scenes())
def test_on_whatever_is_asked_under_whatever_papers_both_say_the_same(scene: tuple[World, list[Use]]) -> None:
    around, asks = scene
    opinion = CedarOpinion()
    for use in asks:
        agree(use, around, opinion)


def test_the_uses_that_are_drawn_are_permitted_about_half_the_time() -> None:
    said: list[bool] = []

    @tries(max_examples=30, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(scenes())
    def draw(scene: tuple[World, list[Use]]) -> None:
        around, asks = scene
        said.extend(evaluate(use, around.papers, around.known, around.at).permitted for use in asks)

    draw()
    assert 0.3 < sum(said) / len(said) < 0.75


def test_both_say_the_same_about_every_field_of_the_example_commonwealth() -> None:
    policy = load_policy()
    papers = papers_of([standing(each) for each in policy.agreements], memorandum_of(policy.mou))
    around = World(papers=papers, known=frozenset(papers.covering), at=NOW)
    opinion, permitted = CedarOpinion(), 0
    for use in _each_field_once(papers):
        agree(use, around, opinion)
        permitted += evaluate(use, papers, around.known, NOW).permitted
    assert permitted > 100


_TRIED = (Action.MATCH, Action.SCORE, Action.VIEW, Action.AGGREGATE)


def _each_field_once(papers: Papers) -> Iterator[Use]:
    """Every field of every dataset, for some actions, in either zone, by a program."""
    program = Actor(id="night", role="flow", organisation="EOHHS")
    for dataset, (own, *_) in papers.covering.items():
        purpose = own.agreement.purposes[0].id
        for field, action, zone in product(sorted(own.terms[dataset].fields), _TRIED, ZONES):
            yield Use.of(
                actor=program, action=action, purpose=purpose, dataset=dataset, fields={field}, zone=zone, facts=AUDITED
            )


def test_both_say_the_same_along_the_life_of_an_agreement() -> None:
    house = usual()
    opinion, parent = CedarOpinion(), replace(use_of(), lineage=frozenset({SNAP}))
    moves = ("suspend", "resume", "expire", "terminate", "begin_destruction", "destroyed", "close")
    for move in moves:
        getattr(house.register, move)(SNAP, by="steward-1", why="incident 14")
        around = World(papers=house.register.papers(), known=KNOWN, at=NOW)
        agree(use_of(), around, opinion)
        agree(parent, around, opinion)


# -- every condition counts -------------------------------------------------------------------------------------------


def _name(part: Part) -> str:
    return part.code.lower() if isinstance(part, Condition) else part.__name__


def test_what_the_cases_are_built_on_is_permitted() -> None:
    assert asked(BASE, world()) == PERMITTED
    assert asked(DERIVED, world()) == PERMITTED


@pytest.mark.parametrize("part", OF_DATASET, ids=_name)
def test_a_condition_on_a_dataset_is_the_only_one_that_refuses_its_case_and_its_loss_is_noticed(part: Part) -> None:
    without = tuple(each for each in OF_DATASET if each is not part)
    _only_this_refuses(REFUSED_BY_DATASET[part], part, CedarOpinion(for_dataset=without))


@pytest.mark.parametrize("part", [part for part in OF_LINEAGE if part not in SAID_TWICE_OF_LINEAGE], ids=_name)
def test_a_condition_on_what_was_derived_is_the_only_one_that_refuses_its_case(part: Part) -> None:
    without = tuple(each for each in OF_LINEAGE if each is not part)
    _only_this_refuses(REFUSED_BY_LINEAGE[part], part, CedarOpinion(for_lineage=without))


def _only_this_refuses(case: Refusal, part: Part, weakened: CedarOpinion) -> None:
    around = case.world
    decision = evaluate(case.use, around.papers, around.known, around.at)
    codes = {reason.code for reason in decision.reasons}
    assert codes == {_code(part)} or (codes == {"LINEAGE_INACTIVE"} and case.use.lineage)
    assert asked(case.use, around) == REFUSED
    assert asked(case.use, around, weakened) == PERMITTED, "the condition could be left out unnoticed"
    noticed = compared(decision, weakened, case.use, around.papers, around.known, around.at)
    assert noticed.reasons[-1].code == "EVALUATORS_DISAGREE"


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("part", [asker.role_listed, paper.floor_leaves_room], ids=_name)
def test_the_uses_that_are_drawn_find_a_lost_condition(part: Part) -> None:
    without = tuple(each for each in OF_DATASET if each is not part)

    def disagree(scene: tuple[World, list[Use]]) -> bool:
        around, asks = scene
        weakened = CedarOpinion(for_dataset=without)
        return any(
            asked(use, around, weakened).permitted != evaluate(use, around.papers, around.known, around.at).permitted
            for use in asks
        )

    tried = tries(max_examples=1000, database=None, derandomize=True, phases=[Phase.generate])
    find(scenes(), disagree, settings=tries(tried, suppress_health_check=list(HealthCheck)))


def test_every_condition_has_its_case() -> None:
    assert set(REFUSED_BY_DATASET) == set(OF_DATASET)
    assert {*REFUSED_BY_LINEAGE, *SAID_TWICE_OF_LINEAGE} == set(OF_LINEAGE)


def _code(part: Part) -> str:
    memo, own = world().papers.mou, child()
    assert memo is not None
    scope = Scope(agreement=own, sha256="", mou=memo, dataset=own.datasets[0], joinable=frozenset({MEALS}))
    return part.code if isinstance(part, Condition) else part(scope).code


# -- where it cannot be had, it is no ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "at"),
    [
        (replace(BASE, asks=()), NOW),
        (replace(BASE, action="peek"), NOW),  # type: ignore[arg-type]
        (BASE, NOW.replace(tzinfo=None)),
        (facts(break_glass=Emergency(asked_by="a", confirmed_by="b", until=datetime(2026, 9, 1), reference="b")), NOW),  # noqa: DTZ001 (that is the case)
    ],
    ids=["no dataset", "no action there is", "no aware instant", "no aware end"],
)
def test_what_the_first_calls_malformed_is_refused_and_not_a_problem(use: Use, at: datetime) -> None:
    around = replace(world(), at=at)
    assert asked(use, around) == REFUSED
    assert [reason.code for reason in evaluate(use, around.papers, around.known, at).reasons] == ["MALFORMED"]


@pytest.mark.parametrize(
    "use",
    [
        replace(BASE, actor=replace(BASE.actor, id="worker-\ud800")),
        facts(smallest_cell=2**63),
        replace(BASE, purpose=None),  # type: ignore[arg-type]
        replace(BASE, asks=(Ask(dataset=BASE.asks[0].dataset, fields=frozenset({"ends_on", 3})),)),  # type: ignore[arg-type]
        facts(attested="yes"),
        facts(smallest_cell="11"),
    ],
    ids=[
        "half a character",
        "a number too large",
        "no purpose",
        "a field that is no text",
        "no yes or no",
        "no number",
    ],
)
def test_what_cannot_be_put_to_cedar_is_a_problem(use: Use) -> None:
    opinion = asked(use, world())
    assert not opinion.permitted
    assert len(opinion.problems) == 1


def test_a_policy_that_does_not_fit_the_schema_is_a_problem_with_every_use() -> None:
    misspelt = Condition(code="NOT_ACTIVE", words="it is active", test='context.colour == "blue"')
    opinion = asked(BASE, world(), CedarOpinion(for_dataset=(misspelt,)))
    assert opinion == Opinion(permitted=False, problems=("Cedar could not be asked (ValueError)",))


def test_a_policy_that_fails_while_it_is_evaluated_is_a_problem_even_where_another_permits() -> None:
    missing = Condition(code="NOT_ACTIVE", words="it is active", test='Agreement::"DULA-0".status == "active"')
    opinion = asked(DERIVED, world(), CedarOpinion(for_lineage=(missing,)))
    assert opinion == Opinion(permitted=False, problems=("Cedar reported errors: 1",))


def test_without_a_memorandum_nothing_is_permitted() -> None:
    around = world()
    assert asked(BASE, replace(around, papers=replace(around.papers, mou=None))) == REFUSED


def test_what_moves_counts_at_once_and_a_policy_that_did_not_change_is_not_read_again() -> None:
    house, opinion = usual(), CedarOpinion()
    assert opinion.permits(use_of(), house.register.papers(), KNOWN, NOW) == PERMITTED
    read = dict(opinion._read)
    house.register.suspend(SNAP, by="steward-1", why="incident 14")
    assert opinion.permits(use_of(), house.register.papers(), KNOWN, NOW) == REFUSED
    house.register.resume(SNAP, by="steward-1", why="incident 14")
    assert opinion.permits(use_of(), house.register.papers(), KNOWN, NOW) == PERMITTED
    assert opinion._read == read
    house.register.amend(signed(snap(version=2, title="Amended")), by="steward-1")
    assert opinion.permits(use_of(), house.register.papers(), KNOWN, NOW) == PERMITTED
    assert len(opinion._read) == 2


def test_nothing_is_kept_of_datasets_that_nobody_lists() -> None:
    around, opinion = world(), CedarOpinion()
    for number in range(50):
        dataset = DatasetId(f"dta.unheard_of_{number}")
        use = replace(BASE, asks=(Ask(dataset=dataset, fields=frozenset({"ends_on"})),))
        assert asked(use, around, opinion) == REFUSED
    assert opinion._moment is not None
    assert not opinion._moment.policies


# -- beside the gate --------------------------------------------------------------------------------------------------


def test_the_gate_grants_what_both_permit(tmp_path: Path) -> None:
    house = doors(tmp_path)
    gate = replace(house.gate, second=CedarOpinion())
    assert gate.request(use_of()).fields == {"certification_end_on"}
    assert not gate.decide(use_of(purpose="prevention")).permitted


def test_the_gate_refuses_what_only_one_permits(tmp_path: Path) -> None:
    house = doors(tmp_path)
    blind = tuple(part for part in OF_DATASET if part is not asker.role_listed)
    gate = replace(house.gate, second=CedarOpinion(for_dataset=blind))
    by_a_visitor = use_of(actor=replace(WORKER, role="visitor"))
    assert [reason.code for reason in gate.decide(by_a_visitor).reasons] == ["ROLE_NOT_LISTED", "EVALUATORS_DISAGREE"]
    deaf = replace(house.gate, second=CedarOpinion(for_dataset=(*OF_DATASET, NEVER_MET)))
    with pytest.raises(EvaluatorsDisagree):
        deaf.request(use_of())
    assert house.refusals() == ["EVALUATORS_DISAGREE"]


def test_the_gate_refuses_where_cedar_could_not_be_asked(tmp_path: Path) -> None:
    house = doors(tmp_path)
    gate = replace(house.gate, second=CedarOpinion())
    with pytest.raises(EvaluationError):
        gate.request(use_of(facts=Facts(smallest_cell=2**63)))
