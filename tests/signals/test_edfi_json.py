"""Ed-Fi API resources as JSON lines: what a line must be, what is said of one that is not, and what deletions do."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select

from governance.database import reading
from governance.errors import ContractBroken, Misconfigured
from governance.ids import DatasetId
from governance.written import read
from signals.delivery import quarantined_row
from signals.feed import Feed
from signals.intake import take_folder
from signals.json_path import JsonPath
from signals.parser import SHAPE, count, edfi_json, parse
from signals.parser import batch as batch_module
from signals.signal import current, derive, needs
from tests.signals.mailroom import FEEDS, FIXTURES, Mailroom, balanced, mailroom

API, BULK = "edfi.api_attendance", "edfi.attendance"
EVENTS = FIXTURES / "edfi" / "studentSchoolAttendanceEvents.jsonl"
DELETES = FIXTURES / "edfi" / "studentSchoolAttendanceEvents.deletes.jsonl"
FEED = FEEDS[DatasetId(API)]
SECRET = "Zanzibar"
UNEXCUSED = "uri://ed-fi.org/AttendanceEventCategoryDescriptor#Unexcused Absence"


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def event(**changes: Any) -> dict[str, Any]:
    """An event as the API gives it."""
    return {
        "id": "0f",
        "studentReference": {"studentUniqueId": "7", "link": {"rel": "Student", "href": "/ed-fi/students/0e"}},
        "schoolReference": {"schoolId": 255901001},
        "sessionReference": {"schoolId": 255901001, "schoolYear": 2026, "sessionName": "Spring"},
        "eventDate": "2026-01-12",
        "attendanceEventCategoryDescriptor": UNEXCUSED,
        "eventDuration": 1.0,
        "_etag": "5250000001",
        "_lastModifiedDate": "2026-01-12T21:40:03.117Z",
        **changes,
    }


def key(**changes: Any) -> dict[str, Any]:
    """The key of that event, as a report of deletions gives it."""
    return {
        "attendanceEventCategoryDescriptor": UNEXCUSED,
        "eventDate": "2026-01-12",
        "schoolId": 255901001,
        "schoolYear": 2026,
        "sessionName": "Spring",
        "studentUniqueId": "7",
        **changes,
    }


def lines(*each: dict[str, Any] | str) -> str:
    return "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in each)


def given(folder: Path, text: str | bytes) -> Path:
    file = folder / "studentSchoolAttendanceEvents.jsonl"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def rows(file: Path) -> pl.DataFrame:
    return pl.concat(parse(FEED, file, {}))


def refused(file: Path) -> ContractBroken:
    with pytest.raises(ContractBroken) as broken:
        rows(file)
    return broken.value


def signals(room: Mailroom, dataset: str, as_of: date) -> list[tuple[Any, ...]]:
    """What a dataset says as of a day: of whom, what, of which day, how much."""
    feed = FEEDS[DatasetId(dataset)]
    fields = frozenset().union(*(needs(feed, kind.kind) for kind in feed.kinds))
    long = derive(feed, current(room.read(dataset, {"_person", *fields}, as_of), as_of))
    return sorted(long.select("_person", "kind", "occurred_on", "measure").rows())


def test_a_nested_reference_is_found_and_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    frame = rows(given(tmp_path, lines(event(eventDuration=0.50))))
    assert frame.row(0, named=True) == {
        "_row": 1,
        SHAPE: True,
        "student_unique_id": "7",
        "school_id": "255901001",
        "event_on": "2026-01-12",
        "category": UNEXCUSED,
        "reason": None,
        "duration": "0.5",
        "session_name": "Spring",
        "school_year": "2026",
        "modified_on": "2026-01-12T21:40:03.117Z",
        "deleted_on": None,
    }


def test_a_bad_line_is_set_aside_under_its_number_and_the_good_ones_are_kept(room: Mailroom) -> None:
    taken = room.take(API, EVENTS)
    assert balanced(taken)
    assert (taken.delivered, taken.kept) == (8, 5)
    assert taken.quarantine_counts == {"row_shape": 1, "duration_of_at_most_a_day": 1, "event_on.required": 1}
    assert [(each["row"], each["check"]) for each in taken.quarantined] == [
        (5, "row_shape"),
        (7, "duration_of_at_most_a_day"),
        (8, "event_on.required"),
    ]


def test_blank_lines_and_a_byte_order_mark_are_no_rows_and_numbers_are_those_of_the_lines(tmp_path: Path) -> None:
    text = "\ufeff\n" + lines(event()) + "\r\n  \n" + lines("{", event())
    frame = rows(given(tmp_path, text))
    assert frame.select("_row", SHAPE).rows() == [(2, True), (5, False), (6, True)]


@pytest.mark.parametrize(
    "line",
    [
        "nothing that is JSON",
        '{"studentReference": {"studentUniqueId": "7"}',
        json.dumps([event()]),
        '"studentReference"',
        "null",
        "{}",
        json.dumps({"id": "0f", "changeVersion": 3}),
        lines(event()).strip() + " " + lines(event()).strip(),
        json.dumps(event(studentReference="7")),
        json.dumps(event(studentReference={"studentUniqueId": {"value": "7"}})),
        json.dumps(event(eventDate=["2026-01-12"])),
        json.dumps(event(attendanceEventReason="\ud800")),
        json.dumps(event(eventDuration=float("nan"))),
        '{"eventDate": "2026-01-13", ' + json.dumps(event())[1:],
        json.dumps(event(_ext=json.loads("[" * 12 + "]" * 12))),
        '{"studentReference": ' + '{"a":' * 20_000 + "1" + "}" * 20_001,
        json.dumps(event(attendanceEventReason="x" * edfi_json.LONGEST_ROW * 3)),
    ],
    ids=[
        "no JSON", "cut off", "a list", "a text", "null", "nothing", "a deletion without its key", "two objects",
        "a text for a reference", "an object for a text", "a list for a day", "half a character", "no number",
        "a name twice", "too deep", "far too deep", "too long",
    ],
)  # fmt: skip
def test_a_line_that_is_no_row_spoils_only_itself(tmp_path: Path, line: str) -> None:
    frame = rows(given(tmp_path, lines(event(), line, event(eventDate="2026-01-13"))))
    assert frame.select("_row", SHAPE, "event_on").rows() == [
        (1, True, "2026-01-12"),
        (2, False, None),
        (3, True, "2026-01-13"),
    ]


def test_a_line_that_is_no_text_spoils_only_itself(tmp_path: Path) -> None:
    good = lines(event()).encode()
    frame = rows(given(tmp_path, good + good.replace(b"Spring", b"Fr\xfchling") + good.strip()))
    assert frame.select("_row", SHAPE).rows() == [(1, True), (2, False), (3, True)]


def test_a_line_of_the_greatest_length_and_depth_is_still_a_row(tmp_path: Path) -> None:
    deep = event(_ext=json.loads("[" * 11 + "]" * 11))
    long = json.dumps(event(attendanceEventReason="x"))
    long = long.replace('"x"', '"' + "x" * (edfi_json.LONGEST_ROW - len(long) + 1) + '"')
    assert len(long) == edfi_json.LONGEST_ROW
    assert rows(given(tmp_path, lines(deep, long, long) + long))[SHAPE].to_list() == [True] * 4
    assert rows(given(tmp_path, lines(deep, f" {long}") + f" {long}"))[SHAPE].to_list() == [True, False, False]


def test_what_is_set_aside_or_refused_repeats_nothing_of_the_line(room: Mailroom, tmp_path: Path) -> None:
    room.text(API, lines(event(), event(studentReference=SECRET), f'{{"{SECRET}', event(eventDuration=SECRET)))
    with reading(room.engine) as connection:
        found = [(each.row, each.check, each.detail) for each in connection.execute(select(quarantined_row))]
    assert [(row, check) for row, check, _ in found] == [(2, "row_shape"), (3, "row_shape"), (4, "duration.type")]
    assert SECRET not in str(found)
    assert SECRET not in (tmp_path / "ledger.db").read_bytes().decode("latin-1")
    assert SECRET not in str(refused(given(tmp_path, lines(f'["{SECRET}"]'))))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FILE_EMPTY"),
        (" \n\n", "FILE_EMPTY"),
        (json.dumps([event(), event()], indent=1), "FILE_JSON"),
        (lines({"studentUniqueId": "7", "firstName": "Otter"}), "FILE_JSON"),
        ("student,date\n7,2026-01-12\n", "FILE_JSON"),
        (lines(event()).encode("utf-16"), "FILE_JSON"),
    ],
)
def test_a_file_without_a_single_row_is_refused_whole(tmp_path: Path, text: str | bytes, code: str) -> None:
    assert refused(given(tmp_path, text)).code == code


def test_nothing_of_a_file_that_is_refused_is_kept(room: Mailroom) -> None:
    with pytest.raises(ContractBroken):
        room.text(API, lines("{", "{"))
    assert room.kinds() == ["delivery.refused"]
    assert room.sealed() == []


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.jsonl").code == "FILE_UNREADABLE"


def test_a_big_file_comes_in_batches_and_keeps_the_lines_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "BATCH_ROWS", 10)
    frames = list(parse(FEED, given(tmp_path, lines("", *[event()] * 25)), {}))
    assert [frame.height for frame in frames] == [10, 10, 5]
    assert pl.concat(frames)["_row"].to_list() == list(range(2, 27))


def test_the_same_events_say_the_same_from_the_api_and_from_the_bulk_file(room: Mailroom) -> None:
    room.take(API, EVENTS)
    room.take(BULK, FIXTURES / "edfi" / "StudentSchoolAttendance.xml")
    as_of = date(2026, 3, 1)
    assert signals(room, API, as_of) == signals(room, BULK, as_of)
    assert len(signals(room, API, as_of)) == 9


def test_an_event_is_known_from_the_day_on_which_the_school_last_changed_it(room: Mailroom) -> None:
    room.take(API, EVENTS)
    seen = {day for _, _, day, _ in signals(room, API, date(2026, 1, 15))}
    assert seen == {date(2026, 1, 12), date(2026, 1, 13), date(2026, 1, 15)}
    assert date(2026, 1, 14) in {day for _, _, day, _ in signals(room, API, date(2026, 1, 16))}


def test_an_event_of_an_api_that_names_no_last_change_is_known_from_the_delivery(room: Mailroom) -> None:
    old = event()
    del old["_lastModifiedDate"]
    room.text(API, lines(old), known_on=date(2026, 1, 20))
    assert signals(room, API, date(2026, 1, 19)) == []
    assert len(signals(room, API, date(2026, 1, 20))) == 2


def test_a_deletion_takes_an_event_back_from_the_day_it_is_known_and_rewrites_no_night_before(room: Mailroom) -> None:
    room.take(API, EVENTS)
    before = signals(room, API, date(2026, 2, 28))
    taken = room.take(API, DELETES, known_on=date(2026, 3, 1))
    assert (taken.kept, taken.quarantine_counts) == (2, {})
    assert signals(room, API, date(2026, 2, 28)) == before
    left = {(person, day) for person, _, day, _ in signals(room, API, date(2026, 3, 1))}
    assert left == {("edfi.student:700001", date(2026, 1, day)) for day in (12, 14, 15)}


def test_an_event_whose_key_changed_counts_once_under_the_new_one(room: Mailroom) -> None:
    room.text(API, lines(event()))
    renamed = {"schoolId": 255901001, "schoolYear": 2026, "sessionName": "Second Semester"}
    moved = event(sessionReference=renamed, _lastModifiedDate="2026-02-02T08:00:00Z")
    change = {"id": "0f", "changeVersion": 9, "oldKeyValues": key(), "newKeyValues": key(sessionName="Second Semester")}
    room.text(API, lines(moved, change), known_on=date(2026, 2, 2))
    assert [kind for _, kind, _, _ in signals(room, API, date(2026, 2, 2))] == [
        "school_absence",
        "school_absence_unexcused",
    ]


def test_an_event_that_is_entered_again_counts_again_from_that_change(room: Mailroom) -> None:
    room.text(API, lines(event()))
    room.text(API, lines({"id": "0f", "changeVersion": 9, "keyValues": key()}), known_on=date(2026, 1, 20))
    room.text(API, lines(event(id="1f", _lastModifiedDate="2026-01-21T09:00:00Z")))
    assert signals(room, API, date(2026, 1, 20)) == []
    assert len(signals(room, API, date(2026, 1, 21))) == 2


def test_a_deletion_before_the_event_it_deletes_is_no_matter_of_order(room: Mailroom) -> None:
    deletion = {"id": "0f", "changeVersion": 9, "keyValues": key()}
    room.text(API, lines(deletion, event()), known_on=date(2026, 1, 12))
    assert signals(room, API, date(2026, 1, 12)) == []


def test_a_folder_has_the_events_and_their_deletions_beside_the_bulk_files(room: Mailroom) -> None:
    taken = take_folder(room.intake, "edfi", FIXTURES / "edfi")
    assert [each.delivered for each in taken if each.dataset == API] == [2, 8]


def test_lines_of_undeclared_files_can_be_counted(tmp_path: Path) -> None:
    other = tmp_path / "calendars.jsonl"
    other.write_text("{}\n\n{}\n")
    assert count(other) == 2


@pytest.mark.parametrize("written", ["", "/", "a/", "a//b", "a.b", "1a", "a[b=c]/d"])
def test_what_is_no_path_is_found_when_the_feed_is_loaded(written: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        JsonPath.of(written)
    document = FEED.model_dump(by_alias=True, mode="json", exclude_unset=True)
    document["columns"][4]["from"] = written
    with pytest.raises(Misconfigured):
        read(Feed, document, where=f"{API}.yaml")
