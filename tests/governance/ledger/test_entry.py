"""The canonical text of an entry: one entry, one string of bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ledger import entry, merkle

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
documents = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
bodies = st.dictionaries(st.text(), documents, max_size=4)


def written(body: Any, **more: Any) -> str:
    return entry.write(index=3, at=AT, kind="grant.issued", topic="g-ä", body=body, **more)


def test_an_entry_is_written_with_sorted_keys_no_spaces_and_plain_characters() -> None:
    text = written({"z": [1, 2.5, None, True], "ä": {}})
    assert text == (
        '{"at":"2026-07-01T12:00:00+00:00","body":{"z":[1,2.5,null,true],"ä":{}},"index":3,"kind":"grant.issued",'
        '"topic":"g-ä","v":1}'
    )
    assert entry.read(text).leaf == merkle.leaf_hash(text.encode())


@given(bodies)
def test_what_is_written_reads_back_and_writes_the_same(body: dict[str, Any]) -> None:
    try:
        text = written(body)
        text.encode()
    except UnicodeEncodeError:
        return  # half a character is no text; `append` refuses it
    found = entry.read(text)
    assert found.body == body
    assert written(found.body) == text
    assert entry.read(text, check=False) == found


@given(bodies)
def test_the_order_of_keys_makes_no_difference(body: dict[str, Any]) -> None:
    assert written(dict(reversed(body.items()))) == written(body)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_does_not_have_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        written({"deep": [{"x": number}]})


def test_whether_it_happens_once_is_part_of_the_text() -> None:
    assert '"once":true' in written({}, once=True)
    assert entry.read(written({}, once=True)).once
    assert "once" not in json.loads(written({}))
    assert not entry.read(written({})).once


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '"text"',
        "{}",
        '{"v":2}',
        written({}).replace('"v":1', '"v":2'),
        written({}).replace(",", ", ", 1),
        written({}).replace('"index":3', '"index":3,"index":3'),
        written({}).replace("ä", "\\u00e4"),
        written({}).replace("2026-07-01", "2026-07-32"),
        written({}).replace('"kind"', '"sort"'),
        "[" * 100_000,
    ],
)
def test_what_is_not_a_canonical_entry_does_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a canonical entry|Expecting|month|day"):
        entry.read(text)
