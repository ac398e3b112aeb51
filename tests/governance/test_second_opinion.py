"""The second opinion: where two evaluators differ, or one cannot say, it is no."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from governance.decision import Decision, evaluate
from governance.errors import EvaluationError, EvaluatorsDisagree
from governance.ids import DatasetId
from governance.second_opinion import Opinion
from governance.standing import Papers
from governance.use import Use
from tests.governance.doors import Doors, doors
from tests.governance.papers import use_of

REFUSED = use_of(purpose="research")


@dataclass(slots=True)
class Echo:
    """Another evaluator that says what the first does, or what it is told to."""

    says: Opinion | Exception | None = None
    asked: list[Use] = field(default_factory=list)

    def permits(self, use: Use, papers: Papers, known: frozenset[DatasetId], at: datetime) -> Opinion:
        self.asked.append(use)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says or Opinion(permitted=evaluate(use, papers, known, at).permitted)


def house(folder: Path, second: Echo) -> Doors:
    """The usual gate with a second evaluator beside it."""
    usual = doors(folder)
    return replace(usual, gate=replace(usual.gate, second=second))


def test_where_both_say_the_same_nothing_changes(tmp_path: Path) -> None:
    second = Echo()
    gate = house(tmp_path, second).gate
    assert gate.decide(use_of()) == replace(gate, second=None).decide(use_of())
    assert gate.decide(REFUSED) == replace(gate, second=None).decide(REFUSED)
    assert gate.decide(use_of()).obligations is not None
    assert second.asked == [use_of(), REFUSED, use_of()]


@pytest.mark.parametrize("use", [use_of(), REFUSED])
def test_where_they_differ_it_is_refused_and_the_first_ones_reasons_stay(tmp_path: Path, use: Use) -> None:
    gate = doors(tmp_path).gate
    alone = gate.decide(use)
    decision = replace(gate, second=Echo(Opinion(permitted=not alone.permitted))).decide(use)
    assert not decision.permitted and decision.obligations is None
    assert decision.reasons[:-1] == alone.reasons
    assert decision.reasons[-1].code == "EVALUATORS_DISAGREE"


def test_whatever_went_wrong_while_it_was_asked_is_a_refusal(tmp_path: Path) -> None:
    gate = doors(tmp_path).gate
    for says in (Opinion(permitted=True, problems=("policy 3 erred",)), ValueError("Maria"), KeyError("x")):
        decision = replace(gate, second=Echo(says)).decide(use_of())
        assert [reason.code for reason in decision.reasons] == ["EVALUATION_ERROR"]
        assert "Maria" not in decision.reasons[0].detail


def test_it_is_asked_about_every_grant_and_every_attempt(tmp_path: Path) -> None:
    no = house(tmp_path, Echo(Opinion(permitted=False)))
    with pytest.raises(EvaluatorsDisagree):
        no.gate.request(use_of())
    assert not no.gate.attempt(use_of()).permitted
    assert isinstance(no.gate.ask(use_of()), Decision)
    assert no.refusals() == ["EVALUATORS_DISAGREE"] * 3
    broken = replace(no.gate, second=Echo(RuntimeError()))
    with pytest.raises(EvaluationError):
        broken.request(use_of())


def test_a_grant_that_both_permit_opens(tmp_path: Path) -> None:
    gate = house(tmp_path, Echo()).gate
    with gate.open(gate.request(use_of())) as opened:
        opened.recheck()
