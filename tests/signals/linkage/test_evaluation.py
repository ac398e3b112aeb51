"""Figures in their parts, and every error explained: counts and words, and nobody's name."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from signals.linkage.build import build
from signals.linkage.chart import page
from signals.linkage.confusion import (
    BELOW,
    CONTRADICTS,
    NO_KEY,
    ONE_AGENCY,
    THROUGH_OTHERS,
    UNKNOWN,
)
from signals.linkage.evaluation import Error, Evaluation, Part, evaluate_parts
from signals.linkage.group import ACCENTED, COMPOUND, MOVERS, NEWBORNS, OTHER_SCRIPT, SHORT, TWINS, groups_of
from tests.signals.linkage.people import ACTIVE, COURT, KEY, SHELTER, someone, table, ties

BORN = date(2012, 3, 4)
Row = dict[str, Any]


def pupil(number: int, agreement: str = "", **facts: Any) -> Row:
    own = {"first_name": f"N{number}", "last_name": f"Dyer{number}", "born_on": BORN, **facts}
    return someone(f"edfi.student:{number}", **own)


def client(number: int, **facts: Any) -> Row:
    own = {"first_name": f"N{number}", "last_name": f"Dyer{number}", "born_on": BORN, **facts}
    return someone(f"hmis:{number}", SHELTER, **own)


def crowd() -> list[Row]:
    """Twenty pupils whom the shelter knows too, so that groups are large enough to be shown."""
    return [row for number in range(100, 120) for row in (pupil(number), client(number))]


def judged(folder: Path, rows: list[Row], true: dict[str, str], group: dict[str, str] | None = None) -> Evaluation:
    same = {str(row["person"]): f"P{str(row['person']).partition(':')[2]}" for row in rows} | true
    lines = [f"{key},{person},{(group or {}).get(key, '')}" for key, person in same.items()]
    file = folder / "truth.csv"
    file.write_text("person_key,true_person,group\n" + "\n".join(lines) + "\n")
    records = table(rows)
    return evaluate_parts(records, build(records, ties(), ACTIVE, key=KEY), file)


def part(parts: tuple[Part, ...], name: str) -> Part:
    (found,) = [each for each in parts if each.name == name]
    return found


def kinds(errors: tuple[Error, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in errors:
        found[each.why] = found.get(each.why, 0) + each.count
    return found


def test_figures_by_pair_of_agencies_add_up_to_the_whole(tmp_path: Path) -> None:
    rows = [*crowd(), pupil(1), client(1, first_name="Other")]
    found = judged(tmp_path, rows, {})
    both = part(found.by_agencies, "edfi.student and hmis")
    assert (both.keys, both.pairs, both.true_pairs, both.hits) == (42, 20, 21, 20)
    assert both.precision == 1.0
    assert both.recall == pytest.approx(20 / 21)
    assert sum(each.true_pairs for each in found.by_agencies) == found.figures.true_pairs
    assert sum(each.pairs for each in found.by_agencies) == found.figures.pairs


def test_a_false_link_is_told_by_the_pass_that_drew_it_and_by_what_agreed(tmp_path: Path) -> None:
    found = judged(tmp_path, [pupil(1), client(1)], {"hmis:1": "another"})
    assert found.false_links == (Error(why="name_and_birth", what="first name, last name, birth date", count=1),)


def test_a_false_link_through_a_third_record_is_told_as_such(tmp_path: Path) -> None:
    phone = {"phone": "617-555-0142"}
    rows = [
        pupil(1),
        client(1, **phone),
        someone("docket:1", COURT, first_name="N1", last_name="Dyer1", **phone),
    ]
    found = judged(tmp_path, rows, {"docket:1": "another"})
    assert kinds(found.false_links) == {"name_and_phone": 1, THROUGH_OTHERS: 1}


@pytest.mark.parametrize(
    ("rows", "why", "what"),
    [
        ([pupil(1), client(1, first_name="Other")], NO_KEY, "first name differs"),
        ([pupil(1), client(1, born_on=None)], NO_KEY, "birth date not on both sides"),
        ([pupil(1), pupil(2)], ONE_AGENCY, "first name differs, last name differs"),
        (
            [pupil(1)],
            UNKNOWN,
            "first name not on both sides, last name not on both sides, birth date not on both sides",
        ),
        (
            [pupil(1, phone="617-555-0142"), client(1, phone="617-555-0142", born_on=date(1960, 1, 9))],
            CONTRADICTS,
            "birth date differs",
        ),
        ([pupil(1, middle_name="Karl"), client(1, middle_name="Otto")], BELOW, "nothing differs"),
    ],
)
def test_a_missed_link_is_told_by_what_stood_in_the_way(tmp_path: Path, rows: list[Row], why: str, what: str) -> None:
    keys = [str(row["person"]) for row in rows] if len(rows) > 1 else ["edfi.student:1", "hmis:77"]
    found = judged(tmp_path, rows, dict.fromkeys(keys, "P1"))
    assert found.missed_links == (Error(why=why, what=what, count=1),)


def test_a_pair_that_waits_for_a_steward_is_told_as_held_back(tmp_path: Path) -> None:
    ana = {"first_name": "Ana", "last_name": "Rare"}
    rows = [
        *crowd(),
        *(pupil(number) for number in range(200, 400)),
        pupil(1, **ana),
        client(1, **ana),
        client(2, **ana),
    ]
    found = judged(tmp_path, rows, {"hmis:2": "another"})
    assert kinds(found.missed_links) == {"held back: the key fits two people of one agency": 1}


def test_groups_are_told_from_the_records_and_from_the_truths_own_column() -> None:
    home, other = {"street": "12 Main St", "postcode": "02139"}, {"street": "9 Elm Rd", "postcode": "02139"}
    rows = [
        pupil(1, first_name="Núria"),
        pupil(2, last_name="Иванова"),
        pupil(3, last_name="García-López"),
        pupil(4, last_name="Ng"),
        client(5, **home),
        client(6, **other),
        pupil(7, born_on=date(2025, 12, 1)),
        pupil(8, first_name="Ana", last_name="Dyer"),
        pupil(9, first_name="Eva", last_name="Dyer"),
        pupil(10),
    ]
    truth = pl.DataFrame(
        {"person_key": [row["person"] for row in rows], "true_person": [f"P{n}" for n in range(10)]}
    ).with_columns(
        true_person=pl.col("true_person").replace({"P5": "P4"}), group=pl.Series(["told", *[None] * 9], dtype=pl.String)
    )
    found: dict[str, set[str]] = {}
    for key, group in groups_of(table(rows), truth).iter_rows():
        found.setdefault(group, set()).add(key.partition(":")[2])
    assert found == {
        ACCENTED: {"1", "3"},
        OTHER_SCRIPT: {"2"},
        COMPOUND: {"3"},
        SHORT: {"4"},
        MOVERS: {"5", "6"},
        NEWBORNS: {"7"},
        TWINS: {"8", "9"},
        "told": {"1"},
    }


def test_a_group_has_figures_of_its_own_unless_it_is_small(tmp_path: Path) -> None:
    rows = [*crowd(), pupil(1), client(1, first_name="Other")]
    large = {str(row["person"]): "large" for row in rows[:22]}
    found = judged(tmp_path, rows, {}, {**large, "edfi.student:1": "small", "hmis:1": "small"})
    assert {each.name for each in found.by_group} >= {"large"}
    assert "small" not in {each.name for each in found.by_group}
    assert part(found.by_group, "large").recall == 1.0


def test_the_page_shows_every_part_and_names_nobody(tmp_path: Path) -> None:
    rows = [*crowd(), pupil(1), client(1, first_name="Other")]
    groups = {str(row["person"]): "<b>large & loud</b>" for row in rows[:22]}
    html = page(judged(tmp_path, rows, {}, groups))
    assert "edfi.student and hmis" in html
    assert "first name differs" in html
    assert "&lt;b&gt;large &amp; loud&lt;/b&gt;" in html
    assert not any(str(value) in html for row in rows for value in (row["person"], row["last_name"]))
    assert "http" not in html and "<script" not in html
    assert html.count("<svg") == 3  # agencies, groups, missed; there are no false links


def test_nothing_to_judge_is_a_page_too(tmp_path: Path) -> None:
    assert "None." in page(judged(tmp_path, [pupil(1)], {}))


def test_where_linkage_says_nothing_no_bar_claims_that_it_is_right(tmp_path: Path) -> None:
    rows = [*crowd(), *(client(number, first_name="X", last_name="Y", born_on=None) for number in range(1, 12))]
    found = judged(tmp_path, [*rows, *(someone(f"docket:{n}", COURT) for n in range(1, 12))], {})
    assert part(found.by_agencies, "docket and hmis").pairs == 0
    assert "of none" in page(found)
