"""The benefit feeds: SNAP's case file and the TANF report, taken in, corrected, and joined by the case number."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.database import metadata
from governance.errors import ContractBroken
from governance.ids import DatasetId
from governance.keystore import MemoryKeyStore
from governance.vault import Vault
from signals.delivered import Delivered
from signals.feed import Feed
from signals.intake import take_folder
from signals.linkage.build import Linked
from signals.linkage.link import Linker
from signals.linkage.run import link_run
from signals.signal import current, derive
from tests.signals.mailroom import FEEDS, FLOW, Mailroom, balanced, mailroom

MONTH, CASE, OTHER_CASE = "202510", "250000017", "250000024"
MOTHER, CHILD, SECOND = "900110001", "900110002", "900110003"
KNOWN = date(2026, 3, 1)
WIDTHS = {"T1": 156, "T2": 156, "T3": 156, "T4": 71, "T5": 71}


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def line(record: str, cells: dict[str, str] | None = None, *, month: str = MONTH, case: str = CASE) -> str:
    """A line of the report: zeros, and what stands at some places of it.

    Args:
        record: T1 to T5.
        cells: text by the place where it begins.
        month: of the report.
        case: its number.
    """
    whole = list(f"{record}{month}{case:<11}".ljust(WIDTHS[record], " " if record in {"T3", "T4"} else "0"))
    for start, text in (cells or {}).items():
        whole[int(start) : int(start) + len(text)] = text
    return "".join(whole)


def family(cash: int = 783, sanction: int = 0, **more: Any) -> str:
    return line("T1", {"30": "1", "32": "03", "55": f"{cash:04d}", "92": f"{sanction:04d}"}, **more)


def adult(ssn: str = MOTHER, born: str = "19900214", noncustodial: str = "2", months: int = 12, **more: Any) -> str:
    cells = {"19": "1", "20": noncustodial, "21": born, "29": ssn, "51": "01", "59": f"{months:03d}"}
    return line("T2", cells, **more)


def child(ssn: str, born: str) -> str:
    return f"1{born}{ssn}" + "2" * 9 + "04" + "2" + "03" + "9" + "00000000"


def children(*of_them: str, **more: Any) -> str:
    return line("T3", {str(19 + 41 * number): each for number, each in enumerate(of_them)}, **more)


def closed(reason: str, **more: Any) -> str:
    return line("T4", {"29": "1", "30": reason}, **more)


def report(*lines: str, section: str = "A", encryption: str = " ", count: int | None = None) -> str:
    """A file of the report."""
    header = f"HEADER20254{section}25000TAN1{encryption}D"
    return "\n".join([header, *lines, f"TRAILER{len(lines) if count is None else count:07d}".ljust(23), ""])


def table(*rows: dict[str, object]) -> str:
    """A CSV file with these rows."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join([",".join(header), *(",".join(str(row.get(name, "")) for name in header) for row in rows), ""])


def full(dataset: str, row: dict[str, object]) -> dict[str, object]:
    """A row with every column of its feed, what is not given being empty."""
    return {column.name: row.get(column.name, "") for column in feed(dataset).columns}


def feed(dataset: str) -> Feed:
    return FEEDS[DatasetId(dataset)]


def snap(room: Mailroom, name: str, *rows: dict[str, object]) -> Delivered:
    return room.text(f"snap.{name}", table(*(full(f"snap.{name}", row) for row in rows)))


def kinds(room: Mailroom, dataset: str, as_of: date) -> list[tuple[str, date, float | None]]:
    """The signals of a dataset's rows, as they stood on a day."""
    fields = {name for each in feed(dataset).kinds for name in (*each.where, each.on, each.measure) if name}
    occurred = feed(dataset).occurred_on
    rows = room.read(dataset, {"_person", *fields, *([occurred] if occurred else [])}, as_of)
    found = derive(feed(dataset), current(rows, as_of))
    return sorted(found.select("kind", "occurred_on", "measure").iter_rows())


MEMBER: dict[str, object] = {
    "case_no": CASE,
    "member_no": 1,
    "client_id": "700001",
    "relationship": "head",
    "first_name": "Mireia",
    "last_name": "Abalos",
    "born_on": "1990-02-14",
    "updated_on": "2025-06-02",
}
NOTICE: dict[str, object] = {
    "notice_id": "N1",
    "case_no": CASE,
    "client_id": "700001",
    "kind": "recertification_due",
    "sent_on": "2025-09-01",
    "due_on": "2025-09-15",
    "updated_on": "2025-09-01",
}
CLOSURE: dict[str, object] = {
    "closure_id": "C1",
    "case_no": CASE,
    "client_id": "700001",
    "closed_on": "2025-09-30",
    "reason": "no_recertification",
    "updated_on": "2025-10-01",
}
CERTIFICATION: dict[str, object] = {
    "case_no": CASE,
    "certification_no": 1,
    "client_id": "700001",
    "start_on": "2025-04-01",
    "end_on": "2025-09-30",
    "status": "active",
    "benefit": 412,
    "updated_on": "2025-04-02",
}
INTERVIEW: dict[str, object] = {
    "interview_id": "I1",
    "case_no": CASE,
    "client_id": "700001",
    "kind": "recertification",
    "scheduled_on": "2025-09-10",
    "status": "scheduled",
    "updated_on": "2025-08-28",
}


@pytest.mark.parametrize(
    ("name", "good", "flaws"),
    [
        ("members", MEMBER, {"client_id": "", "relationship": "cousin", "born_on": "2025-02-30", "last_name": ""}),
        ("certifications", CERTIFICATION, {"end_on": "2025-03-31", "status": "unclear", "benefit": "-1"}),
        ("interviews", INTERVIEW, {"status": "rang", "scheduled_on": "soon", "client_id": ""}),
        ("notices", NOTICE, {"kind": "letter", "sent_on": "", "answered_on": "2025-08-31"}),
        ("closures", CLOSURE, {"reason": "unclear", "closed_on": "2025-02-30", "reopened_on": "2025-09-29"}),
    ],
)
def test_a_bad_row_of_the_case_file_is_set_aside_and_the_good_one_stays(
    room: Mailroom, name: str, good: dict[str, object], flaws: dict[str, str]
) -> None:
    taken = snap(room, name, *({**good, key: flaw} for key, flaw in flaws.items()), good)
    assert balanced(taken)
    assert (taken.delivered, taken.kept) == (len(flaws) + 1, 1)
    assert [row["row"] for row in taken.quarantined] == list(range(1, len(flaws) + 1))


def test_a_notice_stands_unanswered_until_the_answer_is_known(room: Mailroom) -> None:
    snap(room, "notices", NOTICE, {**NOTICE, "answered_on": "2025-09-12", "updated_on": "2025-09-20"})
    sent, due = date(2025, 9, 1), date(2025, 9, 15)
    told = ("snap_recertification_notice", sent, None)
    assert kinds(room, "snap.notices", date(2025, 9, 19)) == [told, ("snap_unanswered_notice", due, None)]
    assert kinds(room, "snap.notices", date(2025, 9, 20)) == [told]


def test_a_closure_that_is_opened_again_was_a_closure_all_the_same(room: Mailroom) -> None:
    snap(room, "closures", CLOSURE, {**CLOSURE, "reopened_on": "2025-10-20", "updated_on": "2025-10-21"})
    before = {kind for kind, _, _ in kinds(room, "snap.closures", date(2025, 10, 20))}
    after = {kind for kind, _, _ in kinds(room, "snap.closures", date(2025, 10, 21))}
    assert before == {"snap_closed", "snap_closed_for_paperwork", "snap_left_closed_for_paperwork"}
    churned = {"snap_churned_30d", "snap_churned_90d"}
    assert after == {"snap_closed", "snap_closed_for_paperwork", "snap_reopened"} | churned


@pytest.mark.parametrize(
    ("reopened_on", "spells"),
    [
        ("2025-09-30", {"snap_churned_30d", "snap_churned_90d"}),
        ("2025-10-30", {"snap_churned_30d", "snap_churned_90d"}),
        ("2025-10-31", {"snap_churned_90d"}),
        ("2025-12-29", {"snap_churned_90d"}),
        ("2025-12-30", set()),
    ],
)
def test_a_spell_of_churn_is_as_long_as_the_days_between_closing_and_reopening(
    room: Mailroom, reopened_on: str, spells: set[str]
) -> None:
    snap(room, "closures", {**CLOSURE, "reopened_on": reopened_on, "updated_on": "2026-01-02"})
    told = {kind: day for kind, day, _ in kinds(room, "snap.closures", date(2026, 1, 2)) if "churned" in kind}
    assert told == dict.fromkeys(spells, date.fromisoformat(reopened_on))


def test_a_spell_is_taken_back_with_its_reopening_and_with_its_closing(room: Mailroom) -> None:
    snap(room, "closures", {**CLOSURE, "reopened_on": "2025-10-20", "updated_on": "2025-10-21"})
    snap(room, "closures", {**CLOSURE, "closure_id": "C2", "reopened_on": "2025-10-20", "updated_on": "2025-10-21"})
    snap(room, "closures", {**CLOSURE, "updated_on": "2025-11-03"})
    snap(room, "closures", {**CLOSURE, "closure_id": "C2", "updated_on": "2025-11-05", "deleted_on": "2025-11-05"})

    def spells(day: date) -> int:
        return [kind for kind, _, _ in kinds(room, "snap.closures", day)].count("snap_churned_30d")

    assert [spells(date(2025, 11, day)) for day in (2, 3, 5)] == [2, 1, 0]


def test_what_was_renewed_no_longer_ends_and_what_was_deleted_never_was(room: Mailroom) -> None:
    second = {**CERTIFICATION, "certification_no": 2, "start_on": "2025-10-01", "end_on": "2026-03-31"}
    snap(
        room,
        "certifications",
        CERTIFICATION,
        {**CERTIFICATION, "status": "renewed", "updated_on": "2025-09-12"},
        {**second, "updated_on": "2025-09-12"},
        {**second, "updated_on": "2025-09-18", "deleted_on": "2025-09-18"},
    )
    first, ends = ("snap_certified", date(2025, 4, 1), 412.0), ("snap_certification_ends", date(2025, 9, 30), 412.0)
    assert kinds(room, "snap.certifications", date(2025, 9, 11)) == [ends, first]
    assert ("snap_certification_ends", date(2026, 3, 31), 412.0) in kinds(
        room, "snap.certifications", date(2025, 9, 17)
    )
    assert kinds(room, "snap.certifications", date(2025, 9, 18)) == [first]


def test_an_interview_is_set_then_missed(room: Mailroom) -> None:
    snap(room, "interviews", INTERVIEW, {**INTERVIEW, "status": "missed", "updated_on": "2025-09-11"})
    on = date(2025, 9, 10)
    assert kinds(room, "snap.interviews", date(2025, 9, 10)) == [("snap_interview_set", on, None)]
    assert kinds(room, "snap.interviews", date(2025, 9, 11)) == [("snap_interview_missed", on, None)]


def test_a_report_gives_families_adults_and_each_child(room: Mailroom) -> None:
    text = report(family(), adult(), children(child(CHILD, "20150301"), child(SECOND, "20180607")))
    assert room.text("tanf.families", text).other == {"T2": 1, "T3": 1}
    assert room.text("tanf.adults", text).kept == 1
    assert room.text("tanf.children", text).kept == 2
    rows = room.read("tanf.children", {"_person", "ssn", "date_of_birth"})
    assert sorted(rows.select("_person", "date_of_birth").iter_rows()) == [
        (f"tanf.person:{CHILD}", date(2015, 3, 1)),
        (f"tanf.person:{SECOND}", date(2018, 6, 7)),
    ]


def test_a_months_report_is_known_seventy_five_days_after_the_month_began(room: Mailroom) -> None:
    room.text("tanf.families", report(family(cash=553, sanction=230)))
    assert room.read("tanf.families", {"cash_amount"})["_known_on"].to_list() == [date(2025, 12, 15)]
    month = date(2025, 10, 1)
    assert kinds(room, "tanf.families", KNOWN) == [
        ("tanf_month", month, 553.0),
        ("tanf_sanctioned_month", month, 230.0),
    ]


def test_a_later_line_or_file_corrects_a_month(room: Mailroom) -> None:
    room.text("tanf.families", report(family(cash=833), family(cash=783)))
    assert kinds(room, "tanf.families", KNOWN) == [("tanf_month", date(2025, 10, 1), 783.0)]
    room.text("tanf.families", report(family(cash=700)), known_on=date(2026, 2, 1))
    assert kinds(room, "tanf.families", date(2026, 1, 31))[0][2] == 783.0
    assert kinds(room, "tanf.families", date(2026, 2, 1))[0][2] == 700.0


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("16", "tanf_case_closed_for_paperwork"),
        ("03", "tanf_case_closed_for_time_limit"),
        ("10", "tanf_case_closed_for_time_limit"),
        ("04", "tanf_case_closed_for_sanction"),
        ("12", "tanf_case_closed_for_income"),
    ],
)
def test_a_closed_case_says_why(room: Mailroom, reason: str, kind: str) -> None:
    text = report(closed(reason), line("T5"), section="C")
    assert room.text("tanf.closed_cases", text).other == {"T5": 1}
    assert [name for name, _, _ in kinds(room, "tanf.closed_cases", KNOWN)] == ["tanf_case_closed", kind]


def test_bad_lines_of_a_report_are_set_aside_with_their_reasons(room: Mailroom) -> None:
    taken = room.text(
        "tanf.families",
        report(
            family(), "T1202510250000017", line("T1", {"30": "1", "55": "0 12"}), "?", family(month="202513"), adult()
        ),
    )
    assert balanced(taken)
    assert taken.kept == 1
    assert taken.quarantine_counts == {"row_shape": 2, "cash_amount.type": 1, "rpt_month_year.type": 1}


@pytest.mark.parametrize("unknown", ["999999999", "000000000", " " * 9])
def test_who_has_no_number_is_counted_and_joined_with_nobody(room: Mailroom, unknown: str) -> None:
    taken = room.text("tanf.adults", report(adult(ssn=unknown), adult()))
    assert (taken.kept, taken.unlinkable) == (1, 1)


def test_numbers_are_read_whether_they_are_disguised_or_not(room: Mailroom) -> None:
    disguised = MOTHER.translate(str.maketrans("1234567890", "@9ZP0#YBWT"))
    room.text("tanf.adults", report(adult(ssn=disguised), encryption="E"))
    assert room.read("tanf.adults", {"_person", "ssn"})["_person"].to_list() == [f"tanf.person:{MOTHER}"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (report(closed("16"), section="C"), "FILE_HEADER"),
        (report(family(), count=2), "FILE_TRAILER"),
        (report(family()).rpartition("TRAILER")[0], "FILE_TRAILER"),
    ],
)
def test_a_report_that_is_another_or_not_all_there_leaves_nothing_behind(room: Mailroom, text: str, code: str) -> None:
    with pytest.raises(ContractBroken) as broken:
        room.text("tanf.families", text)
    assert broken.value.code == code
    assert room.sealed() == []


def test_a_folder_of_reports_is_taken_by_the_feeds_of_each_record(room: Mailroom, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "ADS.E2J.FTP1.TS25").write_text(report(family(), adult(), children(child(CHILD, "20150301"))))
    (folder / "ADS.E2J.FTP2.TS25").write_text(report(closed("16"), section="C"))
    taken = {each.dataset: each.kept for each in take_folder(room.intake, "tanf", folder)}
    assert taken == {
        "tanf.adults": 1,
        "tanf.children": 1,
        "tanf.families": 1,
        "tanf.closed_cases": 1,
        "tanf.closed_persons": 0,
    }


def test_the_case_number_joins_snap_and_tanf_and_a_noncustodial_parent_stays_apart(room: Mailroom) -> None:
    snap(
        room,
        "members",
        MEMBER,
        {**MEMBER, "member_no": 2, "client_id": "700002", "relationship": "child", "first_name": "Pau"},
        {**MEMBER, "case_no": OTHER_CASE, "client_id": "700009", "first_name": "Otis", "born_on": "1971-12-01"},
    )
    father = adult("900110009", "19880704", noncustodial="1")
    text = report(family(), adult(), father, children(child(CHILD, "20150301")), family(case=OTHER_CASE))
    for dataset in ("families", "adults", "children"):
        room.text(f"tanf.{dataset}", text)
    homes = households(room)
    mine = {f"tanf.case:{CASE}", f"tanf.person:{MOTHER}", f"tanf.person:{CHILD}", "snap:700001", "snap:700002"}
    assert [home for home in homes if "snap:700001" in home] == [mine]
    assert {f"tanf.case:{OTHER_CASE}", "snap:700009"} in homes
    assert {"tanf.person:900110009"} in homes


def test_a_person_is_found_in_both_programmes_by_number_and_birth(room: Mailroom) -> None:
    known = "219551234"  # one that could have been issued; those that never are do not link
    snap(room, "members", {**MEMBER, "case_no": OTHER_CASE, "ssn": known})
    room.text("tanf.adults", report(adult(ssn=known)))
    persons = linked(room).persons
    assert persons.height == 2
    assert persons["person"].n_unique() == 1


def linked(room: Mailroom) -> Linked:
    """Who is who, among what was taken."""
    metadata.create_all(room.engine, tables=[link_run])
    vault = Vault(MemoryKeyStore())
    vault.prepare()
    linker = Linker(
        engine=room.engine,
        gate=room.gate,
        register=room.register,
        ledger=room.ledger,
        feeds=FEEDS,
        store=room.store,
        vault=vault,
        clock=room.intake.clock,
        actor=FLOW,
        purpose="prevention.outreach",
    )
    return linker.persons()


def households(room: Mailroom) -> list[set[str]]:
    """Who lives together, by the agencies' numbers."""
    found = linked(room)
    homes = found.persons.join(found.households, on="person").group_by("household").agg(pl.col("person_key"))
    return [set(keys) for keys in homes["person_key"].to_list()]
