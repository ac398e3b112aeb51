"""A backtest stands on past days, and shows the model beside everything simpler."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from governance.errors import ScorerError
from rules.condition import Condition
from rules.fire import FIRING_SCHEMA
from rules.rule import Citation, Rule, Version
from rules.rulebook import Rulebook
from rules.scorer.backtest import Backtest, backtest, days_to_test
from rules.scorer.figures import standing
from rules.scorer.panel import SEEN_BY, SIGNALS_90D, Panel
from rules.scorer.ranking import as_handed_out, by_rules, model_order, without_a_model
from tests.rules.scorer.invented import AS_OF, INDICATORS

K = 20


def rule(id: str, when: Condition) -> Rule:
    version = Version(
        effective=date(2020, 1, 1), citation=Citation(source="A test", note="-"), when=when, tier=2, due_in_days=5
    )
    reason = f"Something was seen.[ {{{next(iter(when.indicators()))}}}]"
    return Rule(
        id=id, title=id, topic="test", purpose="prevention", versions=(version,), reason=reason, programmes=("help",)
    )


RULES = Rulebook(
    rules={
        "test.filed": rule("test.filed", Condition(indicator="days_since_filing", at_most=30)),
        "test.noise": rule("test.noise", Condition(indicator="noise_60d", at_least=3)),
    },
    indicators=INDICATORS,
)


@pytest.fixture(scope="module")
def tested(past: Panel) -> Backtest:
    """The invented past, tested on three days."""
    return backtest(past, RULES, as_of=AS_OF, k=K, tests=3)


def test_between_learning_and_judging_lies_the_whole_horizon(tested: Backtest) -> None:
    assert len(tested.cutoffs) == 3
    for each in tested.cutoffs:
        assert each.train_end + timedelta(days=60) <= each.test_as_of <= AS_OF - timedelta(days=60)


def test_the_model_beats_chance_and_every_single_rule(tested: Backtest) -> None:
    best = next(way for name, way in tested.baselines.items() if name.startswith("best_single_rule: "))
    assert tested.baselines["best_single_rule: test.filed"] == best
    assert tested.model.precision_at_k > best.precision_at_k > tested.baselines["rule: test.noise"].precision_at_k
    assert tested.model.lift_at_k is not None and tested.model.lift_at_k > 3


def test_every_figure_that_was_promised_is_there(tested: Backtest) -> None:
    wanted = "train_end test_as_of base_rate auc average_precision precision_at_k lift_at_k recall_at_k brier ece"
    assert {*wanted.split(), "median_lead_days", "list"} <= set(asdict(tested.cutoffs[0]))
    for each in tested.cutoffs:
        assert each.households == 950 and each.base_rate == pytest.approx(each.outcomes / 950)
        assert each.lift_interval[0] <= (each.lift_at_k or 0) <= each.lift_interval[1]
        assert each.median_lead_days is not None and 1 <= each.median_lead_days <= 60


def test_probabilities_are_about_as_often_right_as_they_say(tested: Backtest) -> None:
    assert max(each.ece for each in tested.cutoffs) < 0.04


def test_testing_again_gives_the_same_figures(past: Panel, tested: Backtest) -> None:
    assert backtest(past, RULES, as_of=AS_OF, k=K, tests=3) == tested


def test_without_enough_past_there_is_no_test(past: Panel) -> None:
    early = date(2025, 8, 15)
    assert days_to_test(past, early) == []
    with pytest.raises(ScorerError) as error:
        backtest(past, RULES, as_of=early, k=K)
    assert error.value.code == "TOO_FEW_DAYS"


def households(*days: float | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "household": [f"hh-{number}" for number in range(len(days))],
            "days_since_filing": list(days),
            SIGNALS_90D: [0.0] * len(days),
            SEEN_BY: [1.0] * (len(days) - 1) + [0.0],
        },
        schema_overrides={"days_since_filing": pl.Float64},
    )


def firings(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    fired = [(hh, id, AS_OF, "test", tier, AS_OF + timedelta(days=due)) for hh, id, tier, due in rows]
    return pl.DataFrame(fired, schema=FIRING_SCHEMA, orient="row")


def test_rules_rank_by_tier_then_day_and_leave_the_rest_to_chance() -> None:
    people = households(1, 2, 3, None)
    order = by_rules(people, firings(("hh-2", "a.a", 1, 9), ("hh-0", "a.a", 2, 1), ("hh-1", "a.a", 2, 0)))
    assert np.argsort(-order, kind="stable").tolist() == [2, 1, 0, 3]
    nobody = by_rules(people, firings())
    assert len(set(nobody.tolist())) == 1


def test_the_list_keeps_the_tiers_and_orders_within_them_by_the_model() -> None:
    people = households(1, 2, 3, None)
    fired = firings(("hh-0", "a.a", 2, 1), ("hh-1", "a.b", 2, 5), ("hh-2", "a.c", 1, 5))
    order = as_handed_out(people, fired, np.array([0.1, 5.0, -3.0, 9.0]))
    assert np.argsort(-order, kind="stable").tolist() == [2, 1, 0, 3]


def test_whoever_nobody_has_heard_of_comes_last() -> None:
    order = model_order(households(1, None), np.array([-4.0, 2.0]))
    assert order[0] > order[1]


def test_the_most_recent_filing_comes_first_and_no_filing_last() -> None:
    order = without_a_model(households(30, 2, None), firings())["most_recent_filing"]
    assert np.argsort(-order, kind="stable").tolist() == [1, 0, 2]


def test_lists_of_several_days_count_as_one(tested: Backtest) -> None:
    hits = sum(each.precision_at_k * K for each in tested.cutoffs)
    outcomes = sum(each.outcomes for each in tested.cutoffs)
    assert tested.model.recall_at_k == pytest.approx(hits / outcomes)
    assert tested.handed_out == standing([each.list for each in tested.cutoffs])
