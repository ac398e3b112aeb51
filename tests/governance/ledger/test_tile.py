"""Tiles: every hash and every entry in its place, as C2SP lays them out; a full tile never changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from governance.errors import Misconfigured
from governance.ledger import merkle
from governance.ledger.tile import WIDTH, path_of, read_tile, tiles, write_tiles


def entries(count: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(count)]


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (1234067, 256, "tile/0/x001/x234/067"),
        (273, 112, "tile/0/273.p/112"),
        (1000, 256, "tile/0/x001/000"),
    ],
)
def test_a_tile_lies_where_the_format_says(number: int, width: int, path: str) -> None:
    assert path_of("0", number, width) == path


@given(st.integers(0, 70_000))
@tries(max_examples=12)
def test_the_tiles_of_a_log_hold_its_tree(count: int) -> None:
    held = dict(tiles(entries(count)))
    leaves = [merkle.leaf_hash(data) for data in entries(count)]
    level, row = 0, leaves
    while row:
        for number in range(0, len(row), WIDTH):
            part = row[number : number + WIDTH]
            assert read_tile(held.pop(path_of(str(level), number // WIDTH, len(part)))) == part
        full = len(row) // WIDTH
        row = [merkle.root_of(row[place * WIDTH : (place + 1) * WIDTH]) for place in range(full)]
        level += 1
    assert all(path.startswith("tile/entries/") for path in held)


def test_a_full_tile_is_the_same_however_long_the_log_grows() -> None:
    short, long = dict(tiles(entries(300))), dict(tiles(entries(900)))
    assert all(long[path] == content for path, content in short.items() if ".p/" not in path)


def test_entries_are_framed_by_their_length() -> None:
    held = dict(tiles([b"a", b"", b"long " * 100]))
    assert held["tile/entries/000.p/3"] == b"\x00\x01a\x00\x00\x01\xf4" + b"long " * 100


def test_an_entry_that_the_format_cannot_hold_is_named() -> None:
    with pytest.raises(Misconfigured, match="ENTRY_TOO_LONG"):
        list(tiles([b"x" * 65_536]))


def test_writing_leaves_the_checkpoint_beside_them(tmp_path: Path) -> None:
    assert write_tiles(tmp_path, entries(2), "note\n") == 3
    assert (tmp_path / "checkpoint").read_text() == "note\n"


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_what_is_no_tile_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a tile"):
        read_tile(content)
