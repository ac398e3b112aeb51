"""Writes vectors.json: proofs by RFC 6962's definitions as they stand, word for word, and what must not pass for one.

    python -m tests.governance.ledger.make_vectors

Shares nothing with `governance.ledger.merkle`: hashes and paths are computed by section 2.1's recursive definitions,
over lists. The file is committed, so that a change of either is seen.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "vectors.json"
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 11, 16)


def leaf(number: int) -> bytes:
    """The data of a leaf."""
    return f"leaf {number}".encode()


def mth(data: list[bytes]) -> bytes:
    """MTH(D[n]), section 2.1."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = below(len(data))
    return hashlib.sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def below(size: int) -> int:
    """The largest power of two smaller than a size."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def path(place: int, data: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]), section 2.1.1."""
    if len(data) == 1:
        return []
    k = below(len(data))
    if place < k:
        return [*path(place, data[:k]), mth(data[k:])]
    return [*path(place - k, data[k:]), mth(data[:k])]


def subproof(old: int, data: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b), section 2.1.2."""
    if old == len(data):
        return [] if whole else [mth(data)]
    k = below(len(data))
    if old <= k:
        return [*subproof(old, data[:k], whole), mth(data[k:])]
    return [*subproof(old - k, data[k:], False), mth(data[:k])]


def inclusion() -> list[dict[str, Any]]:
    """Every leaf of some trees; also in another place, with another leaf, with a path that is cut or longer."""
    found = []
    for size in SIZES:
        data = [leaf(number) for number in range(size)]
        root = mth(data)
        for place in range(size):
            proof = path(place, data)
            good = {"index": place, "size": size, "leaf": mth([data[place]]), "proof": proof, "root": root}
            found.append({**good, "holds": True})
            found.append({**good, "leaf": mth([b"another"]), "holds": False})
            found.append({**good, "index": size, "holds": False})
            found.append({**good, "proof": [*proof, root], "holds": False})
            if proof:
                found.append({**good, "proof": proof[:-1], "holds": False})
    return found


def consistency() -> list[dict[str, Any]]:
    """Every beginning of some trees; also with another root, with a path that is cut or longer; and nothing."""
    found = []
    for size in SIZES:
        data = [leaf(number) for number in range(size)]
        for old in range(1, size + 1):
            proof = subproof(old, data, True)
            good = {"old": old, "new": size, "old_root": mth(data[:old]), "new_root": mth(data), "proof": proof}
            found.append({**good, "holds": True})
            found.append({**good, "old_root": mth([b"another"]), "holds": False})
            found.append({**good, "proof": [*proof, mth(data)], "holds": False})
            if proof:
                found.append({**good, "proof": proof[1:], "holds": False})
        found.append({"old": 0, "new": size, "old_root": mth([]), "new_root": mth(data), "proof": [], "holds": False})
    return found


def plain(value: Any) -> Any:
    """Bytes as hex."""
    if isinstance(value, bytes):
        return value.hex()
    return [plain(each) for each in value] if isinstance(value, list) else value


def vectors() -> dict[str, list[dict[str, Any]]]:
    """Both kinds."""
    made = {"inclusion": inclusion(), "consistency": consistency()}
    return {
        kind: [{name: plain(value) for name, value in each.items()} for each in found] for kind, found in made.items()
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), separators=(",", ":")).replace("},{", "},\n{") + "\n", encoding="utf-8")
