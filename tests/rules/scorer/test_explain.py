"""What the model weighs is told in plain words, with the facts behind, and without a score."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from rules.compute import compute
from rules.evidence import FACT_SCHEMA
from rules.scorer.explain import EXPLANATION_SCHEMA, LEAST, Explained, explain, sentence
from rules.scorer.panel import Panel
from rules.scorer.training import Trained
from tests.rules.scorer import invented
from tests.rules.scorer.invented import INDICATORS

DAY = date(2026, 2, 28)
NOTHING = pl.DataFrame(schema={"household": pl.String, "indicator": pl.String})


def explained(trained: Trained, *, spoken_of: pl.DataFrame = NOTHING, most: int = 3) -> Explained:
    signals = invented.signals()
    wide = compute(signals, INDICATORS, DAY)
    weighed = trained.scorer.score(wide).contributions
    return explain(weighed, wide, signals, INDICATORS, DAY, spoken_of=spoken_of, most=most)


def test_each_reason_rests_on_facts_known_on_the_day(trained: Trained) -> None:
    found = explained(trained)
    assert found.explanations.schema == pl.Schema(EXPLANATION_SCHEMA)
    assert list(found.facts.columns) == list(FACT_SCHEMA)
    pairs = set(found.explanations.select("household", "rule").iter_rows())
    assert pairs and pairs == set(found.facts.select("household", "rule").iter_rows())
    assert found.facts.filter(pl.col("known_on") > DAY).is_empty()


def test_a_reason_speaks_for_looking_and_the_heaviest_come_first(trained: Trained) -> None:
    found = explained(trained, most=2).explanations
    assert found["contribution"].min() >= LEAST  # type: ignore[operator]
    for _, mine in found.group_by("household"):
        assert mine.height <= 2
        assert mine["contribution"].to_list() == sorted(mine["contribution"].to_list(), reverse=True)


def test_what_a_rule_has_said_is_not_said_again(trained: Trained) -> None:
    said = explained(trained).explanations.filter(pl.col("indicator") == "days_since_filing")
    again = explained(trained, spoken_of=said.select("household", "indicator"))
    assert said.height and again.explanations.filter(pl.col("indicator") == "days_since_filing").is_empty()


def test_words_say_what_was_seen_and_when_and_no_weight(trained: Trained) -> None:
    for row in explained(trained).explanations.iter_rows(named=True):
        text = str(row["text"])
        assert text.startswith("About ") and re.search(r"\d{1,2} [A-Z][a-z]+ 20\d\d", text)
        assert f"{row['contribution']:.2f}" not in text and "_" not in text


def test_a_day_is_told_as_a_day() -> None:
    text = sentence(INDICATORS["days_since_filing"], 12.0, date(2026, 2, 16))
    assert text == "About filing: 12 (it was on 16 February 2026)."
    assert sentence(INDICATORS["absences_60d"], 3.0, DAY) == "About absence: 3. The last time was 28 February 2026."


def test_nobody_is_explained_whom_nothing_speaks_for(past: Panel, trained: Trained) -> None:
    empty = trained.scorer.score(past.on(DAY).head(0)).contributions
    found = explain(empty, past.on(DAY).head(0), invented.signals(), INDICATORS, DAY, spoken_of=NOTHING, most=3)
    assert found.explanations.is_empty() and found.facts.is_empty()
