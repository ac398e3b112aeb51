"""Tiles: the log in the form that foreign verifiers read, 256 hashes or entries to a file (C2SP tlog-tiles).

    checkpoint
    tile/entries/000, tile/entries/001.p/17
    tile/0/000, tile/0/001.p/17, tile/1/000.p/1

A full tile never changes, so that it can be cached for ever; the last one of each level is partial and names its width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from governance.errors import Misconfigured
from governance.ledger.merkle import HASH_BYTES, leaf_hash, node_hash

WIDTH = 256
_LONGEST = 0xFFFF
"""An entry's length is written in two bytes."""
_GROUP = 1_000

Write = Callable[[str, bytes], None]


def path_of(level: str, number: int, width: int = WIDTH) -> str:
    """Where a tile lies (tlog-tiles, "Parameters"): `tile/0/x001/x234/067`, `.p/W` where it is not full.

    Args:
        level: `entries`, or the level's number.
        number: the tile's, from 0.
        width: how many it holds.
    """
    groups = [f"{number % _GROUP:03d}"]
    while number >= _GROUP:
        number //= _GROUP
        groups.insert(0, f"x{number % _GROUP:03d}")
    part = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{part}"


def tiles(entries: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Every tile of a log, each as soon as it is full; the partial ones at the end.

    Args:
        entries: the leaves' data, in order; read once, and never held but for a tile's worth.

    Yields:
        Path and content.

    Raises:
        Misconfigured: `ENTRY_TOO_LONG` for an entry of more than 65,535 bytes, which the format cannot hold.
    """
    bundle: list[bytes] = []
    levels: list[_Level] = [_Level(0)]
    number = 0
    for data in entries:
        bundle.append(_framed(data, number))
        yield from _take(levels, 0, leaf_hash(data))
        number += 1
        if len(bundle) == WIDTH:
            yield path_of("entries", (number - 1) // WIDTH), b"".join(bundle)
            bundle = []
    if bundle:
        yield path_of("entries", number // WIDTH, len(bundle)), b"".join(bundle)
    for level in levels:
        if level.hashes:
            yield path_of(str(level.height), level.full, len(level.hashes)), b"".join(level.hashes)


def write_tiles(folder: Path, entries: Iterable[bytes], checkpoint: str) -> int:
    """Write a log's tiles and its checkpoint to a folder. Returns how many files."""
    written = 0
    for path, content in tiles(entries):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        written += 1
    (folder / "checkpoint").write_bytes(checkpoint.encode())
    return written + 1


class _Level:
    """One height of the tree: how many of its tiles are full, and the hashes of the one that is not."""

    def __init__(self, height: int) -> None:
        self.height = height
        self.full = 0
        self.hashes: list[bytes] = []


def _take(levels: list[_Level], height: int, value: bytes) -> Iterator[tuple[str, bytes]]:
    level = levels[height]
    level.hashes.append(value)
    if len(level.hashes) < WIDTH:
        return
    yield path_of(str(height), level.full), b"".join(level.hashes)
    above = _root(level.hashes)
    level.full, level.hashes = level.full + 1, []
    if height + 1 == len(levels):
        levels.append(_Level(height + 1))
    yield from _take(levels, height + 1, above)


def _root(hashes: list[bytes]) -> bytes:
    """The root over a full tile."""
    row = hashes
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]


def _framed(data: bytes, number: int) -> bytes:
    if len(data) > _LONGEST:
        what = f"Entry {number} has {len(data)} bytes; tiles hold entries of up to {_LONGEST}."
        raise Misconfigured(what, "Export the log as lines (without --tiles).", code="ENTRY_TOO_LONG")
    return len(data).to_bytes(2, "big") + data


def read_tile(content: bytes) -> list[bytes]:
    """The hashes in a tile.

    Raises:
        ValueError: it is not a whole number of hashes.
    """
    if not content or len(content) % HASH_BYTES:
        raise ValueError("not a tile of hashes")
    return [content[place : place + HASH_BYTES] for place in range(0, len(content), HASH_BYTES)]
