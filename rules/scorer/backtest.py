"""Temporal validation: stand on past days, learn from what was known by then, and see what came.

Each test day gets a model of its own, trained as one would have been on that day. What is told of lists (base rate,
precision, lift, recall) counts every household of the link run, also those that nobody had heard of on the day: no list
can hold them, and their crises count as missed. What is told of scores (AUC, average precision, Brier, calibration)
counts those that somebody had heard of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from governance.errors import ScorerError
from rules.fire import fire
from rules.rulebook import Rulebook
from rules.scorer.figures import Cutoff, Group, Standing, Tested, cutoff, groups, listed, standing
from rules.scorer.metric import Bin, reliability
from rules.scorer.panel import SEEN_BY, Panel
from rules.scorer.ranking import RULE, as_handed_out, model_order, without_a_model
from rules.scorer.training import LEAST_OUTCOMES, Trained, challenge, learnable, train

TESTS = 4
"""Test days, the latest whose outcomes are all in."""

BEST = "best_single_rule"
"""Names the best rule among the baselines: `best_single_rule: eviction.execution`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What the model would have been worth.

    `cutoffs` has an entry per test day. `model` and `handed_out` (as tasks are: the rules' tiers first) are the same
    over all test days, and `baselines` lists made without the model: every rule alone, the best of them by name, all
    rules together, the most recent filing first, the most signals first, and the challenger. The best rule is chosen in
    hindsight: even that one is to be beaten. `groups` tells how households fare of whom much or little is known;
    `calibration` what was said and what came.
    """

    outcome: str
    as_of: date
    horizon_days: int
    k: int
    base_rate: float
    cutoffs: list[Cutoff]
    model: Standing
    handed_out: Standing
    baselines: dict[str, Standing]
    groups: list[Group]
    calibration: list[Bin]
    indicators: list[str]


def backtest(panel: Panel, rulebook: Rulebook, *, as_of: date, k: int, tests: int = TESTS) -> Backtest:
    """Test the model on past days.

    Args:
        panel: households on many days.
        rulebook: the rules, for the lists without a model.
        as_of: the day of which outcomes are known.
        k: how long the list is: as many as there is somebody to act for.
        tests: how many days to test on, at most.

    Raises:
        ScorerError: `TOO_FEW_DAYS` where no past day has both enough to learn from and outcomes of its own.
    """
    days = days_to_test(panel, as_of)[-tests:]
    if not days:
        raise ScorerError(
            "No past day has both enough outcomes before it and its own outcomes after it.",
            "Take in more months, or choose an outcome that happens more often.",
            code="TOO_FEW_DAYS",
        )
    models = [train(panel, known_by=day) for day in days]
    tested = [_test(panel, rulebook, trained, day, as_of) for trained, day in zip(models, days, strict=True)]
    heard = [each.heard_of for each in tested]
    said = np.concatenate([each.probabilities[known] for each, known in zip(tested, heard, strict=True)])
    true = np.concatenate([each.labels[known] for each, known in zip(tested, heard, strict=True)])
    return Backtest(
        outcome=panel.outcome.id,
        as_of=as_of,
        horizon_days=panel.outcome.horizon_days,
        k=k,
        base_rate=sum(int(each.labels.sum()) for each in tested) / sum(each.labels.size for each in tested),
        cutoffs=[cutoff(each, trained, k) for each, trained in zip(tested, models, strict=True)],
        model=_over(tested, "model", k),
        handed_out=_over(tested, "list", k),
        baselines=_baselines(tested, k),
        groups=groups(tested, k),
        calibration=list(reliability(said, true)),
        indicators=sorted(set().union(*(trained.scorer.indicators for trained in models))),
    )


def days_to_test(panel: Panel, as_of: date) -> list[date]:
    """The past days on which a model could have been trained, and whose outcomes have all had time to happen.

    Args:
        panel: households on many days.
        as_of: the day of which outcomes are known.
    """
    days = panel.foretold(as_of)
    return [day for day in days if learnable(panel, panel.foretold(day), day)["label"].sum() >= LEAST_OUTCOMES]


def _test(panel: Panel, rulebook: Rulebook, trained: Trained, day: date, as_of: date) -> Tested:
    """One day: what the model of that day says, what else there is to go by, and what came."""
    rows = panel.labelled([day], as_of)
    fired = fire(rows, rulebook, day, panel.indicators).firings
    scored = trained.scorer.score(rows).scores
    scores = model_order(rows, scored["score"].to_numpy())
    challenger = challenge(panel, known_by=day).score(rows).scores["score"].to_numpy()
    rankings = {
        "model": scores,
        "list": as_handed_out(rows, fired, scores),
        "linear_model": model_order(rows, challenger),
        **without_a_model(rows, fired),
    }
    return Tested(
        day=day,
        households=rows,
        labels=rows["label"].to_numpy(),
        heard_of=(rows[SEEN_BY] > 0).to_numpy(),
        probabilities=scored["probability"].to_numpy(),
        rankings=rankings,
    )


def _over(tested: list[Tested], name: str, k: int) -> Standing:
    """A way of ranking over all days; a rule that fired for nobody on a day leaves that day's list to chance."""
    return standing([listed(each.rankings.get(name, np.zeros(each.labels.size)), each, k) for each in tested])


def _baselines(tested: list[Tested], k: int) -> dict[str, Standing]:
    names = sorted(set().union(*(each.rankings for each in tested)) - {"model", "list"})
    found = {name: _over(tested, name, k) for name in names}
    rules = [name for name in names if name.startswith(RULE)]
    if rules:
        best = max(rules, key=lambda name: (found[name].precision_at_k, name))
        found = {f"{BEST}: {best.removeprefix(RULE)}": found[best], **found}
    return found
