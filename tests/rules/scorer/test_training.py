"""A model is the sum of its tables, the same every time, and learns from no day that it is judged by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.errors import ScorerError
from rules.outcome import Toward
from rules.scorer.additive import Additive, Shape
from rules.scorer.boosting import export, fit_booster, harmless
from rules.scorer.linear import Linear
from rules.scorer.metric import auc
from rules.scorer.panel import Panel
from rules.scorer.scorer import load_scorer
from rules.scorer.training import Trained, learnable, train, weighed
from tests.rules.scorer import invented
from tests.rules.scorer.invented import AS_OF, INDICATORS

TOWARD = invented.OUTCOME.toward
NUMBERS = st.one_of(st.none(), st.floats(-1e4, 1e4, allow_nan=False))


def test_what_is_exported_scores_as_the_boosting_machine_does(past: Panel) -> None:
    rows = weighed(learnable(past, past.days, AS_OF))
    booster = fit_booster(rows, TOWARD)
    own = booster.decision_function(harmless(rows, TOWARD))
    scores = export(booster, rows, TOWARD).score(rows).scores["score"].to_numpy()
    assert np.abs(scores - own).max() < 1e-9


def test_without_declared_directions_it_scores_as_the_boosting_machine_does_too(past: Panel) -> None:
    either = dict.fromkeys(TOWARD, Toward.EITHER)
    rows = weighed(learnable(past, past.days, AS_OF))
    booster = fit_booster(rows, either)
    wide = past.on(past.days[-1])  # households of whom nothing is known are among them
    own = booster.decision_function(wide.select(list(either)).to_numpy())
    scores = export(booster, rows, either).score(wide).scores["score"].to_numpy()
    assert np.abs(scores - own).max() < 1e-9


@given(st.lists(NUMBERS, min_size=1, max_size=20))
@settings(max_examples=40)
def test_a_score_is_where_all_start_plus_what_each_number_adds(trained: Trained, values: list[float | None]) -> None:
    columns = {id: pl.Series(values, dtype=pl.Float64) for id in INDICATORS}
    wide = pl.DataFrame({"household": [f"hh-{n}" for n in range(len(values))], **columns})
    scored = trained.scorer.score(wide)
    total = scored.contributions.drop("household").sum_horizontal() + trained.scorer.intercept
    assert (total - scored.scores["score"]).abs().max() <= 1e-9  # type: ignore[operator]
    assert scored.scores["probability"].is_between(0, 1).all()


def test_training_again_makes_the_same_model(past: Panel, trained: Trained) -> None:
    assert train(past, known_by=AS_OF).scorer.document() == trained.scorer.document()


def test_the_order_of_rows_changes_nothing(past: Panel, trained: Trained) -> None:
    again = invented.panel()
    assert train(again, known_by=AS_OF) == trained


def test_what_tells_nothing_is_left_out_and_what_tells_is_kept(trained: Trained) -> None:
    assert {"days_since_filing", "absences_60d"} <= set(trained.scorer.indicators)


def test_it_puts_those_first_to_whom_it_comes(past: Panel) -> None:
    day = past.days[-1]
    model = train(past, known_by=day)
    rows = past.labelled([day], AS_OF)
    value = auc(model.scorer.score(rows).scores["score"].to_numpy(), rows["label"].to_numpy())
    assert value is not None and value > 0.65


def test_nothing_is_learnt_from_days_whose_outcomes_are_not_in(past: Panel) -> None:
    known_by = past.days[-1]
    found = train(past, known_by=known_by)
    assert all(day + timedelta(days=60) <= known_by for day in found.days)
    cut = Panel(
        rows=past.rows.filter(pl.col("as_of") <= known_by),
        events=past.events.filter(pl.col("known_on") <= known_by),
        outcome=past.outcome,
        indicators=past.indicators,
        days=tuple(day for day in past.days if day <= known_by),
        lineage=past.lineage,
    )
    assert train(cut, known_by=known_by) == found


def test_held_out_days_lie_a_whole_horizon_after_what_was_learnt(past: Panel, trained: Trained) -> None:
    assert trained.held_out and max(trained.days) == max(trained.held_out)
    assert len(trained.held_out) < len(trained.days) / 2


def test_no_table_turns_against_its_declared_direction_and_unknown_is_its_harmless_end(trained: Trained) -> None:
    assert isinstance(trained.scorer, Additive)
    shapes = {each.indicator: each for each in trained.scorer.shapes}
    filing, absences = shapes["days_since_filing"], shapes["absences_60d"]
    assert list(filing.values) == sorted(filing.values, reverse=True) and filing.missing <= filing.values[-1]
    assert list(absences.values) == sorted(absences.values)
    assert filing.values[0] > filing.values[-1] and absences.values[0] < absences.values[-1]


def test_a_model_looks_at_nothing_that_its_outcome_does_not_name(past: Panel) -> None:
    few = past.outcome.model_copy(update={"toward": {"absences_60d": Toward.MORE}})
    assert train(replace(past, outcome=few), known_by=AS_OF).scorer.indicators == ("absences_60d",)


def test_the_challenger_is_a_model_like_any_other(past: Panel) -> None:
    found = train(past, known_by=AS_OF, family="linear").scorer
    assert isinstance(found, Linear)
    wide = past.on(past.days[-1])
    scored = found.score(wide)
    total = scored.contributions.drop("household").sum_horizontal() + found.intercept
    assert (total - scored.scores["score"]).abs().max() <= 1e-9  # type: ignore[operator]
    assert load_scorer(found.document()) == found


def test_a_document_is_all_there_is_of_a_model(past: Panel, trained: Trained) -> None:
    loaded = load_scorer(trained.scorer.document())
    wide = past.on(past.days[0])
    assert loaded.score(wide).scores.equals(trained.scorer.score(wide).scores)


@pytest.mark.parametrize(
    "document", [b"", b"{}", b'{"kind": "oracle"}', b'{"kind": "additive", "start": 0, "shapes": []}']
)
def test_a_document_that_is_no_model_is_refused(document: bytes) -> None:
    with pytest.raises(ScorerError) as error:
        load_scorer(document)
    assert error.value.code == "MODEL_INVALID"


def test_a_number_that_was_not_computed_stops_the_scorer(trained: Trained) -> None:
    with pytest.raises(ScorerError) as error:
        trained.scorer.score(pl.DataFrame({"household": ["hh-1"]}))
    assert error.value.code == "MODEL_INPUT_MISSING"


def test_too_few_outcomes_teach_nothing(past: Panel) -> None:
    with pytest.raises(ScorerError) as error:
        train(past, known_by=date(2025, 6, 1))
    assert error.value.code == "TOO_FEW_OUTCOMES"


def test_of_too_many_rows_all_outcomes_stay_and_the_rest_stand_for_the_others(past: Panel) -> None:
    rows = learnable(past, past.days, AS_OF)
    some = weighed(rows, most=3_000)
    assert some["label"].sum() == rows["label"].sum()
    assert some.height < 3_500
    assert float(some["weight"].sum()) == pytest.approx(rows.height, rel=0.1)


def test_shapes_say_what_their_bins_say() -> None:
    shape = Shape(indicator="x", cuts=(1.0, 2.0), values=(-1.0, 0.0, 3.0), missing=0.25)
    numbers = np.array([0.5, 1.0, 1.5, 2.0, 9.0, np.nan])
    assert shape.contribution(numbers).tolist() == [-1.0, 0.0, 0.0, 3.0, 3.0, 0.25]
    assert Shape(indicator="x", cuts=(1.0, 2.0), values=(5.0, 5.0, 6.0), missing=0.0).simplified().cuts == (2.0,)
