from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from governance.errors import Misconfigured
from signals.simulator import read_help, simulate
from signals.simulator.history import Help

UNTIL = date(2026, 5, 29)


def test_help_of_one_run_can_be_given_to_the_next(tmp_path: Path) -> None:
    simulate(tmp_path / "one", households=300, months=12, seed=4, until=UNTIL)
    helped = read_help(tmp_path / "one" / "truth" / "help.csv")
    assert helped
    simulate(tmp_path / "next", households=300, months=12, seed=4, until=UNTIL, helped=helped)
    again = read_help(tmp_path / "next" / "truth" / "help.csv")
    assert set(helped) <= set(again)


def test_help_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "help.csv"
    file.write_text("true_household,on,kind\nhousehold-12,2026-03-05,rental_assistance\n", encoding="utf-8")
    assert read_help(file) == [Help(household=12, on=date(2026, 3, 5), kind="rental_assistance")]


@pytest.mark.parametrize(
    "row", ["household-x,2026-03-05,rent", "household-12,yesterday,rent", "household-12", ",2026-03-05,rent"]
)
def test_a_row_without_a_household_or_a_day_is_refused_by_its_number(tmp_path: Path, row: str) -> None:
    file = tmp_path / "help.csv"
    file.write_text(f"true_household,on,kind\nhousehold-1,2026-03-05,rent\n{row}\n", encoding="utf-8")
    with pytest.raises(Misconfigured, match="Row 2") as caught:
        read_help(file)
    assert caught.value.code == "HELP_FILE_INVALID"


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "help.csv"
    file.write_text("household,day\n12,2026-03-05\n", encoding="utf-8")
    with pytest.raises(Misconfigured, match="Row 1"):
        read_help(file)
