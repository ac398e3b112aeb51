"""What cannot mean what it says is refused by file and key, before a night asks it anything."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from governance.errors import RulebookError
from governance.ids import DatasetId
from rules.indicator import Aggregate, Indicator, load_indicators
from rules.needs import needs
from rules.rulebook import Rulebook, load_rulebook
from signals.condition import Condition
from signals.feed import load_feeds
from signals.signal import derive

FEEDS = load_feeds()
LATE: dict[str, Any] = {
    "id": "late_days",
    "title": "Days late",
    "dataset": "edfi.attendance",
    "kind": "school_tardy",
    "aggregate": "count_days",
    "window_days": 60,
    "unit": "days",
}
HEARING: dict[str, Any] = {
    "id": "days_until_hearing",
    "title": "Days until a hearing",
    "dataset": "docket.hearings",
    "kind": "eviction_hearing",
    "aggregate": "days_until_next",
    "unit": "days",
}
VERSION: dict[str, Any] = {
    "effective": "2020-01-01",
    "citation": {"source": "Hearthline example policy", "note": "A test."},
    "when": {"indicator": "late_days", "at_least": 3},
    "tier": 3,
    "due_in_days": 7,
}
RULE: dict[str, Any] = {
    "id": "school.late",
    "title": "Late",
    "topic": "school",
    "purpose": "prevention.outreach.education",
    "versions": [VERSION],
    "reason": "Late on {late_days:day|days}, the last time on {late_days.latest}.",
    "programmes": ["school_attendance_support"],
}


def indicators(folder: Path, *written: object) -> dict[str, Indicator]:
    """Load these indicators."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "school.yaml").write_text(yaml.safe_dump(list(written)), encoding="utf-8")
    return load_indicators(folder, FEEDS)


def rulebook(folder: Path, rule: object) -> Rulebook:
    """Load this rule, with both indicators."""
    known = indicators(folder / "indicators", LATE, HEARING)
    (folder / "rulebook" / "school").mkdir(parents=True, exist_ok=True)
    (folder / "rulebook" / "school" / "late.yaml").write_text(yaml.safe_dump(rule), encoding="utf-8")
    return load_rulebook(folder / "rulebook", known)


def version(**changes: Any) -> dict[str, Any]:
    return {"versions": [VERSION | changes]}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"dataset": "edfi.grades"}, "school.yaml, 0, dataset"),
        ({"kind": "school_fight"}, "school.yaml, 0, kind"),
        ({"aggregate": "median"}, "aggregate"),
        ({"aggregate": "sum"}, "school.yaml, 0, aggregate"),
        ({"window_days": None}, "needs a window"),
        ({"window_days": 0}, "window_days"),
        ({"window_days": "60"}, "window_days"),
        ({"since": "08-01"}, "not both"),
        ({"window_days": None, "since": "02-29"}, "since"),
        ({"window_days": None, "since": "08-01", "ago_days": 3}, "ago_days"),
        ({"aggregate": "days_since_last", "ago_days": 3}, "ago_days"),
        ({"aggregate": "days_until_next", "window_days": None, "since": "08-01"}, "looks ahead"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_indicator_that_cannot_mean_what_it_says_is_refused(
    tmp_path: Path, change: dict[str, Any], place: str
) -> None:
    with pytest.raises(RulebookError) as refused:
        indicators(tmp_path, LATE | change)
    assert refused.value.code == "INDICATOR_INVALID"
    assert place in refused.value.what
    assert "school.yaml" in refused.value.what


def test_an_indicator_stands_once(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="stands twice") as refused:
        indicators(tmp_path, LATE, LATE)
    assert refused.value.code == "INDICATOR_INVALID"


@pytest.mark.parametrize("text", ["", "id: late", "[", "- {id: a, id: b}"])
def test_a_file_that_is_no_list_of_indicators_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "school.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError, match="INDICATOR_INVALID"):
        load_indicators(tmp_path, FEEDS)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (version(when={"indicator": "tardies", "at_least": 3}), "versions.0: no indicator is called tardies"),
        (version(when={"indicator": "late_days"}), "versions.0.when"),
        (version(when={"at_least": 3}), "versions.0.when"),
        (version(when={"all": []}), "versions.0.when.all"),
        (version(when={"all": [{"indicator": "late_days", "at_leats": 3}]}), "versions.0.when.all.0.at_leats"),
        (version(when={"indicator": "late_days", "at_least": 3, "all": [VERSION["when"]]}), "versions.0.when"),
        (version(when={"indicator": "late_days", "at_most": 3}), "versions.0.when: it would hold for a family"),
        (version(when={"not": {"indicator": "late_days", "at_least": 3}}), "versions.0.when: it would hold"),
        (version(until="2019-12-31"), "versions.0"),
        (version(tier=4), "versions.0.tier"),
        (version(due_in_days=-1), "versions.0.due_in_days"),
        (version(deadline={"indicator": "late_days"}), "versions.0.deadline: late_days points at no event"),
        (version(citation={"source": "x"}), "versions.0.citation.note"),
        ({"versions": []}, "versions"),
        ({"versions": [VERSION, VERSION]}, "begins before the one above it ends"),
        ({"id": "school.tardy"}, "late.yaml, id"),
        ({"id": "court.late"}, "begins with its topic"),
        ({"purpose": "Prevention"}, "purpose"),
        ({"programmes": []}, "programmes"),
        ({"reason": "Late {tardies} times."}, "reason: no indicator is called tardies"),
        ({"reason": "Late {late_days.often}."}, "cannot be read"),
        ({"reason": "Late {late_days."}, "a brace stands alone"),
        ({"reason": "Late [on {late_days.latest}."}, "a bracket is not closed"),
        ({"reason": "Late [on [{late_days.latest}]]."}, "do not nest"),
        ({"reason": "Until {days_until_hearing} days."}, "reason: days_until_hearing.value is not always known"),
        ({"reason": "Since {days_until_hearing.since}."}, "reason: days_until_hearing.since is not always known"),
        ({"score": 3}, "score"),
    ],
)
def test_a_rule_that_cannot_mean_what_it_says_is_refused(tmp_path: Path, change: dict[str, Any], place: str) -> None:
    with pytest.raises(RulebookError) as refused:
        rulebook(tmp_path, deepcopy(RULE | change))
    assert refused.value.code == "RULE_INVALID"
    assert place in refused.value.what
    assert "school/late.yaml" in refused.value.what


def test_an_empty_folder_is_no_rulebook(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="RULE_INVALID"):
        load_rulebook(tmp_path, {})
    with pytest.raises(RulebookError, match="INDICATOR_INVALID"):
        load_indicators(tmp_path, FEEDS)


def test_the_version_that_held_on_the_day_is_followed(tmp_path: Path) -> None:
    versions = [
        VERSION | {"effective": "2020-01-01", "until": "2020-12-31", "tier": 3},
        VERSION | {"effective": "2021-02-01", "tier": 2},
    ]
    rule = rulebook(tmp_path, RULE | {"versions": versions}).rules["school.late"]
    tiers = {}
    for day in (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1), date(2021, 2, 1)):
        found = rule.version(day)
        tiers[day.isoformat()] = found.tier if found else None
    assert list(tiers.values()) == [None, 3, 3, None, 2]


def test_the_same_rules_have_the_same_hash_and_others_another(tmp_path: Path) -> None:
    one = rulebook(tmp_path / "one", RULE).sha256
    again = rulebook(tmp_path / "again", dict(reversed(RULE.items()))).sha256
    other = rulebook(tmp_path / "other", RULE | version(tier=2)).sha256
    assert one == again != other


def test_the_packaged_rules_look_at_packaged_indicators_and_leave_some_to_the_model() -> None:
    known = load_indicators(None, FEEDS)
    assert load_rulebook(None, known).used() < set(known)  # a night asks for these only where a model in use needs them


def test_the_packaged_rules_held_in_2022_and_hold_now() -> None:
    book = load_rulebook(None, load_indicators(None, FEEDS))
    assert set(book.in_force(date(2022, 5, 27))) == set(book.in_force(date(2026, 5, 29))) == set(book.rules)


def satisfying(condition: Condition) -> Any:
    """A value for which a condition on a field holds; `...` where any does."""
    if condition.present is not None:
        return ... if condition.present else None
    return condition.operands[0] if condition.not_in is None else type(condition.operands[0])(99)


@pytest.mark.parametrize("indicator", load_indicators(None, FEEDS).values(), ids=lambda each: each.id)
def test_what_an_indicator_asks_for_is_enough_to_see_its_signals(indicator: Indicator) -> None:
    feed = FEEDS[DatasetId(indicator.dataset)]
    need = needs(indicator, FEEDS)
    assert need.fields <= feed.fields
    kind = next(each for each in feed.kinds if each.kind == indicator.kind)
    row: dict[str, Any] = {name: date(2022, 5, 2) for name in need.fields if feed.column[name].is_day}
    row |= {name: told for name, condition in kind.where.items() if (told := satisfying(condition)) is not ...}
    row |= {name: 7 for name, condition in kind.where.items() if condition.not_in}
    row |= {kind.measure: row.get(kind.measure, 5)} if kind.measure in need.fields else {}
    seen = derive(feed, pl.DataFrame([row | {"_known_on": date(2022, 5, 3)}]).select(*need.fields, "_known_on"))
    assert indicator.kind in seen["kind"]
    if indicator.aggregate in {Aggregate.SUM, Aggregate.MAX}:
        assert seen.filter(pl.col("kind") == indicator.kind)["measure"].null_count() == 0
