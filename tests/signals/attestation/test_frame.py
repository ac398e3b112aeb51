"""What a frame may be: a CSV and nothing else, the same from the first look to the last."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.attestation.terms import Form
from governance.errors import ContractBroken
from signals.attestation import frame as frames
from signals.attestation.check import check
from signals.attestation.frame import open_frame
from tests.signals.attestation.frames import OTHER, column, terms, written


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"kind,kind\na,b\n",
        b"kind,\na,b\n",
        b"kind\n\xff\xfe\n",
        b"kind\na,b\n",
        b"PAR1\x15\x04\xff\xfe",
        b"\xff\xfek\x00i\x00n\x00d\x00",
        b'kind\n"held\n',
    ],
)
def test_what_is_no_table_is_not_looked_at(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "frame.csv"
    file.write_bytes(raw)
    with pytest.raises(ContractBroken, match="FRAME_UNREADABLE"):
        check(open_frame(file), terms(column("kind")), k=2)


def test_a_file_that_is_not_there_is_not_looked_at(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="FRAME_UNREADABLE"):
        open_frame(tmp_path / "frame.csv")


def test_a_name_with_a_star_is_one_file(tmp_path: Path) -> None:
    written(tmp_path, ["kind"], [["held"]] * 3, name="a.csv")
    starred = written(tmp_path, ["kind"], [["missed"]] * 2, name="*.csv")
    assert check(starred, terms(column("kind")), k=2).rows == 2


def test_a_frame_that_changes_while_it_is_looked_at_is_not_reported_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = written(tmp_path, ["kind"], [["held"]] * 30)
    batches = frames.Frame.batches

    def changing(self: frames.Frame) -> object:
        yield from batches(self)
        self.path.write_text("kind\nOttoline\n", encoding="utf-8")

    monkeypatch.setattr(frames.Frame, "batches", changing)
    with pytest.raises(ContractBroken, match="FRAME_CHANGED"):
        check(frame, terms(column("kind")), k=2)


def test_what_stands_in_any_batch_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "BATCH_ROWS", 7)
    rows = [["held"]] * 1000
    rows[777] = ["937-23-4167"]
    report = check(written(tmp_path, ["kind"], rows), terms(column("kind", Form.CODE, OTHER)), k=2)
    assert report.rows == 1000
    assert ("social_security_number", "kind", 1) in {(each.check, each.column, each.rows) for each in report.findings}


def test_a_column_that_tells_rows_apart_is_found(tmp_path: Path) -> None:
    frame = written(tmp_path, ["amount"], [[str(number)] for number in range(100)])
    report = check(frame, terms(column("amount", Form.NUMBER, OTHER)), k=2)
    assert [(each.check, each.rows) for each in report.findings] == [("nearly_unique", 100)]


def test_names_that_nobody_told_of_are_found_by_how_they_are_written(tmp_path: Path) -> None:
    rows = [["Housing Court"]] * 40 + [["Quillon Fennimarch"]]
    report = check(written(tmp_path, ["place"], rows), terms(column("place", Form.TEXT, OTHER)), k=11)
    assert [(each.check, each.rows) for each in report.findings] == [("name_shape", 1)]
    assert "Quillon" not in str(report.body())
