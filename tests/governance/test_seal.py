"""The seal's layout: what was packed is unpacked, and whose keys it takes is read without any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ids import AgreementId
from governance.seal import NONCE_BYTES, Seal, owners, unpack

IDS = st.lists(st.text(min_size=1, max_size=20).map(AgreementId), min_size=1, max_size=4)


@given(IDS, st.binary(max_size=64), st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES), st.binary(max_size=64))
def test_what_is_packed_is_unpacked(ids: list[AgreementId], key: bytes, nonce: bytes, body: bytes) -> None:
    seal = Seal(owners=tuple(ids), key=key, nonce=nonce, body=body)
    assert unpack(seal.pack()) == seal
    assert owners(seal.pack()) == frozenset(ids)


@given(st.binary(max_size=200))
def test_any_other_bytes_belong_to_nobody_or_say_whose_they_are(raw: bytes) -> None:
    seal = unpack(raw)
    assert owners(raw) == (frozenset(seal.owners) if seal else frozenset())


@pytest.mark.parametrize(
    "head", [b"{}", b'{"a":1,"k":""}', b'{"a":"DULA-1","k":""}', b'{"a":[1],"k":""}', b'{"a":[],"k":"!"}']
)
def test_a_head_that_means_nothing_belongs_to_nobody(head: bytes) -> None:
    assert owners(len(head).to_bytes(4, "big") + head + b"n" * NONCE_BYTES) == frozenset()
    assert owners(None) == owners(b"") == frozenset()
