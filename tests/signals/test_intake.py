"""Intake: every row is accounted for, the same file changes nothing, and a broken file leaves nothing behind."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import Engine, select

from governance.agreement import Agreement
from governance.database import reading
from governance.document import parse, sha256
from governance.errors import ContractBroken, DatasetUnknown, FieldNotListed, NotActive
from governance.ids import DatasetId
from governance.use import Action, Use
from signals import intake as intake_module
from signals import reception
from signals.delivery import delivery, quarantined_row
from signals.intake import Delivered, take_folder
from signals.sealed_file import QUARANTINE, SIGNAL
from tests.signals.mailroom import FIXTURES, FLOW, SHELTER, Mailroom, balanced, mailroom, take_in

EXIT_HEADER = (FIXTURES / "hmis/Exit.csv").read_text().splitlines()[0]
SECRET = "Zanzibar"


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def exits(*rows: str) -> str:
    return "\n".join([EXIT_HEADER, *rows, ""])


def exit_row(number: int, *, on: str = "2026-01-05", to: str = "116", known: str = "2026-01-06", gone: str = "") -> str:
    return f"{number},{number},{number},{on},{to},,,{known} 10:00:00,{known} 10:00:00,7,{gone},55"


def test_every_row_of_a_file_is_kept_or_quarantined_with_the_reason(room: Mailroom) -> None:
    taken = room.take("hmis.enrollment", "hmis/Enrollment.csv")
    assert (taken.delivered, taken.kept, taken.unlinkable) == (7, 3, 0)
    assert taken.quarantine_counts == {
        "personal_id.required": 1,
        "entry_on.type": 1,
        "coc_code": 1,
        "row_shape": 1,
    }
    assert [row["row"] for row in taken.quarantined] == [4, 5, 6, 7]
    assert taken.agreement == SHELTER
    assert room.ledger.get(taken.entry).topic == taken.delivery


def test_what_was_kept_is_read_back_with_its_system_columns(room: Mailroom) -> None:
    taken = room.take("hmis.enrollment", "hmis/Enrollment.csv")
    rows = room.read("hmis.enrollment", {"_person", "living_situation"}).sort("_row")
    assert rows["_row"].to_list() == [1, 2, 3]
    assert rows["_delivery"].unique().to_list() == [taken.delivery]
    assert rows["_person"].to_list() == ["hmis:101", "hmis:102", "hmis:103"]
    assert rows["_known_on"].to_list() == [date(2025, 9, 3), date(2025, 9, 3), date(2025, 11, 6)]
    assert rows["_occurred_on"].to_list() == [date(2025, 9, 1), date(2025, 9, 1), date(2025, 10, 10)]
    assert rows["_deleted_on"].to_list() == [None, None, date(2025, 12, 1)]
    assert rows["_record"].n_unique() == 3
    assert rows["living_situation"].to_list() == [116, None, 207]


@pytest.mark.parametrize("agency", ["hmis", "edfi", "oca", "docket"])
def test_a_folder_is_accounted_for_file_by_file(room: Mailroom, agency: str) -> None:
    taken = take_folder(room.intake, agency, FIXTURES / agency)
    assert all(balanced(each) for each in taken)
    assert not any(each.refused for each in taken)


def test_files_that_no_feed_declares_are_counted_and_not_taken(room: Mailroom) -> None:
    (other,) = [each for each in take_folder(room.intake, "hmis", FIXTURES / "hmis") if each.undeclared]
    assert (other.dataset, other.delivered, other.undeclared, other.kept) == ("HealthAndDV.csv", 2, 2, 0)


def test_rows_without_a_person_are_counted_and_stored_nowhere(room: Mailroom) -> None:
    taken = room.take("oca.decisions", "oca/oca_decisions.csv")
    assert (taken.delivered, taken.kept, taken.unlinkable) == (3, 0, 2)
    assert room.store.files(DatasetId("oca.decisions"), kind=SIGNAL) == []


def test_the_same_file_twice_changes_nothing(tmp_path: Path, engine: Engine) -> None:
    room = mailroom(tmp_path, engine=engine)
    first = room.take("hmis.exit", "hmis/Exit.csv")
    size, files = room.ledger.size(), {file: file.read_bytes() for file in room.sealed()}
    again = room.take("hmis.exit", "hmis/Exit.csv", known_on=date(2026, 5, 1))
    assert again == replace(first, repeated=True)
    assert room.ledger.size() == size
    assert {file: file.read_bytes() for file in room.sealed()} == files


def test_a_quarantined_row_is_on_record_without_a_value(tmp_path: Path, engine: Engine) -> None:
    room = mailroom(tmp_path, engine=engine)
    room.text("hmis.exit", exits(exit_row(1), exit_row(2, to=SECRET)))
    with reading(room.engine) as connection:
        (row,) = connection.execute(select(quarantined_row))
    assert (row.row, row.check, row.detail) == (2, "destination.type", "destination is not a whole number")
    assert SECRET not in (tmp_path / "ledger.db").read_bytes().decode("latin-1")
    assert not any(SECRET.encode() in file.read_bytes() for file in room.sealed())


def test_a_steward_can_see_a_quarantined_rows_text_under_a_grant(room: Mailroom) -> None:
    room.text("hmis.exit", exits(exit_row(2, to=SECRET), "3,3"))
    (file,) = room.store.files(DatasetId("hmis.exit"), kind=QUARANTINE)
    use = Use.of(
        actor=FLOW,
        action=Action.INGEST,
        purpose="prevention.outreach",
        dataset=DatasetId("hmis.exit"),
        fields={"destination"},
        zone="enclave",
    )
    with room.gate.open(room.gate.request(use)) as opened:
        frame = room.store._open(opened, file, ["_row", "_raw"], set(), date.max, None)
    assert json.loads(frame["_raw"][0])["destination"] == SECRET
    assert frame["_raw"][1] is None


def test_a_broken_file_keeps_nothing_and_stands_in_the_ledger(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signals.parser.batch.BATCH_ROWS", 2)
    monkeypatch.setattr(reception, "HELD_ROWS", 2)
    rows = [exit_row(number) for number in range(9)]
    with pytest.raises(ContractBroken) as broken:
        room.text("hmis.exit", exits(*rows, '9,"never closed'))
    assert broken.value.code == "FILE_QUOTES"
    assert room.sealed() == []
    assert room.kinds() == ["delivery.refused"]
    (entry,) = room.ledger.entries(kind="delivery.refused")
    assert entry.body == {"dataset": "hmis.exit", "code": "FILE_QUOTES"}
    with reading(room.engine) as connection:
        assert connection.execute(select(delivery)).all() == []


def test_one_broken_file_of_a_folder_does_not_keep_the_others_out(room: Mailroom) -> None:
    (room.folder / "Exit.csv").write_text("nothing,of,the,kind\n")
    (room.folder / "Project.csv").write_bytes((FIXTURES / "hmis/Project.csv").read_bytes())
    with pytest.raises(ContractBroken, match="1 of the folder's files") as broken:
        take_folder(room.intake, "hmis", room.folder)
    assert broken.value.code == "FILE_HEADER"
    assert sorted(room.kinds()) == ["delivery.refused", "delivery.taken"]


def test_a_suspended_agreement_lets_nothing_in(room: Mailroom) -> None:
    room.register.suspend(SHELTER, by="steward-1", why="a breach")
    with pytest.raises(NotActive):
        room.take("hmis.exit", "hmis/Exit.csv")
    with pytest.raises(NotActive):
        take_folder(room.intake, "hmis", FIXTURES / "hmis")
    assert room.sealed() == []


def test_a_dataset_that_nobody_declares_is_refused_by_the_gate(room: Mailroom) -> None:
    with pytest.raises(DatasetUnknown):
        room.take("hmis.nothing", "hmis/Exit.csv")
    with pytest.raises(DatasetUnknown):
        take_folder(room.intake, "nobody", FIXTURES / "hmis")


def without(room: Mailroom, dataset: str, *fields: str) -> None:
    """Amend the shelter agreement so that it lists these fields no more."""
    document = json.loads(room.register.get(SHELTER).agreement.model_dump_json(by_alias=True, exclude_none=True))
    document["version"] += 1
    document["signatures"] = []
    for each in document["datasets"]:
        if each["id"] == dataset:
            each["fields"] = [field for field in each["fields"] if field["name"] not in fields]
    (paper,) = parse({"agreement": document}, where="test")
    assert isinstance(paper, Agreement)
    room.register.amend(paper, by="steward-1", signed_by={"owner": "Flo Invented", "recipient": "Gil Invented"})
    assert room.register.get(SHELTER).sha256 == sha256(paper)


def test_a_field_that_the_agreement_does_not_list_is_not_taken(room: Mailroom) -> None:
    without(room, "hmis.enrollment", "living_situation", "household_id")
    taken = room.take("hmis.enrollment", "hmis/Enrollment.csv")
    assert taken.not_taken == ["household_id", "living_situation"]
    for file in room.store.files(DatasetId("hmis.enrollment"), kind=SIGNAL):
        assert not {"living_situation", "household_id"} & set(file.columns)
    with pytest.raises(FieldNotListed):
        room.read("hmis.enrollment", {"living_situation"})


def test_without_the_persons_number_a_row_is_about_nobody(room: Mailroom) -> None:
    without(room, "hmis.exit", "personal_id")
    taken = room.take("hmis.exit", "hmis/Exit.csv")
    assert (taken.kept, taken.unlinkable) == (0, 2)


def test_a_correction_joins_what_it_corrects_without_showing_the_key(room: Mailroom) -> None:
    room.text("hmis.exit", exits(exit_row(1)))
    room.text("hmis.exit", exits(exit_row(1, to="410", known="2026-02-01")))
    rows = room.read("hmis.exit", {"destination"}).sort("_known_on")
    assert rows["destination"].to_list() == [116, 410]
    assert rows["_record"].n_unique() == 1
    assert rows["_record"][0] not in {"1", "hmis.exit"}


def test_a_big_file_is_sealed_in_parts_and_every_row_is_there(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signals.parser.batch.BATCH_ROWS", 7)
    monkeypatch.setattr(reception, "HELD_ROWS", 20)
    days = [f"2026-0{1 + number % 5}-1{number % 9}" for number in range(200)]
    taken = room.text("hmis.exit", exits(*(exit_row(at, on=day, known=day) for at, day in enumerate(days))))
    assert taken.kept == 200
    assert len(room.store.files(DatasetId("hmis.exit"), kind=SIGNAL)) > 5
    assert sorted(room.read("hmis.exit", {"exit_id"})["_row"]) == list(range(1, 201))


@pytest.mark.parametrize("where", ["_save", "report"])
def test_a_crash_in_between_is_finished_by_the_same_command(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    class Crash(Exception):
        pass

    def crash(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(intake_module, where, crash)
        with pytest.raises(Crash):
            room.take("hmis.exit", "hmis/Exit.csv")
    assert room.kinds() == []
    taken = room.take("hmis.exit", "hmis/Exit.csv")
    assert taken.kept == 2
    assert room.kinds() == ["delivery.taken"]
    assert room.read("hmis.exit", {"exit_id"}).height == 2


cells = strategies.text(alphabet='ab1,"\n\r;\t é\x00', max_size=12)
mangled = strategies.one_of(
    strategies.lists(cells, max_size=6).map("\n".join),
    strategies.lists(strategies.sampled_from([exit_row(1), exit_row(2), "x,y", '"', "", SECRET]), max_size=6).map(
        "\n".join
    ),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mangled)
def test_whatever_stands_in_a_file_its_rows_are_accounted_for(room: Mailroom, text: str) -> None:
    try:
        taken = room.text("hmis.exit", f"{EXIT_HEADER}\n{text}")
    except ContractBroken as broken:
        said = str(broken)
        taken = Delivered(dataset="hmis.exit", refused=broken.code)
    else:
        said = json.dumps(taken.quarantined)
    assert SECRET not in said
    assert balanced(taken)
    assert sum(taken.quarantine_counts.values()) == len(taken.quarantined)


def test_two_processes_with_one_file_end_with_one_delivery(room: Mailroom, tmp_path: Path) -> None:
    file = room.folder / "exits.csv"
    file.write_text(exits(*(exit_row(number) for number in range(500)), exit_row(501, to=SECRET)))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        both = list(pool.map(take_in, [tmp_path] * 2, [file] * 2))
    assert [(each.delivered, each.kept) for each in both] == [(501, 500)] * 2
    assert len({each.entry for each in both}) == 1
    assert room.kinds() == ["delivery.taken"]
    assert sorted(room.read("hmis.exit", {"exit_id"})["_row"]) == list(range(1, 501))
