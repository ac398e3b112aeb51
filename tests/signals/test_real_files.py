"""Real files that nobody on this project wrote: every row of every one of them is accounted for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from signals.intake import take_folder
from tests.signals.mailroom import balanced, mailroom

DATA = Path(__file__).parents[3] / "shared" / "data"
ROWS = {
    "hmis": {
        "hmis.assessment": 8,
        "hmis.client": 514,
        "hmis.enrollment": 574,
        "hmis.event": 19,
        "hmis.exit": 447,
        "hmis.project": 10,
    },
    "edfi": {"edfi.students": 960, "edfi.contacts": 1873, "edfi.student_contacts": 1872, "edfi.attendance": 1917},
}
FOLDERS = {"oca": "courts/oca", "edfi": "schools/edfi", "hmis": "shelter/hmis_fy2026"}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="THE REAL FILES ARE NOT HERE: their tests are SKIPPED")


@pytest.mark.parametrize("agency", FOLDERS)
def test_every_row_is_accounted_for(tmp_path: Path, agency: str) -> None:
    taken = take_folder(mailroom(tmp_path).intake, agency, DATA / FOLDERS[agency], known_on=date(2022, 10, 18))
    assert all(balanced(each) and not each.refused for each in taken)
    declared = {each.dataset: each.delivered for each in taken if each.delivery}
    assert declared == ROWS.get(agency, dict.fromkeys(declared, 100))
    assert agency != "oca" or len(declared) == 12


def test_real_rows_are_kept_unless_they_contradict_themselves(tmp_path: Path) -> None:
    room = mailroom(tmp_path)
    for agency in ("edfi", "hmis"):
        for each in take_folder(room.intake, agency, DATA / FOLDERS[agency]):
            # one client was born after the day on which the row says it was written last
            broken = {"born_before_it_was_known": 1} if each.dataset == "hmis.client" else {}
            assert each.quarantine_counts == broken
            assert each.unlinkable == (10 if each.dataset == "hmis.project" else 0)


def test_rows_of_files_that_nobody_agreed_on_are_counted(tmp_path: Path) -> None:
    taken = take_folder(mailroom(tmp_path).intake, "hmis", DATA / FOLDERS["hmis"])
    others = {each.dataset: each.undeclared for each in taken if not each.delivery}
    assert others["HealthAndDV.csv"] == 1181
    assert others["Disabilities.csv"] == 6942
    assert len(others) == 18
