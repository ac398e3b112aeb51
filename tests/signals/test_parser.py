"""Parsers: rows are told apart whatever is in them, and a file that is not what it should be is refused whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from governance.errors import ContractBroken
from governance.ids import DatasetId
from signals.feed import load_feeds
from signals.parser import SHAPE, count, parse
from signals.parser import batch as batch_module
from signals.xml_path import XmlPath
from tests.signals.mailroom import FIXTURES

FEEDS = load_feeds()
DECISIONS = "indexnumberid,sequence,resultof,highlight\n"


def rows(dataset: str, file: Path, other: dict[str, int] | None = None) -> pl.DataFrame:
    return pl.concat(parse(FEEDS[DatasetId(dataset)], file, {} if other is None else other))


def given(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def refused(dataset: str, file: Path) -> str:
    with pytest.raises(ContractBroken) as broken:
        rows(dataset, file)
    return broken.value.code


def test_a_line_break_inside_quotes_belongs_to_the_row() -> None:
    frame = rows("oca.decisions", FIXTURES / "oca/oca_decisions.csv")
    assert frame["_row"].to_list() == [1, 2, 3]
    assert str(frame["highlight"][0]).count("\n") == 3


def test_quoted_and_unquoted_files_read_alike() -> None:
    assert rows("hmis.client", FIXTURES / "hmis/Client.csv")["first_name"].to_list() == [
        "Juniper",
        "Clover",
        "Heron",
        "Otter",
    ]


@pytest.mark.parametrize("text", ["\ufeff" + DECISIONS + "A,1,b,c\r\n", DECISIONS + "\n\nA,1,b,c\n\n"])
def test_byte_order_marks_and_blank_lines_are_no_rows(tmp_path: Path, text: str) -> None:
    assert rows("oca.decisions", given(tmp_path, text))["index_number"].to_list() == ["A"]


def test_a_row_that_does_not_fit_the_header_is_a_row_all_the_same(tmp_path: Path) -> None:
    frame = rows("oca.decisions", given(tmp_path, DECISIONS + "A,1,b,c\nB,2\nC,3,d,e,f\nD,4,g,h\n"))
    assert frame[SHAPE].to_list() == [True, False, False, True]
    assert frame["index_number"].to_list() == ["A", None, None, "D"]


def test_columns_may_come_in_another_order_and_others_are_not_looked_at(tmp_path: Path) -> None:
    frame = rows("oca.decisions", given(tmp_path, "extra,sequence,highlight,indexnumberid,resultof\nx,1,h,A,r\n"))
    assert frame.drop("_row", SHAPE).row(0, named=True) == {
        "index_number": "A",
        "sequence": "1",
        "result_of": "r",
        "highlight": "h",
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FILE_EMPTY"),
        ("\n\n", "FILE_EMPTY"),
        ("indexnumberid,sequence,resultof\n", "FILE_HEADER"),
        ("indexnumberid,sequence,resultof,highlight,sequence\n", "FILE_HEADER"),
        (DECISIONS + 'A,1,b,"never closed\nB,2,c,d\n', "FILE_QUOTES"),
        (DECISIONS + 'A,1,b,"' + "x" * 200_000 + '"\n', "FILE_QUOTES"),
        (DECISIONS + "A,1,b," + "x" * 1_100_000, "FILE_UNREADABLE"),
        (DECISIONS.encode() + b"A,1,b,\xff\xfe\n", "FILE_ENCODING"),
    ],
)
def test_a_bad_table_is_refused_whole(tmp_path: Path, text: str | bytes, code: str) -> None:
    assert refused("oca.decisions", given(tmp_path, text)) == code


def test_a_message_about_a_bad_file_repeats_nothing_of_it(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken) as broken:
        rows("oca.decisions", given(tmp_path, DECISIONS + 'Zanzibar,1,b,"Zanzibar'))
    assert "Zanzibar" not in str(broken.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused("oca.decisions", tmp_path / "none.csv") == "FILE_UNREADABLE"
    assert refused("edfi.students", tmp_path / "none.xml") == "FILE_UNREADABLE"


def test_an_hmis_file_is_known_by_its_exports_number(tmp_path: Path) -> None:
    text = (FIXTURES / "hmis/Exit.csv").read_text().replace("ExportID", "Other")
    assert refused("hmis.exit", given(tmp_path, text)) == "FILE_HEADER"


def test_a_file_of_headers_alone_has_no_rows(tmp_path: Path) -> None:
    assert list(parse(FEEDS[DatasetId("oca.decisions")], given(tmp_path, DECISIONS), {})) == []


def test_a_big_file_comes_in_batches_and_keeps_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_module, "BATCH_ROWS", 10)
    file = given(tmp_path, DECISIONS + "".join(f"A,{number},b,c\n" for number in range(25)))
    frames = list(parse(FEEDS[DatasetId("oca.decisions")], file, {}))
    assert [frame.height for frame in frames] == [10, 10, 5]
    assert pl.concat(frames)["_row"].to_list() == list(range(1, 26))


def test_elements_beside_the_rows_are_counted_by_name() -> None:
    other: dict[str, int] = {}
    frame = rows("edfi.students", FIXTURES / "edfi/Student.xml", other)
    assert frame["student_unique_id"].to_list() == ["700001", "700002"]
    assert frame["last_name"].to_list() == ["Marsh", "Quarry & Stone"]
    assert other == {"Person": 1}


def test_the_address_is_where_somebody_lives_and_the_telephone_is_no_fax() -> None:
    frame = rows("edfi.contacts", FIXTURES / "edfi/Contact.xml")
    assert frame["street"].to_list() == ["22 Heron Way", None]
    assert frame["unit"].to_list() == ["4B", None]
    assert frame["phone"].to_list() == ["(413) 555 0101", None]


def test_a_reference_means_the_element_it_points_to_wherever_that_stands() -> None:
    frame = rows("edfi.student_contacts", FIXTURES / "edfi/Contact.xml")
    assert frame["contact_unique_id"].to_list() == ["800001", "800002", None]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FILE_EMPTY"),
        ("<InterchangeContact/>", "FILE_HEADER"),
        ("<InterchangeStudent><Student></InterchangeStudent>", "FILE_XML"),
        ("not xml", "FILE_XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><InterchangeStudent/>', "FILE_XML"),
    ],
)
def test_a_bad_interchange_is_refused_whole(tmp_path: Path, text: str, code: str) -> None:
    assert refused("edfi.students", given(tmp_path, text, "Student.xml")) == code


def test_no_entity_brings_another_file_in(tmp_path: Path) -> None:
    secret = given(tmp_path, "Zanzibar", "secret.txt")
    kind = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'
    text = f"{kind}<InterchangeStudent><Student>&a;</Student></InterchangeStudent>"
    assert refused("edfi.students", given(tmp_path, text, "Student.xml")) == "FILE_XML"


def test_rows_of_undeclared_files_can_be_counted() -> None:
    assert count(FIXTURES / "hmis/HealthAndDV.csv") == 2
    assert count(FIXTURES / "edfi/Contact.xml") == 5
    assert count(FIXTURES / "oca/oca_decisions.csv") == 3


@pytest.mark.parametrize("written", ["", "a//[", "A[b]", "A/B[c=]", "1A"])
def test_what_is_no_path_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        XmlPath.of(written)
