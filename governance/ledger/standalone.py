"""Check an exported ledger with nothing but Python: no other part of Hearthline, no other package.

    python verify.py FOLDER KEY [--witness KEY]... [--quorum N]

FOLDER is what `hearthline ledger export` wrote. KEY is the log's public key, as `hearthline init` printed it; take it
from whom you trust, never from the folder. Each --witness is the key of an office that signs the log's heads beside it;
at least N of them (all, unless told) must have signed a head of this log. Exit 0 where everything holds, 1 where
anything does not, 2 where it was called wrongly.

What holds is proved: every entry is where it was written, none was changed, added, dropped or swapped since its head
was signed; every head that was kept on the way is a beginning of this log. What is *not* proved is printed too.

Sources: RFC 6962 (the tree), RFC 8032 (Ed25519), C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

NOT_PROVED = (
    "that what an entry says is true: only that it was written then, and not changed since;",
    "that everything that happened was written down: a program that writes nothing leaves no gap here;",
    "that nobody was shown another history, unless a witness whom you trust signed this head;",
    "who a staff id belongs to, and that the clock of the machine was right.",
)

# -- Ed25519 (RFC 8032, section 6), verification only -----------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
HALF = 32
Point = tuple[int, int, int, int]


def _add(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f, g * h, f * g, e * h


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _point(raw: bytes) -> Point | None:
    """The point that 32 bytes stand for; None where they stand for none, or for one that is written otherwise."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _same(one: Point, other: Point) -> bool:
    return not (one[0] * other[2] - other[0] * one[2]) % P and not (one[1] * other[2] - other[1] * one[2]) % P


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature over a message is by a public key."""
    if len(public) != HALF or len(signature) != 2 * HALF:
        return False
    key, commitment = _point(public), _point(signature[:HALF])
    scalar = int.from_bytes(signature[HALF:], "little")
    base = _point((4 * pow(5, P - 2, P) % P).to_bytes(HALF, "little"))
    if key is None or commitment is None or base is None or scalar >= L:
        return False
    digest = int.from_bytes(hashlib.sha512(signature[:HALF] + public + message).digest(), "little") % L
    return _same(_times(scalar, base), _add(commitment, _times(digest, key)))


# -- notes ------------------------------------------------------------------------------------------------------------

LOG, WITNESS = 1, 4
WIDTH, GROUP = 256, 1_000
"""Of a tile, and of a part of its path."""

Key = tuple[str, bytes, bytes]
"""Name, id and raw public key."""


def exact(text: str) -> bytes:
    """Base64 that is written as base64 is; bits that decode to nothing could be changed unseen."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64 that is not written as it should be")
    return raw


def key_of(text: str, sort: int) -> Key:
    """Name, id and raw public key of a verifier key (name+hash+base64)."""
    name, _, rest = text.strip().partition("+")
    digest, _, encoded = rest.partition("+")
    raw = exact(encoded)
    id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if not name or raw[:1] != bytes([sort]) or len(raw) != HALF + 1 or id.hex() != digest:
        raise ValueError("that is not such a key")
    return name, id, raw[1:]


def head_of(note: str, log: Key, witnesses: list[Key]) -> tuple[int, bytes, set[str]]:
    """Size and root that a signed note speaks of, and the witnesses who signed it; raises where it does not hold."""
    text, between, below = note.rpartition("\n\n")
    if not between or not below.endswith("\n") or any(c < " " and c != "\n" for c in note):
        raise ValueError("it is not a signed note")
    text += "\n"
    ours, seen = False, set()
    for line in below[:-1].split("\n"):
        dash, name, blob = line.split(" ")
        raw = exact(blob)
        if dash != "\u2014":
            raise ValueError("it has a line below that is no signature")
        if (name, raw[:4]) == log[:2]:
            if not signed(log[2], text.encode(), raw[4:]):
                raise ValueError("the log's signature does not hold")
            ours = True
        for witness in witnesses:
            if (name, raw[:4]) == witness[:2]:
                stamp = int.from_bytes(raw[4:12], "big")
                if not signed(witness[2], f"cosignature/v1\ntime {stamp}\n{text}".encode(), raw[12:]):
                    raise ValueError(f"the signature of {name} does not hold")
                seen.add(name)
    lines = text.split("\n")
    if not ours or lines[0] != log[0] or lines[1] != str(int(lines[1])) or not all(lines[:-1]):
        raise ValueError("it is not signed by the log")
    return int(lines[1]), exact(lines[2]), seen


# -- the tree (RFC 6962, section 2.1) ---------------------------------------------------------------------------------


def node(left: bytes, right: bytes) -> bytes:
    """Hash over two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf: the roots of its complete subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.range: list[bytes] = []

    def take(self, data: bytes) -> None:
        """One more leaf."""
        self.range.append(hashlib.sha256(b"\x00" + data).digest())
        size = self.size
        while size & 1:
            right = self.range.pop()
            self.range[-1] = node(self.range[-1], right)
            size >>= 1
        self.size += 1

    def root(self) -> bytes:
        """The root over everything so far."""
        if not self.range:
            return hashlib.sha256(b"").digest()
        result = self.range[-1]
        for left in reversed(self.range[:-1]):
            result = node(left, result)
        return result


# -- the export -------------------------------------------------------------------------------------------------------


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key stands twice."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def lines_of(folder: Path) -> Iterator[bytes]:
    """The entries as lines; a last one that was cut short is a line too."""
    with (folder / "entries.jsonl").open("rb") as lines:
        for line in lines:
            if not line.endswith(b"\n"):
                raise ValueError("the last line was cut short")
            yield line[:-1]


def bundles_of(folder: Path, size: int) -> Iterator[bytes]:
    """The entries as tiles hold them."""
    for number in range((size + WIDTH - 1) // WIDTH):
        raw = (folder / tile("entries", number, min(WIDTH, size - WIDTH * number))).read_bytes()
        while raw:
            length = int.from_bytes(raw[:2], "big")
            if len(raw) < 2 + length:
                raise ValueError("a bundle of entries was cut short")
            yield raw[2 : 2 + length]
            raw = raw[2 + length :]


def tile(level: str, number: int, width: int) -> str:
    """Where a tile lies."""
    names = [f"{number % GROUP:03d}"]
    while number >= GROUP:
        number //= GROUP
        names.insert(0, f"x{number % GROUP:03d}")
    return f"tile/{level}/" + "/".join(names) + (f".p/{width}" if width < WIDTH else "")


def numbered(data: bytes, place: int) -> bool:
    """Whether an entry is one, in canonical form, and bears the number of its place."""
    try:
        entry = json.loads(data.decode(), object_pairs_hook=once)
        plain = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return bool(plain.encode() == data and entry["index"] == place)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def grow(entries: Iterator[bytes], marks: dict[int, bytes], say: Callable[[str], None]) -> Tree:
    """Build the tree anew, and hold it against every head that was signed on the way."""
    tree = Tree()
    for data in entries:
        if not numbered(data, tree.size):
            say(f"entry {tree.size} is no entry of that number")
        tree.take(data)
        if tree.size in marks and marks.pop(tree.size) != tree.root():
            say(f"at {tree.size} entries another root was signed")
    return tree


def tiled(folder: Path, entries: list[bytes], say: Callable[[str], None]) -> None:
    """Hold every tile of hashes against the entries."""
    if list(bundles_of(folder, len(entries))) != entries:
        say("the tiles hold other entries")
    row = [hashlib.sha256(b"\x00" + data).digest() for data in entries]
    level, expected = 0, set()
    while row:
        for number in range((len(row) + WIDTH - 1) // WIDTH):
            part = row[WIDTH * number : WIDTH * number + WIDTH]
            name = tile(str(level), number, len(part))
            expected.add(name)
            if (folder / name).read_bytes() != b"".join(part):
                say(f"{name} does not hold the hashes of the entries")
        whole = [row[place : place + WIDTH] for place in range(0, len(row) - len(row) % WIDTH, WIDTH)]
        row, level = [_over(part) for part in whole], level + 1
    there = {str(file.relative_to(folder)) for file in (folder / "tile").rglob("*") if file.is_file()}
    for name in sorted(there - expected):
        if not name.startswith("tile/entries/"):
            say(f"{name} should not be there")


def _over(row: list[bytes]) -> bytes:
    while len(row) > 1:
        row = [node(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]


def witnessed(folder: Path, log: Key, witnesses: list[Key]) -> tuple[int, bytes, set[str]]:
    """The newest head that witnesses signed: its size and root, and who of those named did."""
    if not witnesses or not (folder / "witnessed").exists():
        return 0, Tree().root(), set()
    return head_of((folder / "witnessed").read_bytes().decode(), log, witnesses)


def heads_of(folder: Path, log: Key, say: Callable[[str], None]) -> tuple[tuple[int, bytes], dict[int, bytes]]:
    """The newest head, and the roots of every head that was kept on the way, by size."""
    size, root, _ = head_of((folder / "checkpoint").read_bytes().decode(), log, [])
    raw = (folder / "checkpoints.json").read_bytes()
    kept = json.loads(raw, object_pairs_hook=once)
    if json.dumps(kept, ensure_ascii=False).encode() != raw:
        say("checkpoints.json is not written as an export writes it")
    marks = {size: root}
    for at, each in kept.items():
        marked, at_root, _ = head_of(each, log, [])
        if str(marked) != at or marks.setdefault(marked, at_root) != at_root:
            say(f"the head kept for {at} entries speaks of something else")
    return (size, root), marks


def check(folder: Path, log_key: str, witness_keys: list[str], quorum: int | None) -> tuple[list[str], str]:
    """Everything that is wrong with an export, and what can be said of it in a sentence."""
    problems: list[str] = []
    log, witnesses = key_of(log_key, LOG), [key_of(each, WITNESS) for each in witness_keys]
    if (folder / "key.txt").read_bytes() != log_key.strip().encode() + b"\n":
        problems.append("key.txt is not the key that you trust")
    head, marks = heads_of(folder, log, problems.append)
    seen_at, seen_root, seen = witnessed(folder, log, witnesses)
    if marks.setdefault(seen_at, seen_root) != seen_root:
        problems.append("the head that witnesses signed is another one")
    kept = len(marks)
    if marks.pop(0, Tree().root()) != Tree().root():
        problems.append("an empty log was signed with another root")
    tree = grow(lines_of(folder), marks, problems.append)
    problems += [f"a head speaks of {beyond} entries; there are {tree.size}" for beyond in sorted(marks)]
    if (tree.size, tree.root()) != head:
        problems.append(f"the head speaks of {head[0]} entries with another root; there are {tree.size}")
    if (folder / "tile").exists():
        tiled(folder, list(lines_of(folder)), problems.append)
    needed = len(witnesses) if quorum is None else quorum
    if len(seen) < needed:
        problems.append(f"{len(seen)} of the {needed} witnesses needed signed a head of this log")
    by = f", witnessed up to entry {seen_at} by {', '.join(sorted(seen))}" if seen else ""
    return problems, f"{tree.size} entries, {kept} heads, root {tree.root().hex()}{by}"


def main(words: list[str]) -> int:
    """Check, and say what was found."""
    witnesses: list[str] = []
    quorum: int | None = None
    plain: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--witness":
            witnesses.append(next(rest, ""))
        elif word == "--quorum":
            quorum = int(next(rest, "0"))
        else:
            plain.append(word)
    if len(plain) != 2:  # noqa: PLR2004 (the folder and the key)
        sys.stderr.write((__doc__ or "").split("\n\n")[1] + "\n")
        return 2
    try:
        problems, told = check(Path(plain[0]), plain[1], witnesses, quorum)
    except (OSError, ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as broken:
        problems, told = [f"the export cannot be read: {broken or type(broken).__name__}"], "nothing was proved"
    sys.stdout.write(f"{'DOES NOT HOLD' if problems else 'HOLDS'}: {told}\n")
    for problem in problems[:100]:
        sys.stdout.write(f"  {problem}\n")
    sys.stdout.write("Not proved:\n" + "".join(f"  {line}\n" for line in NOT_PROVED))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
