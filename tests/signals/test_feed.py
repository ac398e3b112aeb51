"""Feeds: what can be declared, and what cannot mean what it says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import signals
from governance.errors import Misconfigured
from governance.ids import DatasetId
from governance.written import read
from signals.feed import Feed, load_feeds
from signals.linkage.record import ROLES
from signals.signal import needs

FEEDS = load_feeds()
PLAIN: dict[str, Any] = {
    "dataset": "court.days",
    "title": "Court days",
    "agency": "TRC",
    "source": "invented",
    "format": {"kind": "csv"},
    "file": "days.csv",
    "columns": [
        {"name": "number", "from": "No", "type": "text", "required": True},
        {"name": "day", "from": "Day", "type": "date"},
        {"name": "amount", "from": "Amount", "type": "number"},
    ],
    "key": ["number"],
    "person": {"field": "number", "space": "court"},
    "occurred_on": "day",
    "known_on": {"lag_days": 2},
    "kinds": [{"kind": "court_day", "unit": "event"}],
}


VERSION: dict[str, Any] = {"name": "1", "since": date(2020, 1, 1), "codes": ["x"]}


def feed(**changes: Any) -> Feed:
    return read(Feed, {**PLAIN, **changes}, where="court.days.yaml")


def test_the_packaged_feeds_declare_what_this_installation_takes() -> None:
    assert [dataset.partition(".")[0] for dataset in FEEDS].count("oca") == 12
    assert {"edfi.students", "edfi.contacts", "edfi.student_contacts", "edfi.attendance"} <= set(FEEDS)
    assert {"hmis.client", "hmis.project", "hmis.enrollment", "hmis.exit", "docket.filings"} <= set(FEEDS)


@pytest.mark.parametrize("dataset", FEEDS)
def test_a_feed_identifies_people_by_roles_that_linkage_knows(dataset: DatasetId) -> None:
    assert set(FEEDS[dataset].identity) <= set(ROLES)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"key": ["nmber"]}, "no column is called nmber"),
        ({"occurred_on": "amount"}, "amount is not a day"),
        ({"kinds": [{"kind": "soon", "within": {"days": 3, "after": "amount"}, "unit": "x"}]}, "amount is not a day"),
        ({"kinds": [{"kind": "soon", "within": {"days": -1, "after": "day"}, "unit": "x"}]}, "within.days"),
        ({"kinds": [{"kind": "came", "change": "entered", "unit": "days"}]}, "no other feed's are"),
        ({"snapshot": True}, "the kinds of a snapshot feed are changes"),
        ({"snapshot": True, "kinds": [], "known_on": {"lag_days": 2}}, "a list has a day"),
        ({"snapshot": True, "kinds": [], "known_on": {"delivery": True}, "key": ["number", "day"]}, "a list has a day"),
        ({"kinds": [{"kind": "came", "change": "left", "on": "day", "unit": "days"}]}, "nothing of one row"),
        ({"about": "day"}, "about a school or an area is about no person"),
        ({"person": None, "about": "number", "key": []}, "need a key"),
        (
            {"calendar": {"dataset": "a.b", "place": "school", "held": {"k": {"equals": "x"}}}},
            "no column is called school",
        ),
        ({"deleted_when": {"gone": {"present": True}}}, "no column is called gone"),
        ({"person": {**PLAIN["person"], "when": {"role": {"equals": "x"}}}}, "no column is called role"),
        ({"person": {**PLAIN["person"], "when": {"amount": {"begins": ["x"]}}}}, "amount is compared with something"),
        ({"checks": [{"name": "a", "field": "number", "in": ["x"], "on": "day"}]}, "which version of a list counts"),
        ({"checks": [{"name": "a", "field": "number", "on": "amount", "listed": [VERSION]}]}, "amount is not a day"),
        ({"checks": [{"name": "a", "field": "number", "listed": [VERSION, VERSION]}]}, "follow each other"),
        ({"known_on": {"lag_days": 1, "delivery": True}}, "exactly one of"),
        ({"known_on": {}}, "exactly one of"),
        ({"key": []}, "need a key"),
        ({"occurred_on": None}, "a lag counts from"),
        ({"occurred_on": None, "known_on": {"delivery": True}}, "a kind needs a day"),
        ({"kinds": [{"kind": "x", "unit": "e", "where": {"number": {"equals": 7}}}]}, "of another type"),
        ({"kinds": [{"kind": "x", "unit": "e", "where": {"number": {}}}]}, "exactly one of"),
        ({"kinds": [{"kind": "x", "unit": "e"}, {"kind": "x", "unit": "e"}]}, "kind x stands twice"),
        ({"checks": [{"name": "c", "field": "number", "pattern": "("}]}, "not a regular expression"),
        ({"checks": [{"name": "c", "field": "number", "in": ["1"], "range": [0, 1]}]}, "exactly one of"),
        ({"checks": [{"name": "c", "field": "amount", "not_after": "known_on"}]}, "amount is not a day"),
        ({"household": {"shared": "number", "person": "number", "space": "x"}}, "shared, or person"),
        ({"columns": [*PLAIN["columns"], {"name": "day", "from": "D", "type": "date"}]}, "column day stands twice"),
        ({"format": {"kind": "fixed_width"}}, "format"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_feed_that_cannot_mean_what_it_says_does_not_load(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(Misconfigured, match=what) as wrong:
        feed(**changes)
    assert wrong.value.code == "POLICY_INVALID"


def test_a_path_that_is_none_is_found_when_the_feed_is_loaded() -> None:
    columns = [{**column, "from": "Name//[x"} for column in PLAIN["columns"]]
    with pytest.raises(Misconfigured, match="not a path"):
        feed(format={"kind": "edfi_xml", "root": "R", "record": "X"}, columns=columns)


def test_a_feed_stands_in_the_file_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "court.nights.yaml").write_text(yaml.safe_dump(PLAIN))
    with pytest.raises(Misconfigured, match=r"court\.days\.yaml"):
        load_feeds(tmp_path)


def test_an_agency_brings_its_own_feeds(tmp_path: Path) -> None:
    (tmp_path / "court.days.yaml").write_text(yaml.safe_dump(PLAIN))
    assert list(load_feeds(tmp_path)) == ["court.days"]


def test_an_agencys_prefix_names_its_feeds_and_nobody_elses() -> None:
    assert [each.dataset for each in FEEDS.of("hmis")] == [
        "hmis.assessment",
        "hmis.client",
        "hmis.enrollment",
        "hmis.event",
        "hmis.exit",
        "hmis.project",
    ]
    assert FEEDS.of("hm") == []


def test_a_signal_needs_its_day_its_conditions_and_its_measure() -> None:
    enrollment = FEEDS[DatasetId("hmis.enrollment")]
    assert needs(enrollment, "homeless_program_entry") == {"entry_on"}
    assert needs(enrollment, "moved_into_housing") == {"move_in_on"}
    assert needs(enrollment, "homeless_episodes_reported") == {"entry_on", "times_homeless"}
    with pytest.raises(KeyError):
        needs(enrollment, "no_such_kind")


def test_a_feed_narrowed_to_what_is_listed_looks_at_nothing_else() -> None:
    narrow = FEEDS[DatasetId("hmis.enrollment")].narrowed({"personal_id", "living_situation", "date_updated"})
    kept = {"enrollment_id", "personal_id", "living_situation", "date_updated", "date_deleted"}
    assert set(narrow.fields) == kept
    assert narrow.occurred_on is None
    assert narrow.known_on.delivery
    assert [check.name for check in narrow.checks] == []
    assert FEEDS[DatasetId("hmis.enrollment")].narrowed({"living_situation"}).person is None


def test_the_feeds_are_part_of_the_package() -> None:
    assert (Path(signals.__file__).parent / "feeds").is_dir()


@pytest.mark.parametrize(
    "keeper",
    [
        None,
        {"about": None},
        {"occurred_on": None, "known_on": {"delivery": True}, "kinds": []},
        {"columns": [each for each in PLAIN["columns"] if each["name"] != "amount"]},
    ],
)
def test_a_calendar_is_kept_by_a_feed_that_has_the_days_of_places(
    tmp_path: Path, keeper: dict[str, Any] | None
) -> None:
    calendar = {"dataset": "court.calendar", "place": "number", "held": {"amount": {"equals": 1}}}
    (tmp_path / "court.days.yaml").write_text(yaml.safe_dump({**PLAIN, "calendar": calendar}))
    own = {**PLAIN, "dataset": "court.calendar", "person": None, "about": "number"}
    if keeper is not None:
        (tmp_path / "court.calendar.yaml").write_text(yaml.safe_dump(own | keeper))
    with pytest.raises(Misconfigured, match="no feed keeps such a calendar"):
        load_feeds(tmp_path)
    (tmp_path / "court.calendar.yaml").write_text(yaml.safe_dump(own))
    assert set(load_feeds(tmp_path)) == {"court.days", "court.calendar"}
