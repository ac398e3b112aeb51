"""Keyed digests of many texts are those of one text at a time."""

from __future__ import annotations

import hmac

from hypothesis import given, strategies

from governance.keyed_digest import keyed_digests

TEXTS = strategies.lists(strategies.text(strategies.characters(exclude_categories=["Cs"]), max_size=200), max_size=5)


@given(key=strategies.binary(max_size=100), texts=TEXTS)
def test_many_at_once_are_digested_as_the_library_digests_one(key: bytes, texts: list[str]) -> None:
    one_by_one = [hmac.digest(key, text.encode(), "sha256").hex()[:32] for text in texts]
    assert keyed_digests(key, texts) == one_by_one
