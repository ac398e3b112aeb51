"""Every rule against its scenarios: families whose stories a policy person can read and correct."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from rules.compute import compute
from rules.evidence import evidence
from rules.fire import fire
from rules.indicator import load_indicators
from rules.reason import reasons
from rules.rulebook import Rulebook, load_rulebook
from signals.feed import load_feeds
from tests.rules.story import Day, Family, Scenario, scenarios, signals

ALL = list(scenarios())
DAYS = [
    pytest.param(scenario, family, day, id=f"{scenario.rule}-{family.family}-{day.as_of}".replace(" ", "_"))
    for _, scenario in ALL
    for family in scenario.families
    for day in family.days
]


@cache
def rulebook() -> Rulebook:
    return load_rulebook(None, load_indicators(None, load_feeds()))


def outcome(known: pl.DataFrame, as_of: date, unheard: Collection[str] = ()) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Firings, and their reasons."""
    book = rulebook()
    stale = {id for id, each in book.indicators.items() if each.dataset in unheard}
    wide = compute(known, book.indicators, as_of, stale)
    firings = fire(wide, book, as_of, frozenset(book.indicators)).firings
    heard = {id: each for id, each in book.indicators.items() if id not in stale}
    facts = evidence(known, firings, book, heard, as_of)
    return firings, reasons(firings, facts, wide, book, as_of)


def fired(scenario: Scenario, known: pl.DataFrame, family: Family, as_of: date) -> bool:
    """Whether the scenario's rule fires for a family."""
    mine = (pl.col("household") == family.family) & (pl.col("rule") == scenario.rule)
    return outcome(known, as_of)[0].filter(mine).height == 1


@pytest.mark.parametrize(("scenario", "family", "day"), DAYS)
def test_the_rule_does_what_the_story_says(scenario: Scenario, family: Family, day: Day) -> None:
    firings, said = outcome(signals(scenario.families, day.as_of), day.as_of, day.unheard)
    mine = (pl.col("household") == family.family) & (pl.col("rule") == scenario.rule)
    found = firings.filter(mine)
    assert found.height == day.fires, day.because
    if day.due_on is not None:
        assert found["due_on"].to_list() == [day.due_on]
    if day.says is not None:
        assert said.filter(mine)["text"].to_list() == [day.says]


@pytest.mark.parametrize(("scenario", "family", "day"), DAYS)
def test_a_story_shows_what_it_claims_to_show(scenario: Scenario, family: Family, day: Day) -> None:
    if day.shows == "known_later":
        told = signals(scenario.families, day.as_of, know_all=True)
    elif day.shows in {"corrected", "deleted"}:
        told = signals(scenario.families, day.as_of, revise=False)
    else:
        return
    assert fired(scenario, told, family, day.as_of) != day.fires


def test_every_rule_has_its_scenario() -> None:
    assert sorted(rulebook().rules) == [scenario.rule for _, scenario in ALL]


@pytest.mark.parametrize(("path", "scenario"), [pytest.param(*each, id=each[0].stem) for each in ALL])
def test_a_scenario_looks_at_a_rule_from_every_side(path: Path, scenario: Scenario) -> None:
    days = [day for family in scenario.families for day in family.days]
    assert path.stem == scenario.rule
    assert {day.fires for day in days} == {True, False}
    assert {"boundary", "known_later"} <= {day.shows for day in days}
    assert {"corrected", "deleted"} & {day.shows for day in days}
    assert any(day.says for day in days)
    assert any(day.due_on for day in days)


def test_stories_speak_of_signals_that_exist() -> None:
    yielded = {(dataset, kind.kind) for dataset, feed in load_feeds().items() for kind in feed.kinds}
    told = {
        (fact.dataset, kind)
        for _, scenario in ALL
        for family in scenario.families
        for fact in family.facts
        for kind in fact.kinds
    }
    assert told - yielded == set()
