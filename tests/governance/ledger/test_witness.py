"""Witnesses: they sign what grows, remember it, and refuse a second history; their signatures are C2SP's."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from governance.errors import LedgerBroken, Misconfigured
from governance.ledger import Ledger
from governance.ledger.cosign import cosign, cosigned, read_witness_key, witness_key
from governance.ledger.note import sign, verifier_key
from governance.ledger.witness import Request, Witness, read_request
from governance.ledger.witnessing import Witnessing
from tests.governance.ledger.logs import KEY, NOW, ORIGIN, filled

NAME = "witness.example/one"
OWN = Ed25519PrivateKey.from_private_bytes(b"a witness of the tests, no more!")
PUBLIC = witness_key(NAME, OWN.public_key())


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    made = filled(engine, 5)
    made.checkpoint()
    return made


@pytest.fixture
def asking(engine: Engine, ledger: Ledger) -> Witnessing:
    return Witnessing(engine, ledger)


@pytest.fixture
def witness(ledger: Ledger, tmp_path: Path) -> Witness:
    return Witness(NAME, OWN, ledger.verifier_key, tmp_path / "memory.json")


def test_a_head_that_grows_is_signed_kept_and_told(ledger: Ledger, asking: Witnessing, witness: Witness) -> None:
    assert asking.witnessed([PUBLIC]) == (0, ())
    line = witness.sign(read_request(asking.request(0).text()), NOW)
    kept = asking.keep(5, line, PUBLIC)
    assert (kept.witness, kept.at) == (NAME, NOW)
    ledger.append_many([("thing.happened", f"later-{number}", {}) for number in range(4)])
    ledger.checkpoint()
    again = witness.sign(read_request(asking.request(5).text()), NOW + timedelta(days=1))
    asking.keep(9, again, PUBLIC)
    asking.keep(9, again, PUBLIC)
    size, found = asking.witnessed([PUBLIC])
    assert (size, [each.at for each in found]) == (9, [NOW + timedelta(days=1)])
    assert ledger.verify().verified


def test_a_second_history_is_signed_by_nobody_who_saw_the_first(asking: Witnessing, witness: Witness) -> None:
    witness.sign(asking.request(0), NOW)
    other = sign(ORIGIN, KEY, 7, b"r" * 32)
    proof = tuple(b"p" * 32 for _ in range(3))
    with pytest.raises(LedgerBroken):
        witness.sign(Request(old=5, proof=proof, note=other.note), NOW)
    rewritten = sign(ORIGIN, KEY, 5, b"r" * 32)
    with pytest.raises(LedgerBroken):
        witness.sign(Request(old=5, proof=(), note=rewritten.note), NOW)
    assert witness.remembers()[0] == 5


def test_a_log_that_shrank_or_forgot_is_asked_to_explain(asking: Witnessing, witness: Witness) -> None:
    witness.sign(asking.request(0), NOW)
    with pytest.raises(Misconfigured, match="WITNESS_SIZE"):
        witness.sign(asking.request(0), NOW)
    smaller = sign(ORIGIN, KEY, 3, b"r" * 32)
    with pytest.raises(LedgerBroken):
        witness.sign(Request(old=5, proof=(), note=smaller.note), NOW)


def test_a_head_of_another_log_is_not_signed(asking: Witnessing, witness: Witness) -> None:
    stranger = sign(ORIGIN, Ed25519PrivateKey.generate(), 5, b"r" * 32)
    with pytest.raises(LedgerBroken, match="not signed by the log"):
        witness.sign(Request(old=0, proof=(), note=stranger.note), NOW)


def test_what_a_witness_did_not_sign_is_not_kept(asking: Witnessing, witness: Witness) -> None:
    line = witness.sign(asking.request(0), NOW)
    other = witness_key(NAME, Ed25519PrivateKey.generate().public_key())
    for bad, key in ((line, other), (line.replace("A", "B"), PUBLIC), (line * 2, PUBLIC), ("", PUBLIC)):
        with pytest.raises(Misconfigured, match="COSIGNATURE_INVALID"):
            asking.keep(5, bad, key)
    with pytest.raises(Misconfigured, match="CHECKPOINT_UNKNOWN"):
        asking.keep(4, line, PUBLIC)


@pytest.mark.parametrize("text", ["", "old x\n\nnote", "old 05\n\nnote", "new 5\n\nnote", "old 5\n!!!\n\nnote"])
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="WITNESS_REQUEST"):
        read_request(text)


def test_a_cosignature_is_as_c2sp_writes_it() -> None:
    head = sign(ORIGIN, KEY, 5, b"r" * 32)
    line = cosign(head.note, NAME, OWN, NOW)
    dash, name, blob = line.rstrip("\n").split(" ")
    raw = base64.b64decode(blob)
    assert (dash, name) == ("\u2014", NAME)
    assert int.from_bytes(raw[4:12], "big") == int(NOW.timestamp())
    text = head.note.rpartition("\n\n")[0] + "\n"
    OWN.public_key().verify(raw[12:], f"cosignature/v1\ntime {int(NOW.timestamp())}\n{text}".encode())
    assert cosigned(head.note + line, [PUBLIC])[0].witness == NAME


def test_a_logs_key_is_no_witnesss_and_a_witnesss_no_logs() -> None:
    with pytest.raises(ValueError, match="not a witness"):
        read_witness_key(verifier_key(ORIGIN, KEY.public_key()))
    assert read_witness_key(PUBLIC)[0] == NAME


def test_what_others_signed_is_passed_over_and_a_broken_one_of_a_trusted_witness_is_not() -> None:
    head = sign(ORIGIN, KEY, 5, b"r" * 32)
    stranger = cosign(head.note, "somebody.example/two", Ed25519PrivateKey.generate(), NOW)
    assert cosigned(head.note + stranger, [PUBLIC]) == ()
    other = sign(ORIGIN, KEY, 6, b"s" * 32)
    with pytest.raises(ValueError, match="does not hold"):
        cosigned(head.note + cosign(other.note, NAME, OWN, NOW), [PUBLIC])
