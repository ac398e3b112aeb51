"""Utilities, custody, claims, the court's four tables and sign-ups, through the real intake.

Each test writes a few rows as the agency would, takes them in under the packaged agreements, and looks at what counts
on a day: the kinds of signal, after corrections, withdrawals, sealing and expungement.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.errors import ActionNotGranted, FieldNotListed, Zone
from governance.ids import DatasetId
from governance.use import Action, Use
from signals.intake import take_folder
from signals.sealed_file import SIGNAL
from signals.signal import current, derive, needs
from tests.signals.mailroom import FEEDS, FLOW, Mailroom, balanced, mailroom

Said = tuple[str, str, date, float | None]
"""What a row says: of whom, what, when, how much."""

ACCOUNT = {
    "account_no": "A1",
    "customer_id": "C1",
    "last_name": "Quarry",
    "born_on": "1984-02-03",
    "opened_on": "2025-01-02",
}
NOTICE = {"notice_id": "N1", "account_no": "A1", "customer_id": "C1", "service": "gas", "issued_on": "2026-02-02"}
BOOKING = {"booking_id": "B1", "person_no": "P1", "last_name": "Quarry", "booked_on": "2026-02-02"}
CLAIM = {"claim_id": "U1", "claimant_id": "W1", "last_name": "Quarry", "filed_on": "2026-02-02", "separation": "layoff"}
FILING = {
    "case_no": "26SP1",
    "party_no": 2,
    "litigant_id": "L1",
    "role": "defendant",
    "last_name": "Quarry",
    "case_type": "non_payment",
    "status": "open",
    "filed_on": "2026-02-02",
    "amount_claimed": 2400,
}
HEARING = {"hearing_id": "H1", "case_no": "26SP1", "litigant_id": "L1", "hearing_on": "2026-03-02", "kind": "trial"}
JUDGMENT = {
    "judgment_id": "J1",
    "case_no": "26SP1",
    "litigant_id": "L1",
    "judgment_on": "2026-03-02",
    "judgment_for": "plaintiff",
    "how": "default",
    "amount": 3150,
}
WRIT = {"writ_id": "X1", "case_no": "26SP1", "litigant_id": "L1", "issued_on": "2026-03-16", "returned": "pending"}
SIGNUP = {
    "signup_id": "S1",
    "participant_id": "R1",
    "last_name": "Quarry",
    "phone": "413-555-0101",
    "language": "es",
    "topic": "housing",
    "how": "form",
    "wording": "signup-1",
    "safe_to_text": "yes",
    "signed_on": "2026-02-02",
}


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def sheet(dataset: str, *rows: dict[str, Any]) -> str:
    """A file of a dataset as its agency writes it; what a row does not give is empty."""
    file = io.StringIO()
    writer = csv.DictWriter(file, [column.sources[0] for column in FEEDS[DatasetId(dataset)].columns])
    writer.writeheader()
    writer.writerows({"updated_on": "2026-02-03", **row} for row in rows)
    return file.getvalue()


def given(room: Mailroom, dataset: str, *rows: dict[str, Any]) -> None:
    """Take a file of good rows."""
    taken = room.text(dataset, sheet(dataset, *rows))
    assert balanced(taken)
    assert (taken.kept, taken.quarantine_counts) == (len(rows), {})


def said(room: Mailroom, dataset: str, as_of: date) -> set[Said]:
    """The signals that count on a day."""
    feed = FEEDS[DatasetId(dataset)]
    fields = frozenset().union(*(needs(feed, kind.kind) for kind in feed.kinds))
    long = derive(feed, current(room.read(dataset, {"_person", *fields}, as_of), as_of))
    return set(long.select("_person", "kind", "occurred_on", "measure").iter_rows())


def kinds(room: Mailroom, dataset: str, as_of: date) -> dict[str, date]:
    """What is said on a day, and of which day."""
    return {kind: day for _, kind, day, _ in said(room, dataset, as_of)}


def test_a_shut_off_is_announced_on_one_day_and_set_for_another(room: Mailroom) -> None:
    given(
        room,
        "utility.notices",
        NOTICE | {"kind": "shutoff_notice", "effective_on": "2026-02-20", "amount_due": "640.00"},
        NOTICE | {"notice_id": "N0", "kind": "past_due", "issued_on": "2026-01-05", "amount_due": "610.00"},
    )
    assert said(room, "utility.notices", date(2026, 2, 3)) == {
        ("utility:C1", "utility_shutoff_notice", date(2026, 2, 2), 640.0),
        ("utility:C1", "utility_shutoff_set", date(2026, 2, 20), None),
        ("utility:C1", "utility_past_due", date(2026, 1, 5), 610.0),
    }


def test_a_shut_off_that_is_put_off_or_withdrawn_no_longer_stands(room: Mailroom) -> None:
    announced = NOTICE | {"kind": "shutoff_notice", "effective_on": "2026-02-20"}
    given(room, "utility.notices", announced)
    given(room, "utility.notices", announced | {"effective_on": "2026-03-20", "updated_on": "2026-02-10"})
    given(room, "utility.notices", announced | {"updated_on": "2026-02-15", "withdrawn_on": "2026-02-15"})
    assert kinds(room, "utility.notices", date(2026, 2, 9))["utility_shutoff_set"] == date(2026, 2, 20)
    assert kinds(room, "utility.notices", date(2026, 2, 14))["utility_shutoff_set"] == date(2026, 3, 20)
    assert kinds(room, "utility.notices", date(2026, 2, 15)) == {}


def test_a_plan_a_disconnection_and_a_reconnection_are_told_apart(room: Mailroom) -> None:
    off = NOTICE | {"kind": "disconnected", "effective_on": "2026-02-01"}
    on = NOTICE | {"notice_id": "N2", "kind": "reconnected", "effective_on": "2026-02-02"}
    given(room, "utility.notices", off, on, NOTICE | {"notice_id": "N3", "kind": "payment_plan"})
    assert kinds(room, "utility.notices", date(2026, 2, 3)) == {
        "utility_disconnected": date(2026, 2, 1),
        "utility_reconnected": date(2026, 2, 2),
        "utility_payment_plan": date(2026, 2, 2),
    }


def test_an_account_says_who_holds_it_until_it_is_deleted(room: Mailroom) -> None:
    given(room, "utility.accounts", ACCOUNT | {"street": "9 Quay", "postcode": "01001"})
    given(
        room, "utility.accounts", ACCOUNT | {"street": "4 Mill Road", "postcode": "01002", "updated_on": "2026-03-01"}
    )
    given(room, "utility.accounts", ACCOUNT | {"updated_on": "2026-04-01", "deleted_on": "2026-04-01"})
    rows = room.read("utility.accounts", {"_person", "street"})
    assert current(rows, date(2026, 2, 28))["street"].to_list() == ["9 Quay"]
    assert current(rows, date(2026, 3, 1)).select("_person", "street").rows() == [("utility:C1", "4 Mill Road")]
    assert current(rows, date(2026, 4, 1)).is_empty()


def test_what_somebody_is_charged_with_is_never_taken(room: Mailroom) -> None:
    taken = room.text(
        "custody.bookings", sheet("custody.bookings", BOOKING | {"charge_class": "felony", "facility": "F1"})
    )
    assert taken.not_taken == ["charge_class", "facility"]
    (file,) = room.store.files(DatasetId("custody.bookings"), kind=SIGNAL)
    assert not {"charge_class", "facility"} & set(file.columns)
    with pytest.raises(FieldNotListed):
        room.read("custody.bookings", {"charge_class"})


def test_who_is_released_was_booked_and_who_is_expunged_never_was(room: Mailroom) -> None:
    given(room, "custody.bookings", BOOKING)
    given(room, "custody.bookings", BOOKING | {"released_on": "2026-02-09", "updated_on": "2026-02-10"})
    given(room, "custody.bookings", BOOKING | {"updated_on": "2026-05-01", "expunged_on": "2026-05-01"})
    assert kinds(room, "custody.bookings", date(2026, 2, 9)) == {"booked": date(2026, 2, 2)}
    both = {"booked": date(2026, 2, 2), "released": date(2026, 2, 9)}
    assert kinds(room, "custody.bookings", date(2026, 2, 10)) == both
    assert kinds(room, "custody.bookings", date(2026, 5, 1)) == {}


def test_a_claim_goes_its_way_from_filing_to_the_last_benefit(room: Mailroom) -> None:
    given(room, "claims.unemployment", CLAIM | {"status": "pending", "weekly_benefit": "512.00"})
    granted = CLAIM | {"status": "approved", "weekly_benefit": "498.00", "decided_on": "2026-02-16"}
    given(room, "claims.unemployment", granted | {"updated_on": "2026-02-16"})
    ended = granted | {"status": "exhausted", "exhausted_on": "2026-05-18", "updated_on": "2026-05-18"}
    given(room, "claims.unemployment", ended)
    filed = date(2026, 2, 2)
    assert said(room, "claims.unemployment", date(2026, 2, 3)) == {
        ("claims:W1", "unemployment_claim", filed, 512.0),
        ("claims:W1", "unemployment_claim_after_layoff", filed, 512.0),
    }
    assert said(room, "claims.unemployment", date(2026, 5, 18)) == {
        ("claims:W1", "unemployment_claim", filed, 498.0),
        ("claims:W1", "unemployment_claim_after_layoff", filed, 498.0),
        ("claims:W1", "unemployment_exhausted", date(2026, 5, 18), None),
    }


def test_a_denial_can_be_turned_and_a_withdrawn_claim_is_none(room: Mailroom) -> None:
    denied = CLAIM | {"separation": "quit", "status": "denied", "decided_on": "2026-02-16", "updated_on": "2026-02-16"}
    given(room, "claims.unemployment", denied)
    given(room, "claims.unemployment", denied | {"status": "approved", "updated_on": "2026-03-09"})
    given(room, "claims.unemployment", denied | {"status": "withdrawn", "updated_on": "2026-04-01"})
    assert kinds(room, "claims.unemployment", date(2026, 3, 8)) == {
        "unemployment_claim": date(2026, 2, 2),
        "unemployment_claim_denied": date(2026, 2, 16),
    }
    assert kinds(room, "claims.unemployment", date(2026, 3, 9)) == {"unemployment_claim": date(2026, 2, 2)}
    assert kinds(room, "claims.unemployment", date(2026, 4, 1)) == {}


def test_a_deleted_claim_is_gone(room: Mailroom) -> None:
    given(room, "claims.unemployment", CLAIM | {"status": "approved"})
    given(
        room,
        "claims.unemployment",
        CLAIM | {"status": "approved", "updated_on": "2026-03-01", "deleted_on": "2026-03-01"},
    )
    assert kinds(room, "claims.unemployment", date(2026, 2, 28))
    assert kinds(room, "claims.unemployment", date(2026, 3, 1)) == {}


def test_a_case_is_filed_for_a_sum(room: Mailroom) -> None:
    given(room, "docket.filings", FILING, FILING | {"party_no": 3, "litigant_id": "L2", "case_type": "cause"})
    assert said(room, "docket.filings", date(2026, 2, 3)) == {
        ("docket:L1", "eviction_filed", date(2026, 2, 2), 2400.0),
        ("docket:L1", "eviction_filed_for_rent", date(2026, 2, 2), 2400.0),
        ("docket:L2", "eviction_filed", date(2026, 2, 2), 2400.0),
    }


def test_a_hearing_is_set_put_off_and_missed(room: Mailroom) -> None:
    hearing = HEARING | {"outcome": "scheduled"}
    given(room, "docket.hearings", hearing)
    given(room, "docket.hearings", hearing | {"hearing_on": "2026-03-16", "updated_on": "2026-02-27"})
    missed = hearing | {"hearing_on": "2026-03-16", "outcome": "defaulted", "updated_on": "2026-03-16"}
    given(room, "docket.hearings", missed)
    assert kinds(room, "docket.hearings", date(2026, 2, 26)) == {"eviction_hearing": date(2026, 3, 2)}
    assert kinds(room, "docket.hearings", date(2026, 2, 27)) == {"eviction_hearing": date(2026, 3, 16)}
    assert kinds(room, "docket.hearings", date(2026, 3, 16)) == {"eviction_default": date(2026, 3, 16)}


def test_a_hearing_of_two_people_is_two_rows(room: Mailroom) -> None:
    given(
        room, "docket.hearings", HEARING | {"outcome": "scheduled"}, HEARING | {"outcome": "held", "litigant_id": "L2"}
    )
    assert {(who, kind) for who, kind, *_ in said(room, "docket.hearings", date(2026, 2, 3))} == {
        ("docket:L1", "eviction_hearing")
    }
    assert room.read("docket.hearings", {"outcome"})["_record"].n_unique() == 2


def test_a_judgment_stands_until_it_is_vacated(room: Mailroom) -> None:
    given(room, "docket.judgments", JUDGMENT | {"updated_on": "2026-03-02"})
    tenants = JUDGMENT | {"judgment_id": "J2", "judgment_for": "defendant", "how": "trial", "updated_on": "2026-03-02"}
    given(room, "docket.judgments", tenants)
    given(room, "docket.judgments", JUDGMENT | {"vacated_on": "2026-03-12", "updated_on": "2026-03-12"})
    assert said(room, "docket.judgments", date(2026, 3, 11)) == {
        ("docket:L1", "eviction_judgment_for_landlord", date(2026, 3, 2), 3150.0)
    }
    assert said(room, "docket.judgments", date(2026, 3, 12)) == set()


def test_an_execution_is_issued_set_for_a_day_and_served_or_recalled(room: Mailroom) -> None:
    writ = WRIT | {"updated_on": "2026-03-16"}
    given(room, "docket.writs", writ)
    given(room, "docket.writs", writ | {"levy_on": "2026-04-07", "updated_on": "2026-03-25"})
    given(room, "docket.writs", writ | {"levy_on": "2026-04-07", "returned": "served", "updated_on": "2026-04-07"})
    given(room, "docket.writs", writ | {"returned": "recalled", "updated_on": "2026-04-20"})
    issued = {"eviction_execution_issued": date(2026, 3, 16)}
    live = issued | {"eviction_execution_live": date(2026, 3, 16)}
    assert kinds(room, "docket.writs", date(2026, 3, 24)) == live
    assert kinds(room, "docket.writs", date(2026, 3, 25)) == live | {"eviction_move_out_set": date(2026, 4, 7)}
    assert kinds(room, "docket.writs", date(2026, 4, 7)) == live | {"eviction_moved_out": date(2026, 4, 7)}
    assert kinds(room, "docket.writs", date(2026, 4, 20)) == issued


@pytest.mark.parametrize(
    ("dataset", "row"),
    [
        ("docket.filings", FILING),
        ("docket.hearings", HEARING | {"outcome": "scheduled"}),
        ("docket.judgments", JUDGMENT),
        ("docket.writs", WRIT),
    ],
)
def test_a_sealed_case_is_nobodys_business_in_any_of_the_courts_tables(
    room: Mailroom, dataset: str, row: dict[str, Any]
) -> None:
    given(room, dataset, row | {"updated_on": "2026-03-20"})
    given(room, dataset, row | {"updated_on": "2026-04-01", "sealed_on": "2026-04-01"})
    assert kinds(room, dataset, date(2026, 3, 31))
    assert kinds(room, dataset, date(2026, 4, 1)) == {}


def test_a_sign_up_stands_until_it_is_withdrawn_and_says_nothing_about_a_family(room: Mailroom) -> None:
    given(room, "outreach.signups", SIGNUP)
    given(room, "outreach.signups", SIGNUP | {"safe_to_text": "no", "updated_on": "2026-03-01"})
    given(room, "outreach.signups", SIGNUP | {"updated_on": "2026-04-01", "withdrawn_on": "2026-04-01"})
    rows = room.read("outreach.signups", {"_person", "safe_to_text", "language"})
    assert current(rows, date(2026, 2, 28)).select("_person", "safe_to_text").rows() == [("outreach:R1", "yes")]
    assert current(rows, date(2026, 3, 1))["safe_to_text"].to_list() == ["no"]
    assert current(rows, date(2026, 4, 1)).is_empty()
    assert derive(FEEDS[DatasetId("outreach.signups")], rows).is_empty()


def asked(room: Mailroom, action: Action, dataset: str, *fields: str, zone: str = "enclave") -> pl.DataFrame:
    """Ask the gate for fields of a dataset, and read them where it grants them."""
    name = DatasetId(dataset)
    use = Use.of(actor=FLOW, action=action, purpose="prevention.outreach", dataset=name, fields=fields, zone=zone)
    with room.gate.open(room.gate.request(use)) as opened:
        return pl.concat(list(room.store.read(opened, name, fields, date(2026, 6, 1))))


def test_a_familys_own_number_is_the_only_one_that_may_be_called(room: Mailroom) -> None:
    given(room, "outreach.signups", SIGNUP)
    wanted = ("participant_id", "phone", "language", "topic", "how", "wording", "safe_to_text", "signed_on")
    rows = asked(room, Action.CONTACT, "outreach.signups", *wanted)
    assert rows.select("phone", "language", "topic").rows() == [("413-555-0101", "es", "housing")]
    with pytest.raises(Zone):
        asked(room, Action.CONTACT, "outreach.signups", "phone", zone="analytic")
    for dataset in ("utility.accounts", "claims.unemployment", "docket.filings"):
        with pytest.raises(ActionNotGranted):
            asked(room, Action.CONTACT, dataset, "phone")
    for action in (Action.SCORE, Action.TRAIN):
        with pytest.raises(ActionNotGranted):
            asked(room, action, "outreach.signups", "language", zone="analytic")


@pytest.mark.parametrize(
    ("dataset", "row", "check"),
    [
        ("utility.accounts", ACCOUNT | {"closed_on": "2024-12-31"}, "closed_not_before_opened"),
        ("utility.accounts", ACCOUNT | {"customer_id": ""}, "customer_id.required"),
        ("utility.notices", NOTICE | {"kind": "reminder"}, "kind.codes"),
        ("utility.notices", NOTICE | {"kind": "past_due", "issued_on": "2026-02-04"}, "issued_not_in_future"),
        ("utility.notices", NOTICE | {"kind": "past_due", "amount_due": "-1"}, "amount_not_negative"),
        ("custody.bookings", BOOKING | {"released_on": "2026-02-01"}, "released_not_before_booked"),
        ("custody.bookings", BOOKING | {"released_on": "2026-02-04"}, "released_not_in_future"),
        ("custody.bookings", BOOKING | {"born_on": "2027-01-01"}, "born_before_it_was_known"),
        ("claims.unemployment", CLAIM | {"status": "paid"}, "status.codes"),
        ("claims.unemployment", CLAIM | {"status": "denied", "decided_on": "2026-02-01"}, "decided_not_before_filed"),
        ("claims.unemployment", CLAIM | {"status": "approved", "weekly_benefit": "9999"}, "weekly_benefit_in_range"),
        ("docket.filings", FILING | {"filed_on": "2026-02-04"}, "filed_not_in_future"),
        ("docket.hearings", HEARING | {"outcome": "scheduled", "hearing_on": "soon"}, "hearing_on.type"),
        ("docket.judgments", JUDGMENT | {"judgment_on": "2026-02-04"}, "judgment_not_in_future"),
        (
            "docket.judgments",
            JUDGMENT | {"judgment_on": "2026-02-02", "vacated_on": "2026-02-01"},
            "vacated_not_before_judgment",
        ),
        ("docket.writs", WRIT | {"issued_on": "2026-02-02", "levy_on": "2026-02-01"}, "levy_not_before_issued"),
        ("outreach.signups", SIGNUP | {"safe_to_text": "maybe"}, "safe_to_text.codes"),
        ("outreach.signups", SIGNUP | {"safe_to_text": ""}, "safe_to_text.required"),
        ("outreach.signups", SIGNUP | {"signed_on": "2026-02-04"}, "signed_not_in_future"),
    ],
)
def test_a_row_that_contradicts_itself_is_set_aside_by_name(
    room: Mailroom, dataset: str, row: dict[str, Any], check: str
) -> None:
    taken = room.text(dataset, sheet(dataset, row))
    assert taken.quarantine_counts == {check: 1}
    assert balanced(taken)


def test_a_folder_holds_each_agencys_files_by_their_names(room: Mailroom) -> None:
    files: list[tuple[str, str, dict[str, Any]]] = [
        ("utility.accounts", "utility_accounts_03.csv", ACCOUNT),
        ("utility.notices", "utility_notices.csv", NOTICE | {"kind": "past_due"}),
        ("custody.bookings", "bookings.csv", BOOKING),
        ("claims.unemployment", "ui_claims_2026.csv", CLAIM | {"status": "pending"}),
        ("outreach.signups", "signups.csv", SIGNUP),
        ("docket.filings", "docket_filings.csv", FILING),
        ("docket.hearings", "docket_hearings.csv", HEARING | {"outcome": "scheduled"}),
        ("docket.judgments", "docket_judgments.csv", JUDGMENT | {"updated_on": "2026-03-02"}),
        ("docket.writs", "docket_writs.csv", WRIT | {"updated_on": "2026-03-16"}),
    ]
    for dataset, name, row in files:
        folder = room.folder / dataset.partition(".")[0]
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(sheet(dataset, row))
    for agency in ("utility", "custody", "claims", "outreach", "docket"):
        taken = take_folder(room.intake, agency, room.folder / agency)
        sent = {dataset for dataset, _, _ in files if dataset.startswith(f"{agency}.")}
        assert {each.dataset: each.kept for each in taken} == dict.fromkeys(sent, 1)
