"""What the reasons carry of the score, what nothing speaks of, and where every family starts add up to the score."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from alerts.reasons import TaskReason
from flows.foreseeing import Outlook
from flows.telling import score_parts
from governance.ids import HouseholdId
from rules.indicator import load_indicators
from rules.rulebook import load_rulebook
from rules.scorer.explain import PREFIX
from signals.feed import load_feeds

DAY = date(2026, 5, 29)
INDICATORS = load_indicators(None, load_feeds())
RULEBOOK = load_rulebook(None, INDICATORS)
RULES = sorted(RULEBOOK.in_force(DAY))
HOUSEHOLD = HouseholdId("hh-1")


def reason(rule: str) -> TaskReason:
    return TaskReason(rule=rule, title="", topic="", tier=2, text="", citation="", programmes=(), facts=())


def outlook(contributions: dict[str, float], baseline: float) -> Outlook:
    score = baseline + sum(contributions.values())
    return Outlook(
        model="model-1",
        baseline=baseline,
        datasets=frozenset(),
        scores=pl.DataFrame({"household": [HOUSEHOLD], "score": [score]}),
        contributions=pl.DataFrame([{"household": HOUSEHOLD, **contributions}]),
        explanations=pl.DataFrame(),
    )


@given(
    weights=st.lists(st.floats(-4, 4), min_size=len(INDICATORS), max_size=len(INDICATORS)),
    rules=st.lists(st.sampled_from(RULES), unique=True, max_size=6),
    alone=st.lists(st.sampled_from(sorted(INDICATORS)), unique=True, max_size=3),
    baseline=st.floats(-6, 0),
)
def test_reasons_rest_and_baseline_add_up_to_the_score(
    weights: list[float], rules: list[str], alone: list[str], baseline: float
) -> None:
    contributions = dict(zip(sorted(INDICATORS), weights, strict=True))
    said = outlook(contributions, baseline)
    told = {HOUSEHOLD: [reason(rule) for rule in rules] + [reason(f"{PREFIX}{name}") for name in alone]}
    part = score_parts(RULEBOOK, DAY, said, told)[HOUSEHOLD]
    assert abs(part.baseline + part.rest + sum(part.contributions.values()) - part.score) < 1e-9
    assert set(part.contributions) == {each.rule for each in told[HOUSEHOLD]}


def test_what_two_rules_speak_of_is_given_to_the_first_and_not_twice() -> None:
    in_force = RULEBOOK.in_force(DAY)
    first, second = next(
        (one, other)
        for one in RULES
        for other in RULES
        if one != other and in_force[one][0].spoken(in_force[one][1]) & in_force[other][0].spoken(in_force[other][1])
    )
    shared = in_force[first][0].spoken(in_force[first][1]) & in_force[second][0].spoken(in_force[second][1])
    said = outlook(dict.fromkeys(INDICATORS, 0.0) | dict.fromkeys(shared, 1.0), -3.0)
    part = score_parts(RULEBOOK, DAY, said, {HOUSEHOLD: [reason(first), reason(second)]})[HOUSEHOLD]
    assert (part.contributions[first], part.contributions[second]) == (float(len(shared)), 0.0)


def test_a_night_by_rules_alone_has_no_score() -> None:
    assert score_parts(RULEBOOK, DAY, None, {HOUSEHOLD: [reason(RULES[0])]}) == {}
