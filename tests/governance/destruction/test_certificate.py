"""The certificate of destruction: what it says is what was signed, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from governance.destruction.certificate import DOMAIN, issue, read_certificate
from governance.errors import Misconfigured
from governance.holder import Covers
from governance.ledger.note import sign, verifier_key
from governance.render import render_certificate, render_page

KEY = Ed25519PrivateKey.generate()
NAME = "test.example/ledger"
PUBLIC = verifier_key(NAME, KEY.public_key())

LINE: dict[str, Any] = {
    "holder": "signals",
    "covers": "sealed",
    "kind": "signal file",
    "id": "f-12",
    "rows": 7,
    "detail": "dta.snap_cases, 2026-07",
}
SAID: dict[str, Any] = {
    "agreement": {
        "id": "DULA-2026-014",
        "version": 1,
        "sha256": "ab" * 32,
        "title": "SNAP <lapse> & renewal",
        "owner": "DTA",
        "recipients": ["EOHHS"],
    },
    "ended": {
        "how": "terminated",
        "at": "2026-09-01T12:00:00+00:00",
        "by": "steward-1",
        "why": "Withdrawn.",
        "entry": 9,
    },
    "asked_by": {"by": "steward-1", "why": "", "at": "2026-09-01T12:00:00+00:00"},
    "issued_at": "2026-09-01T12:00:00+00:00",
    "due_on": "2026-10-01",
    "in_time": True,
    "inventory": {"sha256": "cd" * 32, "entry": 11, "lines": 1},
    "covers": {"sealed": "Deleted."},
    "kept": ["The log."],
    "scan": {"entry": 15, "at": "2026-09-01T12:00:00+00:00", "looked": {"files": 40, "tables": 12}, "left": 0},
    "steps": [{"entry": 11, "kind": "destruction.frozen", "at": "2026-09-01T12:00:00+00:00"}],
    "not_proved": ["That nobody copied anything."],
    "items": [LINE],
}


def test_what_was_signed_is_read_back() -> None:
    made = issue(SAID, key=KEY, name=NAME)
    assert read_certificate(made.note, PUBLIC) == made
    assert made.agreement == "DULA-2026-014"
    assert [item.holding.covers for item in made.items] == [Covers.SEALED]
    assert json.loads(made.json()) == SAID


NOTE = issue(SAID, key=KEY, name=NAME).note.encode()


@given(st.integers(min_value=0, max_value=len(NOTE) - 1), st.integers(min_value=1, max_value=255))
def test_any_one_changed_byte_is_noticed(place: int, change: int) -> None:
    forged = bytearray(NOTE)
    forged[place] ^= change
    with pytest.raises(Misconfigured) as broken:
        read_certificate(forged.decode("utf-8", errors="replace"), PUBLIC)
    assert broken.value.code == "CERTIFICATE_INVALID"


@pytest.mark.parametrize("document", [{}, {**SAID, "items": [{"holder": "x"}]}, {**SAID, "items": 3}, [], "text"])
def test_what_is_signed_but_no_certificate_is_not_read(document: Any) -> None:
    with pytest.raises(Misconfigured):
        read_certificate(issue(document, key=KEY, name=NAME).note, PUBLIC)


def test_a_signed_head_of_the_log_is_no_certificate() -> None:
    with pytest.raises(Misconfigured):
        read_certificate(sign(NAME, KEY, 3, b"x" * 32).note, PUBLIC)
    assert DOMAIN != NAME


def test_the_text_to_read_says_everything_of_every_line() -> None:
    said = render_certificate(issue(SAID, key=KEY, name=NAME))
    for part in ("DULA-2026-014", "f-12", "7 rows", "40 files, 12 tables", "Withdrawn.", "cd" * 32, "2026-10-01"):
        assert part in said, part
    assert "(late)" not in said
    assert "(late)" in render_certificate(issue({**SAID, "in_time": False}, key=KEY, name=NAME))


def test_the_page_needs_nothing_from_elsewhere_and_takes_no_text_for_markup() -> None:
    page = render_page(issue(SAID, key=KEY, name=NAME))
    assert "SNAP &lt;lapse&gt; &amp; renewal" in page
    assert "http" not in page
    assert "<script" not in page
    assert "f-12" in page
