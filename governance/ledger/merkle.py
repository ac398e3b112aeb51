"""The Merkle tree of RFC 6962: hashes, proofs, and the compact range that lets a log grow without re-reading itself.

Pure functions over bytes. Section numbers are RFC 6962's; verification follows RFC 9162 sections 2.1.3.2 and 2.1.4.2,
which state the algorithms that RFC 6962 leaves to the reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

LeafRange = Callable[[int, int], bytes]
"""Gives the hash of the complete or ragged subtree over leaves [from, to)."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf: SHA-256 over 0x00 and its data (section 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node: SHA-256 over 0x01 and its children (section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than a size of at least 2: where a tree divides."""
    return 1 << (size - 1).bit_length() - 1


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of leaf hashes (section 2.1)."""
    frontier: list[bytes] = []
    for size, leaf in enumerate(leaves):
        frontier = extend(frontier, size, leaf)
    return root(frontier)


def extend(frontier: Sequence[bytes], size: int, leaf: bytes) -> list[bytes]:
    """The compact range after one more leaf.

    Args:
        frontier: hashes of the complete subtrees that make up a tree, largest first; one per set bit of `size`.
        size: leaves so far.
        leaf: the new leaf's hash.
    """
    grown = [*frontier, leaf]
    while size & 1:  # two complete subtrees of one height make one of the next
        right = grown.pop()
        grown[-1] = node_hash(grown[-1], right)
        size >>= 1
    return grown


def root(frontier: Sequence[bytes]) -> bytes:
    """The root that a compact range stands for."""
    if not frontier:
        return EMPTY_ROOT
    result = frontier[-1]
    for left in reversed(frontier[:-1]):
        result = node_hash(left, result)
    return result


def cut(frontier: bytes) -> list[bytes]:
    """The hashes of a compact range that was stored as one string of bytes."""
    return [frontier[at : at + HASH_BYTES] for at in range(0, len(frontier), HASH_BYTES)]


def inclusion_proof(index: int, size: int, subtree: LeafRange) -> tuple[bytes, ...]:
    """The audit path of a leaf (section 2.1.1).

    Args:
        index: the leaf, from 0; smaller than `size`.
        size: of the tree that it is proved in.
        subtree: hash of the leaves [from, to).
    """
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, subtree: LeafRange) -> tuple[bytes, ...]:
    """The proof that a tree of `old` leaves is the beginning of one of `new` (section 2.1.2).

    Args:
        old: the smaller size, at least 1.
        new: the larger size.
        subtree: hash of the leaves [from, to).
    """
    path: list[bytes] = []
    low, high, whole = 0, new, True
    while old != high - low:
        middle = split(high - low)
        if old <= middle:
            path.append(subtree(low + middle, high))
            high = low + middle
        else:
            path.append(subtree(low, low + middle))
            low, old, whole = low + middle, old - middle, False
    if not whole:
        path.append(subtree(low, high))
    return tuple(reversed(path))


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether an audit path leads from a leaf to a root (RFC 9162, section 2.1.3.2).

    Args:
        index: the leaf's place.
        size: the tree's size.
        leaf: the leaf's hash.
        proof: the path, from the leaf upwards.
        expected: the root.
    """
    if not 0 <= index < size or not _hashes([leaf, expected, *proof]):
        return False
    place, last, current = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            current = node_hash(step, current)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, step)
        place, last = place >> 1, last >> 1
    return last == 0 and current == expected


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether one root's tree is the beginning of another's (RFC 9162, section 2.1.4.2).

    An old size of 0 is refused: every tree begins with nothing, so that such a proof proves nothing.

    Args:
        old: the smaller size.
        new: the larger size.
        old_root: root at the smaller size.
        new_root: root at the larger size.
        proof: the path.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if not _hashes([old_root, new_root, *proof]):
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first, second = path[0], path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _hashes(parts: Iterable[bytes]) -> bool:
    return all(len(part) == HASH_BYTES for part in parts)
