"""Deliveries as they arrive on a bad day: each is refused with a clear error, or its rows are kept or quarantined.

Two hundred and more of them: seven files, and what mail, spreadsheets, disks and people with bad intentions do to
files. Whatever comes, every row is accounted for, no message repeats a value, and what was taken before stays.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from governance.errors import ContractBroken
from governance.ids import DatasetId
from signals.delivered import Delivered
from signals.sealed_file import SIGNAL
from tests.signals.mailroom import FIXTURES, Mailroom, balanced, mailroom

FILES = {
    "hmis.exit": "hmis/Exit.csv",
    "hmis.enrollment": "hmis/Enrollment.csv",
    "hmis.client": "hmis/Client.csv",
    "docket.filings": "docket/docket_filings_2026.csv",
    "docket.hearings": "docket/docket_hearings_2026.csv",
    "docket.judgments": "docket/docket_judgments_2026.csv",
    "edfi.attendance": "edfi/StudentSchoolAttendance.xml",
}
SEEDS = range(10)
CODE = re.compile(r"[A-Z][A-Z_]+")
Mutation = Callable[[bytes], bytes]

SPREADSHEET = '=HYPERLINK("http://x.example","+1")'
SQL = "x'; DROP TABLE sealed_file; --"
PATHS = "../../../../etc/passwd"


def _cut(share: float) -> Mutation:
    return lambda data: data[: int(len(data) * share)]


def _recoded(encoding: str) -> Mutation:
    return lambda data: data.decode("utf-8-sig").encode(encoding, errors="replace")


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Mutation:
    return lambda data: b"\n".join(change(data.split(b"\n")))


def _in_every_cell(value: str) -> Mutation:
    """One column after the other is filled with it, row by row; a file that is no table has it between its tags."""

    def put(data: bytes) -> bytes:
        text = data.decode("utf-8-sig")
        if text.lstrip().startswith("<"):
            safe = value.replace("&", "&amp;").replace("<", "&lt;")
            return re.sub(r">([^<>\s][^<>]*)<", f">{safe}<", text).encode()
        rows = list(csv.reader(io.StringIO(text)))
        for number, row in enumerate(rows[1:]):
            if row:
                row[number % len(row)] = value
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return out.getvalue().encode()

    return put


def _zipped(data: bytes) -> bytes:
    """A bomb: ten million of nothing, a few kilobytes on disk."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.csv", data + b"0" * 10_000_000)
    return out.getvalue()


def _quoted_from_the_middle(data: bytes) -> bytes:
    half = len(data) // 2
    return data[:half] + b'"' + data[half:].replace(b'"', b"")


def _flipped(seed: int) -> Mutation:
    def flip(data: bytes) -> bytes:
        chance, changed = random.Random(seed), bytearray(data)
        for _ in range(max(3, len(changed) // 200)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)

    return flip


MUTATIONS: dict[str, Mutation] = {
    "cut in its first line": _cut(0.02),
    "cut after a quarter": _cut(0.25),
    "cut after a half": _cut(0.5),
    "cut before its end": _cut(0.97),
    "nothing": lambda _: b"",
    "blank": lambda _: b" \r\n\r\n \n",
    "UTF-16": _recoded("utf-16"),
    "UTF-32": _recoded("utf-32"),
    "EBCDIC": _recoded("cp037"),
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "two byte order marks": lambda data: b"\xef\xbb\xbf\xef\xbb\xbf" + data,
    "Windows line ends": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "old Mac line ends": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
    "no first line": _lines(lambda lines: lines[1:]),
    "its first line again in the middle": _lines(lambda lines: [*lines[:3], lines[0], *lines[3:]]),
    "twice": lambda data: data + b"\n" + data,
    "each line twice": _lines(lambda lines: [each for line in lines for each in (line, line)]),
    "one column more in some rows": _lines(
        lambda lines: [b"x," + line if n % 2 else line for n, line in enumerate(lines)]
    ),
    "one column less in some rows": _lines(
        lambda lines: [line.partition(b",")[2] if n % 3 == 1 else line for n, line in enumerate(lines)]
    ),
    "semicolons": lambda data: data.replace(b",", b";"),
    "tabs": lambda data: data.replace(b",", b"\t"),
    "a quotation that never ends": lambda data: (
        data[: len(data) // 2] + b'"' + data[len(data) // 2 :].replace(b'"', b"")
    ),
    "nothing between": lambda data: data.replace(b"\n", b"\n\x00\n"),
    "a line without an end": lambda data: data + b"9" * (3 << 20),
    "zipped": _zipped,
    "compressed": gzip.compress,
    "formulas": _in_every_cell(SPREADSHEET),
    "statements": _in_every_cell(SQL),
    "paths": _in_every_cell(PATHS),
    "markup": _in_every_cell("<script>alert(1)</script>"),
    "controls": _in_every_cell("\x1b[2J\x07\u202e"),
    "a cell of a million": _in_every_cell("9" * 900_000),
    **{f"bytes changed, {seed}": _flipped(seed) for seed in SEEDS},
}


def cases() -> list[tuple[str, str]]:
    return [(dataset, name) for dataset in FILES for name in MUTATIONS]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Mailroom:
    """One mailroom for all of them; the good files were taken first."""
    made = mailroom(tmp_path_factory.mktemp("mail"))
    for dataset, file in FILES.items():
        assert made.take(dataset, file).kept > 0
    return made


def before(room: Mailroom, dataset: str) -> dict[str, int]:
    """The sealed files of a dataset as they stand, with their sizes."""
    files = room.store.files(DatasetId(dataset), kind=SIGNAL)
    return {file.id: room.store.path(file).stat().st_size for file in files}


def attempt(room: Mailroom, dataset: str, file: Path) -> Delivered | ContractBroken:
    try:
        return room.take(dataset, file)
    except ContractBroken as refused:
        return refused


def test_there_are_more_than_two_hundred() -> None:
    assert len(cases()) >= 200


@pytest.mark.parametrize(("dataset", "name"), cases(), ids=lambda each: str(each).replace(" ", "_"))
def test_it_is_refused_or_every_row_is_accounted_for_and_nothing_else_is_lost(
    room: Mailroom, dataset: str, name: str
) -> None:
    good = FIXTURES / FILES[dataset]
    file = room.folder / f"{dataset}.{len(list(room.folder.iterdir()))}{good.suffix}"
    file.write_bytes(MUTATIONS[name](good.read_bytes()))
    kept, told = before(room, dataset), len(room.kinds())
    found = attempt(room, dataset, file)
    after = before(room, dataset)
    assert kept.items() <= after.items()
    if isinstance(found, ContractBroken):
        assert after == kept
        assert CODE.fullmatch(found.code)
        assert found.do
        said = f"{found.what} {found.do}"
        assert not any(secret in said for secret in _values(good))
        assert room.kinds()[told:] == ["delivery.refused"]
    else:
        assert balanced(found)


def test_the_good_files_are_all_there_at_the_end(room: Mailroom) -> None:
    for dataset, file in FILES.items():
        again = room.take(dataset, file)
        assert balanced(again)
        assert again.kept > 0


def _values(good: Path) -> set[str]:
    """What stands in the cells of a table and could tell somebody's story; headers may be named."""
    if good.suffix == ".xml":
        return set(re.findall(r">([^<>\s]{6,})<", good.read_text(encoding="utf-8-sig")))
    rows = list(csv.reader(io.StringIO(good.read_text(encoding="utf-8-sig"))))
    return {cell for row in rows[1:] for cell in row if len(cell) >= 6}
