"""HMIS CSV exports of two years' specifications: both are read alike, and others are refused whole."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from governance.errors import ContractBroken
from governance.ids import DatasetId
from signals.intake import take_folder
from signals.signal import current, derive
from tests.signals.mailroom import FEEDS, FIXTURES, Mailroom, balanced, mailroom

EXPORT = "Export.csv"
FY2024, FY2026 = FIXTURES / "hmis_fy2024", FIXTURES / "hmis"


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def copy(room: Mailroom, source: Path, *, version: str) -> Path:
    """A folder with a fixture's files and an export of this version beside them."""
    folder = room.folder / "export"
    shutil.copytree(source, folder)
    text = (FY2024 / EXPORT).read_text().replace("2024 v1.6", version)
    (folder / EXPORT).write_text(text)
    return folder


def taken(room: Mailroom, folder: Path) -> dict[str, int]:
    """Take a folder; how many rows of each dataset were delivered."""
    found = take_folder(room.intake, "hmis", folder)
    assert all(balanced(each) and not each.refused for each in found)
    return {each.dataset: each.delivered for each in found if each.delivery}


def refused(room: Mailroom, folder: Path) -> ContractBroken:
    with pytest.raises(ContractBroken) as broken:
        take_folder(room.intake, "hmis", folder)
    return broken.value


def test_an_export_of_2024_is_read_as_one_of_2026(room: Mailroom) -> None:
    assert taken(room, FY2024) == {"hmis.client": 3, "hmis.enrollment": 4, "hmis.exit": 2, "hmis.project": 1}
    fields = {"_person", "living_situation", "entry_on", "times_homeless", "move_in_on"}
    rows = current(room.read("hmis.enrollment", fields), date(2024, 3, 1))
    said = derive(FEEDS[DatasetId("hmis.enrollment")], rows).filter(kind="entered_from_doubled_up")
    assert said["_person"].to_list() == ["hmis:201"]


def test_an_export_of_2026_is_read(room: Mailroom) -> None:
    counts = taken(room, copy(room, FY2026, version="2026 v1.0"))
    assert counts == {"hmis.client": 4, "hmis.enrollment": 7, "hmis.exit": 2, "hmis.project": 1}


def test_what_was_deleted_counts_until_its_day_and_not_after(room: Mailroom) -> None:
    taken(room, FY2024)
    rows = room.read("hmis.enrollment", {"_person", "entry_on"})
    assert "hmis:203" in current(rows, date(2024, 4, 1))["_person"].to_list()
    assert current(rows, date(2024, 4, 2)).sort("_person")["_person"].to_list() == ["hmis:201", "hmis:202"]


@pytest.mark.parametrize("version", ["2022 v1.4", "2028 v1.0", "", "six"])
def test_an_export_of_another_year_is_refused_whole(room: Mailroom, version: str) -> None:
    broken = refused(room, copy(room, FY2024, version=version))
    assert broken.code == "FILE_VERSION"
    assert "FY2024 or FY2026" in broken.do
    assert room.sealed() == []


@pytest.mark.parametrize(("source", "version"), [(FY2024, "2026 v1.0"), (FY2026, "2024 v1.6")])
def test_columns_that_contradict_the_export_are_refused(room: Mailroom, source: Path, version: str) -> None:
    assert refused(room, copy(room, source, version=version)).code == "FILE_VERSION"


def test_without_an_export_beside_it_a_file_is_known_by_its_columns(room: Mailroom) -> None:
    text = (FY2024 / "Client.csv").read_text()
    assert room.text("hmis.client", text).kept == 3
    for columns in ("Woman,Man,NoSingleGender", "Woman,Sex,NonBinary"):
        with pytest.raises(ContractBroken) as broken:
            room.text("hmis.client", text.replace("Woman,Man,NonBinary", columns))
        assert broken.value.code == "FILE_VERSION"


def test_an_export_file_with_no_row_says_no_version(room: Mailroom) -> None:
    folder = copy(room, FY2024, version="2024 v1.6")
    (folder / EXPORT).write_text((FY2024 / EXPORT).read_text().splitlines()[0])
    assert refused(room, folder).code == "FILE_VERSION"
