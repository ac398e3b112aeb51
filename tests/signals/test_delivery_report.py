"""The delivery report: counts, codes that nobody listed, drift, freshness; and no value that could tell who it is."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from governance.clock import FixedClock
from governance.database import reading
from governance.errors import ContractBroken, Misconfigured
from governance.ids import DatasetId, DeliveryId
from governance.ledger import Ledger
from signals import alarm
from signals.delivery_report import DeliveryReport, all_deliveries, report_on
from signals.freshness import freshness
from signals.intake import Delivered
from signals.profile import find
from tests.signals.mailroom import FEEDS, NOW, SHELTER, Mailroom, mailroom

ENROLMENT = "hmis.enrollment"
NOTICE = "utility.notices"


@pytest.fixture
def room(tmp_path: Path, engine: Engine) -> Mailroom:
    return mailroom(tmp_path, engine=engine)


def on(room: Mailroom, days: int) -> Mailroom:
    """The same mailroom, so many days later."""
    return replace(room, intake=replace(room.intake, clock=FixedClock(NOW + timedelta(days=days))))


def ledger_at(room: Mailroom, days: int) -> Ledger:
    """The mailroom's ledger, so many days later."""
    return Ledger(
        room.ledger._engine,
        key=room.ledger._key,
        origin=room.ledger._origin,
        clock=FixedClock(NOW + timedelta(days=days)),
    )


def report(room: Mailroom, taken: Delivered) -> DeliveryReport:
    return report_on(room.engine, room.register, FEEDS, DeliveryId(taken.delivery))


def notices(*kinds: str, person: str = "", start: int = 0) -> str:
    """A file of utility notices, one row per kind; each of another customer unless `person` says whose all are."""
    feed = FEEDS[DatasetId(NOTICE)]
    lines = [",".join(column.sources[0] for column in feed.columns)]
    for number, kind in enumerate(kinds, start):
        cells = {"notice_id": f"N{number}", "customer_id": person or f"A{number}", "kind": kind, "service": "gas"}
        days = dict.fromkeys((column.name for column in feed.columns if column.is_day), "2026-05-20")
        lines.append(",".join({**days, **cells}.get(column.name, "1") for column in feed.columns))
    return "\n".join([*lines, ""])


def test_a_report_accounts_for_every_row(room: Mailroom) -> None:
    taken = room.take(ENROLMENT, "hmis/Enrollment.csv")
    found = report(room, taken)
    assert (found.delivered, found.kept, found.unlinkable) == (taken.delivered, taken.kept, taken.unlinkable)
    assert found.quarantine_counts == taken.quarantine_counts
    assert (found.agreement, found.promised_days, found.waited_days, found.late) == (SHELTER, 7, None, False)
    assert (found.compared, found.drift) == (0, [])


def test_a_profile_counts_empty_cells_and_listed_codes_of_listed_fields(room: Mailroom) -> None:
    taken = room.take(ENROLMENT, "hmis/Enrollment.csv")
    with reading(room.engine) as connection:
        profile = find(connection, [DeliveryId(taken.delivery)])[DeliveryId(taken.delivery)]
    assert profile.rows == taken.delivered - taken.quarantine_counts["row_shape"]
    assert profile.missing["personal_id"] == 1
    assert profile.missing["entry_on"] == 0
    assert set(profile.codes) == {"relationship_to_hoh"}


@pytest.mark.parametrize("batch", [3, 10_000])
def test_a_code_that_the_list_does_not_know_is_named_with_its_rows(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("signals.parser.batch.BATCH_ROWS", batch)
    taken = room.text(NOTICE, notices(*["past_due"] * 5, *["final_warning"] * 12))
    found = report(room, taken)
    assert found.unlisted == {"kind": {"final_warning": 12}}
    assert found.unnamed == {}
    assert sum(found.quarantine_counts.values()) == 12


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(["zanzibar"] * 10, id="too few people share it"),
        pytest.param(["Zanzibar"] * 50, id="it is written like no code of the list"),
        pytest.param(["555-0177"] * 50, id="a number among words"),
        pytest.param(["zanzibar_" * 9] * 50, id="far too long"),
        pytest.param(
            [f"zanzibar_{'x' * (number % 20)}{'y' * (number // 20)}" for number in range(99)], id="all differ"
        ),
    ],
)
def test_a_value_that_could_tell_who_it_is_is_counted_and_not_named(room: Mailroom, kinds: list[str]) -> None:
    found = report(room, room.text(NOTICE, notices(*kinds)))
    assert found.unlisted == {}
    assert found.unnamed == {"kind": len(kinds)}
    assert "anzibar" not in json.dumps(asdict(found), default=str)


def test_one_persons_many_rows_do_not_name_a_value(room: Mailroom) -> None:
    found = report(room, room.text(NOTICE, notices(*["zanzibar"] * 40, person="A1")))
    assert (found.unlisted, found.unnamed) == ({}, {"kind": 40})


def test_drift_is_found_against_the_last_deliveries_whatever_comes_later(room: Mailroom) -> None:
    for day in range(3):
        on(room, day).text(NOTICE, notices(*["past_due"] * 90, *["reconnected"] * 10, start=1_000 * day))
    odd = on(room, 3).text(NOTICE, notices(*["disconnected"] * 90, *["nobody"] * 30, start=5_000))
    on(room, 4).text(NOTICE, notices("past_due", start=9_000))
    found = report(room, odd)
    assert found.compared == 3
    assert [each.what for each in found.drift] == [
        "rows in quarantine",
        "kind = disconnected",
        "kind = past_due",
    ]


def test_a_delivery_later_than_promised_is_late(room: Mailroom) -> None:
    room.text(NOTICE, notices("past_due"))
    in_time = report(room, on(room, 1).text(NOTICE, notices("past_due", start=10)))
    late = report(room, on(room, 5).text(NOTICE, notices("past_due", start=20)))
    assert (in_time.waited_days, in_time.late) == (1, False)
    assert (late.promised_days, late.waited_days, late.late) == (1, 4, True)


def test_a_dataset_is_stale_once_the_promised_day_has_passed(room: Mailroom) -> None:
    room.text(NOTICE, notices("past_due"))
    fresh, stale = (freshness(room.engine, room.register, NOW.date() + timedelta(days=days))[0] for days in (1, 2))
    assert (fresh.dataset, fresh.last_on, fresh.promised_days) == (NOTICE, NOW.date(), 1)
    assert (fresh.stale, stale.stale) == (False, True)
    assert freshness(room.engine, room.register, date(2026, 5, 19)) == []


def alarms(room: Mailroom, days: int) -> list[str]:
    """The codes of what is alarming so many days later."""
    day = NOW.date() + timedelta(days=days)
    found = freshness(room.engine, room.register, day)
    return [each.code for each in alarm.standing(room.engine, room.ledger, found, day)]


def test_drift_raises_an_alarm_once_and_it_is_over_with_the_next_delivery(room: Mailroom) -> None:
    for day in range(3):
        on(room, day).text(NOTICE, notices(*["past_due"] * 100, start=1_000 * day))
    assert alarms(room, 2) == []
    odd = notices(*["disconnected"] * 100, start=5_000)
    taken = [on(room, 3).text(NOTICE, odd), on(room, 3).text(NOTICE, odd)]
    assert alarms(room, 3) == ["FEED_DRIFT"]
    (entry,) = room.ledger.entries(kind=alarm.DRIFT)
    assert entry.topic == taken[0].delivery == taken[1].delivery
    assert alarm.codes_of(room.ledger, DeliveryId(entry.topic)) == ["FEED_DRIFT"]
    on(room, 4).text(NOTICE, notices(*["past_due"] * 100, start=9_000))
    assert alarms(room, 4) == []


def test_unknown_codes_raise_an_alarm_that_names_the_column_only(room: Mailroom) -> None:
    room.text(NOTICE, notices(*["past_due"] * 5, *["final_warning"] * 12))
    assert alarms(room, 0) == ["FEED_SHAPE"]
    (entry,) = room.ledger.entries(kind=alarm.SHAPE)
    assert entry.body == {"dataset": NOTICE, "columns": ["kind"]}


def test_a_file_refused_whole_raises_an_alarm_until_one_is_taken(tmp_path: Path) -> None:
    room = mailroom(tmp_path)
    room.text(NOTICE, notices("past_due"))
    later = replace(room, intake=replace(room.intake, ledger=ledger_at(room, 1)))
    for _ in range(2):
        with pytest.raises(ContractBroken):
            later.text(NOTICE, "another,header\n")
    assert alarms(room, 1) == ["FEED_SHAPE"]
    assert len(list(room.ledger.entries(kind=alarm.REFUSED))) == 1
    on(room, 2).text(NOTICE, notices("past_due", start=10))
    assert alarms(room, 2) == []


def test_a_feed_that_fell_silent_raises_an_alarm_once_for_each_silence(room: Mailroom) -> None:
    first = room.text(NOTICE, notices("past_due"))
    for days in (1, 2, 3):
        alarm.of_silence(room.ledger, freshness(room.engine, room.register, NOW.date() + timedelta(days=days)))
    (entry,) = room.ledger.entries(kind=alarm.STALE)
    assert (entry.topic, entry.body["promised_days"]) == (first.delivery, 1)
    assert (alarms(room, 1), alarms(room, 2)) == ([], ["FEED_STALE"])


def test_deliveries_are_listed_newest_first(room: Mailroom) -> None:
    first = room.take("hmis.exit", "hmis/Exit.csv")
    second = on(room, 1).take(ENROLMENT, "hmis/Enrollment.csv")
    assert [each.id for each in all_deliveries(room.engine)] == [second.delivery, first.delivery]
    assert [each.id for each in all_deliveries(room.engine, DatasetId("hmis.exit"))] == [first.delivery]


def test_a_delivery_that_is_not_on_record_is_a_clear_error(room: Mailroom) -> None:
    with pytest.raises(Misconfigured) as unknown:
        report_on(room.engine, room.register, FEEDS, DeliveryId("d-nothing"))
    assert unknown.value.code == "DELIVERY_UNKNOWN"
