"""Child-welfare reports, a helpline's calls and coordinated entry, through the real intake.

The first is the most guarded file there is: what may not be done with it is tried in `tests/ways_round`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.ids import DatasetId
from governance.use import Action, Use
from signals.sealed_file import SIGNAL
from signals.signal import current
from tests.signals.letters import given, letter, said
from tests.signals.mailroom import FLOW, Mailroom, balanced, mailroom

REPORTS = "childwelfare.reports"
REPORT = {
    "report_id": "K1",
    "child_id": "D1",
    "first_name": "Ada",
    "last_name": "Quarry",
    "allegation": "neglect",
    "area_office": "Springfield",
    "received_on": "2026-02-02",
    "finding": "pending",
    "updated_on": "2026-02-03",
}
CALLS = "calls.needs"
CALL = {
    "call_id": "H1",
    "need_no": 1,
    "caller_id": "T1",
    "last_name": "Quarry",
    "phone": "413-555-0101",
    "called_on": "2026-02-02",
    "need_code": "BH-3800.7000",
    "outcome": "unmet",
    "may_call_back": "yes",
    "notes": "cried",
    "updated_on": "2026-02-02",
}
ENTERED = {"date_created": "2026-02-03", "date_updated": "2026-02-03"}
ASSESSMENT = ENTERED | {
    "assessment_id": "A1",
    "enrollment_id": "E1",
    "personal_id": "C1",
    "assessed_on": "2026-02-02",
    "assessment_type": 3,
    "assessment_level": 2,
    "prioritization": 1,
}
EVENT = ENTERED | {"event_id": "V1", "enrollment_id": "E1", "personal_id": "C1", "event_on": "2026-02-02", "event": 13}


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def stored(room: Mailroom, dataset: str, *fields: str) -> pl.DataFrame:
    """Every version of the rows, as counting them in the enclave may see them."""
    name = DatasetId(dataset)
    use = Use.of(
        actor=FLOW,
        action=Action.AGGREGATE,
        purpose="prevention.outreach",
        dataset=name,
        fields=fields,
        zone="enclave",
    )
    with room.gate.open(room.gate.request(use)) as opened:
        return pl.concat(list(room.store.read(opened, name, fields, date(2030, 1, 1))))


def test_of_a_child_welfare_report_only_the_listed_fields_are_taken(room: Mailroom) -> None:
    taken = room.text(REPORTS, letter(REPORTS, REPORT))
    assert taken.not_taken == ["allegation", "born_on", "first_name", "last_name", "reporter_kind"]
    (file,) = room.store.files(DatasetId(REPORTS), kind=SIGNAL)
    assert not {"first_name", "last_name", "allegation"} & set(file.columns)


@pytest.mark.parametrize("finding", ["unsupported", "screened_out", "invalid", "expunged"])
def test_a_report_that_came_to_nothing_is_gone_and_what_it_said_is_not_kept(room: Mailroom, finding: str) -> None:
    given(room, REPORTS, REPORT)
    given(room, REPORTS, REPORT | {"finding": finding, "decided_on": "2026-03-01", "updated_on": "2026-03-02"})
    rows = stored(room, REPORTS, "finding", "area_office", "child_id", "received_on")
    assert current(rows, date(2026, 3, 1))["finding"].to_list() == ["pending"]
    assert current(rows, date(2026, 3, 2)).is_empty()
    (last,) = rows.filter(pl.col("_known_on") == date(2026, 3, 2)).to_dicts()
    told = {name for name, value in last.items() if value is not None}
    assert told == {"_row", "_delivery", "_known_on", "_record", "_deleted_on"}


def test_a_supported_report_stands_and_yields_no_signal(room: Mailroom) -> None:
    given(room, REPORTS, REPORT | {"finding": "supported", "decided_on": "2026-02-20", "updated_on": "2026-02-20"})
    assert stored(room, REPORTS, "finding")["finding"].to_list() == ["supported"]


def test_a_report_can_be_supported_on_appeal_after_it_was_not(room: Mailroom) -> None:
    given(room, REPORTS, REPORT | {"finding": "unsupported", "updated_on": "2026-03-02"})
    given(room, REPORTS, REPORT | {"finding": "supported", "updated_on": "2026-04-02"})
    rows = stored(room, REPORTS, "finding")
    assert current(rows, date(2026, 4, 1)).is_empty()
    assert current(rows, date(2026, 4, 2))["finding"].to_list() == ["supported"]


def test_a_caller_whom_nobody_could_help_is_called_back(room: Mailroom) -> None:
    given(room, CALLS, CALL, CALL | {"need_no": 2, "need_code": "BV-8900.9300-180", "outcome": "helped"})
    day = date(2026, 2, 2)
    assert said(room, CALLS, day) == {
        ("helpline_call", day, None),
        ("helpline_rent_unmet", day, None),
        ("helpline_home_unmet", day, None),
    }
    given(room, CALLS, CALL | {"outcome": "helped", "updated_on": "2026-02-10"})
    assert said(room, CALLS, date(2026, 2, 10)) == {("helpline_call", day, None)}


def test_who_wants_no_call_is_named_nowhere(room: Mailroom) -> None:
    given(room, CALLS, CALL, CALL | {"call_id": "H2", "caller_id": "T2", "may_call_back": "no"})
    rows = room.read(CALLS, {"_person", "caller_id", "phone", "need_code"})
    assert {person for person in rows["_person"] if person} == {"calls:T1"}
    (nobody,) = rows.filter(pl.col("_person").is_null()).to_dicts()
    assert (nobody["caller_id"], nobody["phone"], nobody["need_code"]) == (None, None, None)
    given(room, CALLS, CALL | {"may_call_back": "no", "updated_on": "2026-02-20"})
    assert said(room, CALLS, date(2026, 2, 19))
    assert said(room, CALLS, date(2026, 2, 20)) == set()


def test_a_caller_without_a_name_is_counted_and_not_kept(room: Mailroom) -> None:
    taken = room.text(CALLS, letter(CALLS, CALL | {"caller_id": ""}))
    assert balanced(taken)
    assert (taken.kept, taken.unlinkable) == (0, 1)


@pytest.mark.parametrize(
    ("need", "called_on", "kept"),
    [
        ("BH-3800.7000", "2021-12-31", 1),
        ("BH-3800.5000", "2021-12-31", 0),  # a term of the second version, before it was in force
        ("BH-3800.5000", "2022-01-01", 1),
        ("BH-3800.50001", "2022-01-01", 0),
        ("BH-1800.8500-300", "2022-01-01", 1),
        ("BH-3800.7000", "2014-12-31", 0),  # before the first version
        ("housing", "2022-01-01", 0),
    ],
)
def test_a_need_is_held_against_the_list_of_its_own_day(room: Mailroom, need: str, called_on: str, kept: int) -> None:
    taken = room.text(CALLS, letter(CALLS, CALL | {"need_code": need, "called_on": called_on}))
    assert taken.kept == kept
    assert taken.quarantine_counts == ({} if kept else {"need_in_taxonomy": 1})


def test_coordinated_entry_assesses_lists_and_refers(room: Mailroom) -> None:
    given(room, "hmis.assessment", ASSESSMENT)
    day = date(2026, 2, 2)
    listed = {("coordinated_entry_assessed", day, None), ("coordinated_entry_listed", day, None)}
    assert said(room, "hmis.assessment", date(2026, 2, 3)) == listed
    later = {"date_updated": "2026-02-10"}
    given(room, "hmis.assessment", ASSESSMENT | later | {"prioritization": 2})
    assert said(room, "hmis.assessment", date(2026, 2, 10)) == {("coordinated_entry_assessed", day, None)}
    given(room, "hmis.assessment", ASSESSMENT | {"date_updated": "2026-02-12", "date_deleted": "2026-02-12"})
    assert said(room, "hmis.assessment", date(2026, 2, 12)) == set()


def test_an_opening_is_refused_and_another_accepted(room: Mailroom) -> None:
    given(room, "hmis.event", EVENT, EVENT | {"event_id": "V2", "event": 1})
    day = date(2026, 2, 2)
    sent = {("referred_to_opening", day, None), ("referred_to_prevention", day, None)}
    assert said(room, "hmis.event", date(2026, 2, 3)) == sent
    told = EVENT | {"result_on": "2026-02-09", "date_updated": "2026-02-10"}
    given(room, "hmis.event", told | {"referral_result": 3})
    assert said(room, "hmis.event", date(2026, 2, 9)) == sent
    refused = ("opening_refused_by_provider", date(2026, 2, 9), None)
    assert said(room, "hmis.event", date(2026, 2, 10)) == sent | {refused}
    given(room, "hmis.event", told | {"referral_result": 1, "date_updated": "2026-02-12"})
    assert said(room, "hmis.event", date(2026, 2, 12)) == sent | {("opening_accepted", date(2026, 2, 9), None)}


@pytest.mark.parametrize(
    ("dataset", "row", "check"),
    [
        (REPORTS, REPORT | {"finding": "guilty"}, "finding.codes"),
        (REPORTS, REPORT | {"decided_on": "2026-01-01"}, "decided_not_before_received"),
        (REPORTS, REPORT | {"child_id": ""}, "child_id.required"),
        (CALLS, CALL | {"may_call_back": ""}, "may_call_back.required"),
        (CALLS, CALL | {"called_on": "2026-02-04"}, "called_not_in_future"),
        ("hmis.assessment", ASSESSMENT | {"assessment_type": 4}, "assessment_type"),
        ("hmis.assessment", ASSESSMENT | {"prioritization": 3}, "prioritization_status"),
        ("hmis.event", EVENT | {"event": 19}, "event_kind"),
        ("hmis.event", EVENT | {"referral_result": 9}, "referral_result"),
        ("hmis.event", EVENT | {"result_on": "2026-02-01"}, "result_not_before_event"),
    ],
)
def test_a_row_that_contradicts_itself_is_set_aside(
    room: Mailroom, dataset: str, row: dict[str, Any], check: str
) -> None:
    taken = room.text(dataset, letter(dataset, row))
    assert balanced(taken)
    assert taken.quarantine_counts == {check: 1}
