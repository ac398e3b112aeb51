"""An outcome means what its file says, or does not load."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.errors import RulebookError
from rules.indicator import load_indicators
from rules.outcome import Toward, load_outcomes, outcome_of
from signals.feed import load_feeds

FEEDS = load_feeds(None)
GOOD = """\
- id: entry
  title: Entry
  statement: Somebody enters a homelessness programme.
  horizon_days: 30
  any_of:
    - {dataset: hmis.enrollment, kind: homeless_program_entry}
"""


def test_the_packaged_outcomes_rest_on_signals_that_the_feeds_yield() -> None:
    found = load_outcomes(None, FEEDS)
    assert {"loss_of_home"} <= set(found)
    assert found["loss_of_home"].horizon_days == 90


def test_a_packaged_outcome_points_only_at_numbers_that_there_are() -> None:
    indicators = load_indicators(None, FEEDS)
    for outcome in load_outcomes(None, FEEDS).values():
        assert set(outcome.toward) <= set(indicators)
        ways = {id: way for id, way in outcome.toward.items() if indicators[id].aggregate.points}
        assert set(ways.values()) <= {Toward.LESS}  # what is near in time is never less of a sign than what is far


def test_where_nothing_is_declared_everything_may_point_either_way() -> None:
    plain = load_outcomes(None, FEEDS)["loss_of_home"].model_copy(update={"toward": {}})
    assert plain.direction("anything") is Toward.EITHER


def test_an_outcome_is_asked_for_like_an_indicator(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.yaml"
    file.write_text(GOOD, encoding="utf-8")
    pointers = load_outcomes(file, FEEDS)["entry"].pointers()
    assert [(each.dataset, each.kind) for each in pointers.values()] == [("hmis.enrollment", "homeless_program_entry")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (GOOD.replace("hmis.enrollment", "hmis.nothing"), "no feed is called hmis.nothing"),
        (GOOD.replace("homeless_program_entry", "flown_away"), "yields no flown_away"),
        (GOOD.replace("horizon_days: 30", "horizon_days: 0"), "horizon_days"),
        (GOOD + GOOD, "stands twice"),
        ("id: entry", "is a list"),
    ],
)
def test_an_outcome_that_cannot_mean_what_it_says_does_not_load(tmp_path: Path, wrong: str, said: str) -> None:
    file = tmp_path / "outcomes.yaml"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(RulebookError, match=said) as error:
        load_outcomes(file, FEEDS)
    assert error.value.code == "OUTCOME_INVALID"


def test_an_outcome_that_nobody_declared_is_unknown() -> None:
    with pytest.raises(RulebookError) as error:
        outcome_of(load_outcomes(None, FEEDS), "riches")
    assert error.value.code == "OUTCOME_UNKNOWN"
