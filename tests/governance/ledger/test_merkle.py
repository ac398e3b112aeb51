"""The tree: roots, proofs, and what must not pass for one. Held against vectors that nobody here wrote."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ledger import merkle

VECTORS = Path(__file__).resolve().parents[4] / "shared/data/ledger/merkle_vectors/testdata"

# Roots of the trees over the first n of these leaves, as certificate-transparency's own test data has them (RFC 6962).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def subtree(hashes: list[bytes]) -> merkle.LeafRange:
    return lambda low, high: merkle.root_of(hashes[low:high])


def naive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word by word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    middle = merkle.split(len(hashes))
    return merkle.node_hash(naive_root(hashes[:middle]), naive_root(hashes[middle:]))


def test_roots_are_those_of_certificate_transparency() -> None:
    hashes = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
    assert [merkle.root_of(hashes[: size + 1]).hex() for size in range(len(LEAVES))] == ROOTS


@given(st.integers(min_value=0, max_value=200))
def test_growing_leaf_by_leaf_gives_the_root_of_the_definition(count: int) -> None:
    assert merkle.root_of(leaves(count)) == naive_root(leaves(count))


@given(st.integers(min_value=1, max_value=200), st.data())
def test_every_leaf_proves_and_no_other_place_or_leaf_does(size: int, data: st.DataObject) -> None:
    hashes = leaves(size)
    root, index = merkle.root_of(hashes), data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, subtree(hashes))
    assert merkle.verify_inclusion(index, size, hashes[index], proof, root)
    assert not merkle.verify_inclusion(index, size, merkle.leaf_hash(b"another"), proof, root)
    other = data.draw(st.integers(0, size))
    assert other == index or not merkle.verify_inclusion(other, size, hashes[index], proof, root)
    assert not merkle.verify_inclusion(index, size, hashes[index], [*proof, root], root)
    assert not proof or not merkle.verify_inclusion(index, size, hashes[index], proof[:-1], root)


@given(st.integers(min_value=1, max_value=150), st.data())
def test_every_beginning_proves_and_a_rewritten_one_does_not(new: int, data: st.DataObject) -> None:
    hashes = leaves(new)
    old = data.draw(st.integers(1, new))
    proof = merkle.consistency_proof(old, new, subtree(hashes))
    old_root, new_root = merkle.root_of(hashes[:old]), merkle.root_of(hashes)
    assert merkle.verify_consistency(old, new, old_root, new_root, proof)
    rewritten = merkle.root_of([merkle.leaf_hash(b"x"), *hashes[1:old]])
    assert not merkle.verify_consistency(old, new, rewritten, new_root, proof)
    assert not merkle.verify_consistency(0, new, merkle.EMPTY_ROOT, new_root, proof)


def _vectors(kind: str) -> list[Any]:
    files = sorted((VECTORS / kind).rglob("*.json"))
    if not files:
        return [pytest.param(None, id="absent", marks=pytest.mark.skip(reason=f"THE SHARED {kind} VECTORS ARE ABSENT"))]
    return [pytest.param(json.loads(file.read_text()), id=file.relative_to(VECTORS).as_posix()) for file in files]


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


@pytest.mark.parametrize("vector", _vectors("inclusion"))
def test_shared_inclusion_vectors(vector: dict[str, Any]) -> None:
    proof = [_bytes(step) for step in vector["proof"] or []]
    found = merkle.verify_inclusion(
        vector["leafIdx"], vector["treeSize"], _bytes(vector["leafHash"]), proof, _bytes(vector["root"])
    )
    assert found is not vector["wantErr"]


@pytest.mark.parametrize("vector", _vectors("consistency"))
def test_shared_consistency_vectors(vector: dict[str, Any]) -> None:
    proof = [_bytes(step) for step in vector["proof"] or []]
    found = merkle.verify_consistency(
        vector["size1"], vector["size2"], _bytes(vector["root1"]), _bytes(vector["root2"]), proof
    )
    assert found is not vector["wantErr"]
