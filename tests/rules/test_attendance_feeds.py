"""School attendance through another door: an agency's own indicators name it, and the school's rules say the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from governance.ids import DatasetId
from governance.policy import load_policy
from governance.use import Action
from rules.compute import compute
from rules.fire import fire
from rules.indicator import PACKAGED, load_indicators
from rules.rulebook import Rulebook, load_rulebook
from signals.feed import load_feeds
from signals.signal import needs
from tests.rules.story import Family, Scenario, scenarios, signals

FEEDS = load_feeds()
BULK = "edfi.attendance"
DOORS = ("edfi.api_attendance", "school.daily_attendance")
STORIES = [scenario for _, scenario in scenarios() if scenario.rule.startswith(("school.", "family."))]


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def rulebook(door: str, tmp_path: Path) -> Rulebook:
    """The packaged rules over an agency's own indicators, which read attendance through this door."""
    own = tmp_path / "indicators"
    shutil.copytree(PACKAGED, own)
    school = own / "school.yaml"
    school.write_text(school.read_text(encoding="utf-8").replace(BULK, door), encoding="utf-8")
    return load_rulebook(None, load_indicators(own, FEEDS))


def moved(families: tuple[Family, ...], door: str) -> Iterator[Family]:
    """The same stories, told by another feed."""
    for family in families:
        facts = [fact.model_copy(update={"dataset": door}) if fact.dataset == BULK else fact for fact in family.facts]
        yield family.model_copy(update={"facts": tuple(facts)})


@pytest.mark.parametrize("scenario", STORIES, ids=lambda scenario: scenario.rule)
def test_the_schools_rules_fire_alike_through_every_door(scenario: Scenario, door: str, rulebook: Rulebook) -> None:
    families = tuple(moved(scenario.families, door))
    for family in families:
        for day in family.days:
            wide = compute(signals(families, day.as_of), rulebook.indicators, day.as_of)
            firings = fire(wide, rulebook, day.as_of, frozenset(rulebook.indicators)).firings
            mine = (pl.col("household") == family.family) & (pl.col("rule") == scenario.rule)
            assert firings.filter(mine).height == day.fires, day.because


def test_what_the_schools_indicators_count_is_yielded_by_every_door(door: str) -> None:
    counted = {each.kind for each in load_indicators(None, FEEDS).values() if each.dataset == BULK}
    assert counted <= {kind.kind for kind in FEEDS[DatasetId(door)].kinds}


def test_the_example_agreement_lets_every_kind_be_scored(door: str) -> None:
    feed = FEEDS[DatasetId(door)]
    asked = frozenset().union(*(needs(feed, kind.kind) for kind in feed.kinds))
    (terms,) = [each for paper in load_policy().agreements for each in paper.datasets if each.id == door]
    assert asked <= {field.name for field in terms.fields if Action.SCORE in field.actions}
