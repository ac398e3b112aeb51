"""The real TANF files that nobody on this project wrote: every line of them is accounted for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from signals.intake import Delivered, take_folder
from signals.signal import derive
from tests.signals.mailroom import FEEDS, Mailroom, balanced, mailroom

TANF = Path(__file__).parents[3] / "shared" / "data" / "benefits" / "tanf"

pytestmark = pytest.mark.skipif(not TANF.is_dir(), reason="THE REAL TANF FILES ARE NOT HERE: their tests are SKIPPED")


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mailroom, dict[str, Delivered]]:
    room = mailroom(tmp_path_factory.mktemp("tanf"))
    return room, {each.dataset: each for each in take_folder(room.intake, "tanf", TANF)}


def lines() -> Counter[str]:
    """How many lines begin how, in both files."""
    texts = [file.read_text(encoding="latin-1") for file in sorted(TANF.iterdir())]
    return Counter(line[:2] for text in texts for line in text.splitlines())


def test_every_line_is_accounted_for(taken: tuple[Mailroom, dict[str, Delivered]]) -> None:
    counts = lines()
    assert all(balanced(each) and not each.refused for each in taken[1].values())
    assert {name: each.delivered for name, each in taken[1].items()} == {
        "tanf.families": counts["T1"],
        "tanf.adults": counts["T2"],
        "tanf.children": 1376,  # 946 lines, of which 430 hold two children
        "tanf.closed_cases": counts["T4"],
        "tanf.closed_persons": counts["T5"],
    }
    assert taken[1]["tanf.children"].other == {"T1": counts["T1"], "T2": counts["T2"]}
    assert counts["T3"] == 946


def test_every_line_is_kept(taken: tuple[Mailroom, dict[str, Delivered]]) -> None:
    for each in taken[1].values():
        assert each.quarantine_counts == {}, each.dataset
        assert each.unlinkable == 0, each.dataset


def test_the_closing_reasons_come_out_as_kinds(taken: tuple[Mailroom, dict[str, Delivered]]) -> None:
    feed = next(feed for dataset, feed in FEEDS.items() if dataset == "tanf.closed_cases")
    rows = taken[0].read("tanf.closed_cases", {"_person", "rpt_month_year", "disposition", "closure_reason"})
    kinds = dict(derive(feed, rows).group_by("kind").agg(pl.len()).iter_rows())
    assert kinds == {
        "tanf_case_closed": 223,
        "tanf_case_closed_for_paperwork": 24,
        "tanf_case_closed_for_time_limit": 33,
        "tanf_case_closed_for_income": 41,
    }


def test_a_number_that_was_disguised_is_digits(taken: tuple[Mailroom, dict[str, Delivered]]) -> None:
    rows = taken[0].read("tanf.adults", {"_person", "ssn"})
    assert rows["ssn"].str.contains("^[0-9]{9}$").all()
